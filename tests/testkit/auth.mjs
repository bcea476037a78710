// Authentication tokens, and token managers whose decisions are the suite's.

import { now } from "./clock.mjs";
import { neo4j } from "./package.mjs";
import { given } from "./values.mjs";

export function authToken(token) {
  if (!token) return undefined;
  const { scheme, principal, credentials, realm, parameters } = token.data;
  switch (scheme) {
    case "basic":
      return neo4j.basicAuth(principal, credentials, given(realm));
    case "bearer":
      return neo4j.bearerAuth(credentials);
    case "kerberos":
      return neo4j.kerberosAuth(credentials);
    case "none":
      return neo4j.noAuth();
    default:
      return neo4j.customAuth(given(principal), given(credentials), given(realm), scheme, given(parameters));
  }
}

/** The token of a provider that says how long it is good for. */
function bearerToken({ data: { auth, expiresInMs } }) {
  const expires = given(expiresInMs) !== undefined && { expiration: new Date(now() + expiresInMs) };
  return { token: authToken(auth), ...expires };
}

/** A manager made of a token provider. It is kept before it is used, and so its id is known by then. */
function provided(name, factory, read) {
  return (context) => {
    const request = `${name}AuthTokenProviderRequest`;
    const idName = `${name.toLowerCase()}AuthTokenManagerId`;
    const tokenProvider = async () => read(await context.ask(request, { [idName]: id }));
    const id = context.keep(factory({ tokenProvider }));
    return [`${name}AuthTokenManager`, { id }];
  };
}

export const authHandlers = {
  NewAuthTokenManager: (context) => {
    const id = context.keep({
      getToken: async () => authToken(await context.ask("AuthTokenManagerGetAuthRequest", { authTokenManagerId: id })),
      handleSecurityException: (parts, errorCode) => {
        const auth = { name: "AuthorizationToken", data: parts };
        const data = { authTokenManagerId: id, auth, errorCode };
        return context.ask("AuthTokenManagerHandleSecurityExceptionRequest", data);
      },
    });
    return ["AuthTokenManager", { id }];
  },

  NewBasicAuthTokenManager: provided("Basic", (config) => neo4j.authTokenManagers.basic(config), authToken),
  NewBearerAuthTokenManager: provided("Bearer", (config) => neo4j.authTokenManagers.bearer(config), bearerToken),

  AuthTokenManagerClose: (context, { id }) => {
    context.forget(id);
    return ["AuthTokenManager", { id }];
  },

  AuthTokenManagerGetAuthCompleted: (context, { requestId, auth }) => context.answered(requestId, auth),
  AuthTokenManagerHandleSecurityExceptionCompleted: (context, { requestId, handled }) =>
    context.answered(requestId, handled),
  BasicAuthTokenProviderCompleted: (context, { requestId, auth }) => context.answered(requestId, auth),
  BearerAuthTokenProviderCompleted: (context, { requestId, auth }) => context.answered(requestId, auth),
};
