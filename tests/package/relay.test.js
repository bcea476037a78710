// `webSocketUrl`: where a server is reached when that is not its own address.

import { GraphDatabase } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";

/** A driver whose sockets are never made: which URLs it wanted, and what it ends with. */
async function tried(config, uri = "bolt://db.example:7688/path") {
  const urls = [];
  const webSocket = (url) => {
    urls.push(url);
    throw new Error("no socket in this test");
  };
  const driver = GraphDatabase.driver(uri, { webSocket, ...config });
  const error = await rejects(driver.verifyConnectivity());
  await driver.close();
  return { urls, error };
}

test("without it a server is reached at its own address", async () => {
  const { urls } = await tried({ encrypted: false });
  equal(urls, ["ws://db.example:7688/path"]);
});

test("it is given the address, and its URL is the one that is opened", async () => {
  const given = [];
  const webSocketUrl = (address) => {
    given.push(address);
    return `wss://relay.example/bolt?to=${encodeURIComponent(address)}`;
  };
  const { urls, error } = await tried({ webSocketUrl });
  equal([given, urls], [["db.example:7688"], ["wss://relay.example/bolt?to=db.example%3A7688"]]);
  // What is added to it may be a secret.
  equal(error.message, "The runtime does not open wss://relay.example/bolt: no socket in this test");
  const { urls: ipv6 } = await tried({ webSocketUrl: (address) => new URL(`ws://relay/${address}`) }, "neo4j://[::1]");
  equal(ipv6, ["ws://relay/[::1]:7687"]);
});

test("what is no URL for a socket is refused, and so is an exception", async () => {
  for (const given of [undefined, null, 5, {}, "", "relay.example", "https://relay.example", "ws://relay/#part", "wss://"]) {
    const { urls, error } = await tried({ webSocketUrl: () => given });
    equal([urls, error.name, error.retryable], [[], "ConfigurationError", false], String(given));
    equal(error.message, "webSocketUrl has no URL for db.example:7688");
    assert(/gives a ws: or wss: URL without a fragment, got /.test(error.cause.message), error.cause.message);
  }
  const cause = new Error("mine");
  const { error } = await tried({
    webSocketUrl: () => {
      throw cause;
    },
  });
  assert(error.cause === cause, String(error.cause));
});

test("a failed connection names the URL that was tried", async () => {
  const driver = GraphDatabase.driver("bolt://db.example", { webSocketUrl: () => "ws://127.0.0.1:59998/relay" });
  const { message } = await rejects(driver.verifyConnectivity(), { name: "ConnectionError", code: "ConnectionFailed" });
  assert(message.includes("ws://127.0.0.1:59998/relay"), message);
  await driver.close();
});
