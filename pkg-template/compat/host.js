// What the entry's runtime, or the application, lends.

import { newError } from "./errors.js";

/** `rxjs`: gives the library, or throws; `certificates`: what is in certificates.js, where there are files. */
export const host = {};

export function lend(lent) {
  Object.assign(host, lent);
}

/** Certificates from files. */
export function certificates() {
  if (host.certificates) return host.certificates;
  throw newError("This runtime reads no files, and so no certificates: what to trust is its own matter");
}

export const clientCertificateProviders = Object.freeze({ rotating: (given) => certificates().rotating(given) });
