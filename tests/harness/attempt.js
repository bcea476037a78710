// One attempt to connect, told in plain words, so that another process can ask for it.

import { GraphDatabase } from "neo4j-wasm";

const strays = [];
if (globalThis.process?.on) process.on("unhandledRejection", (error) => strays.push(String(error)));
else addEventListener("unhandledrejection", (event) => strays.push(String(event.reason)));

/**
 * `config` with what JSON cannot hold written as an array of numbers, and a `clientCertificate` that a function gives as
 * { given }. Gives { agent } or what the error says, and `ms`.
 */
export async function attempt(uri, { derEncodedServerCertificate: der, ...config }) {
  const begin = performance.now();
  const { given } = config.clientCertificate ?? {};
  if (given) config.clientCertificate = async () => given;
  const outcome = await connected(uri, der ? { ...config, derEncodedServerCertificate: Uint8Array.from(der) } : config);
  const ms = performance.now() - begin;
  // A promise that nobody awaits is reported one turn after it fails.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...outcome, ms, strays: strays.splice(0) };
}

async function connected(uri, config) {
  let driver;
  try {
    driver = GraphDatabase.driver(uri, { maxRetryTime: 0, ...config });
    return { agent: (await driver.verifyConnectivity()).agent };
  } catch ({ name, code, message, retryable, cause }) {
    return { made: Boolean(driver), name, code, message, retryable, cause: cause && String(cause) };
  } finally {
    await driver?.close();
  }
}
