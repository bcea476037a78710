// Authentication tokens. What is in them shows nowhere: not when printed, not in JSON, not in an error.

import { isPlain, markOwn } from "./errors.js";
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

/** The entries of a token, of [user, password, realm?], or of a plain object with a scheme; undefined if ill-formed. */
export function authEntries(auth) {
  if (Array.isArray(auth)) {
    if (auth.length !== 2 && auth.length !== 3) return undefined;
    auth = basicAuth(...auth);
  }
  if (auth instanceof AuthToken) return checked(held(auth));
  return isPlain(auth) ? checked(auth) : undefined;
}

function checked({ scheme, principal, credentials, realm, parameters, ...unknown }) {
  const text = (value) => value === undefined || value === null || typeof value === "string";
  if (typeof scheme !== "string" || !scheme || Object.keys(unknown).length) return undefined;
  if (![principal, credentials, realm].every(text)) return undefined;
  if (scheme === "basic" && (typeof principal !== "string" || typeof credentials !== "string")) return undefined;
  // A password may be empty; what a provider of its own does not need is left out.
  const secret = scheme === "basic" ? credentials : credentials || undefined;
  return { scheme, principal, credentials: secret, realm: realm || undefined, parameters };
}
