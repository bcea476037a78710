// Certificates, which programs give as names of files: for runtimes that have some.

import { readFileSync } from "node:fs";
import { newError } from "./errors.js";
import { isObject } from "./query.js";
import { shown } from "./brand.js";

const isText = (value) => typeof value === "string";
const isListOf = (value, test) => Array.isArray(value) && value.length > 0 && value.every(test);
const isPassword = (value) => value === undefined || value === null || isText(value);
const isKey = (value) => isText(value) || (isObject(value) && isText(value.path) && isPassword(value.password));

const isCertificate = (value) =>
  isObject(value) && (isText(value.certfile) || isListOf(value.certfile, isText)) &&
  (isKey(value.keyfile) || isListOf(value.keyfile, isKey)) && isPassword(value.password);

const isProvider = (value) => typeof value?.hasUpdate === "function" && typeof value.getClientCertificate === "function";

export function rotating({ initialCertificate } = {}) {
  if (!isCertificate(initialCertificate)) {
    throw new TypeError(`initialCertificate should be ClientCertificate, but got ${shown(initialCertificate)}`);
  }
  let certificate = { ...initialCertificate }, isNew = false;
  return {
    hasUpdate() {
      const was = isNew;
      isNew = false;
      return was;
    },
    getClientCertificate: () => certificate,
    updateCertificate(next) {
      if (!isCertificate(next)) throw new TypeError(`certificate should be ClientCertificate, but got ${shown(next)}`);
      certificate = { ...next };
      isNew = true;
    },
  };
}

const read = (file) => readFileSync(file, "utf8");

/** The authorities to trust, where a configuration names files of them. */
export function trustedOf({ trustedCertificates }) {
  if (isListOf(trustedCertificates, isText)) return trustedCertificates.map(read);
  throw newError("TRUST_CUSTOM_CA_SIGNED_CERTIFICATES wants trustedCertificates: an array of names of PEM files");
}

function loaded({ certfile, keyfile, password }) {
  // One certificate and its key: others in a list are alternatives that no server of Neo4j needs.
  const [cert] = [certfile].flat(), [key] = [keyfile].flat();
  const { path, password: own } = isText(key) ? { path: key } : key;
  return { cert: read(cert), key: read(path), passphrase: own ?? password ?? undefined };
}

/** For the configuration of ours: a function that gives what holds now. */
export function clientCertificateOf(given) {
  if (given === undefined || given === null) return undefined;
  if (isCertificate(given)) {
    const certificate = { ...given };
    let once;
    return () => (once ??= loaded(certificate));
  }
  if (!isProvider(given)) {
    throw new TypeError(
      `clientCertificate should be configured with ClientCertificate or ClientCertificateProvider, but got ${shown(given)}`);
  }
  let known;
  return async () => {
    if (!known || (await given.hasUpdate())) known = loaded(await given.getClientCertificate());
    return known;
  };
}
