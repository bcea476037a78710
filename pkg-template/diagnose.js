// Why a WebSocket did not open. It does not say so itself: what it did say is read, and the address is asked over HTTP,
// which a server answers on its Bolt port too.

import { blockedByPolicy, MIXED, POLICY } from "./browser.js";

/** For all questions together. */
const LIMIT = 2_000;

const TRUST = /certificate|altname|issuer|self.signed|unable_to_verify/i;
/** What the worker says, and what Firefox does. */
const BLOCKED = /content security policy|CONTENT_BLOCKED/;
const DOWN = /refused|unreachable|not ?found|dns error|eai_again|tcp connect error|unable to connect/i;

/** Code, advice and whether to try again, or undefined. Never rejects, and never takes longer than the limit. */
export async function diagnose(url, closeCode, said) {
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT)));
  try {
    return await Promise.race([lookAround(url, closeCode, said).catch(() => undefined), tooLate]);
  } finally {
    // It would keep a program from ending.
    clearTimeout(timer);
  }
}

async function lookAround(url, closeCode, said) {
  const isTls = url.startsWith("wss:");
  if (blockedByPolicy(url) || BLOCKED.test(said)) return ["BlockedByPolicy", POLICY, false];
  if (/^SecurityError|mixed content/.test(said) && !isTls) return ["MixedContent", MIXED, false];
  if (isTls && TRUST.test(said)) return untrusted(said);
  if (await isKeptOut(url)) return ["LocalNetworkBlocked", KEPT_OUT, false];
  const [own, other] = [url.replace("ws", "http"), url.replace(/^wss?/, isTls ? "http" : "https")];
  const answer = await ask(own);
  if (answer.body !== undefined) return wrongPort(answer);
  if (isTls && TRUST.test(answer.trouble)) return untrusted(answer.trouble);
  if (DOWN.test(answer.trouble)) return unreachable(url);
  // Another server's page may keep others from reading what it answers, but not from noticing that it does.
  if (!isTls && (await ask(own, "no-cors")).body !== undefined) return wrongPort({});
  const reply = await ask(other, "no-cors");
  const isThere = reply.body !== undefined || TRUST.test(reply.trouble);
  if (isThere && isTls) return ["TlsFailed", `the server answers in the clear, but TLS failed: ${TLS}`, false];
  if (isThere) return ["TlsRequired", "the server wants TLS: use bolt+s: or neo4j+s:, or set `encrypted`", false];
  if (!isTls) return unreachable(url);
  // Firefox says so much, that there is a server.
  if (closeCode === 1015) return untrusted();
  return ["ConnectionFailed", `the server is down, or ${TLS} A new tab with ${own} tells which`, true];
}

const LOCAL = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[)|\.local(host)?$/;
const KEPT_OUT =
  "the browser keeps pages from the local network unless its user allows it for this site (local network access)";

/** Chromium does, and tells nobody but the console; a page that is itself from there is let in. */
async function isKeptOut(url) {
  const { location, navigator } = globalThis;
  if (!location?.hostname || LOCAL.test(location.hostname) || !LOCAL.test(new URL(url).hostname)) return false;
  const asked = navigator.permissions?.query({ name: "local-network-access" });
  const { state } = await Promise.resolve(asked).catch(() => ({})) ?? {};
  return state !== undefined && state !== "granted";
}

const TLS = "its certificate is not trusted, or not for this name, or it offers no TLS.";

const untrusted = (said = "") =>
  ["CertificateNotTrusted", `the server's certificate is not trusted, or not for this name${said && `: ${said}`}`, false];

function unreachable(url) {
  const advice = "is it running, and is this its Bolt port (7687 by default)?";
  return ["ServerUnreachable", `no server answers at ${new URL(url).host}: ${advice}`, true];
}

/** An HTTP server, be it Neo4j's own; but Bolt ports answer too, with little or nothing, and in JSON. */
function wrongPort({ body, isJson }) {
  if (isJson && !/"neo4j_version"|"bolt_/.test(body)) return undefined;
  const [, bolt] = /"bolt_direct"\s*:\s*"([^"]+)"/.exec(body) ?? [];
  const advice = bolt ? `Neo4j offers Bolt at ${bolt}` : "Bolt has a port of its own (7687 by default)";
  return ["WrongPort", `what answers there speaks HTTP and not Bolt: ${advice}`, false];
}

async function ask(url, mode = "cors") {
  try {
    const options = { mode, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(LIMIT) };
    const response = await fetch(url, options);
    return { body: await response.text(), isJson: /json/.test(response.headers.get("content-type")) };
  } catch (error) {
    // Browsers say nothing; others say it in one of these.
    const { message, code, cause } = error;
    return { trouble: [message, code, cause?.code, cause?.message].filter(Boolean).join(", ") };
  }
}
