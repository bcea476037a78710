// Cypher cut into tokens, for colours only: it need not understand a query, just never lose a character of it.

const KEYWORDS =
  "ALL AND ANY AS ASC ASCENDING BY CALL CASE CONSTRAINT CONTAINS CREATE CSV CURRENT CYPHER DATABASE DELETE DESC DESCENDING DETACH " +
  "DISTINCT DROP ELSE END ENDS EXISTS EXPLAIN FALSE FILTER FINISH FOR FOREACH FROM IF IN INDEX INSERT IS LET LIMIT LOAD " +
  "MATCH MERGE NEXT NODE NODETACH NONE NOT NULL OF OFFSET ON OPTIONAL OR ORDER PROFILE RELATIONSHIP REMOVE REQUIRE RETURN " +
  "ROWS SET SHORTEST SHOW SINGLE SKIP STARTS THEN TO TRANSACTIONS TRUE UNION UNIQUE UNWIND USE USING WHEN WHERE WITH XOR YIELD";

const isKeyword = new Set(KEYWORDS.split(" "));

const TOKEN = new RegExp(
  [
    "(?<comment>//[^\\n]*|/\\*[^]*?(?:\\*/|$))",
    "(?<string>'(?:[^'\\\\]|\\\\[^])*(?:'|$)|\"(?:[^\"\\\\]|\\\\[^])*(?:\"|$))",
    "(?<name>`(?:[^`]|``)*(?:`|$))",
    "(?<number>\\b0[xo][\\da-fA-F]+|\\b\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
    // Without a space after the colon, which tells most labels from most maps.
    "(?<label>:[\\p{L}_][\\p{L}\\p{N}_]*)",
    "(?<parameter>\\$[\\p{L}_][\\p{L}\\p{N}_]*)",
    "(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)",
  ].join("|"),
  "gu",
);

/** Pieces of the text in order, each `{ kind, text, start }`; `kind` is undefined for what has no colour. */
export function tokens(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index), start: end });
    let kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === "word") kind = isKeyword.has(match[0].toUpperCase()) && !isName(text, match) ? "keyword" : undefined;
    found.push({ kind, text: match[0], start: match.index });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), start: end });
  return found;
}

/** Whether a word that could be a keyword stands where only a name can: `call.stop`, `(from:City)`, `(to)`. */
function isName(text, { 0: word, index }) {
  const [before, after] = [text[index - 1], text[index + word.length]];
  return before === "." || after === "." || after === ":" || (before === "(" && after === ")");
}

/** The place a server means by line and column, both from 1, as `{ start, end }` of the token there; or nothing. */
export function placeOf(text, position) {
  if (!position || position.line < 1) return undefined;
  const lines = text.split("\n");
  if (position.line > lines.length) return undefined;
  const before = lines.slice(0, position.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  // What is missing at the end is shown at the last character.
  const start = Math.max(Math.min(before + position.column - 1, text.length - 1), 0);
  const token = tokens(text).find((token) => start >= token.start && start < token.start + token.text.length);
  // A token without colour may be several signs; the first is meant.
  const end = token?.kind || /^\w/.test(token?.text ?? "") ? token.start + token.text.length : start + 1;
  return { start, end: Math.min(end, text.length), line: position.line, column: position.column };
}
