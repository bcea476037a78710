// Authentication, configuration, certificates, logging.

import type { WebSocketLike } from "../driver/config.js";
import type { NotificationFilter } from "./summary.js";

/** What a query can be, with its parameters apart or beside it. */
export type Query = string | String | { text: string; parameters?: any; parameterRules?: import("./mapping.js").Rules };
export interface Parameters {
  [key: string]: any;
}

export type EncryptionLevel = "ENCRYPTION_ON" | "ENCRYPTION_OFF";
export type TrustStrategy =
  | "TRUST_ALL_CERTIFICATES" | "TRUST_CUSTOM_CA_SIGNED_CERTIFICATES" | "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES";
export type SessionMode = "READ" | "WRITE";
export type LogLevel = "error" | "warn" | "info" | "debug";
export type LoggerFunction = (level: LogLevel, message: string) => unknown;

export interface LoggingConfig {
  level?: LogLevel;
  logger: LoggerFunction;
  unredactDebugLogs?: boolean;
}

/** Who we say we are. */
export interface AuthToken {
  scheme: string;
  principal?: string;
  credentials: string;
  realm?: string;
  parameters?: Parameters;
}

/** Makes tokens. */
export const auth: {
  basic: (username: string, password: string, realm?: string) => AuthToken;
  kerberos: (base64EncodedTicket: string) => AuthToken;
  bearer: (base64EncodedToken: string) => AuthToken;
  none: () => AuthToken;
  custom: (
    principal: string, credentials: string, realm: string, scheme: string, parameters?: Parameters,
  ) => AuthToken;
};

export type SecurityErrorCode = `Neo.ClientError.Security.${string}`;

/** Supplies tokens that can change. */
export interface AuthTokenManager {
  getToken(): Promise<AuthToken> | AuthToken;
  /** Hears that the server has refused a token; `true` makes the error retryable. */
  handleSecurityException(token: AuthToken, securityErrorCode: SecurityErrorCode): boolean;
}
export interface AuthTokenAndExpiration {
  readonly token: AuthToken;
  readonly expiration?: Date;
}
export interface AuthTokenManagers {
  /** For single sign-on: asks again once the token has expired or was refused. */
  bearer(options: { tokenProvider: () => Promise<AuthTokenAndExpiration> }): AuthTokenManager;
  /** For passwords that are rotated. */
  basic(options: { tokenProvider: () => Promise<AuthToken> }): AuthTokenManager;
}
export const authTokenManagers: AuthTokenManagers;

type KeyFile = string | { path: string; password?: string };
/** What to show to a server that asks its clients for a certificate: names of PEM files. */
export interface ClientCertificate {
  readonly certfile: string | string[];
  readonly keyfile: KeyFile | KeyFile[];
  readonly password?: string;
}
export interface ClientCertificateProvider {
  hasUpdate(): boolean | Promise<boolean>;
  getClientCertificate(): ClientCertificate | Promise<ClientCertificate>;
}
export interface RotatingClientCertificateProvider extends ClientCertificateProvider {
  updateCertificate(certificate: ClientCertificate): void;
}
export interface ClientCertificateProviders {
  rotating(options: { initialCertificate: ClientCertificate }): RotatingClientCertificateProvider;
}
export const clientCertificateProviders: ClientCertificateProviders;

/** Keeps the bookmarks of several sessions together. */
export interface BookmarkManager {
  updateBookmarks(previousBookmarks: Iterable<string>, newBookmarks: Iterable<string>): Promise<void>;
  getBookmarks(): Promise<Iterable<string>>;
}
export interface BookmarkManagerConfig {
  initialBookmarks?: Iterable<string>;
  bookmarksSupplier?: () => Promise<Iterable<string>>;
  bookmarksConsumer?: (bookmarks: Iterable<string>) => Promise<void>;
}
export function bookmarkManager(config?: BookmarkManagerConfig): BookmarkManager;

/** A driver's configuration. Times are milliseconds. */
export interface Config {
  /** Default: off, unless the scheme has `+s`. */
  encrypted?: boolean | EncryptionLevel;
  trust?: TrustStrategy;
  /** Names of PEM files, for `TRUST_CUSTOM_CA_SIGNED_CERTIFICATES`. */
  trustedCertificates?: string[];
  /** Default: 1,000 at first, and then more. -1 for all. */
  fetchSize?: number;
  /** Default: 100. */
  maxConnectionPoolSize?: number;
  /** Default: 30,000. */
  maxTransactionRetryTime?: number;
  /** Default: 3,600,000. */
  maxConnectionLifetime?: number;
  /** Default: 60,000. */
  connectionAcquisitionTimeout?: number;
  connectionLivenessCheckTimeout?: number;
  /** Default: 30,000. */
  connectionTimeout?: number;
  /** Has no effect: what is run by `session.run` is never run again. */
  disableAutoCommitRetries?: boolean;
  /** Integers become numbers; those beyond what is exact become infinities. */
  disableLosslessIntegers?: boolean;
  /** Integers become bigints. */
  useBigInt?: boolean;
  notificationFilter?: NotificationFilter;
  logging?: LoggingConfig;
  /** Says which addresses the URI's stands for; all are `host:port`. */
  resolver?: (address: string) => string[] | Promise<string[]>;
  userAgent?: string;
  telemetryDisabled?: boolean;
  clientCertificate?: ClientCertificate | ClientCertificateProvider;
  /** Ours alone: `console.warn` says nothing of what will not do in future. */
  disableWarnings?: boolean;
  /** Ours alone: see the native driver's configuration. */
  socket?: "tcp" | "websocket" | "worker" | "page";
  /** Ours alone: see the native driver's configuration. */
  webSocket?: (url: string) => WebSocketLike;
  /** Ours alone: see the native driver's configuration. */
  webSocketUrl?: (address: string) => string | URL;
  /** Ours alone: see the native driver's configuration. */
  maxMessageSize?: number;
}

export const logging: {
  console: (level: LogLevel, unredactDebugLogs?: boolean) => {
    level: LogLevel;
    logger: (level: LogLevel, message: string) => void;
    unredactDebugLogs: boolean;
  };
};
