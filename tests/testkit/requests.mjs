// What the suite asks, by name: each handler returns the answer's name and data.

import { Clock } from "./clock.mjs";
import { FrontendError } from "./errors.mjs";
import { FEATURES } from "./features.mjs";
import { neo4j } from "./package.mjs";
import { eagerResult, resultHandlers, started, transactionConfig } from "./results.mjs";
import { partSkipped, skipped } from "./skips.mjs";
import { mapFromCypher } from "./values.mjs";

const MODES = { r: neo4j.READ, w: neo4j.WRITE };

const given = (value) => value ?? undefined;

function authToken(token) {
  if (!token) return undefined;
  const { scheme, principal, credentials, realm, parameters } = token.data;
  switch (scheme) {
    case "basic":
      return neo4j.basicAuth(principal, credentials, given(realm));
    case "bearer":
      return neo4j.bearerAuth(credentials);
    case "kerberos":
      return neo4j.kerberosAuth(credentials);
    case "none":
      return neo4j.noAuth();
    default:
      return neo4j.customAuth(given(principal), given(credentials), given(realm), scheme, given(parameters));
  }
}

/** Nothing where the suite says nothing, so that the driver's own default is tested. */
function notificationFilter({ notificationsMinSeverity: minimum, notificationsDisabledCategories: disabled }) {
  if (minimum === undefined && disabled === undefined) return undefined;
  return { minimumSeverity: given(minimum), disabledClassifications: given(disabled) };
}

function trust({ trustedCertificates }) {
  if (trustedCertificates === undefined) return undefined;
  if (trustedCertificates === null) return neo4j.TRUST_SYSTEM_CA_SIGNED_CERTIFICATES;
  if (trustedCertificates.length === 0) return neo4j.TRUST_ALL_CERTIFICATES;
  throw new Error("The driver takes no certificate authorities of its own");
}

/** Where the suite says nothing it means a plain connection, and the driver might take TLS; a scheme can say it too. */
const encrypted = (data) => data.encrypted ?? (/\+ssc?:/.test(data.uri) ? undefined : false);

const driverHandlers = {
  NewDriver: (context, data) => {
    if (given(data.authTokenManagerId)) throw new Error("The driver has no token managers");
    if (data.domainNameResolverRegistered) throw new Error("A WebSocket resolves names by itself");
    const resolver = (host, port) => context.ask("ResolverResolutionRequired", { address: `${host}:${port}` });
    const driver = neo4j.GraphDatabase.driver(data.uri, {
      auth: authToken(data.authorizationToken),
      userAgent: given(data.userAgent),
      resolver: data.resolverRegistered ? resolver : undefined,
      connectionTimeout: given(data.connectionTimeoutMs),
      fetchSize: given(data.fetchSize),
      maxRetryTime: given(data.maxTxRetryTimeMs),
      livenessCheckTimeout: given(data.livenessCheckTimeoutMs),
      maxConnectionPoolSize: given(data.maxConnectionPoolSize),
      connectionAcquisitionTimeout: given(data.connectionAcquisitionTimeoutMs),
      encrypted: encrypted(data),
      trust: trust(data),
      notificationFilter: notificationFilter(data),
      integers: "bigint",
    });
    return ["Driver", { id: context.keep(driver) }];
  },

  ResolverResolutionCompleted: (context, { requestId, addresses }) => context.answered(requestId, addresses),

  DriverClose: async (context, { driverId }) => {
    await context.get(driverId).close();
    return ["Driver", { id: driverId }];
  },

  VerifyConnectivity: async (context, { driverId }) => {
    await context.get(driverId).verifyConnectivity();
    return ["Driver", { id: driverId }];
  },

  GetServerInfo: async (context, { driverId }) => ["ServerInfo", await context.get(driverId).getServerInfo()],

  /** Every server that speaks Bolt 4.4 has several databases. */
  CheckMultiDBSupport: async (context, { driverId }) => {
    await context.get(driverId).verifyConnectivity();
    return ["MultiDBSupport", { id: driverId, available: true }];
  },

  GetConnectionPoolMetrics: (context, { driverId, address }) => {
    const metrics = context.get(driverId).metrics().find((server) => server.address === address);
    return ["ConnectionPoolMetrics", { inUse: metrics?.inUse ?? 0, idle: metrics?.idle ?? 0 }];
  },

  ExecuteQuery: async (context, { driverId, cypher, params, config }) => {
    if (config.bookmarkManagerId !== undefined) throw new Error("The driver has no bookmark managers");
    if (config.authorizationToken) throw new Error("The driver has no queries with their own authentication");
    const result = await context.get(driverId).executeQuery(cypher, mapFromCypher(params), {
      accessMode: MODES[config.routing],
      database: given(config.database),
      impersonatedUser: given(config.impersonatedUser),
      ...transactionConfig(config),
    });
    return eagerResult(result);
  },
};

