// Measurements in this very process.

import * as measures from "./measure.js";

export async function openNode() {
  return {
    version: `Node.js ${process.versions.node}`,
    measure(name, spec) {
      measures.settle();
      return measures[name](spec);
    },
    close: () => measures.closeAll(),
  };
}
