// Where a misdeed may happen: the request that it answers, and the work that leads there.

export const STAGES = {
  HELLO: ["verify"],
  LOGON: ["verify"],
  BEGIN: ["commit"],
  RUN: ["query", "commit"],
  PULL: ["query", "stream", "columns"],
  DISCARD: ["consume"],
  COMMIT: ["write", "managed"],
  ROLLBACK: ["rollback"],
  RESET: ["again"],
  ROUTE: ["query"],
};

/** Of scripts whose misdeed is one of frames: over TCP there are none. */
export const ONLY_WEB_SOCKET = { onlyWebSocket: true };

export const ALL = Object.keys(STAGES);

/**
 * A script for each stage: `misdeed(peer, good)` answers the request. `ends`: what the work comes to, by stage or the same for
 * all: "right", "error" (of ours), or the name of its class; "either" where both are in order, "anything" where the
 * value is the server's to choose. One kind of work for each stage, or `every` one that leads there, or `works`.
 */
export function atStages(name, stages, misdeed, ends, { every, works, ...more } = {}) {
  return stages.flatMap((at) =>
    (works ?? STAGES[at].slice(0, every ? undefined : 1)).map((work) => ({
      name: `${at} (${work}): ${name}`,
      work,
      routed: at === "ROUTE",
      at,
      misdeed,
      ends: typeof ends === "object" ? ends[at] ?? ends.else : ends,
      ...more,
    })));
}
