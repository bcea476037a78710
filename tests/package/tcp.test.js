// Bolt over TCP against servers that are played here: however they cut what they say, or break off, or speak something else.

import { GraphDatabase } from "neo4j-wasm";
import { isWeb } from "../harness/env.js";
import { assert, equal, match, rejects, test } from "../harness/test.js";
import { list, map, message, PULL, RUN, str } from "./replay.js";

// Not imported: bundlers for pages would look for it.
const { createServer } = globalThis.process?.getBuiltinModule?.("node:net") ?? {};
const skip = isWeb && "no server can be played here";

const LIMITS = { maxRetryTime: 0, connectionTimeout: 20_000 };
const TEXT = "Grüße ".repeat(30);
const [HELLO, GOODBYE] = [0x01, 0x02];
const SUCCESS = message(0x70, map({}));
const ANSWERS = {
  [HELLO]: message(0x70, map({ server: str("Neo4j/5.26.0"), connection_id: str("bolt-1") })),
  [RUN]: message(0x70, map({ fields: list(str("text")) })),
  [PULL]: [...message(0x71, list(str(TEXT))), ...SUCCESS],
  [GOODBYE]: [],
};
const CHOICE = [0, 0, 8, 5];

/** A server on a free port that calls `accept(socket)`. Gives { uri, count() }, the second of them the connections to it. */
async function listen(t, accept) {
  const sockets = new Set();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    count++;
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    accept(socket, count);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { uri: `bolt://127.0.0.1:${server.address().port}`, count: () => count };
}

/** Speaks Bolt; what it says goes through `say(bytes)`. Whoever asks in HTTP is left without an answer. */
function speak(socket, say = (bytes) => socket.write(Uint8Array.from(bytes)), hear = () => {}) {
  let came = [];
  let isGreeted = false;
  socket.on("data", (bytes) => {
    hear(bytes);
    if (bytes[0] === 0x47 && !isGreeted) return socket.destroy();
    came.push(bytes);
    let all = came.length > 1 ? join(came) : bytes;
    let answer = [];
    if (!isGreeted && all.length >= 20) {
      isGreeted = true;
      all = all.subarray(20);
      answer = CHOICE;
    }
    for (let end; isGreeted && (end = endOf(all)); all = all.subarray(end)) answer = [...answer, ...(ANSWERS[all[3]] ?? SUCCESS)];
    came = [all];
    if (answer.length) say(answer);
  });
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** Where the first message ends, if it is there as a whole. */
function endOf(bytes) {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const size = (bytes[at] << 8) | bytes[at + 1];
    at += size + 2;
    if (size === 0) return at;
  }
  return undefined;
}

/** What a query comes to on a driver of its own. */
async function query(uri, config, parameters) {
  const driver = GraphDatabase.driver(uri, { ...LIMITS, ...config });
  try {
    const { records } = await driver.executeQuery("RETURN $text AS text", parameters, { accessMode: "READ" });
    return records.map((record) => record.get("text"));
  } finally {
    await driver.close();
  }
}

test("answers come through byte by byte, and all at once", { skip }, async (t) => {
  const bitByBit = await listen(t, (socket) => {
    const due = [];
    const next = () => {
      if (!due.length) return;
      socket.write(Uint8Array.of(due.shift()));
      setTimeout(next, 0);
    };
    speak(socket, (bytes) => due.push(...bytes) === bytes.length && next());
  });
  equal(await query(bitByBit.uri), [TEXT]);
  const atOnce = await listen(t, (socket) => speak(socket));
  equal([await query(atOnce.uri), await query(atOnce.uri, { socket: "tcp" })], [[TEXT], [TEXT]]);
  equal(atOnce.count(), 2, "a connection for each driver, and no question beside it");
});

test("a connection that is cut anywhere is an error that says so", { skip, timeout: 120_000 }, async (t) => {
  const greeting = [...CHOICE, ...ANSWERS[HELLO], ...SUCCESS];
  for (const reset of [false, true]) {
    for (let length = 0; length < greeting.length; length += length < 6 ? 1 : 7) {
      const { uri } = await listen(t, (socket) => {
        let left = length;
        const end = () => (reset && socket.resetAndDestroy ? socket.resetAndDestroy() : socket.end());
        speak(socket, (bytes) => {
          const said = bytes.slice(0, left);
          left -= said.length;
          if (said.length) socket.write(Uint8Array.from(said));
          // What was said first has to arrive.
          if (!left) setTimeout(end, reset ? 20 : 0);
        });
      });
      const code = length < 4 ? "ServerUnreachable" : "ConnectionClosed";
      const error = await rejects(query(uri), { name: "ConnectionError", code, retryable: true });
      assert(!error.message.includes("close code"), error.message);
    }
  }
});

