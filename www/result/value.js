// Cypher values as elements: every type readable, its name in the tooltip, long ones opened on demand.

import { h } from "../dom.js";
import { chip, pathOf } from "./entity.js";
import {
  Duration, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship, UnsupportedType, Uuid, Vector, ZonedDateTime,
  ZonedTime,
} from "../neo4j.js";

const LONG_TEXT = 400;
const LONG_LIST = 24;
const BYTES_SHOWN = 32;
/** Deeper maps and lists are written in one line. */
const DEEP = 4;

const DATES = [
  [LocalDate, "DATE"],
  [LocalTime, "LOCAL TIME"],
  [ZonedTime, "ZONED TIME"],
  [LocalDateTime, "LOCAL DATETIME"],
  [ZonedDateTime, "ZONED DATETIME"],
];

/** The value as something to append. Strings at the top stand without quotes, as in a table. */
export function render(value, depth = 0) {
  if (value === null || value === undefined) return tag("null", "null", "NULL");
  switch (typeof value) {
    case "string":
      return renderText(value, depth);
    case "number":
    case "bigint":
      return tag("number", Object.is(value, -0) ? "-0" : String(value), typeof value === "bigint" ? "INTEGER" : "INTEGER or FLOAT");
    case "boolean":
      return tag("boolean", String(value), "BOOLEAN");
    default:
      return renderObject(value, depth);
  }
}

function renderObject(value, depth) {
  if (value instanceof Node || value instanceof Relationship) return chip(value, render);
  if (value instanceof Path) return pathOf(value, render);
  if (value instanceof Point) return renderPoint(value);
  if (value instanceof Duration) return tag("temporal", spoken(value), `DURATION ${value}`);
  const date = DATES.find(([Kind]) => value instanceof Kind);
  if (date) return tag("temporal", readable(value), `${date[1]} ${value}`);
  if (value instanceof Uint8Array) return renderBytes(value);
  if (value instanceof Vector) return renderVector(value);
  if (value instanceof Uuid) return tag("uuid", String(value), "UUID");
  if (value instanceof UnsupportedType) return tag("unsupported", `${value.name} needs Bolt ${value.minimumProtocolVersion}`, value.message);
  if (depth >= DEEP) return tag("deep", JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)));
  return Array.isArray(value) ? renderList(value, depth) : renderMap(value, depth);
}

function tag(kind, text, title) {
  return h("span", { class: `v v-${kind}`, title }, text);
}

function renderText(text, depth) {
  if (!text) return tag("empty", '""', "STRING, empty");
  const quote = depth > 0 ? '"' : "";
  if (text.length <= LONG_TEXT) return tag("string", quote + text + quote, depth > 0 ? "STRING" : undefined);
  const short = tag("string", `${quote}${text.slice(0, LONG_TEXT)}…`);
  return h("span", {}, short, " ", more(`all ${text.length.toLocaleString("en")} characters`, (button) => {
    short.textContent = quote + text + quote;
    button.remove();
  }));
}

function renderList(list, depth) {
  if (!list.length) return tag("list", "[]", "LIST, empty");
  const inLine = list.every(isPlain);
  // Commas and brackets are text, so that they are copied and read out as well.
  const item = (value, index) => h("li", {}, inLine && index > 0 && ", ", render(value, depth + 1));
  const items = h("ol", { class: "v-items" });
  items.append(...list.slice(0, LONG_LIST).map(item));
  const rest = list.length - LONG_LIST;
  if (rest > 0) {
    const open = more(`… ${rest.toLocaleString("en")} more`, () =>
      open.parentElement.replaceWith(...list.slice(LONG_LIST).map((value, index) => item(value, index + 1))),
    );
    items.append(h("li", {}, open));
  }
  const title = `LIST of ${list.length}`;
  return inLine ? h("div", { class: "v v-list in-line", title }, "[", items, "]") : h("div", { class: "v v-list", title }, items);
}

function renderMap(map, depth) {
  const entries = Object.entries(map);
  if (!entries.length) return tag("map", "{}", "MAP, empty");
  return h("dl", { class: "v v-map" }, entries.map(([key, value]) => [h("dt", {}, key), h("dd", {}, render(value, depth + 1))]));
}

/** Degrees for places on Earth, as on a map: latitude first. */
function renderPoint(point) {
  const { srid, x, y, z } = point;
  const degrees = (value, [positive, negative]) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  const height = z === undefined ? "" : `, ${z} m`;
  if (srid === 4326 || srid === 4979) return tag("point", `${degrees(y, "NS")}, ${degrees(x, "EW")}${height}`, `POINT WGS 84 ${point}`);
  return tag("point", `(${[x, y, z].filter((part) => part !== undefined).join(", ")})`, `POINT, SRID ${srid}`);
}

function renderBytes(bytes) {
  const hex = Array.from(bytes.subarray(0, BYTES_SHOWN), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const rest = bytes.length > BYTES_SHOWN ? " …" : "";
  return h("span", { class: `v v-bytes ${bytes.length > 8 ? "" : "short"}`, title: "BYTES" }, hex + rest, " ", h("small", {}, `${bytes.length.toLocaleString("en")} B`));
}

function renderVector({ type, values }) {
  const shown = Array.from(values.subarray(0, 8), String).join(", ");
  const rest = values.length > 8 ? ", …" : "";
  return h("span", { class: "v v-vector", title: "VECTOR" }, h("small", {}, `${type} × ${values.length}`), ` [${shown}${rest}]`);
}

/** A date or time with spaces between its parts and without seconds that are zero; the tooltip has it in full. */
function readable(value) {
  const [, date, time, offset, zone] = /^([+-]?\d+-\d\d-\d\d)?T?([\d:.]+)?(Z|[+-][\d:]+)?(?:\[(.+)\])?$/.exec(value) ?? [];
  if (!date && !time) return String(value);
  return [date, time?.replace(/^(\d\d:\d\d):00$/, "$1"), offset === "Z" ? "UTC" : offset, zone].filter(Boolean).join(" ");
}

/** A duration in words as short as they get: `1 y 2 mo 3 d 4 h 5 min 6.5 s`. */
function spoken({ months, days, seconds, nanoseconds }) {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  const negative = total < 0n;
  const size = negative ? -total : total;
  const rest = size % 60_000_000_000n;
  const fraction = String(rest % 1_000_000_000n).padStart(9, "0").replace(/0+$/, "");
  const minutes = size / 60_000_000_000n;
  const parts = [
    [BigInt(months) / 12n, "y"],
    [BigInt(months) % 12n, "mo"],
    [BigInt(days), "d"],
    ...[[minutes / 60n, "h"], [minutes % 60n, "min"]].map(([size, unit]) => [negative ? -size : size, unit]),
  ];
  const words = parts.filter(([size]) => size).map(([size, unit]) => `${size} ${unit}`);
  if (rest) words.push(`${negative ? "-" : ""}${rest / 1_000_000_000n}${fraction && `.${fraction}`} s`);
  return words.join(" ") || "0 s";
}

/** Short enough to stand in one line with its neighbours. */
function isPlain(value) {
  return value === null || typeof value !== "object" || value instanceof Duration || DATES.some(([Kind]) => value instanceof Kind);
}

function more(text, open) {
  const button = h("button", { type: "button", class: "link", onclick: () => open(button) }, text);
  return button;
}
