// What a relay before the server changes: few frames in place of many, and where connections go.

import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, one, relayed, start, watched } from "./support.js";

const skip = env.relay ? undefined : "no relay stands before this server";

test("the rows of a result come in a few frames", { skip }, async (t) => {
  let frames = 0;
  const { webSocket, opened } = watched({ onReceive: (bytes) => (frames++, bytes) });
  const driver = connect(t, { webSocket, fetchSize: 10_000 });
  const { records } = await start(t, driver).run("UNWIND range(1, 10000) AS n RETURN n");
  equal([records.length, opened.length], [10_000, 1]);
  // The server itself sends two for each.
  assert(frames < 2_000, `${frames} frames`);
});

test("each server that a routing table names is asked for by its own address", { skip }, async (t) => {
  const asked = [];
  const webSocketUrl = (address) => {
    asked.push(address);
    return new URL(relayed(address));
  };
  const driver = connect(t, { webSocketUrl }, env.uri.replace(/^bolt/, "neo4j"));
  equal(await one(driver, "RETURN 1"), 1);
  const { port } = new URL(env.uri.replace(/^bolt/, "http"));
  equal(asked[0], `127.0.0.1:${port}`);
  // This server calls itself so in its table.
  equal(new Set(asked), new Set([`127.0.0.1:${port}`, driver.metrics().at(-1).address]));
});

test("a server that the relay does not know is a failed connection, and its error names the URL but for its query", { skip }, async (t) => {
  const driver = connect(t, { webSocketUrl: () => relayed("nowhere:1") });
  const error = await rejects(driver.verifyConnectivity(), { name: "ConnectionError" });
  const { origin, pathname } = new URL(relayed("nowhere:1").replace(/^ws/, "http"));
  assert(error.message.includes(`${origin.replace(/^http/, "ws")}${pathname}`), error.message);
  assert(!error.message.includes("nowhere"), "an application may have put a secret there");
});
