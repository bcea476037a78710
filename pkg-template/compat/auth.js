// Authentication tokens: plain objects, which programs make, keep and compare.

import { authTokenManagers as ours } from "../driver/managers.js";
import { newError } from "./errors.js";
import { isObject } from "./query.js";

const isGiven = (value) =>
  value !== null && value !== undefined && value !== "" && !(Object.getPrototypeOf(value) === Object.prototype && !Object.keys(value).length);

export const auth = {
  basic: (principal, credentials, realm) => ({
    scheme: "basic", principal, credentials, ...((realm ?? undefined) !== undefined && { realm }),
  }),
  // The principal stands there empty: older servers want one.
  kerberos: (credentials) => ({ scheme: "kerberos", principal: "", credentials }),
  bearer: (credentials) => ({ scheme: "bearer", credentials }),
  none: () => ({ scheme: "none" }),
  custom(principal, credentials, realm, scheme, parameters) {
    if (isGiven(parameters)) {
      try {
        JSON.stringify(parameters, (_, value) => (typeof value === "bigint" ? String(value) : value));
      } catch (error) {
        throw newError("Circular references in custom auth token parameters", undefined, error);
      }
    }
    const more = Object.entries({ credentials, realm, parameters }).filter(([, value]) => isGiven(value));
    return { scheme, principal, ...Object.fromEntries(more) };
  },
};

const isManager = (value) =>
  typeof value?.getToken === "function" && typeof value.handleSecurityException === "function";

/** A token as ours takes it. */
export function tokenOf(given) {
  const { scheme, principal, credentials, realm, parameters } = given ?? {};
  const text = (value) => ((value ?? undefined) === undefined ? undefined : String(value));
  return { scheme: scheme ?? "none", principal: text(principal), credentials: text(credentials), realm: text(realm), parameters };
}

/** A token or a manager as the configuration of ours takes it. */
export function authOf(given) {
  if (isManager(given)) {
    return {
      getToken: async () => orRefused(tokenOf(await given.getToken())),
      handleSecurityException: (token, code) => given.handleSecurityException(token, code),
    };
  }
  if (isObject(given) && (given.scheme ?? undefined) === undefined && Object.keys(given).length) {
    throw newError("Auth token is missing 'scheme': see neo4j.auth");
  }
  const token = tokenOf(given);
  // What lacks a part is refused when it is used, as a server would.
  return wrong(token) ? { getToken: async () => orRefused(token), handleSecurityException: () => false } : token;
}

const NEEDED = { basic: ["principal", "credentials"], bearer: ["credentials"], kerberos: ["credentials"] };

const wrong = (token) => NEEDED[token.scheme]?.find((name) => token[name] === undefined);

function orRefused(token) {
  const name = wrong(token);
  if (!name) return token;
  throw newError(`The auth token of scheme ${token.scheme} has no ${name}: is an environment variable not set?`,
    "Neo.ClientError.Security.Unauthorized");
}

const checked = (make) => ({ tokenProvider } = {}) => {
  if (typeof tokenProvider !== "function") {
    throw new TypeError(`tokenProvider should be function, but got: ${typeof tokenProvider}`);
  }
  const manager = make({ tokenProvider });
  return {
    getToken: () => manager.getToken(),
    handleSecurityException(token, code) {
      const isHandled = manager.handleSecurityException(token, code);
      // Asked for at once, where it was this token: the next to come need not wait.
      if (isHandled) manager.getToken().catch(() => {});
      return isHandled;
    },
  };
};

export const authTokenManagers = Object.freeze({ basic: checked(ours.basic), bearer: checked(ours.bearer) });
