// Compares the ledgers with what is in the databases, with nothing in between and nothing going wrong any more.

import { readFileSync } from "node:fs";
import { GraphDatabase, READ } from "neo4j-wasm";
import { say, STATE } from "./ledger.js";

const task = JSON.parse(process.env.STORM_TASK);
const TOLD = 10;
const counts = { doubled: 0, lost: 0, wrong: 0 };
const find = (what, text) => ++counts[what] <= TOLD && say({ finding: what, text });

const ledgers = task.ledgers.map(({ file, first }) => ({ first, states: readFileSync(file), seen: undefined }));
for (const ledger of ledgers) ledger.seen = new Uint8Array(ledger.states.length);
let nodes = 0;

for (const uri of task.servers) {
  const driver = GraphDatabase.driver(uri, { auth: [task.user, task.password] });
  const session = driver.session({ accessMode: READ });
  for await (const { length, columns } of session.run("MATCH (o:Op) RETURN o.id AS id").batches()) {
    for (let at = 0; at < length; at++) note(columns.id.get(at));
  }
  await session.close();
  await driver.close();
}

function note(id) {
  nodes++;
  const ledger = ledgers.find(({ first, states }) => id >= first && id < first + states.length);
  // Of a program that died without writing its ledger down.
  if (!ledger) return;
  const at = id - ledger.first;
  ledger.seen[at] = Math.min(ledger.seen[at] + 1, 255);
}

for (const { first, states, seen } of ledgers) {
  for (const [at, state] of states.entries()) {
    const id = first + at;
    if (seen[at] > 1) find("doubled", `${id} is there ${seen[at]} times`);
    if (seen[at] === 0 && state === STATE.done) find("lost", `${id} was done, and is not there`);
    if (seen[at] > 0 && state === STATE.undone) find("wrong", `${id} was rolled back, and is there`);
  }
}
say({ verdict: { ...counts, nodes } });
