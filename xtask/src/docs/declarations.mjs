// What the package's declarations declare, as JSON: node declarations.mjs MODULES PROJECT. TypeScript's own parser reads
// them; what is shown is their own text. Printed: [{ file, about, exports: [{ name, kind, text, doc, members }] }].

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, project] = process.argv.slice(2);
const { resolve } = createRequire(join(modules, "..", "here.js"));
const load = (name) => import(pathToFileURL(resolve(`typescript/unstable/${name}`)));
const [{ API }, ast] = [await load("sync"), await load("ast")];

const KINDS = {
  [ast.SyntaxKind.ClassDeclaration]: "class",
  [ast.SyntaxKind.InterfaceDeclaration]: "interface",
  [ast.SyntaxKind.TypeAliasDeclaration]: "type",
  [ast.SyntaxKind.FunctionDeclaration]: "function",
  [ast.SyntaxKind.VariableStatement]: "const",
};

const isExported = (node) => node.modifiers?.some(({ kind }) => kind === ast.SyntaxKind.ExportKeyword);
const isHidden = (node) => node.modifiers?.some(({ kind }) =>
  kind === ast.SyntaxKind.PrivateKeyword || kind === ast.SyntaxKind.ProtectedKeyword);

function read(file, source) {
  const slice = (node) => source.text.slice(node.getStart(source), node.end);
  const docOf = (node) => source.text.slice(node.pos, node.getStart(source)).match(/\/\*\*[^]*?\*\//g)?.at(-1) ?? "";
  const member = (node) => ({ name: nameOf(node), text: slice(node), doc: docOf(node) });
  const nameOf = (node) => (node.name ? slice(node.name) : node.kind === ast.SyntaxKind.Constructor ? "constructor" : "");

  const exports = [];
  for (const node of source.statements) {
    const kind = KINDS[node.kind];
    if (!kind || !isExported(node)) continue;
    const variable = node.declarationList?.declarations[0];
    const members = [...(node.members ?? variable?.type?.members ?? [])];
    // The first member begins, comments and all, right behind the brace.
    const head = source.text.slice(node.getStart(source), (members[0]?.pos ?? node.end + 1) - 1).trim();
    exports.push({
      name: nameOf(variable ?? node),
      kind,
      text: head,
      doc: docOf(node),
      members: members.filter((node) => !isHidden(node)).map(member),
    });
  }
  const about = /^(?:\/\/ .*\n)+/.exec(source.text)?.[0] ?? "";
  return { file, about: about.replace(/^\/\/ /gm, "").trim(), exports };
}

const api = new API({ cwd: project });
const config = join(project, "tsconfig.json");
const { program } = api.updateSnapshot({ openProjects: [config] }).getProject(config);
const files = readdirSync(join(project, "pkg")).filter((file) => file.endsWith(".d.ts")).sort();
const found = files.map((file) => read(file, program.getSourceFile(join(project, "pkg", file))));
api.close();
console.log(JSON.stringify(found));
