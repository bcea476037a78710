// Routing tables, looked at and made new.

import { mentioned } from "./values.mjs";

export const routingHandlers = {
  GetRoutingTable: (context, { driverId, database }) => {
    const table = context.get(driverId).routingTable(mentioned({ database }));
    if (!table) throw new Error(`There is no routing table for ${database ?? "the default database"}`);
    // The suite counts whole seconds, and asks as soon as there is a table.
    return ["RoutingTable", { ...table, ttl: Math.ceil(table.ttl / 1000) }];
  },

  ForcedRoutingTableUpdate: async (context, { driverId, database, bookmarks }) => {
    await context.get(driverId).updateRoutingTable(mentioned({ database, bookmarks }));
    return ["Driver", { id: driverId }];
  },
};
