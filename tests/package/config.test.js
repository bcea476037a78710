// Configuration and options: what is wrong is refused at construction, in words that help, and shows no credential.

import * as neo4j from "neo4j-wasm";
import { isBrowser } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";

const { basicAuth, bearerAuth, customAuth, kerberosAuth, noAuth } = neo4j;
const { DirectDriver, Driver, GraphDatabase, RoutingDriver } = neo4j;
const URI = "bolt://127.0.0.1:1";
const invalid = { name: "ConfigurationError", code: "InvalidConfiguration" };
const refused = (config) => throws(() => GraphDatabase.driver(URI, config), invalid).message;

test("whatever cannot be read is refused as what it was given for, and what was thrown is the cause", async (t) => {
  const dead = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const boo = new Error("boo");
  const fails = (thrown) => ({ get auth() { throw thrown; } });
  const silent = { get message() { throw 1; } };
  const configured = (config) => throws(() => GraphDatabase.driver(URI, config), invalid);
  equal(configured(fails(boo)).message, "The configuration cannot be read: boo");
  equal(configured(fails(boo)).cause, boo);
  for (const thrown of [null, undefined, "boo", silent]) {
    assert(configured(fails(thrown)).message.startsWith("The configuration cannot be read: "), String(thrown));
  }
  for (const config of [dead(), { auth: dead() }, { resolver: dead() }, { notificationFilter: dead() }]) configured(config);
  throws(() => GraphDatabase.driver(dead()), invalid);
  const driver = GraphDatabase.driver(URI);
  t.after(() => driver.close());
  const session = driver.session();
  for (const options of [dead(), { database: dead() }, { bookmarks: dead() }]) throws(() => driver.session(options), invalid);
  await rejects(driver.executeQuery("RETURN 1", {}, dead()), invalid);
  await rejects(driver.executeQuery("RETURN 1", {}, { signal: dead() }), invalid);
  await rejects(driver.executeQuery(dead()), { code: "InvalidQuery" });
  await rejects(session.run(dead()), { code: "InvalidQuery" });
  await rejects(session.executeRead(dead()), { code: "InvalidWork" });
  for (const made of [neo4j.bookmarkManager, neo4j.authTokenManagers.basic]) throws(() => made(dead()), neo4j.Neo4jError);
});

test("an unknown key is refused, and the nearest known one named", () => {
  const pairs = [
    ["maxPoolSize", "maxConnectionPoolSize"],
    ["max_connection_pool_size", "maxConnectionPoolSize"],
    ["usreAgent", "userAgent"],
    ["Encrypted", "encrypted"],
    ["__proto__", "trust"],
  ];
  for (const [key, nearest] of pairs) {
    const message = refused(JSON.parse(`{ "${key}": 1 }`));
    assert(message.startsWith(`There is no configuration key "${key}"`), message);
    if (key !== "__proto__") assert(message.endsWith(`the nearest is "${nearest}"`), message);
  }
  const far = refused({ colour: 1 });
  assert(far.startsWith('There is no configuration key "colour"; there are auth, encrypted, trust, '), far);
  equal(refused({ database: "x" }), 'There is no configuration key "database"; it is an option of a session');
  equal(refused({ timeout: 1 }), 'There is no configuration key "timeout"; it is an option of a query or a transaction');
  refused({ notificationFilter: { minimumSeverty: "OFF" } });
});

test("the official driver's names are known, with what they are here", () => {
  const config = {
    maxTransactionRetryTime: "here it is maxRetryTime",
    connectionLivenessCheckTimeout: "here it is livenessCheckTimeout",
    disableLosslessIntegers: 'here it is integers: "number"',
    useBigInt: 'here it is integers: "bigint"',
    logging: "here nothing is logged, errors and driver.metrics() say what happens",
    ...(isBrowser && { trustedCertificates: "here certificates are the browser's matter" }),
    username: "here it is auth: [user, password]",
    scheme: "here it is { auth: token }",
  };
  for (const [key, hint] of Object.entries(config)) {
    equal(refused({ [key]: true }), `There is no configuration key "${key}"; ${hint}`);
  }
  equal(
    refused({ notificationFilter: { disabledCategories: ["HINT"] } }),
    'There is no notificationFilter option "disabledCategories"; here it is disabledClassifications',
  );
  equal(refused({ encrypted: "ENCRYPTION_ON" }), 'encrypted takes true or false, got "ENCRYPTION_ON"');
  assert(refused({ trust: "TRUST_CUSTOM_CA_SIGNED_CERTIFICATES" }).includes("derEncodedServerCertificate"));
  for (const key of ["telemetryDisabled"]) equal(GraphDatabase.driver(URI, { [key]: true }).closed(), false);
  const { message } = throws(() => GraphDatabase.driver(URI).session({ defaultAccessMode: "READ" }), invalid);
  equal(message, 'There is no option "defaultAccessMode"; here it is accessMode');
});

