// What a driver's query makes of its result.

import { newError } from "./errors.js";

export class EagerResult {
  constructor(keys, records, summary) {
    this.keys = keys;
    this.records = records;
    this.summary = summary;
  }
}

export async function eager(result) {
  const { records, summary } = await result;
  return new EagerResult(await result.keys(), records, summary);
}

function mapped(config) {
  const { map, collect } = config ?? {};
  if (!map && !collect) throw newError("Requires a map or/and a collect functions.");
  return (result) =>
    new Promise((resolve, reject) => {
      const records = [];
      let keys = [];
      result.subscribe({
        onKeys: (known) => (keys = known),
        onNext(record) {
          const each = map ? map(record) : record;
          if (each !== undefined) records.push(each);
        },
        onCompleted: (summary) => resolve(collect ? collect(records, summary, keys) : { records, summary, keys }),
        onError: reject,
      });
    });
}

async function first(result) {
  for await (const record of result) return record;
  return undefined;
}

export const resultTransformers = Object.freeze({
  eager: () => eager,
  eagerResultTransformer: () => eager,
  mapped,
  mappedResultTransformer: mapped,
  first: () => first,
  summary: () => (result) => result.summary(),
  hydrated: (constructorOrRules, rules) => async (result) => result.as(constructorOrRules, rules).then(),
});
