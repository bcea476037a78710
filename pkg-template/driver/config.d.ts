// Options. Times are milliseconds; an unknown key or a value of the wrong kind is a ConfigurationError.

import type { Auth, AuthTokenManager } from "./auth.js";
import type { BookmarkManager } from "./managers.js";

/** The access mode of work that only reads: in a cluster it goes to a reader. */
export const READ: "READ";
/** The access mode of all other work: in a cluster it goes to the leader. */
export const WRITE: "WRITE";
/** Trusts any certificate of the server. Not in browsers, which decide alone. */
export const TRUST_ALL_CERTIFICATES: "TRUST_ALL_CERTIFICATES";
/** Trusts what the runtime trusts. */
export const TRUST_SYSTEM_CA_SIGNED_CERTIFICATES: "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES";

/** What work does: {@link READ} or {@link WRITE}. Servers refuse writes in the former. */
export type AccessMode = "READ" | "WRITE";

/** Which notifications the server need not send. */
export interface NotificationFilter {
  /** Default: the server's. */
  minimumSeverity?: "OFF" | "WARNING" | "INFORMATION" | undefined;
  /** Such as `HINT`, `DEPRECATION`, `PERFORMANCE`. Default: the server's, which is none. */
  disabledClassifications?: readonly string[] | undefined;
}

/** A server, as the host and port to connect to. */
export type Address = string | readonly [host: string, port: number | string];

/**
 * A driver's configuration. It is copied: changing the object later changes nothing.
 *
 * @example
 * const config: Config = {
 *   auth: ["neo4j", "password"],
 *   maxConnectionPoolSize: 20,
 *   connectionAcquisitionTimeout: 5_000, // milliseconds, like all times
 * };
 * const driver = GraphDatabase.driver("neo4j+s://db.example.com", config);
 * await driver.close();
 */