test("what is wrong with a token is said, without what is in it", async () => {
  const SECRET = "s3cret";
  const unset = "is undefined: is an environment variable not set?";
  const wrong = [
    [["neo4j", undefined], `auth[1] (the password) ${unset}`],
    [[undefined, SECRET], `auth[0] (the user) ${unset}`],
    [["neo4j", null], "auth[1] (the password) is null"],
    [["neo4j", 5], "auth[1] (the password) is a number"],
    [["neo4j", `${SECRET}\ud800`], "auth[1] (the password) has half a surrogate pair, which UTF-8 cannot carry"],
    [["neo4j", SECRET, 1], "auth[2] (the realm) is a number"],
    [["neo4j"], "auth[1] (the password) is missing"],
    [[], "auth[0] (the user) is missing"],
    [basicAuth(undefined, SECRET), `the user in auth ${unset}`],
    [basicAuth("neo4j"), `the password in auth ${unset}`],
    [bearerAuth(undefined), `the token in auth ${unset}`],
    [kerberosAuth(undefined), `the ticket in auth ${unset}`],
    [customAuth("p", 5, "r", "own"), "the credentials in auth is a number"],
    [customAuth("p", SECRET, "r", ""), "the scheme in auth is empty"],
    [{ scheme: "basic", principal: "neo4j" }, `the password in auth ${unset}`],
    [{ username: "neo4j", password: SECRET }, "auth is an object that is no token"],
  ];
  for (const [auth, why] of wrong) {
    const message = refused({ auth });
    assert(message.startsWith(`${why}; auth takes [user, password] or `), message);
    assert(!message.includes(SECRET), message);
    throws(() => GraphDatabase.driver(URI).session({ auth }), invalid);
  }
  assert(refused({ auth: Promise.resolve() }).endsWith("got an instance of Promise"));
  const driver = GraphDatabase.driver(URI, { auth: { getToken: () => ["neo4j", undefined], handleSecurityException() {} } });
  const error = await rejects(driver.verifyConnectivity(), neo4j.Neo4jError);
  const said = `${error.message} ${error.cause?.message}`;
  assert(said.includes(`getToken()[1] (the password) ${unset}`), said);
  await driver.close();
});

test("half a surrogate pair is refused wherever text goes to the server", async () => {
  const half = "x\ud800";
  const refusedHalf = { message: /half a surrogate pair/ };
  for (const more of [{ userAgent: half }, { notificationFilter: { disabledClassifications: [half] } }]) refused(more);
  const driver = GraphDatabase.driver(URI);
  for (const options of [{ database: half }, { impersonatedUser: half }]) {
    throws(() => driver.session(options), { ...invalid, ...refusedHalf });
  }
  throws(() => driver.session({ bookmarks: half }), invalid);
  throws(() => driver.session({ bookmarks: ["a", half] }), invalid);
  await rejects(driver.executeQuery(`RETURN "${half}"`), { code: "InvalidQuery", ...refusedHalf });
  await rejects(driver.session().run(`RETURN "${half}"`), { code: "InvalidQuery", ...refusedHalf });
  await rejects(driver.executeQuery("RETURN 1", { [half]: 1 }), { code: "InvalidParameter", ...refusedHalf });
  await rejects(driver.executeQuery("RETURN 1", {}, { metadata: { a: half } }), { code: "InvalidParameter", ...refusedHalf });
  await driver.close();
});

