// Sockets off the page: what the worker hands over, when, and what happens where there is no worker.

import { GraphDatabase } from "neo4j-wasm";
import { env, isBrowser } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { internal } from "./internals.js";

const noWorkers = env.runtime === "workerd" && "a Worker at the edge starts no other";

const turn = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const chunk = (...message) => [0, message.length, ...message, 0, 0];
const SUCCESS = chunk(0xb1, 0x70, 0xa0);
const RECORD = chunk(0xb1, 0x71, 0x91, 1);

/** Puts something in the place of a global until the test ends. */
function replace(t, name, value) {
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  t.after(() => {
    delete globalThis[name];
    if (own) Object.defineProperty(globalThis, name, own);
  });
}

/** Has the driver take its time from these functions until the test ends. */
async function timing(t, functions) {
  const { time } = await internal("core.js");
  const real = { ...time };
  t.after(() => Object.assign(time, real));
  Object.assign(time, functions);
}

/** The worker's part with one socket opened, past the handshake; `came` is what it has told the page. */
async function served(t) {
  if (noWorkers) t.skip(noWorkers);
  const { serve } = await internal("socket-serve.js");
  const sockets = [];
  replace(t, "WebSocket", class {
    sent = [];
    constructor(url) {
      if (url === "refused") throw new Error("not this one");
      sockets.push(this);
    }
    send(bytes) {
      this.sent.push([...bytes]);
    }
    close() {
      this.onclose({ code: 1000, reason: "bye" });
    }
  });
  const came = [];
  const scope = {
    postMessage(message) {
      const received = message.received && [...new Uint8Array(message.received)];
      came.push(received ?? message);
    },
  };
  serve(scope);
  const ask = (data) => scope.onmessage({ data });
  ask({ id: 7, open: "ws://x" });
  const [socket] = sockets;
  socket.onopen();
  const give = (bytes) => socket.onmessage({ data: bytes.buffer });
  return { ask, came, socket, give, receive: (...bytes) => give(Uint8Array.from(bytes)) };
}

/** The same, with the handshake done and forgotten. */
async function talking(t) {
  const worker = await served(t);
  worker.ask({ id: 7, send: Uint8Array.of(1) });
  worker.receive(0, 0, 8, 5);
  worker.ask({ id: 7, send: Uint8Array.of(2) });
  worker.came.length = 0;
  return worker;
}

test("the worker says when it opens a socket, when that is open, and passes the handshake on at once", async (t) => {
  const { ask, came, receive, socket } = await served(t);
  ask({ id: 7, send: Uint8Array.of(1, 2, 3) });
  receive(0, 0);
  receive(8, 5);
  equal(came, [{ id: 7, opening: true }, { id: 7, opened: true }, [0, 0], [8, 5]]);
  equal(socket.sent, [[1, 2, 3]]);
});

test("records wait for one another, and an answer takes them along at once", async (t) => {
  const { came, receive } = await talking(t);
  receive(...SUCCESS);
  equal(came, [SUCCESS]);
  receive(...RECORD);
  receive(...RECORD);
  equal(came.length, 1, "before the answer");
  receive(...SUCCESS);
  equal(came, [SUCCESS, [...RECORD, ...RECORD, ...SUCCESS]]);
});

test("records that no answer follows are handed over a few milliseconds later", async (t) => {
  const { came, receive } = await talking(t);
  receive(...RECORD);
  receive(...RECORD);
  equal(came, []);
  await turn(50);
  equal(came, [[...RECORD, ...RECORD]]);
  receive(...RECORD);
  await turn(50);
  equal(came.length, 2);
});

test("however the bytes are cut, an answer is seen as soon as it has ended", async (t) => {
  const long = [0, 3, 0xb1, 0x70, 0xa1, 0, 2, 0x81, 0x78, 0, 1, 0x70, 0, 0];
  const bytes = [...RECORD, 0, 0, ...SUCCESS, ...RECORD, ...long];
  const ends = [RECORD.length + 2 + SUCCESS.length, bytes.length];
  for (let size = 1; size <= bytes.length; size++) {
    const { came, receive } = await talking(t);
    const seen = [];
    for (let at = 0; at < bytes.length; at += size) {
      const before = came.length;
      receive(...bytes.slice(at, at + size));
      if (came.length > before) seen.push(came.flat().length);
    }
    // An answer leaves with the piece that ends it.
    const expected = [...new Set(ends.map((end) => Math.min(bytes.length, Math.ceil(end / size) * size)))];
    equal(seen, expected, `pieces of ${size}`);
    equal(came.flat(), bytes, `pieces of ${size}`);
  }
});

