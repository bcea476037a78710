// Whom to trust and what to show, by the names and paths that the suite gives. Where sockets are WebSockets there is no such thing.

import { neo4j } from "./package.mjs";

// Not imported: a page has none.
const fs = globalThis.process?.getBuiltinModule("node:fs");
const environment = globalThis.process?.env ?? {};

/** What is claimed where it can be done. */
export const TLS_FEATURES =
  fs && environment.TESTKIT_SOCKET !== "websocket" ? ["Feature:API:SSLConfig", "Feature:API:SSLClientCertificate"] : [];

const read = (file) => fs.readFileSync(file, "utf8");

export function trust({ trustedCertificates: names }) {
  if (names === undefined) return {};
  if (names === null) return { trust: neo4j.TRUST_SYSTEM_CA_SIGNED_CERTIFICATES };
  if (names.length === 0) return { trust: neo4j.TRUST_ALL_CERTIFICATES };
  return { trustedCertificates: names.map((name) => read(`${environment.TESTKIT_AUTHORITIES}/${name}`)) };
}

function certificate({ data: { certfile, keyfile, password } }) {
  return { cert: read(certfile), key: read(keyfile), passphrase: password ?? undefined };
}

export function clientCertificate(context, { clientCertificate, clientCertificateProviderId: id }) {
  if (clientCertificate) return certificate(clientCertificate);
  return id === undefined || id === null ? undefined : context.get(id);
}

export const tlsHandlers = {
  NewClientCertificateProvider: (context) => {
    let last;
    const id = context.keep(async () => {
      const { hasUpdate, clientCertificate } = await context.ask("ClientCertificateProviderRequest", { clientCertificateProviderId: id });
      if (hasUpdate || !last) last = certificate(clientCertificate);
      return last;
    });
    return ["ClientCertificateProvider", { id }];
  },

  ClientCertificateProviderClose: (context, { id }) => {
    context.forget(id);
    return ["ClientCertificateProvider", { id }];
  },

  ClientCertificateProviderCompleted: (context, { requestId, ...said }) => context.answered(requestId, said),
};
