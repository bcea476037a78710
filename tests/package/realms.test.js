// What another realm has made: `node:vm`, as Jest runs tests in it, a frame, or a stand-in such as jsdom's. It is none of our
// realm's classes, and means the same.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";
import { replaying, tiny } from "./replay.js";

const { encodeMap } = await internal("core.js");
const { GraphDatabase, Uuid, Vector, ZonedDateTime } = neo4j;
const URI = "bolt://127.0.0.1:1";

// Not by an import: bundlers would look for it.
const { createContext, runInContext } = env.runtime === "node" ? process.getBuiltinModule("vm") : {};
const skip = createContext ? undefined : "needs a realm of its own";
const realm = createContext?.({});
const made = (text) => runInContext(`(${text})`, realm);

test("values mean what they mean here", { skip }, () => {
  const pairs = {
    "{ a: { b: [1, null] } }": { a: { b: [1, null] } },
    "new Map([['a', 1]])": new Map([["a", 1]]),
    "{ day: new Date(0) }": { day: new Date(0) },
    "{ set: new Set([1]) }": { set: new Set([1]) },
    "{ bytes: new Uint8Array([1, 2]) }": { bytes: new Uint8Array([1, 2]) },
    "{ buffer: new Uint8Array([1, 2]).buffer }": { buffer: new Uint8Array([1, 2]).buffer },
    "{ floats: new Float64Array([1]) }": { floats: new Float64Array([1]) },
    "{ list: new Int16Array([1]) }": { list: new Int16Array([1]) },
  };
  for (const [text, own] of Object.entries(pairs)) equal(encodeMap(made(text)), encodeMap(own), text);
  equal(String(ZonedDateTime.from(made("new Date(0)"))), String(ZonedDateTime.from(new Date(0))));
  equal(String(new Vector(made("new Float32Array([1, 2])"))), "vector([1, 2], 2, FLOAT32)");
  equal(encodeMap({ v: new Vector(made("new Int8Array([1])")) }), encodeMap({ v: new Vector(Int8Array.of(1)) }));
  equal(String(new Uuid(made("new Uint8Array(16)"))), String(new Uuid(new Uint8Array(16))));
  const node = new neo4j.Node("1", [], { bytes: made("new Uint8Array([1, 2])"), map: made("{ a: 1 }") });
  equal(JSON.stringify(node), JSON.stringify(new neo4j.Node("1", [], { bytes: Uint8Array.of(1, 2), map: { a: 1 } })));
});

test("what cannot be read there is told as it is here", { skip }, () => {
  const refused = (value) => throws(() => encodeMap(value), { name: "UsageError", code: "InvalidParameter" }).message;
  match(refused({ a: made("new Proxy(new Set([1]), {})") }), /behind a proxy/);
  match(refused(made("new (class Dto { a = 1 })()")), /pass its fields/);
});

test("configurations, metadata and certificates", { skip }, async (t) => {
  const config = made(`{ auth: ["neo4j", "p"], derEncodedServerCertificate: new Uint8Array([0x30, 2, 5, 0]) }`);
  equal(GraphDatabase.driver("bolt+s://db.example.com", config).closed(), false);
  const pem = made("new Uint8Array([45])");
  match(throws(() => GraphDatabase.driver(URI, { trustedCertificates: pem })).message, /authorities in PEM/);
  const driver = replaying(["n"], [[[tiny(7)]]]);
  t.after(() => driver.close());
  const { records } = await driver.executeQuery("RETURN 7 AS n", made("new Map([['a', 1]])"), { metadata: made("new Map([['a', 1]])") });
  equal(records[0].get("n"), 7);
});

test("an error of another realm is a cause like any other", { skip }, () => {
  const error = new neo4j.UsageError("x", { cause: made("new RangeError('mine')") });
  equal(JSON.parse(JSON.stringify(error)).cause, { name: "RangeError", message: "mine" });
});

/** As jsdom's and others' are: none of the runtime's, by tag and by what they do all the same. */
class ForeignUrl {
  get [Symbol.toStringTag]() {
    return "URL";
  }
  toString() {
    return "bolt://127.0.0.1:1";
  }
}

class ForeignSignal {
  aborted = false;
  #heard = [];
  addEventListener(_, listener) {
    this.#heard.push(listener);
  }
  removeEventListener(_, listener) {
    this.#heard = this.#heard.filter((each) => each !== listener);
  }
  abort(reason) {
    Object.assign(this, { aborted: true, reason });
    for (const listener of this.#heard) (listener.handleEvent ?? listener)({ type: "abort", target: this });
  }
}

test("a URL and a signal of a stand-in for a page", async () => {
  equal(GraphDatabase.driver(new ForeignUrl()).closed(), false);
  const driver = GraphDatabase.driver(URI, { webSocket: () => ({ send() {}, close() {} }) });
  for (const early of [true, false]) {
    const signal = new ForeignSignal();
    if (early) signal.abort("mine");
    const waiting = driver.executeQuery("RETURN 1", {}, { signal }).catch((reason) => reason);
    if (!early) setTimeout(() => signal.abort("mine"), 10);
    equal(await waiting, "mine", early ? "aborted before" : "aborted meanwhile");
  }
  await driver.close();
});

test("a tag alone makes no bytes", () => {
  const forged = { [Symbol.toStringTag]: "Uint8Array", length: 16, 0: 0x30, 1: 14 };
  throws(() => new Uuid(forged), { code: "InvalidValue" });
  throws(() => new Vector({ ...forged, [Symbol.toStringTag]: "Float32Array" }), { code: "InvalidValue" });
  throws(() => GraphDatabase.driver(URI, { derEncodedServerCertificate: forged }), { code: "InvalidConfiguration" });
  assert(throws(() => encodeMap({ a: forged }), { code: "InvalidParameter" }).message.startsWith("parameters.a"));
});
