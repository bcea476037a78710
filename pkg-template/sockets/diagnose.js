// Why a WebSocket did not open. It does not say so itself: what it did say is read, and the address is asked over HTTP,
// which a server answers on its Bolt port too.

import { blockedByPolicy, hasOpened, MIXED, POLICY } from "./browser.js";
import { time } from "../wire/gate.js";

/** Milliseconds for all questions together. */
const LIMIT = 2_000;
/** For how long what was found out holds for others who fail at the same address. */
const FRESH = 1_500;
/** As many characters of an answer as are read. */
const ENOUGH = 4_096;

const TRUST = /certificate|altname|issuer|self.signed|unable_to_verify/i;
/** What the worker says, and what Firefox does. */
const BLOCKED = /content security policy|CONTENT_BLOCKED/;
const DOWN = /refused|unreachable|not ?found|dns error|eai_again|tcp connect error|unable to connect/i;
/** What proxies say while the server behind them starts, or is overrun. */
const PASSING = /^(408|425|429|50[234]|52\d|530)$/;

/**
 * Gives a function of a URL, the close code and what the socket said: it finds code, advice and whether to try again, or
 * undefined. It never rejects, and takes no longer than the limit. Those who fail while one asks, or soon after, share
 * what that one finds. `ask(url, signal, isOther)` asks over HTTP: { status, isJson, body, location }, or { trouble }.
 */
export function diagnoser(ask) {
  const looks = new Map();
  const lookOnce = (url) => {
    for (const [address, { until }] of looks) if (until < time.now()) looks.delete(address);
    let look = looks.get(url);
    if (!look) {
      look = { until: Infinity, found: inTime((signal) => lookAround(url, ask, signal)) };
      look.found.then(() => (look.until = time.now() + FRESH));
      looks.set(url, look);
    }
    return look.found;
  };
  return async (url, closeCode, said) => {
    try {
      // Firefox says so much with its close code, that there is a server.
      return atOnce(url, said) ?? await lookOnce(url) ?? (closeCode === 1015 ? untrusted() : unknown(url));
    } catch {
      return undefined;
    }
  };
}

let asks = askByFetch;

/** Has another way to ask over HTTP take the place of `fetch`. */
export const askBy = (other) => (asks = other);

export const diagnose = diagnoser((...question) => asks(...question));

async function inTime(work) {
  const controller = new AbortController();
  let timer;
  const tooLate = new Promise((resolve) => {
    timer = time.setTimeout(() => {
      // What has come of an answer by then may say enough.
      controller.abort();
      timer = time.setTimeout(resolve, 0);
    }, LIMIT);
  });
  // Whoever waits has a limit of its own: this one alone keeps no program from ending.
  timer?.unref?.();
  try {
    return await Promise.race([work(controller.signal).catch(() => undefined), tooLate]);
  } finally {
    time.clearTimeout(timer);
    controller.abort();
  }
}

/** What needs no question. */
function atOnce(url, said) {
  const isTls = url.startsWith("wss:");
  const [, status] = /server response: (\d+)/.exec(said) ?? [];
  if (PASSING.test(status)) return judge(url, { status });
  if (blockedByPolicy(url) || BLOCKED.test(said)) return ["BlockedByPolicy", POLICY, false];
  if (/^SecurityError|mixed content/.test(said) && !isTls) return ["MixedContent", MIXED, false];
  if (isTls && TRUST.test(said)) return untrusted(said);
  return DOWN.test(said) ? unreachable(url) : undefined;
}

async function lookAround(url, ask, signal) {
  const isTls = url.startsWith("wss:");
  if (await isKeptOut(url)) return ["LocalNetworkBlocked", KEPT_OUT, false];
  const answer = await ask(url.replace("ws", "http"), signal);
  if (answer.status !== undefined) return judge(url, answer);
  if (isTls && TRUST.test(answer.trouble)) return untrusted(answer.trouble);
  if (DOWN.test(answer.trouble)) return unreachable(url);
  const reply = await ask(url.replace(/^wss?/, isTls ? "http" : "https"), signal, true);
  const isThere = reply.status !== undefined || TRUST.test(reply.trouble);
  if (isTls) return isThere ? ["TlsFailed", IN_THE_CLEAR, false] : undefined;
  return isThere ? ["TlsRequired", ENCRYPT, false] : unreachable(url);
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

const ENCRYPT = "the server wants TLS: use bolt+s: or neo4j+s:, or set `encrypted`";
const TLS = "its certificate is not trusted, or not for this name, or it offers no TLS";
const IN_THE_CLEAR =
  `the server answers in the clear, but TLS (the default for another host) failed: ${TLS}; without TLS it is bolt: or neo4j: and \`encrypted: false\``;

const untrusted = (said = "") =>
  ["CertificateNotTrusted", `the server's certificate is not trusted, or not for this name${said && `: ${said}`}`, false];

function unreachable(url) {
  const advice = "is it running, and is this its Bolt port (7687 by default)?";
  return ["ServerUnreachable", `no server answers at ${new URL(url).host}: ${advice}`, true];
}

function unknown(url) {
  if (!url.startsWith("wss:")) return undefined;
  return ["ConnectionFailed", `the server is down, or ${TLS}. A browser at ${url.replace("ws", "http")} tells which`, true];
}

/** What an HTTP answer means. A status of 0 is one that the browser keeps to itself. */
function judge(url, { status, isJson, body = "", location }) {
  const what = `what answers there (HTTP${status ? ` ${status}` : ""})`;
  if (/^40[137]$/.test(status)) return ["ProxyRefused", `${what} is a proxy that wants to be logged in to, or lets nobody through`, false];
  // Neo4j's own Bolt port: in little or nothing, and in JSON.
  if (isJson && status < 300 && !/"neo4j_version"|"bolt_/.test(body)) {
    return ["ConnectionFailed", "the server answers over HTTP, but the WebSocket was refused or reset: try again", true];
  }
  if (/^https:/.test(location) && url.startsWith("ws:")) return ["TlsRequired", ENCRYPT, false];
  // Where a socket has been open before, there is a server.
  if (PASSING.test(status) || hasOpened(url)) {
    return ["ServerUnavailable", `${what} is a proxy without its server, which may be starting: try again`, true];
  }
  const [, bolt] = /"bolt_direct"\s*:\s*"([^"]+)"/.exec(body) ?? [];
  const advice = bolt ? `Neo4j offers Bolt at ${bolt}` : "Bolt has a port of its own (7687 by default)";
  return ["WrongPort", `${what} speaks HTTP and not Bolt: ${advice}`, false];
}

/** Another server's page may keep others from reading what it answers, but not from noticing that it does. */
export async function askByFetch(url, signal, isOther) {
  const question = { cache: "no-store", credentials: "omit", signal };
  const notice = async () => {
    await fetch(url, { ...question, mode: "no-cors" });
    return { status: 0 };
  };
  try {
    if (isOther) return await notice();
    const response = await fetch(url, { ...question, redirect: "manual" }).catch(() => undefined);
    if (!response) return await notice();
    const { status, headers } = response;
    const isJson = /json/.test(headers.get("content-type"));
    return { status, isJson, location: headers.get("location"), body: isJson ? await beginning(response) : "" };
  } catch ({ message }) {
    return { trouble: message };
  }
}

async function beginning({ body }) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; ; ) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (value) text += decoder.decode(value, { stream: true });
    if (done || text.length > ENOUGH) return text;
  }
}
