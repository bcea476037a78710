// Why a socket did not open: what is asked, how often, and what follows from the answers.

import { assert, equal, match, test } from "../harness/test.js";
import { internal } from "./internals.js";

const { askByFetch, diagnoser, noteOpened, time } = await internal("core.js");

/** A function that diagnoses by asking `answer`, and the questions that it has asked. */
function asking(answer) {
  const asked = [];
  const diagnose = diagnoser(async (url, ...rest) => {
    asked.push(url);
    return answer(url, ...rest);
  });
  return { diagnose, asked };
}

const told = async (answer, url = "ws://db.example.com:7687/", said = "") => {
  const [code, , retryable] = await asking(() => answer).diagnose(url, 1006, said) ?? [];
  return [code, retryable];
};

const json = (body, status = 200) => ({ status, isJson: true, body });

test("an answer over HTTP is told by what it is", async () => {
  for (const status of [408, 425, 429, 502, 503, 504, 520, 530]) equal(await told({ status }), ["ServerUnavailable", true], String(status));
  for (const status of [401, 403, 407]) equal(await told({ status }), ["ProxyRefused", false], String(status));
  for (const status of [0, 200, 204, 302, 400, 404, 426, 500, 501]) equal(await told({ status }), ["WrongPort", false], String(status));
  equal(await told({ status: 301, location: "https://db.example.com/" }), ["TlsRequired", false]);
  equal(await told({ status: 301, location: "https://elsewhere/" }, "wss://db.example.com/"), ["WrongPort", false]);
});

test("Neo4j's own answer on its Bolt port means that another try can succeed, that on its HTTP port that it is the wrong one", async () => {
  for (const body of ["{}", '{"auth_config":{"oidc_providers":[]}}', ""]) equal(await told(json(body)), ["ConnectionFailed", true], body);
  const { diagnose } = asking(() => json('{"bolt_direct":"bolt://db.example.com:7687","neo4j_version":"5.26.0"}'));
  const [code, advice, retryable] = await diagnose("ws://db.example.com:7474/", 1006, "");
  equal([code, retryable], ["WrongPort", false]);
  match(advice, /Neo4j offers Bolt at bolt:\/\/db\.example\.com:7687/);
  equal(await told(json('{"error":"no such page"}', 404)), ["WrongPort", false]);
});

test("where a socket has been open before, an answer of something else will pass", async () => {
  const url = "ws://restarting.example.com/";
  equal(await told({ status: 404 }, url), ["WrongPort", false]);
  noteOpened(url);
  equal([await told({ status: 404 }, url), await told({ status: 0 }, url)], [["ServerUnavailable", true], ["ServerUnavailable", true]]);
  equal(await told({ status: 403 }, url), ["ProxyRefused", false]);
});

test("what the socket says may make every question needless", async () => {
  const { diagnose, asked } = asking(() => ({ status: 200 }));
  const of = async (url, said) => (await diagnose(url, 1006, said))[0];
  equal(await of("ws://x/", "connect ECONNREFUSED 127.0.0.1:7687"), "ServerUnreachable");
  equal(await of("ws://x/", "Unexpected server response: 503"), "ServerUnavailable");
  equal(await of("wss://x/", "self-signed certificate"), "CertificateNotTrusted");
  equal(asked, []);
});

test("a server without an answer over HTTP is asked whether it wants TLS, or none", async () => {
  const encrypted = (url) => (url.startsWith("https:") ? { status: 0 } : { trouble: "read ECONNRESET" });
  const plain = (url) => (url.startsWith("http:") ? { status: 0 } : { trouble: "wrong version number" });
  const of = async (answer, url) => {
    const [code, advice, retryable] = await asking(answer).diagnose(url, 1006, "");
    return [code, retryable, /`encrypted: false`/.test(advice)];
  };
  equal(await of(encrypted, "ws://db.example.com/"), ["TlsRequired", false, false]);
  equal(await of(plain, "wss://db.example.com/"), ["TlsFailed", false, true]);
  equal(await of(() => ({ trouble: "closed" }), "ws://db.example.com/"), ["ServerUnreachable", true, false]);
  equal(await of(() => ({ trouble: "closed" }), "wss://db.example.com/"), ["ConnectionFailed", true, false]);
});

test("those who fail at one address while it is asked, or soon after, share one look", async (t) => {
  const real = { ...time };
  let now = 0;
  t.after(() => Object.assign(time, real));
  time.now = () => now;
  const { diagnose, asked } = asking(() => ({ status: 503 }));
  const all = await Promise.all(Array.from({ length: 50 }, () => diagnose("ws://one/", 1006, "")));
  equal([asked, all.filter(([code]) => code === "ServerUnavailable").length], [["http://one/"], 50]);
  now = 1_400;
  await diagnose("ws://one/", 1006, "");
  equal(asked.length, 1, "still fresh");
  await diagnose("ws://two/", 1006, "");
  now = 1_600;
  await diagnose("ws://one/", 1006, "");
  equal(asked, ["http://one/", "http://two/", "http://one/"]);
});

test("it never fails, whatever it meets, and has an end", async (t) => {
  for (const broken of [() => { throw undefined; }, () => Promise.reject(), () => null, () => ({})]) {
    for (const url of ["ws://x/", "wss://x/"]) {
      const found = await asking(broken).diagnose(url, 1006, "");
      assert(found === undefined || Array.isArray(found), String(broken));
    }
  }
  for (const odd of [Symbol("odd"), null, {}, Object.create(null)]) {
    const found = await asking(() => ({ status: 200 })).diagnose("ws://x/", odd, odd);
    assert(found === undefined || found[0] === "WrongPort", "odd");
  }
  const real = { ...time };
  t.after(() => Object.assign(time, real));
  time.setTimeout = (call) => void Promise.resolve().then(call);
  const asked = [];
  const found = await diagnoser((url, signal) => new Promise(() => asked.push(signal)))("ws://mute/", 1006, "");
  equal([found, asked.map(({ aborted }) => aborted)], [undefined, [true]]);
});

test("an answer without an end is read no further than it takes to know it", async (t) => {
  const { fetch } = globalThis;
  t.after(() => (globalThis.fetch = fetch));
  let given = 0;
  const signals = [];
  globalThis.fetch = async (_, { signal }) => {
    signals.push(signal);
    const pull = (controller) => {
      given += 1_000;
      controller.enqueue(new Uint8Array(1_000).fill(32));
    };
    return new Response(new ReadableStream({ pull }), { headers: { "content-type": "application/json" } });
  };
  equal((await diagnoser(askByFetch)("ws://endless/", 1006, ""))[0], "ConnectionFailed");
  assert(given < 20_000, `${given} bytes were read`);
  equal(signals.map(({ aborted }) => aborted), [true]);
});
