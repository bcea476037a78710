// Routing tables, looked at and made new.

import { mentioned } from "./values.mjs";

export const routingHandlers = {
  GetRoutingTable: (context, { driverId, database }) => {
    const table = context.get(driverId).routingTable(mentioned({ database }));
    // No table is an empty one to the suite. It counts whole seconds, and asks as soon as there is a table.
    const { ttl = 0, ...rest } = table ?? { database, routers: [], readers: [], writers: [] };
    return ["RoutingTable", { ...rest, ttl: Math.ceil(ttl / 1000) }];
  },

  ForcedRoutingTableUpdate: async (context, { driverId, database, bookmarks }) => {
    await context.get(driverId).updateRoutingTable(mentioned({ database, bookmarks }));
    return ["Driver", { id: driverId }];
  },
};
