// Servers that end with the test.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { env } from "../harness/env.js";

const POLICY = "content-security-policy";

/** Listens on a free port of the loopback, until the test ends. */
export async function listen(t, server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return server.address().port;
}

/** That of the Neo4j with TLS, or one for the same key that has expired. */
export function certificate(name = "public.crt") {
  const file = (name) => readFileSync(env.authority.replace("authority.crt", name));
  return { key: file("private.key"), cert: file(name) };
}

/**
 * The address of a page whose policy is another, after `replace`, and which comes by https where that is wanted; files of
 * wasm come with the headers `ofWasm`.
 */
export async function pageServer(t, { secure, replace, ofWasm }) {
  const { origin } = new URL(env.page);
  const pass = async (request, response) => {
    const from = await fetch(origin + request.url);
    const headers = Object.fromEntries(from.headers);
    if (replace) headers[POLICY] = headers[POLICY].replace(...replace);
    if (request.url.endsWith(".wasm")) Object.assign(headers, ofWasm);
    response.writeHead(from.status, headers).end(Buffer.from(await from.arrayBuffer()));
  };
  const port = await listen(t, secure ? createSecureServer(certificate(), pass) : createServer(pass));
  return `${secure ? "https://localhost" : "http://127.0.0.1"}:${port}/harness`;
}