export interface Config {
  /** A token, or a manager of tokens that change: {@link authTokenManagers}. Default: no authentication. */
  auth?: Auth | AuthTokenManager | undefined;
  /** Whether connections use TLS. Default: true, except for loopback hosts. The scheme can say it too: `bolt+s:`. */
  encrypted?: boolean | undefined;
  /**
   * Which certificates to trust. Default: those that the runtime trusts. To trust all over a WebSocket, Node and Deno need
   * the package `ws`; in browsers it is a ConfigurationError.
   */
  trust?: "TRUST_ALL_CERTIFICATES" | "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES" | undefined;
  /**
   * The one certificate to trust, in DER form, whatever name it bears. Over a WebSocket, Node and Deno need the package
   * `ws`; in browsers it is a ConfigurationError. Default: none.
   */
  derEncodedServerCertificate?: Uint8Array | undefined;
  /**
   * The authorities whose certificates to trust in place of the runtime's: PEM, a text or an array of them. Needs TCP, and
   * so it is a ConfigurationError in browsers and where a WebSocket is used; so is what holds no certificate, and another
   * word on trust beside it. No effect in the clear. Default: the runtime's.
   *
   * @example
   * const driver = GraphDatabase.driver("bolt+s://db.example.com", {
   *   auth: ["neo4j", "password"],
   *   trustedCertificates: "-----BEGIN CERTIFICATE-----\n…",
   * });
   * await driver.verifyConnectivity(); // rejects with `CertificateNotTrusted` where another has signed
   */
  trustedCertificates?: string | readonly string[] | undefined;
  /**
   * What to show to a server that asks its clients for a certificate, or a function that gives it, called for each new
   * connection: for certificates that are renewed. Needs TCP, and so it is a ConfigurationError in browsers and where a
   * WebSocket is used; so is one whose parts do not belong together. What a server does not accept is a ConnectionError
   * (`ClientCertificateRefused`), and so is a function that throws or gives something else (`ClientCertificateFailed`).
   * No effect in the clear. Default: none.
   *
   * @example
   * const driver = GraphDatabase.driver("neo4j+s://db.example.com", {
   *   clientCertificate: async () => ({ cert: "-----BEGIN CERTIFICATE-----\n…", key: "-----BEGIN PRIVATE KEY-----\n…" }),
   * });
   * await driver.close();
   */
  clientCertificate?: ClientCertificate | (() => ClientCertificate | PromiseLike<ClientCertificate>) | undefined;
  /**
   * The Bolt version that the servers speak, such as `"5.8"`: what `protocolVersion` of {@link Driver.getServerInfo} said the
   * last time. It spares the first connection to each server a round trip; later ones know it anyway. One that a server has
   * left behind costs one more connection, and is no error; while it still speaks it, nothing newer is spoken. One that this
   * driver does not speak is a ConfigurationError. Default: not known.
   *
   * @example
   * const driver = GraphDatabase.driver("neo4j+s://db.example.com", { auth: ["neo4j", "password"], boltVersion: "5.8" });
   * const { protocolVersion } = await driver.getServerInfo(); // keep it for the next time
   */
  boltVersion?: string | undefined;
  /** Default: `neo4j-wasm/` and the version. */
  userAgent?: string | undefined;
  /** Milliseconds after which a connection is closed instead of used again. Default: 3,600,000. */
  maxConnectionLifetime?: number | undefined;
  /** Connections to each server. Default: 100. */
  maxConnectionPoolSize?: number | undefined;
  /** Milliseconds to wait for a connection, opening one and routing included; more than 0. Default: 60,000. */
  connectionAcquisitionTimeout?: number | undefined;
  /** Milliseconds from opening the socket to the end of authentication; more than 0. Default: 30,000. */
  connectionTimeout?: number | undefined;
  /** Milliseconds during which a managed transaction is tried again. Never ends a running query. Default: 30,000. */
  maxRetryTime?: number | undefined;
  /**
   * Milliseconds of idleness after which a connection is probed before use; 0 for always. Default: never where the
   * runtime has TCP keep-alive or `keepAlive` is false, else 60,000.
   */
  livenessCheckTimeout?: number | undefined;
  /** TCP keep-alive: always over TCP, over WebSockets where the runtime lets it; elsewhere a probe before reuse. Default: true. */
  keepAlive?: boolean | undefined;
  /** Leaves a server that asks which of the driver's interfaces is in use without an answer. Default: false. */
  telemetryDisabled?: boolean | undefined;
  /**
   * Says which addresses the host and port of a `neo4j:` URI stand for: `[host, port]` or `"host:port"`. Called ahead of
   * DNS whenever a first router is looked for; an error of its own becomes the cause of a ConnectionError. Default: the
   * host and port themselves.
   */
  resolver?:
    | ((host: string, port: number) => Iterable<Address> | AsyncIterable<Address> | PromiseLike<Iterable<Address>>)
    | undefined;
  /**
   * Records to ask for at a time, or -1 for all. Default: 1,000 at first, and then more, up to a megabyte of them, as long
   * as they are read faster than they come.
   */
  fetchSize?: number | undefined;
  /**
   * The most bytes of one message of the server's, such as a record, from 65,536 (64 kB) to 2^31. A larger one ends the
   * connection: a {@link ProtocolError} (`MessageTooLarge`); so does one of so many small values that to read it takes
   * more than twice as much memory: a list of 90 million zeros, where the limit is 256 MB. No more than that and 16 MB of records are kept unread
   * either, for each connection: a {@link ConnectionError} (`TooMuchUnread`). Default: 2^28 (256 MB).
   */
  maxMessageSize?: number | undefined;
  /**
   * What an `INTEGER` becomes: `"auto"` (default) a number where that is exact, else a bigint; `"number"` always a
   * number, rounded beyond ±(2^53 − 1); `"bigint"` always a bigint.
   */
  integers?: "auto" | "number" | "bigint" | undefined;
  /** Which notifications the server need not send. Default: the server's. Needs Bolt 5.2 (Neo4j 5.7). */
  notificationFilter?: NotificationFilter | undefined;
  /**
   * The way to the server. In Node, Deno and Bun: `"tcp"`, the default, or `"websocket"`, which `webSocket`,
   * `webSocketUrl` and a URI with a path mean too; `"tcp"` beside one of them is a ConfigurationError, as it is in browsers.
   *
   * In browsers it is always a WebSocket, and this says who owns it: a `"worker"`, so that a large result does not make the
   * page stutter, or the `"page"` (or worker) that uses the driver. Default: a worker for a page, where one can be had; else
   * `"page"`. Both have no effect elsewhere and with `webSocket`.
   *
   * In Workers at the edge it is a WebSocket too, unless this is the runtime's own function that opens TCP: one round trip
   * less, and no upgrade. It does not go with `webSocket`, `webSocketUrl` and a URI with a path.
   *
   * @example
   * // import { connect } from "cloudflare:sockets";
   * const driver = GraphDatabase.driver("neo4j+s://db.example.com", { auth: ["neo4j", "password"], socket: connect });
   */
  socket?: "tcp" | "websocket" | "worker" | "page" | Connect | undefined;
  /**
   * Says where to reach a server, by its `"host:port"`: the URI's own, or one that a routing table named. For relays and
   * reverse proxies. The URL's scheme, `ws:` or `wss:`, then decides on encryption. Default: the address itself.
   */
  webSocketUrl?: ((address: string) => string | URL) | undefined;
  /** Makes the sockets, for proxies, headers, and runtimes with their own. Default: see {@link Config.socket}. */
  webSocket?: ((url: string) => WebSocketLike) | undefined;
}

/** Opens TCP, as `connect` of `"cloudflare:sockets"` does; with TLS where `secureTransport` is `"on"`. */
export type Connect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "on" | "off"; allowHalfOpen: false },
) => StreamPair;