test("a record that looks like an answer further in is a record", async (t) => {
  const { came, receive } = await talking(t);
  receive(...chunk(0xb1, 0x71, 0x91, 0x70), ...chunk(0xb1, 0x71, 0x92, 0, 0));
  equal(came, []);
  receive(0, 1, 0xb1, 0, 1, 0x71, 0, 1, 0x70, 0, 0);
  equal(came, []);
});

test("many bytes do not wait", async (t) => {
  const { came, give } = await talking(t);
  const record = new Uint8Array(60_006);
  record.set([0xea, 0x62, 0xb1, 0x71]);
  for (let count = 0; count < 4; count++) give(record);
  equal(came, []);
  give(record);
  equal(came.map((bytes) => bytes.length), [5 * 60_006]);
});

test("what has come is handed over before the close", async (t) => {
  const { ask, came, receive } = await talking(t);
  receive(...RECORD);
  ask({ id: 7 });
  equal(came, [RECORD, { id: 7, closed: 1000, reason: "bye" }]);
  ask({ id: 7, send: Uint8Array.of(1) });
  await turn(20);
  equal(came.length, 2, "a socket that is closed says no more");
});

test("a socket that the runtime refuses is closed with its reason", async (t) => {
  const { ask, came } = await served(t);
  came.length = 0;
  ask({ id: 8, open: "refused" });
  equal(came, [{ id: 8, closed: 1006, reason: "Error: not this one" }]);
});

/** `offPage` by itself, with workers of the test's making, and sockets of its own where it has none. */
async function page(t, Worker) {
  if (noWorkers) t.skip(noWorkers);
  replace(t, "Worker", Worker);
  const direct = [];
  const { offPage } = await internal("core.js");
  const opener = offPage((url) => {
    const socket = { url, sent: [] };
    socket.send = (bytes) => socket.sent.push([...bytes]);
    socket.close = () => socket.onclose({ code: 1000, reason: "" });
    direct.push(socket);
    return socket;
  });
  return { open: (url, options = { socket: "worker" }) => opener(url, options), opener, direct };
}

function listening(socket) {
  const heard = [];
  socket.onopen = () => heard.push("open");
  socket.onmessage = ({ data }) => heard.push([...new Uint8Array(data)]);
  socket.onclose = ({ code, reason }) => heard.push([code, reason]);
  socket.onerror = ({ message }) => heard.push(`error ${message}`);
  return heard;
}

class FakeWorker {
  static all = [];
  posted = [];
  constructor(url) {
    this.url = String(url);
    FakeWorker.all.push(this);
  }
  postMessage(message) {
    this.posted.push(message);
  }
  terminate() {
    this.terminated = true;
  }
  say(data) {
    this.onmessage({ data });
  }
  fail() {
    this.onerror({ preventDefault() {} });
  }
}

function workers(t) {
  FakeWorker.all = [];
  return page(t, FakeWorker);
}

test("sockets of a page share one worker, and hear what it says of each", async (t) => {
  const { open, direct } = await workers(t);
  const [one, two] = [open("ws://one"), open("ws://two")];
  const heard = [listening(one), listening(two)];
  const [worker] = FakeWorker.all;
  equal([FakeWorker.all.length, direct.length], [1, 0]);
  worker.say({ id: 1, opened: true });
  two.send(Uint8Array.of(1, 2));
  worker.say({ id: 1, received: Uint8Array.of(3).buffer });
  worker.say({ id: 0, error: "" });
  worker.say({ id: 0, closed: 1006, reason: "" });
  two.close();
  equal(heard, [["error ", [1006, ""]], ["open", [3]]]);
  const posted = worker.posted.map(({ send, ...rest }) => (send ? { ...rest, send: [...send] } : rest));
  equal(posted, [{ id: 0, open: "ws://one" }, { id: 1, open: "ws://two" }, { id: 1, send: [1, 2] }, { id: 1 }]);
});

test("where the worker's file cannot be had its text is tried, and then the page itself", async (t) => {
  const { open, direct } = await workers(t);
  const socket = open("ws://x");
  socket.binaryType = "arraybuffer";
  const heard = listening(socket);
  const [file] = FakeWorker.all;
  assert(!file.url.startsWith("blob:"), file.url);
  file.fail();
  const text = FakeWorker.all[1];
  assert(text.url.startsWith("blob:"), text.url);
  equal([file.terminated, text.posted], [true, [{ id: 0, open: "ws://x" }]]);
  text.fail();
  equal(direct.map(({ url, binaryType }) => [url, binaryType]), [["ws://x", "arraybuffer"]]);
  direct[0].onopen({});
  socket.send(Uint8Array.of(5));
  direct[0].onmessage({ data: Uint8Array.of(6).buffer });
  socket.close();
  equal([heard, direct[0].sent], [["open", [6], [1000, ""]], [[5]]]);
  // From now on without a detour.
  assert(open("ws://y") === direct[1], "the next socket is the page's own");
  equal(FakeWorker.all.length, 2);
});

