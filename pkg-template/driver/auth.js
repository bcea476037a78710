// Authentication tokens. What is in them shows nowhere: not when printed, not in JSON, not in an error.

import { HALF, isPlain, isWhole, kindOf, markOwn, UNSET } from "./errors.js";
import { held, hold } from "./held.js";

export class AuthToken {
  constructor(entries) {
    hold(this, entries);
    this.scheme = entries.scheme;
  }
}
markOwn(AuthToken);

const token = (scheme, principal, credentials, realm, parameters) =>
  new AuthToken({ scheme, principal, credentials, realm, parameters });

export const basicAuth = (user, password, realm) => token("basic", user, password, realm);
export const bearerAuth = (credentials) => token("bearer", undefined, credentials);
export const kerberosAuth = (ticket) => token("kerberos", "", ticket);
export const customAuth = (principal, credentials, realm, scheme, parameters) =>
  token(scheme, principal, credentials, realm, parameters);
export const noAuth = () => token("none");

const NAMES = ["principal", "credentials", "realm"];

/** What must be there by scheme, in the words of users. */
const NEEDED = {
  basic: { principal: "user", credentials: "password" },
  bearer: { credentials: "token" },
  kerberos: { credentials: "ticket" },
};

/** The entries of a token, of [user, password, realm?], or of a plain object with a scheme; undefined if ill-formed. */
export function authEntries(auth) {
  const entries = given(auth);
  if (!entries || wrongEntry(entries)) return undefined;
  const { scheme, principal, credentials, realm, parameters } = entries;
  // A password may be empty; what a provider of its own does not need is left out.
  const secret = scheme === "basic" ? credentials : credentials || undefined;
  return { scheme, principal: principal ?? undefined, credentials: secret, realm: realm || undefined, parameters };
}

function given(auth) {
  if (Array.isArray(auth) && (auth.length === 2 || auth.length === 3)) return held(basicAuth(...auth));
  if (auth instanceof AuthToken) return held(auth);
  if (!isPlain(auth)) return undefined;
  const { scheme, principal, credentials, realm, parameters, ...unknown } = auth;
  return Object.keys(unknown).length ? undefined : { scheme, principal, credentials, realm, parameters };
}

/** The name of the first entry that will not do. */
function wrongEntry(entries) {
  if (typeof entries.scheme !== "string" || !entries.scheme) return "scheme";
  const needed = NEEDED[entries.scheme] ?? {};
  return NAMES.find((name) => {
    const value = entries[name];
    return typeof value === "string" ? !isWhole(value) : name in needed || (value !== undefined && value !== null);
  });
}

/** What is wrong with a token, without a word of what is in it; undefined if it is no token at all. `root`: where it stands. */
export function wrongToken(auth, root) {
  if (Array.isArray(auth) && auth.length < 2) return `${root}[${auth.length}] (the ${auth.length ? "password" : "user"}) is missing`;
  const entries = given(auth);
  if (!entries) return isPlain(auth) ? `${root} is an object that is no token` : undefined;
  const name = wrongEntry(entries);
  const what = NEEDED[entries.scheme]?.[name] ?? name;
  const place = Array.isArray(auth) ? `${root}[${NAMES.indexOf(name)}] (the ${what})` : `the ${what} in ${root}`;
  if (typeof entries[name] === "string") return `${place} ${entries[name] ? `has ${HALF}` : "is empty"}`;
  return `${place} is ${kindOf(entries[name])}${entries[name] === undefined ? UNSET : ""}`;
}
