//! The rules of the house: imports point one way, one place compares versions, files have heads and are short.
//!
//! Each rule is a function of a file's path and text, which is tested on a bad example and then held against the
//! tree. Adding a rule: write the function, its example, and name it in [`RULES`].

use std::fs;
use std::path::Path;

/// What a rule has against a file: nothing, or the lines it does not like.
type Rule = fn(path: &str, text: &str) -> Vec<String>;

const RULES: [(&str, Rule); 6] = [
    ("imports point up", imports_point_up),
    ("only version.rs compares versions", versions_are_compared_in_one_place),
    ("a Rust file starts with what it is about", starts_with_a_head),
    ("a hand-written file has at most 600 lines", is_short),
    ("no text is run as code", runs_no_text_as_code),
    ("no path of somebody's machine", names_no_local_path),
];

/// Modules in the order in which they may import each other: from themselves and from the ones before. Those in one
/// line are one layer.
const LAYERS: [&[&str]; 7] =
    [&["error", "value"], &["bolt"], &["platform"], &["connection"], &["routing"], &["driver"], &["js"]];

/// Lines with a comment taken off, numbered from 1. Text in quotation marks may hide behind a `//`: good enough here.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The module of the crate that a file of `src` belongs to.
fn module(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    inside.split(['/', '.']).next().filter(|module| layer(module).is_some())
}

/// The names directly behind each `crate::`, also in braces.
fn imported(line: &str) -> Vec<&str> {
    named_behind("crate::", line)
}

fn named_behind<'a>(prefix: &str, line: &'a str) -> Vec<&'a str> {
    let ends_name = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let behind = line.split(prefix).skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => group.split(',').collect(),
        None => vec![rest],
    });
    behind.filter_map(|item| item.trim().split(ends_name).next()).collect()
}

fn imports_point_up(path: &str, text: &str) -> Vec<String> {
    let Some(own) = module(path).and_then(layer) else { return vec![] };
    // Going up far enough leads to the crate as well.
    let named = |line| [imported(line), named_behind("super::", line)].concat();
    let wrong = |line| named(line).into_iter().any(|module| layer(module).is_some_and(|layer| layer > own));
    // What the crate re-exports at its root would hide where it comes from.
    let hidden = |line: &str| imported(line).iter().any(|name| name.starts_with(char::is_uppercase));
    let bad = code(text).filter(|(_, line)| wrong(line) || hidden(line));
    bad.map(|(number, line)| format!("{path}:{number}: {}", line.trim())).collect()
}

/// Files that may look into a version: where it is defined, and where it is read from the wire.
const VERSION_FILES: [&str; 2] = ["src/bolt/version.rs", "src/bolt/handshake.rs"];

fn versions_are_compared_in_one_place(path: &str, text: &str) -> Vec<String> {
    if VERSION_FILES.contains(&path) || !path.starts_with("src/") || !path.ends_with(".rs") {
        return vec![];
    }
    // A file's own tests come last, and may say which version they speak.
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let parts = [".major", ".minor"];
    let bad = code(text).filter(|(_, line)| {
        let makes_one = line.contains("Version {") && !line.contains("impl") && !line.contains("struct");
        let calls = line
            .match_indices("version(")
            .any(|(at, _)| line[at + 8..].starts_with(|next: char| next.is_ascii_digit()));
        let compares = parts.iter().any(|part| line.contains(part))
            && ["<", ">", "==", "!="].iter().any(|sign| line.contains(sign));
        let matches = line.contains("Version::SUPPORTED[");
        makes_one || calls || compares || matches
    });
    bad.map(|(number, line)| format!("{path}:{number}: {}", line.trim())).collect()
}

fn starts_with_a_head(path: &str, text: &str) -> Vec<String> {
    let rust = path.ends_with(".rs")
        && ["src/", "xtask/src/", "tests/", "examples/"].iter().any(|folder| path.starts_with(folder));
    // Fuzz targets have an attribute of their own first.
    let first = text.lines().find(|line| !line.starts_with("#![")).unwrap_or_default();
    if !rust || first.len() > 10 && first.starts_with("//! ") { vec![] } else { vec![path.to_owned()] }
}

