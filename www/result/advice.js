// What an error is called for people, and what they can do about it. By class and code, never by the message's text.

const SYNTAX = "The mark shows where the server stopped understanding. Often the cause is just before it.";

/** From the most particular to the least; the first whose `when` is in the code or is the class's name. */
const KNOWN = [
  { when: "Statement.SyntaxError", title: "The query is not valid Cypher", advice: SYNTAX },
  {
    when: "Statement.ParameterMissing",
    title: "A parameter is missing",
    advice: "This page sends no parameters: write the value into the query, or set it with WITH … AS name.",
  },
  {
    when: "Statement.ArithmeticError",
    title: "The calculation has no result",
    advice: "Look for a division by zero or a number that grew too large; 1.0 / 0 would be a FLOAT, and Infinity.",
  },
  {
    when: "Statement.TypeError",
    title: "A value has the wrong type",
    advice: "Convert it first, with toInteger(), toString() and the like, or leave such rows out with WHERE.",
  },
  {
    when: "ProcedureNotFound",
    title: "There is no such procedure",
    advice: "SHOW PROCEDURES lists those of this server.",
  },
  {
    when: "DatabaseNotFound",
    title: "There is no such database",
    advice: "SHOW DATABASES lists them. Disconnect to choose another, or begin the query with USE.",
  },
  {
    when: "ConstraintValidationFailed",
    title: "A constraint forbids this",
    advice: "SHOW CONSTRAINTS lists them. MERGE instead of CREATE finds what is there already.",
  },
  {
    when: "Security.Forbidden",
    title: "This user may not do that",
    advice: "Connect as a user with the right, or ask whoever grants them.",
  },
  {
    when: "AuthenticationRateLimit",
    title: "Too many wrong passwords",
    advice: "The server makes everyone wait a few seconds now. Then try again, once.",
  },
  {
    when: "CredentialsExpired",
    title: "The password must be changed first",
    advice: "Run ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new' in the system database.",
  },
  {
    when: "AuthError",
    title: "The server does not accept this user and password",
    advice: "Check both, and that they belong to this server. Nothing stays open; just connect again.",
  },
  {
    when: "ConnectionTimeout",
    title: "The server did not answer in time",
    advice: "Check host and port. A firewall that drops packets looks just like this.",
  },
  {
    when: "AcquisitionTimeout",
    title: "No connection was free in time",
    advice: "Something keeps all connections busy: cancel it, or try again later.",
  },
  {
    when: "ConnectionClosed",
    title: "The connection was lost",
    advice: "Run it again: the driver opens a new connection by itself. If that fails, see whether the server is up.",
  },
  {
    when: "ServerUnreachable",
    title: "No server answers there",
    advice: "See whether it runs, and whether host and port are those of Bolt: 7687 by default, not 7474.",
  },
  { when: "WrongPort", title: "That is no Bolt port", advice: "Change the port in the URI: 7687 by default, not 7474." },
  {
    when: "CertificateNotTrusted",
    title: "This browser does not trust the server’s certificate",
    advice: "Use the name that the certificate is for, or open the same address with https:// once and accept it.",
  },
  { when: "TlsFailed", title: "There is no TLS to be had", advice: "If the server is meant to go without, set Encryption to Off." },
  { when: "TlsRequired", title: "The server wants TLS", advice: "Set Encryption to On." },
  {
    when: "LocalNetworkBlocked",
    title: "The browser keeps this page from your network",
    advice: "Allow it local network access, in the browser’s settings for this site.",
  },
  {
    when: "ConnectionError",
    title: "No connection to the server",
    advice:
      "Check that it runs, and that host and port are those of Bolt (7687 by default, not 7474). If the server does not " +
      "offer TLS, set Encryption to Off; if its certificate is not one this browser trusts, open the same address with " +
      "https:// once and accept it.",
  },
  {
    when: "TransactionTimedOut",
    title: "The server ended the query",
    advice: "It ran longer than the server allows. Ask for less, or profile it to see where the time goes.",
  },
  { when: "TimeoutError", title: "It took too long", advice: "Try again; if it happens again, ask for less." },
  {
    when: "MemoryPoolOutOfMemory",
    title: "The query needs more memory than the server gives it",
    advice: "Ask for less with LIMIT, or write in batches with CALL { … } IN TRANSACTIONS.",
  },
  { when: "ConfigurationError", title: "These settings do not go together", advice: "Nothing was opened: change them and connect again." },
  {
    when: "CommitUncertainError",
    title: "Nobody knows whether it was committed",
    advice: "The connection broke during COMMIT. Look at the data before you run it again.",
  },
  { when: "InvalidQuery", title: "There is no query", advice: "Write one, or pick an example." },
  { when: "UsageError", title: "The driver cannot do that" },
  {
    when: "ProtocolError",
    title: "The server said something unexpected",
    advice: "Is that a Neo4j server of version 4.4 or later? If so, please report this.",
  },
  { when: "TransientError", title: "The server is busy with something else", advice: "Run it again: this kind of failure passes." },
  { when: "ClientError", title: "The server refused the query" },
  { when: "ServerError", title: "The server could not run the query" },
];

export function adviceFor(error) {
  const code = String(error?.code ?? "");
  return KNOWN.find(({ when }) => code.includes(when) || error?.name === when) ?? { title: "That went wrong" };
}
