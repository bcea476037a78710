// Runs one query and reports as it goes. Records are taken one by one, so that memory does not grow with the result.

/**
 * Resolves, never rejects, to `{ keys, rows, summary, error, timing }`. Times are milliseconds from the start: `keys`, `first`
 * record, and `all`. `onKeys(keys)` and `onRecord(record)` are called as things come.
 */
export async function runQuery(session, query, { parameters = {}, signal, onKeys = () => {}, onRecord }) {
  const began = performance.now();
  const outcome = { keys: [], rows: 0, summary: undefined, error: undefined, timing: {} };
  const { timing } = outcome;
  try {
    const result = session.run(query, parameters, { signal });
    outcome.keys = await result.keys();
    timing.keys = performance.now() - began;
    onKeys(outcome.keys);
    for await (const record of result) {
      timing.first ??= performance.now() - began;
      outcome.rows++;
      onRecord(record, outcome.rows);
    }
    outcome.summary = await result.consume();
  } catch (error) {
    outcome.error = error;
  }
  timing.all = performance.now() - began;
  timing.rows = outcome.rows;
  return outcome;
}
