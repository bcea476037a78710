// What users may set where there is TCP, and which way to the server follows from all of it.

import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { isOf, kindOf, refusal } from "../driver/errors.js";
import { webSocketFor } from "./ways.js";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM, as a text or as the bytes of a file. */
const textOf = (pem) => (isOf(Uint8Array, pem) ? Buffer.from(pem).toString("latin1") : pem);

/** The certificates in a PEM text or in several, each by itself; undefined where there is anything but certificates. */
function authorities(given) {
  const found = [];
  for (const pem of Array.isArray(given) ? given : [given]) {
    const each = String(textOf(pem)).match(CERTIFICATE);
    if (!each || !each.every(isCertificate)) return undefined;
    found.push(...each);
  }
  return found.length ? found : undefined;
}

function isCertificate(pem) {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}

/** { cert, key, passphrase } as TLS takes them, or an error that says what is wrong with them, and not what they are. */
function checkedCertificate(given, whose) {
  const { cert, key, passphrase, ...more } = Object(given);
  const parts = { cert: textOf(cert), key: textOf(key), ...(passphrase !== undefined && { passphrase }) };
  const isText = Object.values(parts).every((part) => typeof part === "string") && !Object.keys(more).length;
  // Not every runtime finds out by itself.
  if (!isText || !parts.cert.includes("-BEGIN CERTIFICATE-") || !parts.key.includes("PRIVATE KEY-")) throw refusal(`${whose} ${CERTIFICATE_TAKES}, got ${kindOf(given)}`);
  try {
    createSecureContext(parts);
  } catch ({ message }) {
    throw refusal(`${whose} is of no use: certificate, key and passphrase do not belong together (${message})`);
  }
  return parts;
}

const CERTIFICATE_TAKES = "takes { cert, key, passphrase? }, certificate and key in PEM";

function certificate(given) {
  if (typeof given !== "function") return checkedCertificate(given, "clientCertificate");
  return async () => checkedCertificate(await given(), "What the function clientCertificate gives");
}

/** As config.js has them. */
export const rules = {
  socket: {
    takes: '"tcp" or "websocket"',
    // Who owns a page's WebSockets makes no difference here.
    ready: (value) => (["tcp", "websocket", "worker", "page"].includes(value) ? value : undefined),
  },
  trustedCertificates: {
    takes: "authorities in PEM: a text, or an array of them",
    ready: authorities,
    secret: true,
  },
  clientCertificate: { takes: `${CERTIFICATE_TAKES.slice(6)}, or a function that gives it`, ready: certificate, secret: true },
};

/** `facts`: those of the host, for a WebSocket. Where it is TCP, `config.socket` becomes what its sockets need. */
export function transport(config, uri, facts) {
  const { socket, clientCertificate, trustedCertificates } = config;
  const other = webSocketFor(config, uri);
  if (other) {
    if (socket === "tcp") throw refusal(`socket: "tcp" does not go with ${other}, which means a WebSocket`);
    for (const key of ["trustedCertificates", "clientCertificate"]) {
      if (config[key]) throw refusal(`${key} needs TCP, and ${other} means a WebSocket: leave out one of them`);
    }
    config.socket = undefined;
    return facts;
  }
  const trusts = config.trust ? "trust" : config.derEncodedServerCertificate ? "derEncodedServerCertificate" : /^\w+\+ssc:/i.test(uri) && "+ssc";
  if (trustedCertificates && trusts) {
    throw refusal(`trustedCertificates and ${trusts} both say whom to trust: leave out one of them`);
  }
  config.socket = [clientCertificate, trustedCertificates];
  return { canTrustAll: true, keepsAlive: true };
}
