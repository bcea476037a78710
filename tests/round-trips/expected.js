// What each row takes, counted in round trips: the least that the servers allow. This is the table that `cargo xtask
// test` and `cargo xtask bench` hold the driver to, and that docs/server.md shows.
//
// To a server whose Bolt version is known the first message takes everything: handshake, HELLO, LOGON and the request.
// What came before it is the network's: TCP, TLS, the upgrade to a WebSocket.

/** Over TCP, without TLS, to a server whose version is known, by `bolt:`. */
const LEAST = {
  "first executeQuery, READ": 2,
  "first session.run": 2,
  // BEGIN, RUN and PULL; COMMIT.
  "first executeQuery": 3,
  "each further connection": 2,
  "later executeQuery, READ": 1,
  "later session.run": 1,
  "later executeQuery": 2,
  "later managed transaction of one query": 2,
};

const isFirst = (row) => row.startsWith("first");
const opens = (row) => isFirst(row) || row === "each further connection";

/**
 * The table, for a way to the server: `routing` by `neo4j:`, `webSocket` and `tls`; `known`: the driver was told the
 * version. Whatever it was told, it knows it from its first connection on. `patched`: the server speaks Bolt 4.4, with
 * which requests wait for the answer to HELLO, as such servers keep it back until what came with it is done; and no
 * answer names the home database, so that by `neo4j:` each session asks for it.
 */
export function expected({ routing = false, webSocket = false, tls = false, known = true, patched = false }) {
  const more = (row) =>
    Number(webSocket && opens(row)) + // the upgrade
    Number(tls && opens(row)) + // the handshake of TLS 1.3
    Number(routing && isFirst(row)) + // ROUTE
    Number(!known && isFirst(row)) + // the handshake of Bolt
    Number(patched && opens(row)) + // HELLO
    Number(patched && routing && !isFirst(row)); // ROUTE
  return Object.fromEntries(Object.entries(LEAST).map(([row, trips]) => [row, trips + more(row)]));
}
