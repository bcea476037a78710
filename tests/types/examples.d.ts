// What the examples in the declarations have without saying where from.

declare const driver: import("neo4j-wasm").Driver;
declare const connect: typeof import("cloudflare:sockets").connect;
declare const session: import("neo4j-wasm").Session;
declare function readPassword(): Promise<string>;
declare function readToken(): Promise<string>;

// As its types have it, for what the driver uses.
declare module "cloudflare:sockets" {
  interface Socket {
    get readable(): ReadableStream;
    get writable(): WritableStream;
    get opened(): Promise<{ remoteAddress?: string; localAddress?: string }>;
    close(): Promise<void>;
  }
  interface SocketOptions {
    secureTransport?: string;
    allowHalfOpen: boolean;
  }
  export function connect(address: string | { hostname: string; port: number }, options?: SocketOptions): Socket;
}
