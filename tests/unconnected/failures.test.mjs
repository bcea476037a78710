// What a failed connection says of itself, in each runtime: which it was is in the error's code.

import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createNetServer } from "node:net";
import { WebSocketServer } from "ws";
import { browsers, elsewhere, programs, ways } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { assert, equal, match, test } from "../harness/test.js";
import { certificate, listen, pageServer } from "./servers.mjs";

const auth = [env.user, env.password];
const { port } = new URL(env.uri);
const LONGEST = 8_000;

async function closedPort(t) {
  const server = createNetServer();
  const port = await listen(t, server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const discovery = JSON.stringify({ bolt_direct: "bolt://db.example.com:7687", neo4j_version: "5.26.25" });

function failed(outcome, code, message = /./, retryable = code === "ServerUnreachable") {
  equal([outcome.code, outcome.retryable, outcome.strays], [code, retryable, []], outcome.message ?? "it connected");
  match(outcome.message, message);
  assert(outcome.ms < LONGEST, `${code} took ${outcome.ms} ms`);
}

for (const { name, socket, title } of ways([...programs, ...browsers])) {
  const isBrowser = browsers.includes(name);
  const isTcp = socket === "tcp";

  test(`${title} says what is wrong with an address`, { timeout: 120_000 }, async (t) => {
    const there = await elsewhere(name, { page: env.page });
    t.after(() => there.end());
    const attempt = (uri, config) => there.attempt(uri, { auth, socket, ...config });

    failed(await attempt(`bolt://127.0.0.1:${await closedPort(t)}`), "ServerUnreachable", /no server answers at 127.0.0.1:\d+/);
    const nowhere = await attempt("bolt://no-such-host.localhost.invalid", { encrypted: false });
    failed(nowhere, "ServerUnreachable", /no-such-host/);

    const page = await listen(t, createServer((_, response) => response.end("hello")));
    failed(await attempt(`bolt://127.0.0.1:${page}`), "WrongPort", /speaks HTTP and not Bolt: .*7687/);
    const http = await listen(t, createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "*" }).end(discovery);
    }));
    failed(await attempt(`bolt://127.0.0.1:${http}`), "WrongPort", /Neo4j offers Bolt at bolt:\/\/db\.example\.com:7687/);

    for (const [status, code, isPassing] of [[503, "ServerUnavailable", true], [401, "ProxyRefused", false]]) {
      const gateway = await listen(t, createServer((_, response) => {
        response.writeHead(status, { "access-control-allow-origin": "*" }).end();
      }));
      failed(await attempt(`bolt://127.0.0.1:${gateway}`), code, new RegExp(`HTTP ${status}`), isPassing);
    }

    const plain = await listen(t, createServer((_, response) => response.end("hello")));
    failed(await attempt(`bolt+s://127.0.0.1:${plain}`), "TlsFailed", /answers in the clear/);

    // The server is there, and it says why it hangs up, or says nothing.
    const closing = new WebSocketServer({ noServer: true });
    closing.on("connection", (socket) => socket.close(1013, "come back later"));
    const busy = createServer().on("upgrade", (request, socket, head) => {
      closing.handleUpgrade(request, socket, head, (socket) => closing.emit("connection", socket));
    });
    const closed = await attempt(`bolt://127.0.0.1:${await listen(t, busy)}`);
    if (!isTcp) failed(closed, "ConnectionClosed", /close code 1013, "come back later"/, true);

    // Nobody answers anything: the limit of the look around holds, and so does the driver's.
    const silent = createNetServer((socket) => socket.on("error", () => {}));
    const late = await attempt(`bolt://127.0.0.1:${await listen(t, silent)}`, { connectionTimeout: 1_000 });
    failed(late, "ConnectionTimeout", /1000 ms/, true);
    equal(await attempt(env.uri).then(({ agent }) => agent), `Neo4j/${env.version}`);
  });

  test(`${title} says that a server wants TLS`, { timeout: 60_000 }, async (t) => {
    const there = await elsewhere(name, { page: env.page, authority: env.authority });
    t.after(() => there.end());
    const port = await listen(t, createSecureServer(certificate(), (_, response) => response.end("hello")));
    failed(await there.attempt(`bolt://localhost:${port}`, { auth, socket }), "TlsRequired", /bolt\+s:/);
    // Chromium does not tell a certificate that it does not trust from a server that is not there.
    const code = name === "chromium" ? "ConnectionFailed" : "CertificateNotTrusted";
    const mistaken = await there.attempt(`bolt+s://127.0.0.1:${port}`, { auth, socket });
    const why = isTcp ? /certificate is not for this name \(127\.0\.0\.1\)/ : /certificate is not trusted, or not for this name/;
    failed(mistaken, code, why, name === "chromium");
  });

  if (!isBrowser) continue;

  test(`${name} names the page's policy`, { timeout: 60_000 }, async (t) => {
    const page = await pageServer(t, { replace: [/connect-src [^;]*/, "connect-src 'self'"] });
    const there = await elsewhere(name, { page });
    t.after(() => there.end());
    failed(await there.attempt(env.uri, { auth }), "BlockedByPolicy", /connect-src/);
  });

  test(`${name} names mixed content`, { timeout: 60_000 }, async (t) => {
    const there = await elsewhere(name, { page: await pageServer(t, { secure: true }), insecure: true });
    t.after(() => there.end());
    const mixed = await there.attempt("bolt://db.example.com", { auth, encrypted: false });
    failed(mixed, "MixedContent", /https cannot open ws:\/\/db\.example\.com:7687\/.*encrypt/);
    equal([mixed.name, mixed.made], ["ConfigurationError", false]);
    // The loopback is excepted.
    equal((await there.attempt(`bolt://127.0.0.1:${port}`, { auth })).agent, `Neo4j/${env.version}`);
  });
}

test("chromium names the local network that it keeps a page from", { timeout: 60_000 }, async (t) => {
  const flags = (page) => [
    "--host-resolver-rules=MAP page.test 127.0.0.1",
    // As if the page came from the internet.
    `--ip-address-space-overrides=127.0.0.1:${new URL(page).port}=public`,
  ];
  for (const secure of [false, true]) {
    const page = (await pageServer(t, { secure })).replace(/127\.0\.0\.1|localhost/, "page.test");
    const there = await elsewhere("chromium", { page, flags: flags(page), insecure: true });
    t.after(() => there.end());
    failed(await there.attempt(env.uri, { auth }), "LocalNetworkBlocked", /local network/);
  }
});
