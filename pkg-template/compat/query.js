// Queries, parameters and options as programs give them, looked at before anything is done.

import { checkNumeric, shown } from "./brand.js";
import { newError } from "./errors.js";
import { toNumber } from "./integer.js";
import { mappedParameters } from "./mapping.js";

export const isObject = (value) => typeof value === "object" && !Array.isArray(value) && value !== null;

/** Text and parameters, from both or from one object with both. */
export function queryOf(query, parameters, rules) {
  let text = query, given = parameters ?? {}, by = rules;
  if (query instanceof String) {
    text = query.toString();
  } else if (isObject(query) && (query.text ?? undefined) !== undefined) {
    if (rules) throw newError("A query object has its rules within, as parameterRules");
    text = query.text;
    given = query.parameters ?? {};
    by = query.parameterRules;
  }
  if (typeof text !== "string") throw new TypeError(`"Cypher query" expected to be string but was: ${shown(text)}`);
  if (!text.trim()) throw new TypeError("Cypher query is expected to be a non-empty string.");
  if (!isObject(given)) {
    throw new TypeError(`Query parameters are an object, given: ${given.constructor?.name} ${shown(given)}`);
  }
  return { text, parameters: mappedParameters(given, by) };
}

const notObject = (given) => ` expected to be an object but was: ${shown(given)}`;

/** Options of a transaction, as ours. */
export function transactionOptions(given) {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw new TypeError(`Transaction config${notObject(given)}`);
  const { timeout, metadata } = given;
  const options = {};
  if ((timeout ?? undefined) !== undefined) {
    options.timeout = Math.ceil(toNumber(checkNumeric(timeout, "Transaction timeout")));
    if (options.timeout < 0) throw newError("Transaction timeout should not be negative");
  }
  if ((metadata ?? undefined) !== undefined) {
    if (!isObject(metadata)) throw new TypeError(`config.metadata${notObject(metadata)}`);
    if (Object.keys(metadata).length) options.metadata = metadata;
  }
  return options;
}

/** Bookmarks in all the forms they may have, as a list of strings. */
export function bookmarksOf(given) {
  if (given === undefined || given === null || given === "") return [];
  if (typeof given === "string") return [given];
  if (!Array.isArray(given)) {
    throw new TypeError(`Bookmarks are a string or an array of strings, given: '${given}'`);
  }
  const all = given.flat(Infinity).filter((each) => each !== undefined && each !== null);
  const wrong = all.find((each) => typeof each !== "string");
  if (wrong !== undefined) throw new TypeError(`A bookmark is a string, given: '${wrong}'`);
  return [...new Set(all)];
}

/** Records at a time; what is no number is left to the default. */
export function fetchSizeOf(given) {
  const size = parseInt(given, 10);
  if (size > 0 || size === -1) return size;
  if (Number.isNaN(size)) return undefined;
  throw new Error(`fetchSize is positive, or -1 for all, got ${size}`);
}
