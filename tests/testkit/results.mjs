// Requests about results, and what sessions, transactions and the driver have in common when they run a query.

import { summaryToTestKit } from "./summary.mjs";
import { mapFromCypher, mentioned, recordToCypher } from "./values.mjs";

/** A result and, once records have been asked for one by one, what hands them out. */
class Reader {
  #records;

  constructor(result) {
    this.result = result;
  }

  async next() {
    this.#records ??= this.result[Symbol.asyncIterator]();
    const { done, value } = await this.#records.next();
    return done ? undefined : value;
  }

  /** A user who has begun with `for await` goes on with it. */
  async rest() {
    return this.#records ? this.#records.toArray() : (await this.result).records;
  }
}

/** The suite wants to hear at once when a query is refused: the keys are the first to know. */
export async function started(context, result) {
  const keys = await result.keys();
  return ["Result", { id: context.keep(new Reader(result)), keys }];
}

export function transactionConfig({ timeout, txMeta }) {
  return mentioned({ timeout, metadata: mapFromCypher(txMeta) });
}

const recordOrNull = (record) => (record ? ["Record", recordToCypher(record)] : ["NullRecord"]);

export function eagerResult({ keys, records, summary }) {
  return ["EagerResult", { keys, records: records.map(recordToCypher), summary: summaryToTestKit(summary) }];
}

export const resultHandlers = {
  ResultNext: async (context, { resultId }) => recordOrNull(await context.get(resultId).next()),

  ResultPeek: async (context, { resultId }) => recordOrNull(await context.get(resultId).result.peek()),

  ResultSingle: async (context, { resultId }) => recordOrNull(await context.get(resultId).result.single()),

  /** The driver warns on the console: the suite wants to hear it. */
  ResultSingleOptional: async (context, { resultId }) => {
    const warnings = [];
    const { warn } = console;
    console.warn = (text) => warnings.push(text);
    try {
      const record = await context.get(resultId).result.singleOrNull();
      return ["RecordOptional", { record: record && recordToCypher(record), warnings }];
    } finally {
      console.warn = warn;
    }
  },

  ResultList: async (context, { resultId }) => {
    const records = await context.get(resultId).rest();
    return ["RecordList", { records: records.map(recordToCypher) }];
  },

  ResultConsume: async (context, { resultId }) => {
    const summary = await context.get(resultId).result.consume();
    return ["Summary", summaryToTestKit(summary)];
  },

  /** One part of one value, without what would become of the others. */
  CypherTypeField: async (context, { resultId, recordKey, type, field }) => {
    const record = await context.get(resultId).next();
    const [value] = recordToCypher([record.get(recordKey)]).values;
    if (value.name !== type) throw new Error(`${recordKey} is a ${value.name}, not a ${type}`);
    return ["Field", { value: value.data[field] }];
  },
};
