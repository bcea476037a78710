// What is behind an object that users hold: its handle of the wasm, and how far it is.

const HELD = Symbol();

/**
 * Puts `state` behind `object`, in the way that survives a proxy (of `reactive()`, of a membrane): private members are
 * not there for a proxy, but a property that can neither be written nor configured every proxy has to hand out as it is.
 * A function is wrapped by none of those that wrap what they hand out, and shows in no JSON and no clone.
 */
export function hold(object, state) {
  Object.defineProperty(object, HELD, { value: () => state });
}

export const held = (object) => object[HELD]();