test("a wrong value is refused, and what the key takes is said", () => {
  equal(refused({ connectionTimeout: "30s" }), 'connectionTimeout takes a number of milliseconds, more than 0, got "30s"');
  equal(refused({ maxRetryTime: "30s" }), 'maxRetryTime takes a number of milliseconds, 0 or more, got "30s"');
  const wrong = {
    encrypted: ["yes", 1, null],
    trust: ["TRUST_NONE", true],
    derEncodedServerCertificate: ["abc", new Uint8Array(0), Uint8Array.of(0x30, 5, 0), Uint8Array.of(0x30, 0x82, 1)],
    userAgent: ["", 5],
    maxConnectionLifetime: [NaN, -1, "1h", Infinity, 5n],
    maxConnectionPoolSize: [0, -5, 1.5, "10", NaN],
    connectionAcquisitionTimeout: [NaN, -1, null, 0],
    connectionTimeout: [-1, {}, [], 0],
    maxRetryTime: ["30", NaN],
    livenessCheckTimeout: [-1, true],
    keepAlive: ["true", 0],
    resolver: ["localhost", {}],
    fetchSize: [0, -2, 1.5, "1000"],
    boltVersion: ["", "5", "5.5", "5.9", "v5.8", "5.8 ", 5.8, null, ["5.8"]],
    maxMessageSize: [0, 65_535, 65_536.5, 2 ** 31 + 1, "65536"],
    integers: ["string", true],
    socket: ["Worker", true, null],
    notificationFilter: ["OFF", { minimumSeverity: "LOUD" }, { disabledClassifications: "HINT" }],
    webSocket: [{}, "ws"],
    webSocketUrl: ["ws://relay.example", {}, null],
    auth: ["secret", 5, null, [], ["neo4j"], ["neo4j", 5], ["neo4j", "secret", "realm", 1], { user: "secret" }],
  };
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = refused({ [key]: value });
      assert((key === "auth" ? /auth takes / : /^\w+ takes .+, got /).test(message), `${key}: ${message}`);
    }
  }
  for (const config of ["secret", ["neo4j", "secret"], null, basicAuth("neo4j", "secret"), new Date()]) refused(config);
});

test("no error and no token shows a credential", () => {
  const secrets = [
    { auth: "secret" },
    { auth: ["neo4j", "secret", "r", "x"] },
    { auth: { scheme: "basic", principal: "neo4j", credentials: "secret", more: "secret" } },
    { auth: customAuth("p", "secret", "r", "s", { x: undefined }) },
    ["neo4j", "secret"],
    "secret",
  ];
  for (const config of secrets) {
    const error = throws(() => GraphDatabase.driver(URI, config));
    assert(!JSON.stringify([error, error.message, error.stack]).includes("secret"), error.message);
  }
  for (const token of [basicAuth("neo4j", "secret"), bearerAuth("secret"), kerberosAuth("secret")]) {
    const shown = JSON.stringify([token, String(token), Object.entries(token)]);
    assert(!shown.includes("secret"), shown);
  }
});

test("every kind of token is taken", () => {
  const tokens = [
    undefined,
    ["neo4j", "pw"],
    ["neo4j", "pw", "realm"],
    basicAuth("neo4j", "pw"),
    basicAuth("neo4j", "", "realm"),
    bearerAuth("token"),
    kerberosAuth("ticket"),
    noAuth(),
    customAuth("p", "c", "r", "s", { nested: { list: [1, 2n] } }),
    { scheme: "basic", principal: "neo4j", credentials: "pw" },
  ];
  for (const auth of tokens) equal(GraphDatabase.driver(URI, { auth }).closed(), false);
});

test("everything that is allowed is taken, and the object stays as it is", () => {
  const config = {
    auth: ["neo4j", "pw"],
    encrypted: false,
    trust: neo4j.TRUST_SYSTEM_CA_SIGNED_CERTIFICATES,
    userAgent: "test/1",
    maxConnectionLifetime: 0,
    maxConnectionPoolSize: 1,
    connectionAcquisitionTimeout: 0.5,
    connectionTimeout: 1e12,
    maxRetryTime: 0,
    livenessCheckTimeout: 0,
    keepAlive: false,
    resolver: () => [],
    fetchSize: -1,
    integers: "bigint",
    notificationFilter: { minimumSeverity: "WARNING", disabledClassifications: ["HINT"] },
    webSocket: () => undefined,
  };
  const keys = Object.keys(config);
  const frozen = Object.freeze({ ...config });
  new Driver(URI, frozen);
  new Driver(URI, frozen);
  equal(Object.keys(frozen), keys);
});

test("a browser cannot choose which certificates to trust, and says so", () => {
  const certificate = Uint8Array.of(0x30, 2, 5, 0);
  for (const config of [{ trust: neo4j.TRUST_ALL_CERTIFICATES }, { derEncodedServerCertificate: certificate }]) {
    const make = (more) => GraphDatabase.driver("bolt://example.com", { ...config, ...more });
    if (isBrowser) throws(() => make(), { name: "ConfigurationError" });
    else equal(make().closed(), false);
    equal(make({ encrypted: false }).closed(), false);
  }
});