const HAND_WRITTEN: [&str; 9] = ["rs", "js", "ts", "mjs", "cjs", "css", "html", "java", "md"];
const LONGEST: usize = 600;

fn extension(path: &str) -> &str {
    path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension)
}

fn is_short(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if !HAND_WRITTEN.contains(&extension(path)) || lines <= LONGEST {
        return vec![];
    }
    vec![format!("{path}: {lines} lines")]
}

fn runs_no_text_as_code(path: &str, text: &str) -> Vec<String> {
    if !["pkg-template/", "www/", "examples/"].iter().any(|folder| path.starts_with(folder)) {
        return vec![];
    }
    let needles = ["eval(", "new Function"];
    let bad = text.lines().enumerate().filter(|(_, line)| needles.iter().any(|needle| line.contains(needle)));
    bad.map(|(at, line)| format!("{path}:{}: {}", at + 1, line.trim())).collect()
}

fn names_no_local_path(path: &str, text: &str) -> Vec<String> {
    // Put together here, so that this file does not name them either.
    let needles = ["root", "work", "Users"].map(|folder| format!("/{folder}/"));
    let names = |line: &str, needle: &String| {
        // A part of a longer path or of an address is something else.
        let starts =
            |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-~*)}".contains(before));
        line.match_indices(needle.as_str()).any(|(at, _)| starts(at))
    };
    let bad = text.lines().enumerate().filter(|(_, line)| needles.iter().any(|needle| names(line, needle)));
    bad.map(|(at, line)| format!("{path}:{}: {}", at + 1, line.trim())).collect()
}

/// Every text file that is or could be committed, with its path from the root of the repository.
pub(crate) fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if is_left_out(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let name = path.strip_prefix(root).expect("a path below the root");
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    found
}

/// What .gitignore has, and git's own: a folder, or in a worktree a file.
fn is_left_out(path: &Path) -> bool {
    let names = [".git", "target", "node_modules", "corpus", "artifacts"];
    path.file_name().is_some_and(|name| names.iter().any(|left_out| name == *left_out))
}

#[test]
fn the_rules_hold() {
    let files = files();
    let sources = files.iter().filter(|(path, _)| path.starts_with("src/") && path.ends_with(".rs"));
    assert!(sources.count() > 20, "the sources were looked at");
    for (name, rule) in RULES {
        let bad: Vec<String> = files.iter().flat_map(|(path, text)| rule(path, text)).collect();
        assert!(bad.is_empty(), "{name}:\n{}", bad.join("\n"));
    }
}

/// How many lines the rule does not like.
fn bad(rule: Rule, path: &str, text: &str) -> usize {
    rule(path, text).len()
}

#[test]
fn an_import_that_points_down_is_found() {
    for (path, line, count) in [
        ("src/value/map.rs", "use crate::bolt::Version;", 1),
        ("src/bolt/mod.rs", "use crate::driver::Session;", 1),
        ("src/bolt/packstream/reader.rs", "use crate::{error::Error, platform::Clock};", 1),
        ("src/value/map.rs", "use super::super::bolt::Version;", 1),
        ("src/value/map.rs", "use super::{Node, super::driver::Driver};", 1),
        ("src/error.rs", "use crate::value::Map;", 0),
        ("src/value/mod.rs", "fn f() -> crate::error::Result<()> {", 0),
        ("src/bolt/mod.rs", "use crate::bolt::Version; use crate::value::Value;", 0),
        ("src/connection/pool.rs", "fn f(driver: &crate::routing::Table) {", 1),
        ("src/driver/mod.rs", "use crate::{bolt::Version, connection::Pool, routing::Table};", 0),
        ("src/driver/mod.rs", "use crate::{bolt::Version, js::Promise};", 1),
        ("src/driver/mod.rs", "// not like crate::js::Promise", 0),
        ("src/driver/mod.rs", "use crate::Error;", 1),
        ("src/driver/mod.rs", "use crate::{Error, Value};", 1),
        ("src/js/mod.rs", "use crate::driver::Driver;", 0),
        ("src/lib.rs", "pub use crate::js::Promise;", 0),
        ("tests/it/x.rs", "use crate::js::Promise;", 0),
    ] {
        assert_eq!(bad(imports_point_up, path, line), count, "{path}: {line}");
    }
}

