// A question over HTTP, on a connection of its own: bounded, exact about what went wrong, and nothing that keeps a program
// from ending.

import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** As many bytes of an answer as are read. */
const ENOUGH = 4_096;

/** As `diagnoser` wants it. */
export function ask(url, signal) {
  const { protocol, hostname, port, pathname, host: Host } = new URL(url);
  const isTls = protocol === "https:";
  const host = hostname.replace(/[[\]]/g, "");
  const options = { host, port: port || (isTls ? 443 : 80), servername: isIP(host) ? "" : host, rejectUnauthorized: false };
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ trouble: "too late" });
    let came = "";
    const socket = (isTls ? connectSecurely : connect)(options);
    const end = (error) => {
      socket.destroy();
      resolve(read(came) ?? { trouble: error ? [error.message, error.code].join(", ") : "closed" });
    };
    socket.unref();
    socket.on(isTls ? "secureConnect" : "connect", () => {
      if (socket.authorizationError) return end({ message: "certificate not trusted", code: socket.authorizationError });
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${Host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (bytes) => {
      came += bytes.toString("latin1");
      if (came.length > ENOUGH || isWhole(came)) end();
    });
    socket.on("error", end);
    socket.on("close", () => end());
    signal.addEventListener("abort", () => end());
  });
}

const header = (head, name) => new RegExp(`^${name}: *(.*?) *$`, "im").exec(head)?.[1];

/** Whether more would not tell more. */
function isWhole(came) {
  const [head, ...rest] = came.split("\r\n\r\n");
  if (!rest.length) return false;
  return !/json/.test(header(head, "content-type")) || rest.join("\r\n\r\n").length >= Number(header(head, "content-length"));
}

function read(came) {
  const [, status] = /^HTTP\/1\.\d (\d{3})/.exec(came) ?? [];
  if (!status) return undefined;
  const at = came.indexOf("\r\n\r\n");
  const head = at < 0 ? came : came.slice(0, at);
  const isJson = /json/.test(header(head, "content-type"));
  return { status: Number(status), isJson, location: header(head, "location"), body: at < 0 ? "" : came.slice(at) };
}
