// All that the package exports, whatever the entry.

export { basicAuth, bearerAuth, customAuth, kerberosAuth, noAuth } from "../driver/auth.js";
export { Batch, Column } from "../values/columns.js";
export { READ, TRUST_ALL_CERTIFICATES, TRUST_SYSTEM_CA_SIGNED_CERTIFICATES, WRITE } from "../driver/config.js";
export { DirectDriver, Driver, GraphDatabase, RoutingDriver } from "../driver/driver.js";
export {
  AuthError, CommitUncertainError, ConfigurationError, ConnectionError, Neo4jError, ProtocolError,
  ResultConsumedError, ServerError, TimeoutError, TransactionError, UsageError,
} from "../driver/errors.js";
export { authTokenManagers, bookmarkManager } from "../driver/managers.js";
export { Record } from "../values/record.js";
export { Result } from "../driver/result.js";
export { Session } from "../driver/session.js";
export { Counters, Summary } from "../driver/summary.js";
export { Duration, LocalDate, LocalDateTime, LocalTime, ZonedDateTime, ZonedTime } from "../values/temporal.js";
export { ManagedTransaction, Transaction } from "../driver/transaction.js";
export { Float, float, Node, Path, Point, Relationship, UnsupportedType, Uuid, Vector } from "../values/values.js";
