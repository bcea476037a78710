//! `cargo xtask size`: what the package weighs, beside the official drivers, in all and by theme, and its largest functions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::bench;
use crate::package::{self, Mode};
use crate::process;
use crate::repo::{Repo, Scratch};
use crate::setup::{node, rust};

const TOP: usize = 25;

pub(crate) fn run(repo: &Repo) -> Result<()> {
    let package = package::build(repo, Mode::Release)?;
    weigh(repo, &package)?;
    let scratch = Scratch::new(&repo.target.join("run"), "size")?;
    let mut functions = named_functions(repo, scratch.path())?;
    by_theme(repo, scratch.path(), &functions)?;
    let total: usize = functions.iter().map(|(_, code)| code.len()).sum();
    println!("\nlargest functions of {total} bytes, before compression");
    functions.sort_by_key(|(_, code)| std::cmp::Reverse(code.len()));
    for (name, code) in functions.iter().take(TOP) {
        let percent = code.len() as f64 * 100.0 / total.max(1) as f64;
        println!("{:>9} {percent:>5.1} %  {}", code.len(), name.chars().take(100).collect::<String>());
    }
    Ok(())
}

/// By xtask/tools/themes.mjs, which finds the themes of JavaScript.
fn by_theme(repo: &Repo, scratch: &Path, functions: &Functions) -> Result<()> {
    let mut themes: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (name, code) in functions {
        themes.entry(theme(name)).or_default().extend(code);
    }
    let mut wasm = Vec::new();
    for (at, (theme, code)) in themes.iter().enumerate() {
        let file = scratch.join(at.to_string());
        fs::write(&file, code)?;
        wasm.push(json!([theme, file]));
    }
    let task = json!({
        "wasm": wasm,
        "glue": scratch.join("neo4j_wasm.js"),
        "template": repo.root.join("pkg-template"),
        "modules": bench::modules(repo)?,
    });
    let mut command = Command::new(node::ensure(repo)?);
    process::run(command.arg(repo.root.join("xtask/tools/themes.mjs")).arg(task.to_string()))
}

/// What a function is there for, by the first place in the house that its name has: what drops a pool is the pool's.
fn theme(name: &str) -> &'static str {
    let Some((_, path)) = name.split_once("neo4j_wasm::") else {
        let is_edge = !name.contains("::") || name.contains("wasm_bindgen") || name.contains("js_sys");
        return if is_edge { "the edge of the wasm" } else { "languages' own libraries" };
    };
    let themes = [
        ("bolt::packstream", "PackStream"),
        ("bolt", "Bolt"),
        ("connection", "connections, sockets"),
        ("platform", "connections, sockets"),
        ("routing", "routing"),
        ("value", "values, records, summaries"),
        ("js", "the edge of the wasm"),
    ];
    let found = themes.iter().find(|(module, _)| path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::")));
    found.map_or("driver, sessions, errors", |(_, theme)| theme)
}

fn weigh(repo: &Repo, package: &Path) -> Result<()> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(package.join("package.json"))?)?;
    let all: Vec<_> = packed(package)?.iter().map(|file| package.join(file)).collect();
    // As manifest and files stand: an entry is all that it loads, the worker of its sockets too.
    let mut list = vec![
        json!(["wasm", [package.join("neo4j_wasm_bg.wasm")]]),
        json!(["core.js, which all entries share", [package.join("core.js")]]),
    ];
    for (subpath, condition) in [(".", "default"), ("./slim", "default"), (".", "node"), ("./slim", "node")] {
        let file = manifest["exports"][subpath][condition].as_str().context("an entry is not in package.json")?;
        list.push(json!([format!("{subpath} ({condition}), all that it loads"), [package.join(file)], true]));
    }
    list.push(json!(["all that npm pack takes", all]));
    let others = bench::modules(repo)?;
    list.push(json!(["neo4j-driver, as it ships for browsers", [others.join(bench::OFFICIAL)]]));
    list.push(json!(["neo4j-driver-lite, likewise", [others.join(bench::OFFICIAL_LITE)]]));
    let mut command = Command::new(node::ensure(repo)?);
    process::run(command.arg(repo.root.join("xtask/tools/size.mjs")).arg(Value::from(list).to_string()))
}

