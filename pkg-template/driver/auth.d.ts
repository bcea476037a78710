// Authentication tokens.

/** Who we say we are. Shows nothing but its scheme when printed. */
export interface AuthToken {
  /** Such as `basic` or `bearer`. */
  readonly scheme: string;
}

/**
 * A user name and a password; `realm` names the authentication provider.
 *
 * @example
 * const driver = GraphDatabase.driver("neo4j://localhost", { auth: basicAuth("neo4j", "password") });
 * await driver.verifyConnectivity();
 */
export function basicAuth(user: string, password: string, realm?: string): AuthToken;
/** A token of single sign-on. For tokens that expire: {@link authTokenManagers}. */
export function bearerAuth(token: string): AuthToken;
/** A base64-encoded Kerberos ticket. */
export function kerberosAuth(ticket: string): AuthToken;
/** No authentication, for a server where it is switched off. */
export function noAuth(): AuthToken;
/**
 * Any other scheme: what a custom authentication provider takes. What it does not need is `undefined`.
 *
 * @param parameters sent along as they are
 */
export function customAuth(
  principal: string | undefined,
  credentials: string | undefined,
  realm: string | undefined,
  scheme: string,
  parameters?: { [name: string]: any },
): AuthToken;

/** A token, or just a user name and a password. */
export type Auth = AuthToken | readonly [user: string, password: string, realm?: string];

/**
 * Supplies tokens that can change. Asked whenever a connection is about to be used, so it must be quick where nothing
 * has changed.
 */
export interface AuthTokenManager {
  /** The token to use now. An error of its own becomes the cause of an AuthError. */
  getToken(): Auth | PromiseLike<Auth>;
  /**
   * Hears that the server has refused `token` with the code `securityErrorCode`, such as
   * `Neo.ClientError.Security.TokenExpired`. Returning true makes the error retryable.
   */
  handleSecurityException(token: AuthTokenParts, securityErrorCode: string): boolean | PromiseLike<boolean>;
}

/** What is in a token, in the clear; what it does not have is absent. */
export interface AuthTokenParts {
  /** Such as `basic` or `bearer`. */
  readonly scheme: string;
  /** The user's name. */
  readonly principal?: string;
  /** The password, token or ticket: a secret. */
  readonly credentials?: string;
  /** The authentication provider. */
  readonly realm?: string;
  /** What {@link customAuth} sends along. */
  readonly parameters?: { readonly [name: string]: any };
}
