"use strict";

module.exports = require("neo4j-wasm/compat");