/// The files that would be published.
fn packed(package: &Path) -> Result<Vec<String>> {
    let mut npm = Command::new("npm");
    npm.current_dir(package).args(["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=silent"]);
    let answer: Value = serde_json::from_str(&process::output(&mut npm)?)?;
    let files = answer[0]["files"].as_array().context("npm pack lists no files")?;
    Ok(files.iter().filter_map(|file| file["path"].as_str()).map(str::to_owned).collect())
}

/// A build as the released one, but with the names left in, down to the last step.
fn named_functions(repo: &Repo, scratch: &Path) -> Result<Functions> {
    let wasm = package::compile(&rust::ensure(repo)?, repo, Mode::Release)?;
    package::bind(&wasm, scratch, "neo4j_wasm")?;
    let bound = scratch.join("neo4j_wasm_bg.wasm");
    package::optimise(&node::ensure(repo)?, &node::ensure_tools(repo)?, &bound, package::Names::Keep)?;
    functions(&fs::read(bound)?)
}

/// Functions with their names and code.
type Functions = Vec<(String, Vec<u8>)>;

/// Every function of a module.
fn functions(wasm: &[u8]) -> Result<Functions> {
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(wasm[body.range()].to_vec()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index as usize, without_hashes(naming.name));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    // Imported functions come first in the numbering, and have no body.
    let named = |(at, code)| (names.remove(&(imported + at)).unwrap_or_else(|| "(no name)".to_owned()), code);
    Ok(bodies.into_iter().enumerate().map(named).collect())
}

/// `core[12f89f2d8a73214f]::fmt` says which build of a crate; there is one.
fn without_hashes(name: &str) -> String {
    let mut parts = name.split('[');
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            // Its leading zeros are left out.
            Some((hash, rest)) if (9..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                clean.push_str(rest)
            }
            _ => clean.extend(["[", part]),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_of_functions() {
        assert_eq!(theme("neo4j_wasm::bolt::packstream::reader::Reader::next"), "PackStream");
        assert_eq!(theme("neo4j_wasm::bolt::exchange::Exchange::receive"), "Bolt");
        assert_eq!(theme("core::ptr::drop_in_place::<neo4j_wasm::connection::pool::Pool>"), "connections, sockets");
        assert_eq!(theme("<neo4j_wasm::driver::Inner>::close"), "driver, sessions, errors");
        assert_eq!(theme("<T as core::convert::Into<U>>::into"), "languages' own libraries");
        assert_eq!([theme("driverhandle_new"), theme("<js_sys::Array>::push")], ["the edge of the wasm"; 2]);
    }

    #[test]
    fn hashes_of_crates_are_left_out() {
        assert_eq!(without_hashes("<core[12f89f2d8a73214f]::X as a[0123456789abcdef]::Y>::f"), "<core::X as a::Y>::f");
        assert_eq!(without_hashes("<[u8; 4] as X>::f[1]"), "<[u8; 4] as X>::f[1]");
    }

    #[test]
    fn sizes_of_a_hand_made_module() {
        let wasm: &[u8] = &[
            0, b'a', b's', b'm', 1, 0, 0, 0, // magic, version
            1, 4, 1, 0x60, 0, 0, // one type: () -> ()
            2, 7, 1, 1, b'e', 1, b'f', 0, 0, // import e.f, a function
            3, 2, 1, 0, // one function of our own
            10, 4, 1, 2, 0, 0x0b, // its body: no locals, end
            0, 11, 4, b'n', b'a', b'm', b'e', 1, 4, 1, 1, 1, b'g', // its name is "g", and its number 1
        ];
        assert_eq!(functions(wasm).unwrap(), [("g".to_owned(), vec![0, 0x0b])]);
    }
}
