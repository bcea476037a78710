// Managers of what changes while a driver lives: authentication tokens, and the bookmarks that sessions share.

import { authEntries } from "./auth.js";
import { checkOptions } from "./config.js";
import { entry, isPlain, kindOf, refusal, within } from "./errors.js";
import { time } from "../wire/gate.js";

const UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized";
const TOKEN_EXPIRED = "Neo.ClientError.Security.TokenExpired";

/** Milliseconds after which a call of a provider that has not come back is no longer waited for by those who come. */
const PATIENCE = 30_000;

/** Asks the provider once, and again when what it gave has expired or was refused with one of the codes. */
function renewing(given, unpack, codes) {
  const { tokenProvider } = checkOptions("authTokenManager", given).options;
  if (!tokenProvider) throw refusal("tokenProvider is missing: a function");
  let known;
  let asked;
  const ask = async (question) => {
    try {
      return (known = unpack(await tokenProvider()));
    } finally {
      if (asked === question) asked = undefined;
    }
  };
  return {
    async getToken() {
      if (known && !(known.expires <= time.date())) return known.token;
      // One call of the provider serves all who ask meanwhile, unless it seems that it will not come back.
      const question = asked && time.now() - asked.since < PATIENCE ? asked : (asked = { since: time.now() });
      question.answer ??= ask(question);
      return (await question.answer).token;
    },
    handleSecurityException(token, code) {
      const isHandled = codes.includes(code);
      // Another connection may have been refused an older token.
      if (isHandled && known && sameToken(known.token, token)) known = undefined;
      return isHandled;
    },
  };
}

const text = (token) =>
  JSON.stringify(authEntries(token), (_, value) => (typeof value === "bigint" ? String(value) : value));
const sameToken = (one, other) => text(one) === text(other);

function withExpiration(given) {
  if (!isPlain(given)) throw refusal(`A tokenProvider for bearer gives { token, expiration }, got ${kindOf(given)}`);
  return { token: given.token, expires: given.expiration && Number(given.expiration) };
}

export const authTokenManagers = Object.freeze({
  basic: entry((given) => renewing(given, (token) => ({ token }), [UNAUTHORIZED])),
  bearer: entry((given) => renewing(given, withExpiration, [UNAUTHORIZED, TOKEN_EXPIRED])),
});

export function bookmarkManager(given) {
  const { options } = within(bookmarkManager, () => checkOptions("bookmarkManager", given));
  const { initialBookmarks = [], bookmarksSupplier, bookmarksConsumer } = options;
  const kept = new Set(initialBookmarks);
  return {
    async getBookmarks() {
      const supplied = bookmarksSupplier ? await bookmarksSupplier() : [];
      return [...new Set([...kept, ...supplied])];
    },
    async updateBookmarks(previous, next) {
      for (const bookmark of previous) kept.delete(bookmark);
      for (const bookmark of next) kept.add(bookmark);
      await bookmarksConsumer?.([...kept]);
    },
  };
}
