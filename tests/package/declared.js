// What the package's declarations declare, read from their text: one export or member a line is how they are written.

import { readText } from "./internals.js";

const FILES = ["auth.d.ts", "columns.d.ts", "config.d.ts", "errors.d.ts", "index.d.ts", "managers.d.ts", "result.d.ts", "summary.d.ts", "temporal.d.ts", "values.d.ts"];

const EXPORT = /^export (class|const|function) (\w+)(?:<.*?>)?(?: extends (\w+))?/;
const MEMBER = /^ {2}((?:(?:private|protected|static|readonly|get) )*)(\[Symbol\.\w+\]|\w+)(\??)[(<:]/;

/** Every value export: name → { kind, parent, members: [{ name, isStatic, isField, optional }] }. */
export async function declaredExports() {
  const found = new Map();
  for (const text of await Promise.all(FILES.map(readText))) {
    let current;
    for (const line of text.split("\n")) {
      const [, kind, name, parent] = EXPORT.exec(line) ?? [];
      if (kind) {
        current = { kind, parent, members: [] };
        found.set(name, current);
      }
      if (line.startsWith("}") || /^export (interface|type)/.test(line)) current = undefined;
      const [, modifiers, member, question] = MEMBER.exec(line) ?? [];
      if (!current || kind || !member || member === "constructor" || modifiers.includes("private")) continue;
      const rest = line.slice(line.indexOf(member) + member.length);
      current.members.push({
        name: member,
        isStatic: modifiers.includes("static"),
        isField: modifiers.includes("readonly") || rest.startsWith(":"),
        optional: question === "?",
      });
    }
  }
  return found;
}

/** The members of a class and of those that it extends. */
export function membersOf(found, name) {
  const { parent, members } = found.get(name);
  return found.has(parent) ? [...membersOf(found, parent), ...members] : members;
}
