//! `cargo xtask size`: what the package weighs, beside the official drivers, and which crates and modules the wasm is
//! made of.

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
    let functions = named_functions(repo)?;
    if let Ok(file) = std::env::var("SIZE_DUMP") {
        fs::write(file, functions.iter().map(|(name, size)| format!("{size} {name}\n")).collect::<String>())?;
    }
    let total: usize = functions.iter().map(|(_, size)| size).sum();
    println!("\ncode by crate ({total} bytes of functions, before compression)");
    show(&grouped(&functions, krate), total);
    println!("\ncode by module");
    show(&grouped(&functions, module), total);
    println!("\nlargest functions");
    let mut functions = functions;
    functions.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    show(&functions, total);
    Ok(())
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
fn named_functions(repo: &Repo) -> Result<Vec<(String, usize)>> {
    let scratch = Scratch::new(&repo.target.join("run"), "size")?;
    let wasm = package::compile(&rust::ensure(repo)?, repo, Mode::Release)?;
    package::bind(&wasm, scratch.path(), "neo4j_wasm")?;
    let bound = scratch.path().join("neo4j_wasm_bg.wasm");
    package::optimise(&node::ensure(repo)?, &node::ensure_tools(repo)?, &bound, package::Names::Keep)?;
    functions(&fs::read(bound)?)
}

/// Every function of a module with its name and the size of its body.
fn functions(wasm: &[u8]) -> Result<Vec<(String, usize)>> {
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
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
    let named = |(at, size)| (names.remove(&(imported + at)).unwrap_or_else(|| "(no name)".to_owned()), size);
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

fn grouped(functions: &[(String, usize)], key: fn(&str) -> String) -> Vec<(String, usize)> {
    let mut sums: BTreeMap<String, usize> = BTreeMap::new();
    for (name, size) in functions {
        *sums.entry(key(name)).or_default() += size;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sums
}

fn show(rows: &[(String, usize)], total: usize) {
    for (name, size) in rows.iter().take(TOP) {
        let percent = *size as f64 * 100.0 / total.max(1) as f64;
        println!("{size:>9} {percent:>5.1} %  {}", name.chars().take(100).collect::<String>());
    }
}

/// Functions exported to JavaScript carry a plain name, and so do a few of the linker's.
const PLAIN: &str = "(exports and other plain names)";

fn krate(name: &str) -> String {
    let path = path(name);
    path.split_once("::").map_or(PLAIN, |(krate, _)| krate).to_owned()
}

/// Crate and up to two modules: where in the house the bytes are.
fn module(name: &str) -> String {
    let parts: Vec<&str> = path(name).split("::").collect();
    let Some((_function, modules)) = parts.split_last().filter(|(_, modules)| !modules.is_empty()) else {
        return PLAIN.to_owned();
    };
    let is_module = |part: &&&str| part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    modules.iter().take_while(is_module).take(3).copied().collect::<Vec<_>>().join("::")
}

/// The path of a function: `<neo4j_wasm::a::B as core::fmt::Debug>::fmt` lies in `neo4j_wasm::a`, and what is
/// implemented for a type without a path, `<T as core::fmt::Debug>::fmt`, lies where the trait is.
fn path(name: &str) -> &str {
    let own = first_path(name);
    match name.split_once(" as ") {
        Some((_, of_trait)) if name.starts_with('<') && !own.contains("::") => first_path(of_trait),
        _ => own,
    }
}

fn first_path(text: &str) -> &str {
    let mut text = text.trim_start_matches(['<', '&', '*', '(', '[']);
    for word in ["mut ", "const ", "dyn "] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    let end = text.find([' ', '<', '>', ';', ',', ')']).unwrap_or(text.len());
    text[..end].trim_end_matches(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_functions() {
        assert_eq!(module("neo4j_wasm::bolt::packstream::reader::Reader::next"), "neo4j_wasm::bolt::packstream");
        assert_eq!(module("neo4j_wasm::driver::Inner::close"), "neo4j_wasm::driver");
        assert_eq!(module("neo4j_wasm::start"), "neo4j_wasm");
        assert_eq!(module("<T as core::convert::Into<U>>::into"), "core::convert");
        assert_eq!(module("<neo4j_wasm::error::Error as core::fmt::Display>::fmt::h1"), "neo4j_wasm::error");
        assert_eq!(module("<&mut alloc::vec::Vec<T> as core::fmt::Debug>::fmt"), "alloc::vec");
        assert_eq!(krate("dlmalloc::dlmalloc::Dlmalloc<A>::malloc::h1"), "dlmalloc");
        assert_eq!(krate("<char as core::fmt::Debug>::fmt"), "core");
        assert_eq!((module("memcpy").as_str(), krate("driverhandle_new").as_str()), (PLAIN, PLAIN));
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
        assert_eq!(functions(wasm).unwrap(), [("g".to_owned(), 2)]);
    }
}
