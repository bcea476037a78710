// Every script: { name, work, ends, serve | (at, misdeed) }; see stages.js. The server has them to act, the suite to know what
// they come to.

import { frames } from "./frames.js";
import { memory } from "./memory.js";
import { messages } from "./messages.js";
import { opening } from "./opening.js";
import { routing } from "./routing.js";

/** A server without any misdeed: what the others are held against, and what is asked after each of them. */
const good = (work, routed = false) => ({ name: `no misdeed (${work}${routed ? ", routed" : ""})`, work, routed, ends: "right" });

export const scripts = [
  ...["verify", "query", "write", "stream", "columns", "consume", "commit", "rollback", "managed", "again"].map((work) => good(work)),
  ...["query", "write", "managed"].map((work) => good(work, true)),
  ...opening,
  ...messages,
  ...frames,
  ...routing,
  ...memory,
];

/** What is wrong in a script, wherever it is. */
const misdeedOf = ({ name }) => name.replace(/[A-Z]+ \([a-z]+\): /, "");
const stageOf = ({ at, work }) => `${at} ${work}`;

/** The scripts by what `keyOf` says of them. */
function groups(keyOf) {
  const found = new Map();
  for (const script of scripts) {
    const key = keyOf(script);
    found.set(key, [...(found.get(key) ?? []), script]);
  }
  return [...found.values()];
}

/** Each misdeed once, at one stage or another, and each stage with each work that leads there: enough for every day. */
const once = groups(misdeedOf).map((group, index) => group[index % group.length]);
const stages = groups(stageOf).filter((group) => !group.some((script) => once.includes(script)));
export const some = new Set([...once, ...stages.map(([first]) => first)]);
