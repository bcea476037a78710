// All that the package exports, whatever the entry.

export { basicAuth, bearerAuth, customAuth, kerberosAuth, noAuth } from "./auth.js";
export { Batch, Column } from "./columns.js";
export { READ, TRUST_ALL_CERTIFICATES, TRUST_SYSTEM_CA_SIGNED_CERTIFICATES, WRITE } from "./config.js";
export { DirectDriver, Driver, GraphDatabase, RoutingDriver } from "./driver.js";
export {
  AuthError, CommitUncertainError, ConfigurationError, ConnectionError, Neo4jError, ProtocolError,
  ResultConsumedError, ServerError, TimeoutError, TransactionError, UsageError,
} from "./errors.js";
export { authTokenManagers, bookmarkManager } from "./managers.js";
export { Record } from "./record.js";
export { Result } from "./result.js";
export { Session } from "./session.js";
export { Counters, Summary } from "./summary.js";
export { Duration, LocalDate, LocalDateTime, LocalTime, ZonedDateTime, ZonedTime } from "./temporal.js";
export { ManagedTransaction, Transaction } from "./transaction.js";
export { Float, float, Node, Path, Point, Relationship, UnsupportedType, Uuid, Vector } from "./values.js";
