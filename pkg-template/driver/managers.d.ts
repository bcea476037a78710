// Managers of what changes while a driver lives: authentication tokens, and the bookmarks that sessions share.

import type { Auth, AuthTokenManager } from "./auth.js";

/** A token with the time when it expires. */
export interface TokenWithExpiration {
  /** What to authenticate with until then. */
  token: Auth;
  /** Absent: never. */
  expiration?: Date | undefined;
}

/** Makes auth token managers. */
export const authTokenManagers: {
  /**
   * For passwords that are rotated: asks the provider once, and again when the server has refused what it gave.
   *
   * @throws ConfigurationError when there is no provider
   * @example
   * const auth = authTokenManagers.basic({ tokenProvider: async () => basicAuth("neo4j", await readPassword()) });
   * const driver = GraphDatabase.driver("neo4j://localhost", { auth });
   */
  basic(options: { tokenProvider: () => Auth | PromiseLike<Auth> }): AuthTokenManager;
  /**
   * For single sign-on: asks the provider once, and again when the token has expired or the server has refused it.
   *
   * @throws ConfigurationError when there is no provider
   * @example
   * const auth = authTokenManagers.bearer({
   *   tokenProvider: async () => ({ token: bearerAuth(await readToken()), expiration: new Date(Date.now() + 600_000) }),
   * });
   */
  bearer(options: { tokenProvider: () => TokenWithExpiration | PromiseLike<TokenWithExpiration> }): AuthTokenManager;
};

/** Keeps the bookmarks of several sessions together, so that each sees what the others have done before. */
export interface BookmarkManager {
  /** What a transaction that starts now has to see. */
  getBookmarks(): Iterable<string> | PromiseLike<Iterable<string>>;
  /** After a transaction: what it had to see, and what takes the place of that. */
  updateBookmarks(previousBookmarks: string[], newBookmarks: string[]): void | PromiseLike<void>;
}

/** What a bookmark manager starts with and works with. */
export interface BookmarkManagerConfig {
  /** Known from the start. Default: none. */
  initialBookmarks?: string | readonly string[] | undefined;
  /** Gives more of them, each time a transaction starts. */
  bookmarksSupplier?: (() => Iterable<string> | PromiseLike<Iterable<string>>) | undefined;
  /** Gets all of them, each time they have changed. */
  bookmarksConsumer?: ((bookmarks: string[]) => void | PromiseLike<void>) | undefined;
}

/**
 * Makes a bookmark manager that keeps bookmarks in memory.
 *
 * @throws ConfigurationError for an unknown option, or a value of the wrong kind
 * @example
 * const manager = bookmarkManager();
 * const writer = driver.session({ bookmarkManager: manager });
 * const reader = driver.session({ bookmarkManager: manager, accessMode: READ }); // sees what `writer` has done
 */
export function bookmarkManager(config?: BookmarkManagerConfig): BookmarkManager;