test("a page that forbids workers has its sockets itself", async (t) => {
  const { open, direct } = await page(t, class {
    constructor() {
      throw new Error("blocked by its policy");
    }
  });
  const heard = listening(open("ws://x"));
  await turn(50);
  direct[0].onclose({ code: 1006, reason: "" });
  equal(heard, [[1006, ""]]);
});

test("a worker that breaks closes its open sockets, and another opens the rest", async (t) => {
  const { open } = await workers(t);
  const heard = [listening(open("ws://x")), listening(open("ws://y"))];
  const [worker] = FakeWorker.all;
  worker.say({ id: 0, opened: true });
  worker.fail();
  equal(heard, [["open", [1006, "The worker that owned the socket ended"]], []]);
  const [, other] = FakeWorker.all;
  assert(!other.url.startsWith("blob:"), "the file has not failed");
  worker.say({ id: 1, opened: true });
  other.say({ id: 1, opening: true });
  equal([heard[1], other.posted], [[], [{ id: 1, open: "ws://y" }]], "what has ended says no more");
});

/** How a worker shows that it is of no use, before it has opened a socket. */
const BROKEN = {
  "it throws": (worker) => worker.fail(),
  "what it says cannot be read": (worker) => worker.onmessageerror(),
  "it says nothing that means anything": (worker) => worker.say("hello"),
  "it says nothing at all": (worker) => worker.say(null),
  "it says something of no socket": (worker) => worker.say({ opened: true }),
  "it gives no bytes": (worker) => worker.say({ id: 0, received: "text" }),
  "it gives no close code": (worker) => worker.say({ id: 0, closed: "1006" }),
  "it breaks while it opens a socket": (worker) => {
    worker.say({ id: 0, opening: true });
    worker.fail();
  },
};

for (const [how, breaks] of Object.entries(BROKEN)) {
  test(`a worker that is of no use gives way before a socket is open: ${how}`, async (t) => {
    const { open, direct } = await workers(t);
    const heard = listening(open("ws://x"));
    breaks(FakeWorker.all[0]);
    equal([FakeWorker.all[1].posted, heard], [[{ id: 0, open: "ws://x" }], []]);
    breaks(FakeWorker.all[1]);
    equal([FakeWorker.all.length, direct.length, heard], [2, 1, []]);
  });
}

test("a worker that does not say a word, and one that takes none, give way", async (t) => {
  const elapse = [];
  await timing(t, { setTimeout: (call) => elapse.push(call) });
  const { open, direct } = await workers(t);
  open("ws://x");
  elapse[0]();
  equal([FakeWorker.all.length, FakeWorker.all[0].terminated], [2, true]);
  FakeWorker.all[1].postMessage = () => {
    throw new Error("not this");
  };
  open("ws://y");
  elapse.at(-1)();
  equal([direct.map(({ url }) => url), FakeWorker.all.length], [["ws://x", "ws://y"], 2]);
});

test("a socket that is closed before its worker breaks is not opened again", async (t) => {
  const { open, direct } = await workers(t);
  const socket = open("ws://x");
  const heard = listening(socket);
  socket.close();
  FakeWorker.all[0].fail();
  equal([heard.length, FakeWorker.all.length, direct.length], [1, 1, 0]);
});

test("a text comes through as one", async (t) => {
  const { ask, came, receive, socket } = await talking(t);
  receive(...RECORD);
  socket.onmessage({ data: "65536" });
  equal(came, [RECORD, { id: 7, text: true }]);
  ask({ id: 7 });
  const { open } = await workers(t);
  const given = [];
  open("ws://x").onmessage = ({ data }) => given.push(data);
  FakeWorker.all[0].say({ id: 0, opened: true });
  FakeWorker.all[0].say({ id: 0, text: true });
  equal(given, [""]);
});

test("a worker without sockets goes after a while, unless another is opened in time", async (t) => {
  const { open } = await workers(t);
  let elapse;
  await timing(t, { setTimeout: (call) => (elapse = call) && 1, clearTimeout: () => (elapse = undefined) });
  open("ws://x");
  const [worker] = FakeWorker.all;
  worker.say({ id: 0, closed: 1000, reason: "" });
  open("ws://y");
  equal(elapse, undefined);
  worker.say({ id: 1, closed: 1000, reason: "" });
  elapse();
  equal(worker.terminated, true);
  open("ws://z");
  equal(FakeWorker.all[1].posted, [{ id: 2, open: "ws://z" }]);
});

