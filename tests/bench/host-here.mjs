// Measurements in this very process: Node.js, Deno or Bun.

import * as measures from "./measure.js";

const { versions } = process;
const VERSION = versions.bun ? `Bun ${versions.bun}` : versions.deno ? `Deno ${versions.deno}` : `Node.js ${versions.node}`;

/** `shared`: functions that measurements call, by their names. */
export async function openHere(task, shared) {
  Object.assign(globalThis, shared);
  return {
    version: VERSION,
    measure(name, spec) {
      measures.settle();
      return measures[name](spec);
    },
    close: () => measures.closeAll(),
  };
}
