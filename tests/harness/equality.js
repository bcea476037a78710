// Deep equality that knows what a driver returns, and says where two values differ.

/** Nothing when the values are equal, else a sentence with the place where they first differ. */
export function difference(actual, expected) {
  return compare(actual, expected, "", []);
}

function compare(actual, expected, path, open) {
  if (Object.is(actual, expected)) return undefined;
  const differ = (what = "") => `${path || "value"}${what}: expected ${show(expected)}, got ${show(actual)}`;
  if (typeof actual !== "object" || typeof expected !== "object" || !actual || !expected) return differ();
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return differ(` (${classOf(expected)})`);
  // A pair that is being compared further up: a cycle in both, and equal as far as the rest is.
  if (open.some(([a, b]) => a === actual && b === expected)) return undefined;
  const inner = [...open, [actual, expected]];
  if (actual instanceof Date || actual instanceof RegExp) {
    return String(actual) === String(expected) && Number(actual) === Number(expected) ? undefined : differ();
  }
  if (actual instanceof ArrayBuffer) {
    return compare(new Uint8Array(actual), new Uint8Array(expected), path, inner);
  }
  if (actual instanceof DataView) return compare(bytesOf(actual), bytesOf(expected), path, inner);
  if (actual instanceof Map) return compareMaps(actual, expected, path, inner);
  if (actual instanceof Set) return compareSets(actual, expected, path, inner);
  if (Array.isArray(actual) || ArrayBuffer.isView(actual)) {
    if (actual.length !== expected.length) {
      return `${path || "value"}: expected length ${expected.length}, got ${actual.length}: ${show(actual)}`;
    }
  }
  return compareProperties(actual, expected, path, inner);
}

function compareProperties(actual, expected, path, open) {
  const keys = new Set([...keysOf(expected), ...keysOf(actual)]);
  for (const key of keys) {
    const here = path + (/^\d+$/.test(String(key)) ? `[${String(key)}]` : `.${String(key)}`);
    if (!Object.hasOwn(actual, key)) return `${here}: expected ${show(expected[key])}, got no such property`;
    if (!Object.hasOwn(expected, key)) return `${here}: unexpected property, ${show(actual[key])}`;
    const found = compare(actual[key], expected[key], here, open);
    if (found) return found;
  }
  return undefined;
}

function keysOf(object) {
  const own = Reflect.ownKeys(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key));
  // Not enumerable in errors, and the very point of them.
  return object instanceof Error ? [...own, "message"] : own;
}

function compareMaps(actual, expected, path, open) {
  if (actual.size !== expected.size) return `${path || "map"}: expected size ${expected.size}, got ${actual.size}`;
  for (const [key, value] of expected) {
    const twin = [...actual.keys()].find((candidate) => !compare(candidate, key, "", open));
    if (twin === undefined && !actual.has(key)) return `${path || "map"}: no key ${show(key)} in ${show(actual)}`;
    const found = compare(actual.get(twin), value, `${path}.get(${show(key)})`, open);
    if (found) return found;
  }
  return undefined;
}

function compareSets(actual, expected, path, open) {
  const left = [...actual];
  for (const value of expected) {
    const at = left.findIndex((candidate) => !compare(candidate, value, "", open));
    if (at < 0) return `${path || "set"}: ${show(value)} is not in ${show(actual)}`;
    left.splice(at, 1);
  }
  return left.length ? `${path || "set"}: unexpected ${show(left[0])}` : undefined;
}

function bytesOf(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function classOf(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null ? "no prototype" : (prototype.constructor?.name ?? "?");
}

/** A value as a short piece of text, its type visible: 1 and 1n, "1" and 1, -0. */
export function show(value, depth = 3) {
  if (typeof value === "string") return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  if (value instanceof Date) return `Date(${Number.isNaN(Number(value)) ? "invalid" : value.toISOString()})`;
  if (depth === 0) return `${classOf(value)} …`;
  const parts = (items) => (items.length > 20 ? [...items.slice(0, 20), `… ${items.length} in all`] : items).join(", ");
  const inner = (item) => show(item, depth - 1);
  if (Array.isArray(value)) return `[${parts(value.map(inner))}]`;
  if (value instanceof Map) return `Map {${parts([...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`))}}`;
  if (value instanceof Set) return `Set {${parts([...value].map(inner))}}`;
  if (value instanceof DataView) return `DataView [${parts([...bytesOf(value)].map(inner))}]`;
  if (ArrayBuffer.isView(value)) return `${classOf(value)} [${parts([...value].map(inner))}]`;
  const name = classOf(value) === "Object" ? "" : `${classOf(value)} `;
  return `${name}{${parts(Reflect.ownKeys(value).map((key) => `${String(key)}: ${inner(value[key])}`))}}`;
}
