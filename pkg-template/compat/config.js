// A driver's configuration as programs give it, as ours takes it.

import { authOf } from "./auth.js";
import { certificates } from "./host.js";
import { fetchSizeOf } from "./query.js";

const ON = "ENCRYPTION_ON";
const CUSTOM = "TRUST_CUSTOM_CA_SIGNED_CERTIFICATES";
/** Longer than any program runs, and still a delay that timers take. */
const NEVER = 0x7fffffff;

/** Of what ought to be a number of milliseconds or of connections; below 0 there is no limit. */
function whole(given, absent) {
  const number = parseInt(given, 10);
  return Number.isNaN(number) ? absent : number < 0 ? NEVER : number;
}

const orNever = (number) => (number === 0 ? NEVER : number);

/** What they call a filter. */
export function filterOf(filter) {
  if (filter === undefined || filter === null) return undefined;
  const { minimumSeverityLevel, disabledCategories, disabledClassifications } = filter;
  if (disabledCategories && disabledClassifications) {
    throw new Error("disabledCategories and disabledClassifications are the same: only one of them");
  }
  return {
    minimumSeverity: minimumSeverityLevel ?? undefined,
    disabledClassifications: disabledClassifications ?? disabledCategories ?? undefined,
  };
}

function liveness(given) {
  if (given === undefined || given === null) return undefined;
  const number = parseInt(given, 10);
  if (number >= 0) return number;
  throw new Error(
    `connectionLivenessCheckTimeout is positive, or 0 for always, got ${number}`);
}

function resolverOf(resolver) {
  if (resolver === undefined || resolver === null) return undefined;
  if (typeof resolver !== "function") throw new TypeError(`Configured resolver should be a function. Got: ${typeof resolver}`);
  return (host, port) => resolver(host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
}

/** What the scheme of a URI says of encryption: then nothing else may. */
function encryptionOf(url, config) {
  if (/^[^:]*\+s/.test(url)) {
    if ("encrypted" in config || "trust" in config) {
      throw new Error("The URL says how to encrypt and what to trust: leave encrypted and trust out");
    }
    return {};
  }
  const encrypted = config.encrypted === true || config.encrypted === ON;
  const { trust } = config;
  const trusted = encrypted && trust === CUSTOM ? certificates().trustedOf(config) : undefined;
  return {
    encrypted,
    trust: trust === CUSTOM ? undefined : trust ?? undefined,
    ...(trusted && { trustedCertificates: trusted }),
  };
}

/** Names that only ours has: for browsers and relays. */
const PASSED_ON = ["socket", "webSocket", "webSocketUrl", "maxMessageSize"];

export function configOf(url, auth, config) {
  if (config.encryptionProfiles) {
    throw new Error("encryptionProfiles: values are not encrypted on the client here");
  }
  const acquisition = whole(config.connectionAcquisitionTimeout, 60_000);
  const { clientCertificate } = config;
  return {
    auth: authOf(auth),
    ...(clientCertificate && { clientCertificate: certificates().clientCertificateOf(clientCertificate) }),
    ...encryptionOf(url, config),
    userAgent: config.userAgent || undefined,
    maxConnectionLifetime: whole(config.maxConnectionLifetime, 3_600_000),
    maxConnectionPoolSize: orNever(whole(config.maxConnectionPoolSize, 100)),
    connectionAcquisitionTimeout: Math.max(1, acquisition),
    connectionTimeout: orNever(whole(config.connectionTimeout, 30_000)),
    maxRetryTime: whole(config.maxTransactionRetryTime, 30_000),
    livenessCheckTimeout: liveness(config.connectionLivenessCheckTimeout),
    telemetryDisabled: config.telemetryDisabled ?? undefined,
    resolver: resolverOf(config.resolver),
    fetchSize: fetchSizeOf(config.fetchSize),
    notificationFilter: filterOf(config.notificationFilter),
    ...Object.fromEntries(PASSED_ON.filter((name) => name in config).map((name) => [name, config[name]])),
  };
}
