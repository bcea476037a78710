// Whom each runtime trusts, against a Neo4j with TLS whose certificate is for "localhost" alone and signed by an authority
// that nobody knows but those who are told.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browsers, elsewhere, programs, ways } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, match, test } from "../harness/test.js";

const { port } = new URL(env.uri);
const auth = [env.user, env.password];
const bytes = (file) => [...readFileSync(file)];
const [certificate, wrong] = [bytes(env.certificate), bytes(env.wrong)];
const uri = (scheme, host = "localhost") => `${scheme}://${host}:${port}`;

const connected = ({ strays, ...outcome }, what) =>
  equal({ agent: outcome.agent, message: outcome.message, strays }, { agent: `Neo4j/${env.version}`, message: undefined, strays: [] }, what);

function refused(outcome, { code, name = "ConnectionError", message = /./ }, what) {
  equal([outcome.name, outcome.code, outcome.strays], [name, code, []], `${what}: ${outcome.message}`);
  match(outcome.message, message, what);
}

const UNTRUSTED = { code: "CertificateNotTrusted", message: /certificate/ };

for (const { name, socket, title } of ways(programs)) {
  test(`${title} trusts its authorities, or what it is told to`, { timeout: 120_000 }, async (t) => {
    const there = elsewhere(name);
    t.after(() => there.end());
    const attempt = (uri, config) => there.attempt(uri, { auth, socket, ...config });
    refused(await attempt(uri("bolt+s")), UNTRUSTED, "an authority that it does not know");
    refused(await attempt(uri("bolt"), { encrypted: true }), UNTRUSTED, "encrypted");
    const system = { encrypted: true, trust: "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES" };
    refused(await attempt(uri("bolt"), system), UNTRUSTED, "trust: system");
    connected(await attempt(uri("bolt+ssc")), "+ssc");
    connected(await attempt(uri("neo4j+ssc", "127.0.0.1")), "+ssc, whatever the name, routed");
    connected(await attempt(uri("bolt"), { encrypted: true, trust: "TRUST_ALL_CERTIFICATES" }), "trust: all");
    const pinned = { encrypted: true, derEncodedServerCertificate: certificate };
    connected(await attempt(uri("bolt"), pinned), "pinned");
    connected(await attempt(uri("bolt", "127.0.0.1"), pinned), "pinned, whatever the name");
    const mistaken = { ...pinned, derEncodedServerCertificate: wrong };
    refused(await attempt(uri("bolt"), mistaken), UNTRUSTED, "another certificate");
    refused(await attempt(uri("bolt+ssc"), { derEncodedServerCertificate: wrong }), UNTRUSTED, "+ssc, another certificate");
    connected(await attempt(uri("bolt"), { trust: "TRUST_ALL_CERTIFICATES", keepAlive: false }), "in the clear");
  });

  test(`${title} trusts an authority that it knows, for the right name only`, { timeout: 120_000 }, async (t) => {
    const there = elsewhere(name, { authority: env.authority });
    t.after(() => there.end());
    const attempt = (uri, config) => there.attempt(uri, { auth, socket, ...config });
    connected(await attempt(uri("bolt+s")), "+s");
    connected(await attempt(uri("bolt"), { encrypted: true }), "encrypted");
    refused(await attempt(uri("bolt+s", "127.0.0.1")), UNTRUSTED, "another name");
    const mistaken = { encrypted: true, derEncodedServerCertificate: wrong };
    refused(await attempt(uri("bolt"), mistaken), UNTRUSTED, "a certificate that is not the one");
  });
}

/** A folder in which the package is installed and nothing else. */
function alone(t) {
  const folder = mkdtempSync(join(tmpdir(), "neo4j-wasm-alone-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const here = fileURLToPath(new URL("../..", import.meta.url));
  for (const part of ["node_modules/neo4j-wasm", "tests/harness", "package.json"]) {
    cpSync(join(here, part), join(folder, part), { recursive: true });
  }
  return join(folder, "tests/harness/attempt-here.mjs");
}

for (const name of programs) {
  test(`${name} without the package ws says when it is needed`, { timeout: 60_000 }, async (t) => {
    const there = elsewhere(name, { script: alone(t) });
    t.after(() => there.end());
    connected(await there.attempt(uri("bolt"), { auth, encrypted: false }), "TCP");
    connected(await there.attempt(uri("bolt+ssc"), { auth }), "TLS");
    const socket = "websocket";
    const clear = await there.attempt(uri("bolt"), { auth, socket, encrypted: false });
    const trusting = await there.attempt(uri("bolt+ssc"), { auth, socket });
    const missing = { code: "WebSocketMissing", message: /npm install ws/ };
    if (name === "OldestNode") refused(clear, missing, "no WebSocket at all");
    else connected(clear, "its own WebSocket");
    // Bun brings it along.
    if (name === "Bun") connected(trusting, "+ssc");
    else refused(trusting, missing, "no way to set trust");
  });
}

/** The server answers in the clear as well, and so a browser knows that it is there: what is wrong is TLS. */
const FAILED = { code: "TlsFailed", message: /certificate/ };

for (const name of browsers) {
  test(`${name} decides by itself whom to trust, and says so at once`, { timeout: 120_000 }, async (t) => {
    const there = await elsewhere(name, { page: env.page });
    t.after(() => there.end());
    const attempt = (uri, config) => there.attempt(uri, { auth, ...config });
    refused(await attempt(uri("bolt+s")), FAILED, "an authority that it does not know");
    const cannot = { name: "ConfigurationError", code: "InvalidConfiguration", message: /decides by itself/ };
    for (const [scheme, config] of [
      ["bolt+ssc", {}],
      ["bolt", { encrypted: true, trust: "TRUST_ALL_CERTIFICATES" }],
      ["bolt", { encrypted: true, derEncodedServerCertificate: certificate }],
    ]) {
      const outcome = await attempt(uri(scheme), config);
      refused(outcome, cannot, scheme);
      equal(outcome.made, false, "refused when the driver is made");
    }
    connected(await attempt(uri("bolt"), { trust: "TRUST_ALL_CERTIFICATES", keepAlive: false }), "in the clear");
  });

  test(`${name} trusts an authority that it knows, for the right name only`, { timeout: 120_000 }, async (t) => {
    const there = await elsewhere(name, { page: env.page, authority: env.authority });
    t.after(() => there.end());
    connected(await there.attempt(uri("bolt+s"), { auth }), "+s");
    connected(await there.attempt(uri("neo4j"), { auth, encrypted: true }), "encrypted");
    refused(await there.attempt(uri("bolt+s", "127.0.0.1"), { auth }), FAILED, "another name");
  });
}