test("only a page has a worker unless told, and none is asked for with `page`", async (t) => {
  const { open, opener, direct } = await workers(t);
  open("ws://x", { socket: "page" });
  equal([direct.length, FakeWorker.all.length], [1, 0]);
  opener("ws://y");
  opener("ws://z", {});
  equal([direct.length, FakeWorker.all.length], globalThis.document ? [1, 1] : [3, 0]);
});

test("what an application adds to a URL stands in no error", async () => {
  const secret = "ws://user:secret@127.0.0.1:59999/bolt?token=secret";
  const thrown = new Error(`cannot open ${secret}`);
  const webSocket = () => {
    throw thrown;
  };
  const urls = [secret, "http://user:secret@127.0.0.1/", "ws://127.0.0.1/#secret", "no url, but a secret"];
  const configs = [...urls.map((url) => ({ webSocketUrl: () => url })), { webSocketUrl: () => secret, webSocket }];
  for (const config of configs) {
    const driver = GraphDatabase.driver("bolt://localhost", { auth: ["neo4j", "p"], maxRetryTime: 0, ...config });
    const { message } = await rejects(driver.executeQuery("RETURN 1"));
    assert(!message.includes("secret"), message);
    await driver.close();
  }
});

const inNode = env.runtime === "node" ? undefined : "needs a realm of its own";

test("the text of the worker's part runs where there is nothing around it", { skip: inNode }, async () => {
  const { workerText } = await internal("core.js");
  // Not by an import: bundlers would look for it.
  const { runInNewContext } = process.getBuiltinModule("vm");
  const told = [];
  const postMessage = ({ received, ...rest }) => told.push(received ? new Uint8Array(received).length : rest);
  class WebSocket {
    send() {
      for (let count = 0; count < 2; count++) this.onmessage({ data: Uint8Array.from(RECORD).buffer });
      this.onmessage({ data: Uint8Array.from(SUCCESS).buffer });
    }
  }
  const scope = { postMessage, WebSocket, setTimeout, clearTimeout };
  runInNewContext(workerText, scope);
  for (const data of [{ id: 0, open: "ws://x" }, { id: 0, send: [] }, { id: 0, send: [] }]) scope.onmessage({ data });
  equal(told.slice(0, 1), [{ id: 0, opening: true }]);
  equal(told.at(-1), 2 * RECORD.length + SUCCESS.length);
});

const inPage = isBrowser ? undefined : "needs a browser";

/** Bundlers that leave the worker's file behind; its text is not allowed here, and so the page has the sockets. */
const LOST = ["rollup", "esbuild"];

test("the worker is the package's own file, through bundlers too", { skip: inPage }, async () => {
  const { offPage } = await internal("core.js");
  let direct = 0;
  const open = offPage((url) => {
    direct++;
    return new WebSocket(url);
  });
  const socket = open("ws://127.0.0.1:59999", { socket: "worker" });
  const { code } = await new Promise((resolve) => (socket.onclose = resolve));
  const hasNone = [...LOST, "without workers"].includes(env.form);
  equal([code, direct], [1006, hasNone ? 1 : 0]);
});

test("a worker that somebody else ends is a connection that is lost", { skip: inPage }, async (t) => {
  const started = [];
  const { Worker } = globalThis;
  if (!Worker || LOST.includes(env.form)) t.skip("no worker may be had here");
  replace(t, "Worker", class extends Worker {
    constructor(...given) {
      super(...given);
      started.push(this);
    }
  });
  const { offPage } = await internal("core.js");
  const open = offPage(() => started.push("the page's own"));
  const socket = open(`ws://${new URL(env.uri).host}`, { socket: "worker" });
  await new Promise((resolve) => (socket.onopen = resolve));
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  // The lock is taken in its own time.
  await turn(200);
  started[0].terminate();
  equal([await closed, started.length], [{ code: 1006, reason: "The worker that owned the socket ended" }, 1]);
});

test("a server that is not there is told the same way in both", { skip: inPage }, async () => {
  const errors = [];
  for (const uri of ["bolt://127.0.0.1:59999", "bolt://127.0.0.1:9"]) {
    for (const socket of ["page", "worker"]) {
      const driver = GraphDatabase.driver(uri, { socket });
      const { name, code, message, retryable } = await rejects(driver.verifyConnectivity());
      errors.push({ name, code, message, retryable });
      await driver.close();
    }
  }
  equal([errors[0], errors[2]], [errors[1], errors[3]]);
});
