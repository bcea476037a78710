// What users may set, checked at once and loudly: an option that is wrong or unknown never just does nothing.

import { authEntries, wrongToken } from "./auth.js";
import { heed } from "../wire/start.js";
import { encodeMap } from "../wire/encode.js";
import { isInstance, isOf, isPlain, isWhole, kindOf, Neo4jError, refusal, said, shown, UNSET } from "./errors.js";

export const READ = "READ";
export const WRITE = "WRITE";
export const TRUST_ALL_CERTIFICATES = "TRUST_ALL_CERTIFICATES";
export const TRUST_SYSTEM_CA_SIGNED_CERTIFICATES = "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES";

/** Getters and proxies may throw whatever they like. */
function readable(what, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Neo4jError) throw error;
    throw refusal(`${what} cannot be read: ${said(error)}`, error);
  }
}


/** A rule: what the option takes, in words, and its value made ready; undefined refuses it. */
const rule = (takes, ready) => ({ takes, ready });
const when = (takes, test) => rule(takes, (value) => (test(value) ? value : undefined));
const oneOf = (...values) => when(values.map(shown).join(" or "), (value) => values.includes(value));

const flag = when("true or false", (value) => typeof value === "boolean");
const isText = (value) => typeof value === "string" && isWhole(value);
const text = when("a string that is neither empty nor has half a surrogate pair", (value) => isText(value) && value !== "");
const call = when("a function", (value) => typeof value === "function");
const milliseconds = when("a number of milliseconds, 0 or more", (value) => Number.isFinite(value) && value >= 0);
/** One that ends: there is no "for ever". */
const wait = when("a number of milliseconds, more than 0", (value) => Number.isFinite(value) && value > 0);
const count = when("a whole number, 1 or more", (value) => Number.isSafeInteger(value) && value >= 1);
const fetchSize = when(
  "a whole number, 1 or more, or -1 for all",
  (value) => Number.isSafeInteger(value) && (value >= 1 || value === -1),
);
const messageSize = when(
  "a number of bytes, from 65536 to 2147483648",
  (value) => Number.isInteger(value) && value >= 65_536 && value <= 2_147_483_648,
);
const strings = (value) => Array.isArray(value) && value.every(isText);
const TOKEN = "[user, password] or what basicAuth, bearerAuth, kerberosAuth, customAuth or noAuth returns";
const secret = (takes, ready) => ({ ...rule(takes, ready), secret: true, why: wrongToken });

/** A token's entries as Rust takes them: texts, and the parameters as bytes. */
function tokenEntries(value) {
  const entries = authEntries(value);
  return entries?.parameters ? { ...entries, parameters: encodeMap(entries.parameters, "auth.parameters") } : entries;
}

const has = (value, ...methods) => methods.every((method) => typeof value?.[method] === "function");

const auth = secret(`${TOKEN}, or an auth token manager`, (value) =>
  has(value, "getToken", "handleSecurityException") ? checkedAuthManager(value) : tokenEntries(value),
);
const sessionAuth = secret(TOKEN, tokenEntries);

/** What a manager gives is checked as it comes. */
const checkedAuthManager = (manager) => ({
  getToken: async () => {
    const token = await manager.getToken();
    const entries = tokenEntries(token);
    const why = wrongToken(token, "getToken()") ?? `got ${kindOf(token)}`;
    if (!entries) throw refusal(`getToken() of an auth token manager gives ${TOKEN}: ${why}`);
    return entries;
  },
  handleSecurityException: async (token, code) => (await manager.handleSecurityException(token, code)) === true,
});

const bookmarkManager = rule("what bookmarkManager() returns, or null for none", (value) => {
  if (value === null) return value;
  return has(value, "getBookmarks", "updateBookmarks") ? checkedBookmarkManager(value) : undefined;
});

const checkedBookmarkManager = (manager) => ({
  getBookmarks: async () => {
    const bookmarks = await manager.getBookmarks();
    const isList = Array.isArray(bookmarks);
    const all = isList ? [...bookmarks] : bookmarks?.[Symbol.iterator] && (await listed(bookmarks, "getBookmarks()"));
    if (all && strings(all)) return all;
    throw refusal(`getBookmarks() of a bookmark manager gives an array of strings, got ${shown(bookmarks)}`);
  },
  updateBookmarks: async (previous, next) => void (await manager.updateBookmarks(previous, next)),
});

/** More is an iterable that has no end, or as good as none. */
const MOST = 10_000;

/** All that an iterable of the application gives. */
async function listed(iterable, whose) {
  const all = [];
  for await (const each of iterable) {
    if (all.push(each) > MOST) throw refusal(`${whose} gives an iterable that ends: this one gave more than ${MOST}`);
  }
  return all;
}

const FILTER = {
  minimumSeverity: oneOf("OFF", "WARNING", "INFORMATION"),
  disabledClassifications: when("an array of strings", strings),
};
const notificationFilter = rule("an object with minimumSeverity, disabledClassifications, or both", (value) =>
  isPlain(value) ? check(value, FILTER, "notificationFilter option") : undefined,
);

