// Authentication tokens.

/** Who we say we are. Shows nothing but its scheme when printed. */
export interface AuthToken {
  readonly scheme: string;
}

/** A user name and a password; `realm` names the authentication provider. */
export function basicAuth(user: string, password: string, realm?: string): AuthToken;
/** A token of single sign-on. */
export function bearerAuth(token: string): AuthToken;
/** A base64-encoded Kerberos ticket. */
export function kerberosAuth(ticket: string): AuthToken;
/** No authentication, for a server where it is switched off. */
export function noAuth(): AuthToken;
/** Any other scheme: what a custom authentication provider takes. */
export function customAuth(
  principal: string | undefined,
  credentials: string | undefined,
  realm: string | undefined,
  scheme: string,
  parameters?: { [name: string]: any },
): AuthToken;

/** A token, or just a user name and a password. */
export type Auth = AuthToken | readonly [user: string, password: string, realm?: string];
