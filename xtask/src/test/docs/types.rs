//! TypeScript in the documentation, and the examples in the package's declarations: compiled, as a strict user would.

use std::fs;

use anyhow::Result;
use serde_json::json;

use super::blocks::{Block, Way};
use super::of_way;
use crate::docs::declarations::{self, Declaration, Declarations};
use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::test::outcome::Outcome;
use crate::test::types::{errors_by_file, lines};
use crate::tsc;

/// What examples take for granted.
const PRELUDE: &str = "\
import { ready } from \"neo4j-wasm/slim\";
declare const driver: Driver, session: Session;
declare function use(value: unknown): void;
declare function readPassword(): Promise<string>;
";

pub(super) fn run(repo: &Repo, folder: &JsFolder, blocks: &[Block]) -> Result<Outcome> {
    let place = folder.path().join("types");
    fs::create_dir_all(&place)?;
    let mut programs: Vec<(String, String)> =
        of_way(blocks, |way| way == Way::Types).map(|block| (block.name(), block.module())).collect();
    let files = declarations::read(repo)?;
    let prelude = prelude(&files);
    for (name, code) in files.iter().flat_map(examples) {
        // In a function, so that it may declare what the prelude has already.
        programs.push((name, format!("{prelude}export async function example() {{\n{code}\n}}\n")));
    }
    for (number, (_, text)) in programs.iter().enumerate() {
        fs::write(place.join(format!("{number}.ts")), text)?;
    }
    let config = json!({ "compilerOptions": tsc::strict_options(), "include": ["types"] });
    fs::write(folder.path().join("tsconfig.json"), config.to_string())?;
    let mut by_file = errors_by_file(&tsc::compile(repo, &folder.path().join("tsconfig.json"))?);
    let mut outcome = Outcome::default();
    for (number, (name, _)) in programs.into_iter().enumerate() {
        match by_file.remove(&format!("types/{number}.ts")) {
            None => outcome.pass(),
            Some(errors) => outcome.fail(name, lines(&errors)),
        }
    }
    for (file, errors) in by_file {
        outcome.fail(file, lines(&errors));
    }
    Ok(outcome)
}

/// All that the package exports, under its own name.
fn prelude(files: &[Declarations]) -> String {
    let exports = files.iter().filter(|file| file.file != "slim.d.ts").flat_map(|file| &file.exports);
    let names: Vec<&str> = exports.map(|export| export.own.name.as_str()).collect();
    format!("import {{ {} }} from \"neo4j-wasm\";\n{PRELUDE}", names.join(", "))
}

/// Name and code of each example of a file.
fn examples(file: &Declarations) -> Vec<(String, String)> {
    let of = |declaration: &Declaration, parent: &str| {
        let name = format!("{}: the example of {parent}{}", file.file, declaration.name);
        declaration.doc.examples().map(|(_, code)| (name.clone(), code.to_owned())).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for export in &file.exports {
        found.extend(of(&export.own, ""));
        found.extend(export.members.iter().flat_map(|member| of(member, &format!("{}.", export.own.name))));
    }
    found
}