const trusts = oneOf(TRUST_ALL_CERTIFICATES, TRUST_SYSTEM_CA_SIGNED_CERTIFICATES);
const trust = rule(`${trusts.takes} (one certificate is pinned by derEncodedServerCertificate)`, trusts.ready);

/** Those that src/bolt/version.rs has. */
const BOLT_VERSIONS = ["4.4", "5.0", "5.1", "5.2", "5.3", "5.4", "5.6", "5.7", "5.8", "6.0", "6.1"];

// Rust asks for them by these names: src/js/from_js.rs.
const DRIVER = {
  auth,
  encrypted: flag,
  trust,
  derEncodedServerCertificate: rule("a Uint8Array with one certificate in DER form", certificate),
  userAgent: text,
  maxConnectionLifetime: milliseconds,
  maxConnectionPoolSize: count,
  connectionAcquisitionTimeout: wait,
  connectionTimeout: wait,
  maxRetryTime: milliseconds,
  livenessCheckTimeout: milliseconds,
  keepAlive: flag,
  telemetryDisabled: flag,
  resolver: rule("a function of host and port", (value) => (typeof value === "function" ? resolved(value) : undefined)),
  fetchSize,
  notificationFilter,
  socket: oneOf("worker", "page"),
  webSocket: call,
  webSocketUrl: rule("a function of an address", (value) => (typeof value === "function" ? mapped(value) : undefined)),
  maxMessageSize: messageSize,
  boltVersion: oneOf(...BOLT_VERSIONS),
  integers: oneOf("auto", "number", "bigint"),
};

const DEFAULTS = {
  auth: { scheme: "none" },
  maxConnectionLifetime: 3_600_000,
  maxConnectionPoolSize: 100,
  connectionAcquisitionTimeout: 60_000,
  connectionTimeout: 30_000,
  maxRetryTime: 30_000,
  keepAlive: true,
  integers: "auto",
};

const accessMode = oneOf(READ, WRITE);
const bookmarks = rule("an array of bookmarks", (value) =>
  isText(value) ? [value] : strings(value) ? [...value] : undefined,
);
const signal = when("an AbortSignal", (value) =>
  typeof value?.aborted === "boolean" && typeof value.addEventListener === "function");
const target = { database: text, impersonatedUser: text };
const transaction = {
  timeout: milliseconds,
  metadata: rule("a map of names to values", (value) =>
    isPlain(value) || isOf(Map, value) ? encodeMap(value, "metadata") : undefined,
  ),
  signal,
};

// Rust asks for these by name too.
const OPTIONS = {
  session: { accessMode, ...target, bookmarks, bookmarkManager, auth: sessionAuth, fetchSize, notificationFilter },
  transaction,
  executeQuery: { accessMode, ...target, bookmarks, bookmarkManager, auth: sessionAuth, ...transaction },
  connection: { accessMode, database: text, signal },
  verifyAuthentication: { auth: sessionAuth, database: text, signal },
  routing: { database: text, bookmarks, signal },
  signal: { signal },
  authTokenManager: { tokenProvider: call },
  bookmarkManager: { initialBookmarks: bookmarks, bookmarksSupplier: call, bookmarksConsumer: call },
};

/** Checks the options of a call, one of `OPTIONS`; the signal comes apart, for it goes to Rust as it is. */
export function checkOptions(name, given = {}) {
  const { signal, ...options } = readable("An option", () => {
    if (!isPlain(given)) throw refusal(`Options are an object, got ${kindOf(given)}${isInstance(given) ? SPREAD : ""}`);
    return check(given, OPTIONS[name], "option");
  });
  if (signal) heed(signal);
  // Rust looks for names: none of them is to come from elsewhere.
  return { options: { __proto__: null, ...options }, signal };
}

export const checkUri = (uri) => readable("The URI", () => {
  if (typeof uri === "string" || isOf(URL, uri)) return String(uri);
  throw refusal(`A URI is a string, got ${kindOf(uri)}${uri === undefined ? UNSET : ""}`);
});

/**
/**
 * The driver's configuration as Rust takes it: a copy with defaults filled in, and what the runtime's sockets can do. What
 * the URI decides is checked there. `host`: see start.js.
 */
export function checkConfig(given = {}, host, uri) {
  const config = readable("The configuration", () => {
    // Perhaps a password: only its kind is named.
    if (!isPlain(given)) {
      const got = `${kindOf(given)}${isInstance(given) ? SPREAD : ""}`;
      throw refusal(`The configuration is an object such as { auth: [user, password] }, got ${got}`);
    }
    return { ...DEFAULTS, ...check(given, { ...DRIVER, ...host.rules }, "configuration key") };
  });
  const { canTrustAll, keepsAlive } = host.transport?.(config, uri) ?? host;
  return { __proto__: null, ...config, canTrustAll, keepsAlive };
}

function check(given, rules, what) {
  const result = {};
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, key)) throw refusal(`There is no ${what} ${shown(key)}; ${instead(key, rules)}`);
    if (value === undefined) continue;
    const { takes, ready, secret, why } = rules[key];
    result[key] = ready(value);
    if (result[key] !== undefined) continue;
    const wrong = why?.(value, key);
    if (wrong) throw refusal(`${wrong}; ${key} takes ${takes}`);
    throw refusal(`${key} takes ${takes}, got ${secret ? kindOf(value) : shown(value)}`);
  }
  return result;
}

