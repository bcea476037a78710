// Logging and warnings.

const LEVELS = ["error", "warn", "info", "debug"];

export const logging = {
  console: (level, unredactDebugLogs) => ({
    level,
    logger: (each, message) => console.log(`${Date.now()} ${each.toUpperCase()} ${message}`),
    unredactDebugLogs,
  }),
};

/** What tells the application's logger of a message, where its level is wanted. */
export function logOf(given) {
  if (typeof given?.logger !== "function") return () => {};
  const most = LEVELS.indexOf(given.level ?? "info");
  if (most < 0) throw new Error(`Illegal logging level: ${given.level}. Supported levels are: ${LEVELS}`);
  return (level, message) => {
    if (LEVELS.indexOf(level) <= most) given.logger(level, message);
  };
}

const told = new Set();

/** Tells once of each thing; `isQuiet` is the switch. */
export function warn(isQuiet, message, about) {
  if (isQuiet || told.has(about)) return;
  told.add(about);
  console.warn(`neo4j-wasm/compat: ${message}`);
}
