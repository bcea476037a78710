// What the suite asks, by name: each handler returns the answer's name and data.

import { authHandlers, authToken } from "./auth.mjs";
import { bookmarkHandlers } from "./bookmarks.mjs";
import { Clock } from "./clock.mjs";
import { FrontendError } from "./errors.mjs";
import { FEATURES } from "./features.mjs";
import { neo4j } from "./package.mjs";
import { eagerResult, resultHandlers, started, transactionConfig } from "./results.mjs";
import { routingHandlers } from "./routing.mjs";
import { partSkipped, skipped } from "./skips.mjs";
import { clientCertificate, TLS_FEATURES, tlsHandlers, trust } from "./tls.mjs";
import { given, mapFromCypher, mentioned } from "./values.mjs";

const MODES = { r: neo4j.READ, w: neo4j.WRITE };

/** Nothing where the suite says nothing, so that the driver's own default is tested. */
function notificationFilter({ notificationsMinSeverity: minimum, notificationsDisabledCategories: disabled }) {
  if (minimum === undefined && disabled === undefined) return undefined;
  return mentioned({ minimumSeverity: minimum, disabledClassifications: disabled });
}

/** Where the suite says nothing it means a plain connection, and the driver might take TLS; a scheme can say it too. */
const encrypted = (data) => data.encrypted ?? (/\+s(sc)?:/.test(data.uri) ? undefined : false);

/** The suite says nothing for the default, and -1 for none. */
function bookmarkManager(context, { bookmarkManagerId: id }) {
  if (id === -1) return { bookmarkManager: null };
  return given(id) && { bookmarkManager: context.get(id) };
}

const authManager = (context, { authTokenManagerId: id }) => given(id) && context.get(id);

const driverHandlers = {
  NewDriver: (context, data) => {
    if (data.domainNameResolverRegistered) throw new Error("A WebSocket resolves names by itself");
    const resolver = (host, port) => context.ask("ResolverResolutionRequired", { address: `${host}:${port}` });
    const config = mentioned({
      auth: authManager(context, data) ?? authToken(data.authorizationToken),
      userAgent: data.userAgent,
      resolver: data.resolverRegistered ? resolver : undefined,
      connectionTimeout: data.connectionTimeoutMs,
      fetchSize: data.fetchSize,
      maxRetryTime: data.maxTxRetryTimeMs,
      livenessCheckTimeout: data.livenessCheckTimeoutMs,
      maxConnectionPoolSize: data.maxConnectionPoolSize,
      connectionAcquisitionTimeout: data.connectionAcquisitionTimeoutMs,
      encrypted: encrypted(data),
      ...trust(data),
      clientCertificate: clientCertificate(context, data),
      notificationFilter: notificationFilter(data),
      telemetryDisabled: data.telemetryDisabled,
      integers: "bigint",
      // Unless it is said, as users have it: TCP, and in a page a WebSocket.
      socket: globalThis.process?.env.TESTKIT_SOCKET,
    });
    const driver = neo4j.GraphDatabase.driver(data.uri, config);
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

  CheckMultiDBSupport: async (context, { driverId }) => [
    "MultiDBSupport",
    { id: driverId, available: await context.get(driverId).supportsMultiDb() },
  ],

  CheckSessionAuthSupport: async (context, { driverId }) => [
    "SessionAuthSupport",
    { id: driverId, available: await context.get(driverId).supportsSessionAuth() },
  ],

  VerifyAuthentication: async (context, { driverId, authorizationToken }) => {
    const options = mentioned({ auth: authToken(authorizationToken) });
    const authenticated = await context.get(driverId).verifyAuthentication(options);
    return ["DriverIsAuthenticated", { id: driverId, authenticated }];
  },

  CheckDriverIsEncrypted: (context, { driverId }) => [
    "DriverIsEncrypted",
    { encrypted: context.get(driverId).isEncrypted() },
  ],

  GetConnectionPoolMetrics: (context, { driverId, address }) => {
    const metrics = context.get(driverId).metrics().find((server) => server.address === address);
    return ["ConnectionPoolMetrics", { inUse: metrics?.inUse ?? 0, idle: metrics?.idle ?? 0 }];
  },

  ExecuteQuery: async (context, { driverId, cypher, params, config }) => {
    const options = mentioned({
      accessMode: MODES[config.routing],
      database: config.database,
      impersonatedUser: config.impersonatedUser,
      auth: authToken(config.authorizationToken),
      ...transactionConfig(config),
    });
    const all = { ...options, ...bookmarkManager(context, config) };
    return eagerResult(await context.get(driverId).executeQuery(cypher, mapFromCypher(params), all));
  },
};

const sessionHandlers = {
  NewSession: (context, data) => {
    const options = mentioned({
      accessMode: MODES[data.accessMode],
      bookmarks: data.bookmarks,
      database: data.database,
      fetchSize: data.fetchSize,
      impersonatedUser: data.impersonatedUser,
      auth: authToken(data.authorizationToken),
      notificationFilter: notificationFilter(data),
    });
    const session = context.get(data.driverId).session({ ...options, ...bookmarkManager(context, data) });
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
  GetFeatures: () => ["FeatureList", { features: [...FEATURES, ...TLS_FEATURES] }],

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
  ...authHandlers,
  ...tlsHandlers,
  ...bookmarkHandlers,
  ...driverHandlers,
  ...routingHandlers,
  ...sessionHandlers,
  ...transactionHandlers,
  ...resultHandlers,
};
