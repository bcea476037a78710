// Bookmark managers, whose supplier and consumer are the suite's.

import { neo4j } from "./package.mjs";
import { mentioned } from "./values.mjs";

export const bookmarkHandlers = {
  NewBookmarkManager: (context, data) => {
    const supplied = () => context.ask("BookmarksSupplierRequest", { bookmarkManagerId: id });
    const consumed = (bookmarks) => context.ask("BookmarksConsumerRequest", { bookmarkManagerId: id, bookmarks });
    const config = mentioned({
      initialBookmarks: data.initialBookmarks,
      bookmarksSupplier: data.bookmarksSupplierRegistered ? supplied : undefined,
      bookmarksConsumer: data.bookmarksConsumerRegistered ? consumed : undefined,
    });
    const id = context.keep(neo4j.bookmarkManager(config));
    return ["BookmarkManager", { id }];
  },

  BookmarkManagerClose: (context, { id }) => {
    context.forget(id);
    return ["BookmarkManager", { id }];
  },

  BookmarksSupplierCompleted: (context, { requestId, bookmarks }) => context.answered(requestId, bookmarks),
  BookmarksConsumerCompleted: (context, { requestId }) => context.answered(requestId),
};
