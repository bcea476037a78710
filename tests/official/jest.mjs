// Of Jest, what tests of values use, over Jasmine's `it`.

import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { format } from "node:util";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { expect } = require("expect");
const { ModuleMocker } = require("jest-mock");
const { format: pretty } = require("pretty-format");

const mocker = new ModuleMocker(globalThis);

/** `it.each(table)(title, test)`: a test for each row. */
const each = (make) => (table) => (title, test, ...rest) => {
  for (const [at, row] of [...table].entries()) {
    const values = Array.isArray(row) ? row : [row];
    const places = title.match(/%[a-z]/g)?.length ?? 0;
    make(`${format(title, ...values.slice(0, places).map(shown))} #${at}`, () => test(...values), ...rest);
  }
};

/** Both drivers' tests must have the same names: objects print as their drivers have them, and hold the time of day. */
const shown = (value) => (typeof value === "object" ? "{}" : value);

/** The texts that the checkout has for a suite. */
function snapshots(suite, checkout) {
  const file = join(checkout, "packages/core/test/__snapshots__", `${suite}.snap`);
  const texts = new Map();
  if (!existsSync(file)) return texts;
  for (const [, name, text] of readFileSync(file, "utf8").matchAll(/^exports\[`(.*?)`\] = `([\s\S]*?)`;$/gm)) {
    texts.set(name, text.replace(/\\([`$\\])/g, "$1").trim());
  }
  return texts;
}

/** `jasmine`: its own functions, which take no tables. */
export function jestGlobals(jasmine, checkout) {
  const texts = new Map();
  const counts = new Map();
  let suite = "";
  let current = "";
  globalThis.jasmine.getEnv().addReporter({
    specStarted: ({ fullName }) => {
      [suite] = fullName.split(" ");
      current = fullName.slice(suite.length + 1).replace(/ #\d+$/, "");
    },
  });
  expect.extend({
    toMatchSnapshot(received) {
      if (!texts.has(suite)) texts.set(suite, snapshots(suite, checkout));
      const name = `${suite} ${current}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const wanted = texts.get(suite).get(`${current} ${counts.get(name)}`);
      const got = pretty(received, { escapeRegex: true, escapeString: false, printBasicPrototype: false, printFunctionName: false });
      return { pass: got === wanted, message: () => `the snapshot says ${wanted}, got ${got}` };
    },
  });
  const it = Object.assign((...args) => jasmine.it(...args), { each: each(jasmine.it) });
  const describe = Object.assign((...args) => jasmine.describe(...args), { each: each(jasmine.describe) });
  const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker) };
  return { it, test: it, describe, expect, jest };
}