/** The user's resolver, which may answer in many forms, as one that promises an array of [host, port]. */
const resolved = (resolver) => async (host, port) => {
  const given = await resolver(host, port);
  if (typeof given === "string" || (!given?.[Symbol.iterator] && !given?.[Symbol.asyncIterator])) {
    throw refusal(`resolver gives an iterable of [host, port] or "host:port", got ${kindOf(given)}`);
  }
  return (await listed(given, "resolver")).map((address) => hostAndPort(address, port));
};

/** The user's own way to say where a server is to be reached, held to an answer that a socket takes. */
const mapped = (webSocketUrl) => (address) => {
  const given = webSocketUrl(address);
  const url = typeof given === "string" || isOf(URL, given) ? parsed(given) : undefined;
  if (url && /^wss?:$/.test(url.protocol) && !url.hash) return url.href;
  // There may be a secret in it.
  const got = url ? `one with ${url.hash ? "a fragment" : url.protocol}` : kindOf(given);
  throw refusal(`webSocketUrl gives a ws: or wss: URL without a fragment, got ${got}`);
};

function parsed(url) {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

const ADDRESS = /^(?:\[(.+)\]|([^:[\]]+)|([^[\]]*:[^[\]]*:[^[\]]*))(?::(\d+))?$/;

function hostAndPort(address, defaultPort) {
  const text = typeof address === "string" ? (ADDRESS.exec(address) ?? []) : [];
  const [host, port] = Array.isArray(address) ? address : [text[1] ?? text[2] ?? text[3], text[4]];
  const number = Number(port ?? defaultPort);
  if (typeof host === "string" && host && Number.isInteger(number) && number > 0 && number < 65_536) return [host, number];
  const gave = Array.isArray(address) ? `[${address.slice(0, 3).map(shown).join(", ")}]` : shown(address);
  throw refusal(`resolver gave ${gave}, which is not [host, port] or "host:port"`);
}

/** One SEQUENCE that ends where the bytes end: what is cut short or not DER at all is noticed here. */
function certificate(bytes) {
  if (!isOf(Uint8Array, bytes) || bytes[0] !== 0x30) return undefined;
  let [, length] = bytes;
  let start = 2;
  if (length & 0x80) {
    start += length & 0x7f;
    length = bytes.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  return length > 0 && start + length === bytes.length ? bytes.slice() : undefined;
}

const SPREAD = ": pass its fields, such as { ...options }";

const AUTH = "it is auth: [user, password]";
const RUNTIMES = "certificates are the runtime's matter";

/** What others call otherwise, the official driver above all, or have and this one does without. */
const ELSEWHERE = {
  user: AUTH, username: AUTH, password: AUTH, credentials: AUTH, principal: AUTH, scheme: "it is { auth: token }",
  disableLosslessIntegers: 'it is integers: "number"',
  useBigInt: 'it is integers: "bigint"',
  maxTransactionRetryTime: "it is maxRetryTime",
  connectionLivenessCheckTimeout: "it is livenessCheckTimeout",
  trustedCertificates: RUNTIMES,
  clientCertificate: RUNTIMES,
  disableAutoCommitRetries: "session.run is never run again",
  logging: "nothing is logged, errors and driver.metrics() say what happens",
  defaultAccessMode: "it is accessMode",
  routing: "it is accessMode",
  transactionConfig: "it is timeout and metadata, each by itself",
  resultTransformer: "the records are an array: map them",
  disabledCategories: "it is disabledClassifications",
  minimumSeverityLevel: "it is minimumSeverity",
};

/** What to say in the place of a key that there is not. */
function instead(key, rules) {
  if (Object.hasOwn(ELSEWHERE, key)) return `here ${ELSEWHERE[key]}`;
  const known = Object.keys(rules);
  const whose = { "the driver": DRIVER, "a session": OPTIONS.session, "a query or a transaction": transaction };
  const owner = Object.keys(whose).find((name) => Object.hasOwn(whose[name], key));
  if (owner) return `it is an option of ${owner}`;
  const near = nearest(key, known);
  return near ? `the nearest is "${near}"` : `there are ${known.join(", ")}`;
}

/** By letters to add and to take away, whatever the case: `max_pool_size` is near `maxConnectionPoolSize`. None where all are far. */
function nearest(key, known) {
  const folded = (text) => text.replace(/[_\W]/g, "").toLowerCase();
  const far = known.map((name) => distance(folded(key), folded(name)) / (key.length + name.length));
  const least = Math.min(...far);
  return least < 0.46 ? known[far.indexOf(least)] : undefined;
}

function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const above = row;
    row = [at + 1];
    for (let index = 0; index < to.length; index++) {
      const change = above[index] + (letter === to[index] ? 0 : 2);
      row.push(Math.min(change, above[index + 1] + 1, row[index] + 1));
    }
  }
  return row[to.length];
}
