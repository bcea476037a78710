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