/** A connection as {@link Connect} gives it: what is read and what is written, as streams of bytes. */
export interface StreamPair {
  /** What comes. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What goes. */
  readonly writable: WritableStream<Uint8Array>;
  /** Fulfilled when it is open, rejected when it will not be. Default: it is open. */
  readonly opened?: Promise<unknown> | undefined;
  /** Ends it. */
  close(): unknown;
}

/** A certificate and its key, in PEM: texts, or the bytes of the files. */
export interface ClientCertificate {
  /** With those that have signed it behind it, where the server wants them. */
  cert: string | Uint8Array;
  /** The private key that belongs to it. */
  key: string | Uint8Array;
  /** Default: the key is not encrypted. Deno takes no encrypted keys. */
  passphrase?: string | undefined;
}

/** What a socket must have: the standard interface. */
export interface WebSocketLike {
  /** Will be set to `"arraybuffer"`. */
  binaryType: string;
  /** Will be set: called once it is open. */
  onopen: any;
  /** Will be set: called with `{ data: ArrayBuffer }`. */
  onmessage: any;
  /** Will be set: called with `{ code, reason }`. */
  onclose: any;
  /** Will be set: called when it fails. */
  onerror: any;
  /** Sends a Uint8Array of at most 65,536 bytes. */
  send(data: any): void;
  /** Closes it. */
  close(code?: number, reason?: string): void;
}

/** What holds for all work of a session. */
export interface SessionConfig {
  /** What its transactions do unless they say otherwise. Default: WRITE. */
  accessMode?: AccessMode | undefined;
  /** Default: the user's home database. */
  database?: string | undefined;
  /** The session's work sees at least what these stand for: of {@link Session.lastBookmarks}. */
  bookmarks?: string | readonly string[] | undefined;
  /** Shares what sessions have done between them: what each has led to, all see. Default, and null: none. */
  bookmarkManager?: BookmarkManager | null | undefined;
  /** Authenticates as someone else than the driver; needs Bolt 5.1 (Neo4j 5.5). Default: the driver's. */
  auth?: Auth | undefined;
  /** Records to ask for at a time, or -1 for all. Default: the driver's. */
  fetchSize?: number | undefined;
  /** Works with the rights of this user. Default: with one's own. */
  impersonatedUser?: string | undefined;
  /** Which notifications the server need not send. Default: the driver's. */
  notificationFilter?: NotificationFilter | undefined;
}

/**
 * How to stop what waits.
 *
 * @example
 * const signal = AbortSignal.timeout(2_000); // rejects with its reason, a DOMException named "TimeoutError"
 * await driver.executeQuery("MATCH (n) RETURN count(n)", {}, { signal });
 */
export interface SignalOptions {
  /**
   * Aborting stops what waits: it rejects with `signal.reason`, and the connection is reset and used again. Aborted
   * beforehand, nothing is begun. Default: none.
   */
  signal?: AbortSignal | undefined;
}

/** What holds for one transaction. */
export interface TransactionConfig extends SignalOptions {
  /** Milliseconds after which the server ends the transaction; 0 for never. Default: the server's. */
  timeout?: number | undefined;
  /** Shown by `SHOW TRANSACTIONS` and in the query log. */
  metadata?: { readonly [name: string]: any } | undefined;
}

/** How {@link Driver.executeQuery} works. */
export interface ExecuteQueryConfig extends TransactionConfig {
  /** What the query does. Default: WRITE. */
  accessMode?: AccessMode | undefined;
  /** Default: the user's home database. */
  database?: string | undefined;
  /** The query sees at least what these stand for. */
  bookmarks?: string | readonly string[] | undefined;
  /**
   * Whose bookmarks the query sees and adds to. Default: {@link Driver.executeQueryBookmarkManager}, so that each query
   * sees what those before it did; null: none.
   */
  bookmarkManager?: BookmarkManager | null | undefined;
  /** Authenticates as someone else than the driver; needs Bolt 5.1 (Neo4j 5.5). Default: the driver's. */
  auth?: Auth | undefined;
  /** Works with the rights of this user. Default: with one's own. */
  impersonatedUser?: string | undefined;
}

/** What {@link Driver.verifyConnectivity} is to reach. */
export interface ConnectivityConfig extends SignalOptions {
  /** Whether a reader will do. Default: WRITE. */
  accessMode?: AccessMode | undefined;
  /** Default: the user's home database. */
  database?: string | undefined;
}

/** What {@link Driver.verifyAuthentication} is to try. */
export interface VerifyAuthenticationConfig extends SignalOptions {
  /** The token to try. Default: no authentication. */
  auth?: Auth | undefined;
  /** The database whose members are asked. Default: `system`. */
  database?: string | undefined;
}

/** Which routing table is meant. */
export interface RoutingTableConfig {
  /** Default: the user's home database. */
  database?: string | undefined;
}

/** How {@link Driver.updateRoutingTable} asks. */
export interface UpdateRoutingTableConfig extends RoutingTableConfig, SignalOptions {
  /** What the router must know of before it answers. */
  bookmarks?: string | readonly string[] | undefined;
}