#[test]
fn a_comparison_of_versions_is_found() {
    for (path, line, count) in [
        ("src/bolt/request.rs", "if self.version >= version(5, 1) {", 1),
        ("src/driver/session.rs", "if version.major > 5 || version.minor == 8 {", 1),
        ("src/driver/session.rs", "let newest = Version { major: 6, minor: 1 };", 1),
        ("src/driver/session.rs", "if version == Version::SUPPORTED[0] {", 1),
        ("src/driver/session.rs", "let version = connection.version();", 0),
        ("src/driver/session.rs", "format!(\"{}.{}\", version.major, version.minor)", 0),
        ("src/driver/session.rs", "if version.has_logon() {", 0),
        ("src/bolt/version.rs", "self >= version(5, 1)", 0),
        ("src/bolt/request.rs", "#[cfg(test)]\nlet version = Version { major: 5, minor: 8 };", 0),
        ("tests/spec/requests.rs", "if version.major == 5 {", 0),
    ] {
        assert_eq!(bad(versions_are_compared_in_one_place, path, line), count, "{path}: {line}");
    }
}

#[test]
fn a_file_without_a_head_is_found() {
    for (path, text, count) in [
        ("src/lib.rs", "mod value;", 1),
        ("src/lib.rs", "", 1),
        ("src/lib.rs", "//! x\n", 1),
        ("src/lib.rs", "\n//! The crate, late.", 1),
        ("xtask/src/main.rs", "// A comment is not a head", 1),
        ("tests/it/main.rs", "use std::fs;", 1),
        ("tests/fuzz/fuzz_targets/value.rs", "#![no_main]\n//! The target.", 0),
        ("src/lib.rs", "//! The crate.\n", 0),
        ("www/demo.js", "console.log(1)", 0),
    ] {
        assert_eq!(bad(starts_with_a_head, path, text), count, "{path}: {text}");
    }
}

#[test]
fn a_long_file_is_found() {
    let lines = |count: usize| "x\n".repeat(count);
    for path in ["src/a.rs", "www/a.html", "www/a.css", "pkg-template/index.d.ts", "tests/server/A.java", "xtask/a.mjs"]
    {
        assert_eq!(bad(is_short, path, &lines(601)), 1, "{path}");
        assert_eq!(bad(is_short, path, &lines(600)), 0, "{path}");
    }
    for path in ["Cargo.lock", "xtask/tools/package-lock.json", "LICENSE"] {
        assert_eq!(bad(is_short, path, &lines(601)), 0, "{path}");
    }
}

#[test]
fn text_that_is_run_as_code_is_found() {
    for (path, line, count) in [
        ("www/demo.js", "eval(text)", 1),
        ("pkg-template/index.js", "const f = new Function('return 1')", 1),
        ("pkg-template/index.js", "function evaluate(text) {}", 0),
        ("tests/package/a.mjs", "eval(text)", 0),
    ] {
        assert_eq!(bad(runs_no_text_as_code, path, line), count, "{path}: {line}");
    }
}

#[test]
fn a_path_of_a_machine_is_found() {
    let local = |folder: &str, line: &str| line.replace("HERE", &format!("/{folder}"));
    for folder in ["root", "work", "Users"] {
        for (line, count) in [
            ("cd HERE/main", 1),
            ("path = \"HERE/x\"", 1),
            ("file://HERE/x", 1),
            ("HERE/x", 1),
            ("https://example.comHERE/x", 0),
            ("src/bolt HEREer/x", 0),
            ("$HOMEHERE/x", 0),
            ("..HERE/x", 0),
        ] {
            let line = local(folder, line);
            assert_eq!(bad(names_no_local_path, "README.md", &line), count, "{line}");
        }
    }
}