const sessionHandlers = {
  NewSession: (context, data) => {
    if (data.bookmarkManagerId !== undefined) throw new Error("The driver has no bookmark managers");
    if (data.authorizationToken) throw new Error("The driver has no sessions with their own authentication");
    const session = context.get(data.driverId).session({
      accessMode: MODES[data.accessMode],
      bookmarks: given(data.bookmarks),
      database: given(data.database),
      fetchSize: given(data.fetchSize),
      impersonatedUser: given(data.impersonatedUser),
      notificationFilter: notificationFilter(data),
    });
    return ["Session", { id: context.keep({ session }) }];
  },

  SessionClose: async (context, { sessionId }) => {
    await context.get(sessionId).session.close();
    return ["Session", { id: sessionId }];
  },

  SessionLastBookmarks: (context, { sessionId }) => [
    "Bookmarks",
    { bookmarks: context.get(sessionId).session.lastBookmarks() },
  ],

  SessionRun: (context, { sessionId, cypher, params, ...data }) => {
    const { session } = context.get(sessionId);
    return started(context, session.run(cypher, mapFromCypher(params), transactionConfig(data)));
  },

  SessionBeginTransaction: async (context, { sessionId, ...data }) => {
    const transaction = await context.get(sessionId).session.beginTransaction(transactionConfig(data));
    return ["Transaction", { id: context.keep(transaction) }];
  },

  SessionReadTransaction: (context, data) => managed(context, "executeRead", data),

  SessionWriteTransaction: (context, data) => managed(context, "executeWrite", data),

  RetryablePositive: (context, { sessionId }) => context.get(sessionId).resolve(),

  RetryableNegative: (context, { sessionId, errorId }) => {
    const error = errorId === "" ? new FrontendError("The suite's own code failed") : context.get(errorId);
    context.get(sessionId).reject(error);
  },
};

/** The work is the suite's: it is told of each try, and says how that went. */
async function managed(context, method, { sessionId, ...data }) {
  const kept = context.get(sessionId);
  const work = (transaction) =>
    new Promise((resolve, reject) => {
      kept.resolve = resolve;
      kept.reject = reject;
      context.respond("RetryableTry", { id: context.keep(transaction) });
    });
  await kept.session[method](work, transactionConfig(data));
  return ["RetryableDone"];
}

const ended = (method) => async (context, { txId }) => {
  await context.get(txId)[method]();
  return ["Transaction", { id: txId }];
};

const transactionHandlers = {
  TransactionRun: (context, { txId, cypher, params }) =>
    started(context, context.get(txId).run(cypher, mapFromCypher(params))),
  TransactionCommit: ended("commit"),
  TransactionRollback: ended("rollback"),
  TransactionClose: ended("close"),
};

const unless = (reason, response) => (reason ? ["SkipTest", { reason }] : response);

const suiteHandlers = {
  GetFeatures: () => ["FeatureList", { features: FEATURES }],

  /** Tests may have parts: the suite asks about each of them. */
  StartTest: (_, { testName }) => unless(skipped(testName), ["RunSubTests"]),
  StartSubTest: (_, { subtestArguments }) => unless(partSkipped(subtestArguments), ["RunTest"]),

  FakeTimeInstall: (context) => {
    context.clock = new Clock();
    context.clock.install();
    return ["FakeTimeAck"];
  },
  FakeTimeTick: async (context, { incrementMs }) => {
    await context.clock.tick(incrementMs);
    return ["FakeTimeAck"];
  },
  FakeTimeUninstall: (context) => {
    context.clock.uninstall();
    context.clock = undefined;
    return ["FakeTimeAck"];
  },
};

export const handlers = {
  ...suiteHandlers,
  ...driverHandlers,
  ...sessionHandlers,
  ...transactionHandlers,
  ...resultHandlers,
};
