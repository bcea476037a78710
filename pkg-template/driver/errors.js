// Errors, by culprit: whose fault it was says what can be done about it.

/** What the user has called, for as long as it is on the stack. */
let entered;

/**
 * Runs `body` in `entry`, which the user has called: errors that come of it have the frames of whoever called, and none of
 * ours before them.
 */
export function within(entry, body) {
  // Called by another of ours, or by what the user has given to it.
  if (entered) return body();
  entered = entry;
  try {
    return body();
  } finally {
    entered = undefined;
  }
}

// Engines whose errors have a line (JavaScriptCore) keep no frame of what calls another in tail position, as entries do.
const hasTailCalls = "line" in new Error();

/** A function for users, so that errors show where they called it. */
export function entry(call) {
  const { name } = call;
  const outer = {
    [name](...given) {
      return within(hasTailCalls ? within : outer, () => call.apply(this, given));
    },
  }[name];
  return outer;
}

/** The same for all methods of a class. */
export function entries(Class) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Class.prototype))) {
    if (typeof value !== "function" || value === Class) continue;
    Object.defineProperty(Class.prototype, name, { value: entry(value) });
  }
}

const captureStackTrace = Error.captureStackTrace ?? ((object) => (object.stack = new Error().stack));

/** Where the user is, for an error that may come later; text is made of it only then. */
export function callSite() {
  const site = {};
  captureStackTrace(site, entered ?? callSite);
  return site;
}

/** Base of all. `more` may hold code, retryable, gqlStatus, its companions, position, cause. */
export class Neo4jError extends Error {
  constructor(message, { cause, ...more } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    if (entered) Error.captureStackTrace?.(this, entered);
    this.retryable = false;
    // Only what is known, so that a printed error is not a list of undefined.
    for (const key in more) if (more[key] !== undefined && more[key] !== "") this[key] = more[key];
  }

  toJSON() {
    const { name, message, cause } = this;
    const plain = isOf(Error, cause) && !cause.toJSON ? { name: cause.name, message: cause.message } : cause;
    return { name, message, ...this, cause: plain };
  }
}

const kinds = {};

// The names are given as text: minifiers rename classes, and users read and compare `error.name`.
function kind(name, Kind = { [name]: class extends Neo4jError {} }[name]) {
  Object.defineProperty(Kind.prototype, "name", { value: name, writable: true, configurable: true });
  return (kinds[name] = Kind);
}

kind("Neo4jError", Neo4jError);
export const ConfigurationError = kind("ConfigurationError");
export const AuthError = kind("AuthError");
export const ConnectionError = kind("ConnectionError");
export const TimeoutError = kind("TimeoutError");
export const CommitUncertainError = kind("CommitUncertainError");
export const ProtocolError = kind("ProtocolError");
export const TransactionError = kind("TransactionError");
export const ResultConsumedError = kind("ResultConsumedError");
export const UsageError = kind("UsageError");
export const ServerError = kind("ServerError");

/** What is wrong with what the application has set. */
export const refusal = (message, cause) => new ConfigurationError(message, { code: "InvalidConfiguration", cause });

/** Errors made for the wasm side that nobody has seen yet. */
const fresh = new WeakSet();

const CLASSIFICATIONS = ["CLIENT_ERROR", "DATABASE_ERROR", "TRANSIENT_ERROR"];

/** For the wasm side, which knows kinds by name. */
export function makeError(kind, code, message, retryable, status = {}, position, cause) {
  const { gqlStatus, statusDescription: gqlStatusDescription, diagnosticRecord } = status;
  const said = diagnosticRecord?._classification;
  const classification = gqlStatus && (CLASSIFICATIONS.includes(said) ? said : "UNKNOWN");
  const more = { code, retryable, gqlStatus, gqlStatusDescription, classification, diagnosticRecord, position, cause };
  const error = new (kinds[kind] ?? Neo4jError)(message, more);
  fresh.add(error);
  // Frames of wasm are left there by engines, whatever they are told to leave out.
  if (entered) error.stack = error.stack.replace(/^ +at .*wasm:.*\n/gm, "");
  return error;
}

/**
 * What a promise of the wasm side comes to. An error that arrives later has a stack of nothing but wasm frames; it gets
 * that of `origin`, where the user called. One that has been through here keeps the stack it got there.
 */
export async function traced(promise, origin = callSite()) {
  try {
    return await promise;
  } catch (error) {
    const frames = origin.stack?.replace(/^Error.*\n/, "");
    for (let each = error; fresh.delete(each); each = each.cause) {
      each.stack = `${each.name}: ${each.message}${each === error ? `\n${frames}` : ""}`;
    }
    throw error;
  }
}

/** A field for what cannot be sent. Nothing that clones takes a symbol: an error that quotes it, not an empty copy. */
export const threadOf = (kind) => Symbol(`A ${kind} belongs to the page or worker that made it: it`);

/** What an undefined setting mostly comes from. */
export const UNSET = ": is an environment variable not set?";

export const usageError = (code, message, cause) => new UsageError(message, { code, cause });

/** By this the classes of every copy of the package are known, and by its value this copy's. */
const COPY = Symbol.for("neo4j-wasm");
const own = {};

/** Marks a class, so that errors can tell an instance of it from one that a second copy of the package has made. */
export function markOwn(Kind) {
  Object.defineProperty(Kind.prototype, COPY, { value: own });
}

/** Of a class of the user's. */
export const isInstance = (value) =>
  Object.prototype.toString.call(value) === "[object Object]" && value[COPY] === undefined && !isPlain(value);

const isOfOther = (value) => value[COPY] !== undefined && value[COPY] !== own;

/** What a value is, in words, without showing what is in it. */
export function kindOf(value) {
  try {
    return described(value);
  } catch {
    return "something that cannot be looked at, such as a proxy that has been revoked";
  }
}

/** What an error says; of anything else that was thrown, what it is. */
export function said(thrown) {
  try {
    if (typeof thrown.message === "string") return thrown.message;
  } catch {
    // It is told as what it is.
  }
  return kindOf(thrown);
}

function described(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (type === "Array") return "an array";
  const prototype = Object.getPrototypeOf(value);
  if (isPlain(value)) return "an object";
  const name = `an instance of ${type === "Object" ? prototype.constructor?.name || "a class" : type}`;
  return isOfOther(value) ? `${name}, made by a second copy of neo4j-wasm,` : name;
}

/** An object literal, or one without prototype; those of other realms too. */
export function isPlain(value) {
  if (Object.prototype.toString.call(value) !== "[object Object]") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether it is of one of the language's or the platform's own kinds, whichever realm (`node:vm`, a frame) has made it. */
export const isOf = (Kind, value) =>
  value instanceof Kind ||
  // Anyone may bear a tag, and what is read as bytes has to be bytes.
  (Object.prototype.toString.call(value) === `[object ${Kind.name}]` && (!Kind.BYTES_PER_ELEMENT || ArrayBuffer.isView(value)));

/** What UTF-8 can carry: half a surrogate pair would quietly become another character. */
export const isWhole = (text) => text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);

export const HALF = "half a surrogate pair, which UTF-8 cannot carry";

/** A value for an error's text: short, and only of kinds that cannot hide a credential deep inside. */
export function shown(value) {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `an array of ${[...new Set(value.slice(0, 5).map(kindOf))].join(", ") || "nothing"}`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}