test("what does not speak Bolt is told by what it says", { skip, timeout: 60_000 }, async (t) => {
  const bad = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
  const discovery = '{"bolt_direct":"bolt://db.example.com:7687","neo4j_version":"5.26.0"}';
  const json = (body) =>
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
  const says = (toBolt, toHttp = toBolt) => (socket) =>
    socket.once("data", (bytes) => socket.end(bytes[0] === 0x47 ? toHttp : toBolt));
  const cases = [
    [says(bad), "WrongPort", false, /speaks HTTP and not Bolt: Bolt has a port of its own .*socket: "websocket"/],
    [says(bad, json(discovery)), "WrongPort", false, /Neo4j offers Bolt at bolt:\/\/db\.example\.com:7687/],
    // A server behind it, which an upgrade would reach.
    [says(bad, json("{}")), "WrongPort", false, /ingress is reached by WebSocket: socket: "websocket"/],
    [says(bad, bad.replace("400 Bad Request", "503 Unavailable")), "ServerUnavailable", true, /HTTP 503/],
    [says(bad, bad.replace("400 Bad Request", "401 Unauthorized")), "ProxyRefused", false, /HTTP 401/],
    // A TLS alert: no record that it knows.
    [says(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70)), "TlsRequired", false, /bolt\+s:/],
    [says("SSH-2.0-OpenSSH_9.9\r\n"), "ProtocolViolation", false, /answer 0x5353482d is not Bolt/],
  ];
  for (const [accept, code, retryable, words] of cases) {
    const { uri } = await listen(t, accept);
    const error = await rejects(query(uri), { code, retryable });
    match(error.message, words);
  }
});

test("a server that says nothing is given up in time, whatever it has said before", { skip, timeout: 60_000 }, async (t) => {
  for (const length of [0, 2, 4, 20]) {
    let left = length;
    const { uri } = await listen(t, (socket) => speak(socket, (bytes) => {
      const said = bytes.slice(0, left);
      left -= said.length;
      socket.write(Uint8Array.from(said));
    }));
    await rejects(query(uri, { connectionTimeout: 300 }), { code: "ConnectionTimeout", retryable: true });
  }
});

test("what is sent is whole, however slowly it is taken", { skip, timeout: 60_000 }, async (t) => {
  let came = 0;
  const { uri } = await listen(t, (socket) => speak(socket, undefined, (bytes) => {
    came += bytes.length;
    socket.pause();
    setTimeout(() => socket.resume(), 1);
  }));
  const text = "x".repeat(4_000_000);
  equal(await query(uri, {}, { text }), [TEXT]);
  assert(came > text.length, `${came} bytes`);
});

/** A server whose results are each 2,000 records of 100 kB. Gives { uri, sent() }, the second of them the records on their way. */
async function large(t) {
  const record = Uint8Array.from(message(0x71, list([0xd2, 0, 1, 0x86, 0xa0, ...Array(100_000).fill(0x78)])));
  let sent = 0;
  const flood = async (socket) => {
    for (let count = 0; count < LARGE && !socket.destroyed; count++) {
      sent++;
      if (!socket.write(record)) await new Promise((resolve) => (socket.hasRoom = resolve));
    }
    socket.write(Uint8Array.from(SUCCESS));
  };
  const { uri } = await listen(t, (socket) => {
    for (const event of ["drain", "close"]) socket.on(event, () => socket.hasRoom?.());
    speak(socket, (bytes) => {
      const pulled = bytes.length > TEXT.length;
      socket.write(Uint8Array.from(pulled ? bytes.slice(0, -ANSWERS[PULL].length) : bytes));
      if (pulled) flood(socket);
    });
  });
  /** Once there are no more of them for a while. */
  const standing = async () => {
    for (let before = -1; before !== sent; await new Promise((resolve) => setTimeout(resolve, 200))) before = sent;
    return sent;
  };
  return { uri, standing };
}

const LARGE = 2_000;

test("a server is held back while its records are not read", { skip, timeout: 120_000 }, async (t) => {
  const { uri, standing } = await large(t);
  const driver = GraphDatabase.driver(uri, LIMITS);
  t.after(() => driver.close());
  const session = driver.session({ accessMode: "READ", fetchSize: -1 });
  let [count, most] = [0, 0];
  for await (const record of session.run("RETURN $text AS text")) {
    equal(record.get("text").length, 100_000);
    count++;
    // The rest is 200 MB.
    if (count === 1 || count === 1_000) most = Math.max(most, (await standing()) - count);
  }
  equal(count, LARGE);
  assert(most < 1_000, `${most} records are on their way to a reader who is busy`);
  // Whoever leaves is not held up by what is held back; nor is the driver's end.
  for await (const record of session.run("RETURN $text AS text")) {
    await standing();
    if (record) break;
  }
  await session.close();
  const last = driver.session({ accessMode: "READ", fetchSize: -1 });
  await last.run("RETURN $text AS text").keys();
  await standing();
  await driver.close();
  await last.close().catch(() => {});
});

test("a connection that the server has ended is not used again", { skip, timeout: 60_000 }, async (t) => {
  const open = [];
  const server = await listen(t, (socket) => (open.push(socket), speak(socket)));
  const driver = GraphDatabase.driver(server.uri, LIMITS);
  t.after(() => driver.close());
  const ask = async () => (await driver.executeQuery("RETURN 1", {}, { accessMode: "READ" })).records.length;
  equal(await ask(), 1);
  // Only the one half, and it waits for nothing.
  open[0].end();
  await new Promise((resolve) => open[0].once("close", resolve));
  equal([await ask(), server.count()], [1, 2]);
});

test("a function of the application's gives the certificate only where there is TLS", { skip }, async (t) => {
  const { uri } = await listen(t, (socket) => speak(socket));
  let asked = 0;
  equal([await query(uri, { clientCertificate: () => void asked++ }), asked], [[TEXT], 0]);
});
