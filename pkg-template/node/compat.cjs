// For `require`. Where that can load modules, it gets what `import` gets: one driver, and one copy of each class. It is an
// object like the one of neo4j-driver, whose functions tests of users may replace.

"use strict";

function load() {
  try {
    return require("./compat.js");
  } catch (error) {
    // Node.js says the first, and Jest, which reads modules as scripts, the second.
    if (error.code !== "ERR_REQUIRE_ESM" && error.name !== "SyntaxError") throw error;
    return require("./compat-whole.cjs");
  }
}

module.exports = Object.defineProperty({ ...load() }, "__esModule", { value: true, enumerable: false });
