// TLS by the configuration: whom to trust, and what to show for oneself.

import { Buffer } from "node:buffer";
import { isIP } from "node:net";

/** Options for `tls.connect`. */
export function tlsOptions(host, { trustAll, pinned, socket: [, authorities] }, certificate) {
  return {
    servername: isIP(host) ? "" : host,
    rejectUnauthorized: !trustAll && !pinned,
    ...(authorities && { ca: authorities }),
    ...certificate,
  };
}

/** Trusts one certificate and no other, whoever signed it and whatever name it bears. */
export function holdToPinned(socket, pinned) {
  socket.once("secureConnect", () => {
    const { raw } = socket.getPeerCertificate();
    if (!raw || Buffer.compare(raw, pinned)) {
      socket.destroy(new Error("The server's certificate is not the one in derEncodedServerCertificate"));
    }
  });
}

/** A certificate and its key: as they are, or what the application's function gives, called as a part of `caller`'s call. */
export async function certificateOf(given, caller) {
  if (typeof given !== "function") return given;
  return new Promise((resolve) => {
    const call = () => resolve(given());
    if (caller) caller(call);
    else call();
  });
}
