// Brands: what programs, and other copies of these classes, know values by.

/** Marks a class; what tells its values from others. */
export function brand(Class, name) {
  const property = `__is${name}__`;
  Object.defineProperty(Class.prototype, property, { value: true });
  return (value) => value !== null && value !== undefined && value[property] === true;
}

export const isNumeric = (value) =>
  typeof value === "number" || typeof value === "bigint" || value?.__isInteger__ === true;

export function checkNumeric(value, name) {
  if (isNumeric(value)) return value;
  throw new TypeError(`${name} expected to be either a number or an Integer object but was: ${shown(value)}`);
}

/** A value for an error's text. */
export function shown(value) {
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner));
  } catch {
    return String(value);
  }
}
