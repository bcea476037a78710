// What goes wrong between TCP and the first query, in each runtime: each has its code, and its advice.

import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { rootCertificates } from "node:tls";
import { elsewhere, programs } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, match, test } from "../harness/test.js";
import { peer } from "../unconnected/peers.mjs";
import { certificate, listen } from "../unconnected/servers.mjs";

const authority = readFileSync(env.authority, "utf8");
const knows = { trustedCertificates: authority };
const [stranger] = rootCertificates;

const greets = (t, tls) => peer(t, "answers all, and never hangs up", { tls }).then(({ port }) => port);
const speaksTls = (more) => (t) => greets(t, { ...certificate(), ...more });
const asksForOne = speaksTls({ ca: authority, requestCert: true });
const isMuteAfter = (name) => async (t) => (await peer(t, name)).port;

/** Says the first so many of these bytes to whoever begins with Bolt, and hangs up; others are hung up on at once. */
const says = (length, reset) => (t) => {
  const answer = Uint8Array.of(0, 0, 8, 5, 0, 60, 0xb1, 0x70);
  return listen(t, createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      if (bytes[0] !== 0x60) return socket.destroy();
      socket.write(answer.subarray(0, length));
      // What was said has to arrive.
      setTimeout(() => (reset ? socket.resetAndDestroy() : socket.end()), 50);
    });
  }));
};

async function nobody(t) {
  const server = createServer();
  const port = await listen(t, server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** As Neo4j without TLS does: it hangs up on what is no Bolt, but answers over HTTP. */
const speaksPlainly = (t) => listen(t, createServer((socket) => socket.on("error", () => {}).once("data", (bytes) => {
  const body = '{"bolt_direct":"bolt://localhost:7687","neo4j_version":"5.26.0"}';
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  socket.end(bytes[0] === 0x47 ? `${head}connection: close\r\n\r\n${body}` : "");
})));

const speaksHttp = (t) => listen(t, createHttpServer((_, response) => response.end("hello")));
const own = Object.fromEntries(Object.entries(certificate()).map(([name, file]) => [name, file.toString()]));
const SOON = { connectionTimeout: 500 };

/** By what is wrong: who listens, the URI but for its port, the configuration; code, whether to try again, words of advice. */
const CASES = {
  "a port that speaks HTTP": [speaksHttp, "bolt://127.0.0.1", {}, "WrongPort", false, /speaks HTTP and not Bolt: .*7687/],
  "TLS to a plain port": [speaksPlainly, "bolt+s://localhost", {}, "TlsFailed", false, /answers in the clear/],
  "TLS to a port that speaks HTTP": [speaksHttp, "bolt+s://localhost", {}, "TlsFailed", false, /answers in the clear/],
  "no TLS to a port that wants it": [speaksTls(), "bolt://localhost", {}, "TlsRequired", false, /use bolt\+s: or neo4j\+s:/],
  "a certificate that is not trusted": [speaksTls(), "bolt+s://localhost", {}, "CertificateNotTrusted", false, /name its authority in trustedCertificates/],
  "an authority that is not the one": [speaksTls(), "bolt+s://localhost", { trustedCertificates: stranger }, "CertificateNotTrusted", false, /trustedCertificates/],
  "a certificate that has expired": [speaksTls(certificate("expired.crt")), "bolt+s://localhost", knows, "CertificateNotTrusted", false, /has expired/],
  "a certificate for another name": [speaksTls(), "bolt+s://127.0.0.1", knows, "CertificateNotTrusted", false, /not for this name \(127\.0\.0\.1\)/],
  "no certificate of the client's": [asksForOne, "bolt+s://localhost", knows, "ClientCertificateRefused", false, /set clientCertificate/],
  "a wrong certificate of the client's": [speaksTls({ ca: stranger, requestCert: true }), "bolt+s://localhost", { ...knows, clientCertificate: own }, "ClientCertificateRefused", undefined, /clientCertificate/],
  "a host that does not resolve": [nobody, "bolt://no-such-host.localhost.invalid", { encrypted: false }, "ServerUnreachable", true, /no-such-host.* is not found/],
  "a port where nobody listens": [nobody, "bolt://127.0.0.1", {}, "ServerUnreachable", true, /no server answers at 127\.0\.0\.1:\d+: is it running/],
  "an end before the handshake": [says(0), "bolt://127.0.0.1", {}, "ServerUnreachable", true, /ends the connection before it says a word/],
  "a reset before the handshake": [says(0, true), "bolt://127.0.0.1", {}, "ServerUnreachable", true, /ends the connection before it says a word/],
  "an end in the handshake": [says(2), "bolt://127.0.0.1", {}, "ServerUnreachable", true, /ends the connection/],
  "an end in HELLO": [says(8), "bolt://127.0.0.1", {}, "ConnectionClosed", true, /was closed/],
  "a reset in HELLO": [says(8, true), "bolt://127.0.0.1", {}, "ConnectionClosed", true, /was closed/],
  "silence from the start": [isMuteAfter("says nothing"), "bolt://127.0.0.1", SOON, "ConnectionTimeout", true, /within the connection timeout of 500 ms/],
  "silence where TLS is to begin": [isMuteAfter("says nothing"), "bolt+s://localhost", SOON, "ConnectionTimeout", true, /within the connection timeout of 500 ms/],
  "silence in HELLO": [isMuteAfter("shakes hands and says nothing"), "bolt://127.0.0.1", SOON, "ConnectionTimeout", true, /within the connection timeout of 500 ms/],
};

for (const name of programs) {
  test(`${name} tells over TCP what is wrong`, { timeout: 120_000 }, async (t) => {
    const there = elsewhere(name);
    t.after(() => there.end());
    for (const [what, [listens, uri, config, code, retryable, words]] of Object.entries(CASES)) {
      const outcome = await there.attempt(`${uri}:${await listens(t)}`, { auth: ["neo4j", "pass"], ...config });
      const isRetryable = retryable ?? outcome.retryable;
      equal([outcome.code, outcome.retryable, outcome.strays], [code, isRetryable, []], `${what}: ${outcome.message ?? "it connected"}`);
      match(outcome.message, words, what);
    }
  });
}