test("the scheme says which kind of driver it is", () => {
  const kinds = [
    ["bolt://127.0.0.1:1", DirectDriver],
    ["bolt+s://127.0.0.1:1", DirectDriver],
    ["neo4j://127.0.0.1:1", RoutingDriver],
    ["neo4j+s://127.0.0.1:1", RoutingDriver],
  ];
  for (const [uri, Kind] of kinds) {
    const Other = Kind === DirectDriver ? RoutingDriver : DirectDriver;
    const drivers = [GraphDatabase.driver(uri), new Driver(uri), new Kind(uri), GraphDatabase.driver(new URL(uri))];
    for (const driver of drivers) {
      assert(driver instanceof Driver && driver instanceof Kind && !(driver instanceof Other), uri);
      equal(driver.constructor, Kind);
    }
    throws(() => new Other(uri), invalid);
    class Own extends Kind {}
    assert(new Own(uri) instanceof Own, uri);
  }
});

test("a wrong URI is refused", () => {
  const uris = ["", "localhost", "http://localhost", "bolt://", "bolt://x:70000", "bolt://a:b@localhost", 5, null];
  for (const uri of uris) throws(() => GraphDatabase.driver(uri), { name: "ConfigurationError" });
  const error = throws(() => GraphDatabase.driver("bolt://neo4j:secret@localhost"));
  assert(!error.message.includes("secret"), error.message);
});

test("options of sessions and queries are checked", async () => {
  const driver = GraphDatabase.driver(URI);
  for (const options of [
    { accessMode: "read" },
    { databse: "neo4j" },
    { database: "" },
    { bookmarks: [1] },
    { fetchSize: 0 },
    { impersonatedUser: 5 },
    "READ ONLY",
    [],
  ]) throws(() => driver.session(options), invalid);
  throws(() => driver.session(neo4j.READ, { databse: "neo4j" }), invalid);
  const session = driver.session(neo4j.READ, { database: "neo4j", bookmarks: "one" });
  for (const options of [{ timeout: "1s" }, { timeout: -1 }, { metadata: 5 }, { signal: {} }, { database: "x" }]) {
    await rejects(session.run("RETURN 1", {}, options), invalid);
    await rejects(session.executeRead(() => {}, options), invalid);
    await rejects(session.beginTransaction(options), invalid);
  }
  await rejects(driver.executeQuery("RETURN 1", {}, { accesMode: "READ" }), invalid);
  await rejects(driver.verifyConnectivity({ timeout: 5 }), invalid);
  const noWork = await rejects(session.executeWrite("RETURN 1"), { name: "UsageError", code: "InvalidWork" });
  assert(noWork.message.includes("got a string"), noWork.message);
  await driver.close();
});

test("a closed driver says so", async () => {
  const driver = GraphDatabase.driver(URI);
  equal(driver.closed(), false);
  await driver.close();
  await driver.close();
  equal(driver.closed(), true);
  throws(() => driver.session(), neo4j.UsageError);
  await rejects(driver.executeQuery("RETURN 1"), neo4j.UsageError);
});

const inNode = { skip: isBrowser && "a browser has no TCP" };
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

test("what only TCP can do is refused where a WebSocket is used, and TCP where there is none", inNode, () => {
  const ways = [
    [{ socket: "websocket" }, 'socket: "websocket"'],
    [{ webSocket: () => {} }, "webSocket"],
    [{ webSocketUrl: () => "ws://x" }, "webSocketUrl"],
  ];
  for (const [way, name] of ways) {
    const message = refused({ ...way, clientCertificate: () => {} });
    assert(message.startsWith(`clientCertificate needs TCP, and ${name} means a WebSocket`), message);
    if (!way.socket) assert(refused({ ...way, socket: "tcp" }).includes(name));
  }
  const { message } = throws(() => GraphDatabase.driver("bolt://127.0.0.1:1/path", { socket: "tcp" }), invalid);
  assert(message.includes("a URI with a path"), message);
  for (const uri of ["bolt://127.0.0.1:1", "bolt://127.0.0.1:1/", "neo4j://127.0.0.1:1/?policy=a/b"]) {
    equal(GraphDatabase.driver(uri, { socket: "tcp" }).closed(), false, uri);
  }
  equal(refused({ socket: "udp" }), 'socket takes "tcp" or "websocket", got "udp"');
});

test("certificates and keys are looked at when the driver is made, and not shown", inNode, () => {
  for (const trustedCertificates of ["", "a.pem", PEM, [PEM], [], 5, {}]) {
    const message = refused({ trustedCertificates });
    assert(message.startsWith("trustedCertificates takes authorities in PEM"), message);
    assert(!message.includes("MIIB"), message);
  }
  const SECRET = "s3cret";
  for (const clientCertificate of ["cert.pem", {}, { cert: PEM }, { cert: PEM, key: SECRET, pass: SECRET }, { cert: 5, key: SECRET }]) {
    const message = refused({ clientCertificate });
    assert(message.startsWith("clientCertificate takes { cert, key, passphrase? }"), message);
    assert(!message.includes(SECRET), message);
  }
});
