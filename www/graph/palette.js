// Colours and captions of nodes: the same label has the same colour wherever it appears, as long as the page lives.

/** As many as graph.css has. */
const HUES = 9;

const hues = new Map();

/** The class that gives a label's colour; without a label, a grey one. */
export function hueOf(label) {
  if (label === undefined) return "hue-none";
  if (!hues.has(label)) hues.set(label, hues.size % HUES);
  return `hue-${hues.get(label)}`;
}

const TELLING = /^(name|title|caption|label|fullname|username|code|key|id)$/i;

/** What to write on a node: a telling property, else the first short text or number. */
export function captionOf({ properties, labels }) {
  const entries = Object.entries(properties);
  const telling = entries.find(([key, value]) => TELLING.test(key) && isShort(value));
  const some = telling ?? entries.find(([, value]) => typeof value === "string" && isShort(value));
  if (some) return String(some[1]);
  const number = entries.find(([, value]) => isShort(value));
  return number ? String(number[1]) : (labels?.[0] ?? "");
}

function isShort(value) {
  if (typeof value === "string") return value.length > 0 && value.length <= 80;
  return typeof value === "number" || typeof value === "bigint";
}
