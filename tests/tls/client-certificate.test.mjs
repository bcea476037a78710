// Certificates of the client's, and authorities that the configuration names: over TCP, in each runtime.

import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { elsewhere, programs } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, match, test } from "../harness/test.js";
import { peer } from "../unconnected/peers.mjs";
import { certificate } from "../unconnected/servers.mjs";

const authority = readFileSync(env.authority, "utf8");
const own = Object.fromEntries(Object.entries(certificate()).map(([name, file]) => [name, file.toString()]));
const server = (t, options) =>
  peer(t, "answers all, and never hangs up", { tls: { ...own, ca: authority, requestCert: true, ...options } });

for (const name of programs) {
  test(`${name} trusts the authorities that it is told`, { timeout: 60_000 }, async (t) => {
    const there = elsewhere(name);
    t.after(() => there.end());
    const { port } = await server(t, { requestCert: false });
    const told = async (trustedCertificates, host = "localhost") => {
      const { agent, code } = await there.attempt(`bolt+s://${host}:${port}`, { trustedCertificates });
      return agent ?? code;
    };
    const [other] = rootCertificates;
    equal([await told(authority), await told([other, authority])], Array(2).fill("Neo4j/5.26.0"));
    equal([await told(other), await told(authority, "127.0.0.1")], Array(2).fill("CertificateNotTrusted"));
  });

  test(`${name} shows its certificate, or the one that a function gives`, { timeout: 60_000 }, async (t) => {
    const there = elsewhere(name);
    t.after(() => there.end());
    const [{ port }, stranger] = [await server(t), await server(t, { ca: rootCertificates[0] })];
    const shown = (clientCertificate, to = port) =>
      there.attempt(`bolt+s://localhost:${to}`, { trustedCertificates: authority, clientCertificate });
    equal([await shown(own), await shown({ given: own })].map(({ agent }) => agent), Array(2).fill("Neo4j/5.26.0"));
    const none = await shown();
    equal([none.code, none.retryable], ["ClientCertificateRefused", false], none.message);
    match(none.message, /set clientCertificate/);
    const wrong = await shown(own, stranger.port);
    equal(wrong.code, "ClientCertificateRefused", wrong.message);
    for (const given of [5, { cert: own.cert }, { ...own, key: "s3cret" }]) {
      const { code, message, retryable } = await shown({ given });
      equal([code, retryable, /s3cret/.test(message)], ["ClientCertificateFailed", false, false], message);
    }
  });
}
