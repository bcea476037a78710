// Why a connection over TCP did not get to Bolt: mostly the error says it, and the first bytes that came; where they do not,
// the address is asked over HTTP, as for a WebSocket.

import { ask } from "./node-ask.js";
import { diagnoser } from "./diagnose.js";

const look = diagnoser(ask);

/** What the server says of ours. */
const REFUSED = /alert.*(certificate|unknown.?ca|access.?denied)|certificate.?required/i;
const EXPIRED = /expired/i;
const OTHER_NAME = /altname|valid.?for.?name|hostname.?mismatch/i;
const TRUST = /certificate|issuer|self.signed|unable_to_verify/i;
const NO_SUCH_HOST = /ENOTFOUND|EAI_AGAIN|ENODATA|not ?known|dns error|failed to lookup/i;
const DOWN = /ECONNREFUSED|E(HOST|NET)UNREACH|E(HOST|NET)DOWN|ETIMEDOUT|connection refused|unreachable|FailedToOpenSocket/i;
const IN_THE_CLEAR = /wrong.?version|packet.?length|http.?request|InvalidContentType|corrupt message|EPROTO\b|unknown.?protocol|record.?overflow/i;

/** Where OpenSSL says what is wrong, between numbers and names of its own source. */
const OPENSSL = /^[0-9A-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):/;

/** An error in words. One that stands for several addresses of a host has none of its own. */
export function worded(error) {
  if (!error) return "";
  const { message, code, errors } = error;
  const said = OPENSSL.exec(message)?.[1] || String(message ?? "").trim() || errors?.map(worded).join("; ") || String(code ?? error);
  return code && !said.includes(code) ? `${said} (${code})` : said;
}

const INGRESS = 'a server behind an HTTP proxy or ingress is reached by WebSocket: socket: "websocket"';
const ENCRYPT = "the server wants TLS: use bolt+s: or neo4j+s:, or set `encrypted`";
const CLEAR =
  "the server answers in the clear, but TLS is the default for a host that is not the loopback: switch TLS on in the server, " +
  "or use bolt: or neo4j: and `encrypted: false`";

const PERHAPS = "the server ended the connection as soon as TLS was there: does it accept the certificate in clientCertificate?";
const NO_CERTIFICATE = "the function clientCertificate gave nothing that can be shown to the server: mend it";

const untrusted = (why) => ["CertificateNotTrusted", why, false];

/** What the error itself says, if it does. */
function atOnce({ host, port, isTls }, said, isGiven) {
  const here = `${host}:${port}`;
  if (isTls && REFUSED.test(said)) {
    const advice = isGiven
      ? "the server does not accept the certificate in clientCertificate: has it expired, and is its authority one that the server trusts?"
      : "the server wants a certificate of the client's: set clientCertificate";
    return ["ClientCertificateRefused", advice, false];
  }
  if (isTls && EXPIRED.test(said)) return untrusted("the server's certificate has expired, or is not valid yet: renew it, and look at both clocks");
  if (isTls && OTHER_NAME.test(said)) {
    return untrusted(`the server's certificate is not for this name (${host}): use a name that it bears, or have one made for this one`);
  }
  if (isTls && TRUST.test(said)) {
    const perhaps = globalThis.Deno ? "; Deno does not tell this from one that has expired" : "";
    return untrusted(`the server's certificate is not trusted: name its authority in trustedCertificates, or let the runtime trust it${perhaps}`);
  }
  if (NO_SUCH_HOST.test(said)) {
    return ["ServerUnreachable", `no server answers at ${here}: the host ${host} is not found: is it spelled right, and known to this network?`, true];
  }
  if (DOWN.test(said)) {
    return ["ServerUnreachable", `no server answers at ${here}: is it running, and is this its Bolt port (7687 by default)?`, true];
  }
  return isTls && IN_THE_CLEAR.test(said) ? ["TlsFailed", CLEAR, false] : undefined;
}

/** What has spoken HTTP: where it only passes on to Neo4j, or has no server at the moment, another question tells. */
async function ofHttp({ url }) {
  const [code, advice, retryable] = await look(url, 0, "") ?? [];
  if (code === "WrongPort") return [code, `${advice}; ${INGRESS}`, false];
  if (code === "ServerUnavailable" || code === "ProxyRefused") return [code, `${advice}; ${INGRESS}`, retryable];
  return ["WrongPort", `what answers there speaks HTTP and not Bolt: Bolt has a port of its own (7687 by default); ${INGRESS}`, false];
}

/** Something listens there, and has said nothing. */
async function ofSilence({ url, host, port }) {
  const [code, advice, retryable] = await look(url, 0, "") ?? [];
  if (code === "TlsRequired" || code === "ServerUnavailable") return [code, advice, retryable];
  if (code === "TlsFailed") return [code, CLEAR, false];
  // It answers over HTTP, as Neo4j does on its Bolt port.
  if (code === "ConnectionFailed" && retryable) {
    return [code, "the server is there, and ended the connection before it said a word of Bolt: try again", true];
  }
  const advised = "is a Neo4j server behind it, and is this its Bolt port (7687 by default)?";
  return ["ServerUnreachable", `what listens at ${host}:${port} ends the connection before it says a word: ${advised}`, true];
}

/**
 * Code, advice and whether to try again. `met`: what has answered in the place of Bolt, or the certificate that could not be
 * had; `isGiven`: whether the server was to be shown one; `wasOpen`: whether there has been TCP, and TLS. Never rejects.
 */
export async function explain(peer, { error, met, isGiven, wasOpen }) {
  try {
    if (met === "certificate") return ["ClientCertificateFailed", NO_CERTIFICATE, false];
    if (met === "TLS") return ["TlsRequired", ENCRYPT, false];
    if (met === "HTTP") return await ofHttp(peer);
    const found = atOnce(peer, worded(error), isGiven);
    if (found) return found;
    // Not every server says why.
    return peer.isTls && isGiven && wasOpen ? ["ClientCertificateRefused", PERHAPS, true] : await ofSilence(peer);
  } catch {
    return undefined;
  }
}
