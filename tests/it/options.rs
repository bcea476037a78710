//! Options go from `config.js` to `from_js.rs` and `given.rs` by name: what one side says, the other asks for.

use std::collections::BTreeSet;
use std::fs;

/// Not for Rust: how JavaScript wants its integers, and what goes there by itself.
const JAVASCRIPT_ALONE: [&str; 2] = ["integers", "signal"];

fn text(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The texts in `….value("name")` and its kin, in the files where options are read.
fn asked() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in ["driver", "from_js", "given", "managers"] {
        let text = text(&format!("src/js/{file}.rs"));
        for way in
            [".value(\"", ".text(\"", ".flag(\"", ".function(\"", ".number(\"", ".time(\"", ".list(\"", ".bytes(\""]
        {
            let found = text.split(way).skip(1).filter_map(|rest| rest.split('"').next());
            names.extend(found.map(str::to_owned));
        }
    }
    names
}

/// The keys of an object literal in config.js, of the outermost level.
fn keys(object: &str) -> BTreeSet<String> {
    let config = text("pkg-template/driver/config.js");
    let (_, rest) = config.split_once(&format!("const {object} = {{")).unwrap();
    let mut keys = BTreeSet::new();
    let (mut depth, mut word, mut is_value) = (0, String::new(), false);
    for letter in rest.chars() {
        match letter {
            '{' | '(' | '[' => depth += 1,
            '}' if depth == 0 => break,
            '}' | ')' | ']' => depth -= 1,
            ':' if depth == 0 => is_value = true,
            ',' if depth == 0 => is_value = false,
            _ if depth > 0 || is_value => continue,
            _ if letter.is_alphanumeric() => {
                word.push(letter);
                continue;
            }
            _ => {}
        }
        if !word.is_empty() {
            keys.insert(std::mem::take(&mut word));
        }
    }
    keys
}

#[test]
fn both_sides_know_the_same_options() {
    let mut said: BTreeSet<String> = ["DRIVER", "FILTER", "target", "transaction"].into_iter().flat_map(keys).collect();
    assert!(said.contains("maxRetryTime") && said.contains("metadata") && said.len() > 20, "{said:?}");
    said.extend(["accessMode", "bookmarks", "bookmarkManager"].map(str::to_owned));
    let asked = asked();
    let unheard: Vec<_> =
        said.iter().filter(|name| !asked.contains(*name) && !JAVASCRIPT_ALONE.contains(&name.as_str())).collect();
    assert!(unheard.is_empty(), "no line of src/js asks for {unheard:?}");

    let templates = ["config", "auth"].map(|file| text(&format!("pkg-template/driver/{file}.js"))).concat();
    let words: BTreeSet<&str> = templates.split(|letter: char| !letter.is_alphanumeric()).collect();
    let unsaid: Vec<_> = asked.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(unsaid.is_empty(), "config.js never says {unsaid:?}");
}
