//! The package's declarations: every public member says what it is, and the codes of errors are those that there are.

use std::collections::BTreeSet;

use crate::house::files;

/// What programs for `neo4j-driver` know, whose names, meanings and codes are that driver's.
const OTHERS: &str = "pkg-template/compat/";

fn is_declaration(path: &str) -> bool {
    path.starts_with("pkg-template/") && !path.starts_with(OTHERS) && path.ends_with(".d.ts")
}

/// Exports and members without a comment before them.
fn without_comment(text: &str) -> Vec<&str> {
    let mut before = "";
    let mut found = Vec::new();
    for line in text.lines() {
        let is_export = line.strip_prefix("export ").is_some_and(|rest| !rest.starts_with(['*', '{', 'd']));
        let starts_name = |letter: char| letter.is_ascii_lowercase() || letter == '[';
        let is_member = line.strip_prefix("  ").is_some_and(|rest| rest.starts_with(starts_name));
        let is_hidden = line.ends_with("constructor();") && (line.contains("private") || line.contains("protected"));
        // A parameter, which its function's comment is about.
        let is_parameter = line.ends_with(',');
        if (is_export || is_member) && !is_hidden && !is_parameter && !before.ends_with("*/") {
            found.push(line);
        }
        before = line;
    }
    found
}

#[test]
fn every_public_member_says_what_it_is() {
    let example =
        "/** x */\nexport class A {\n  private constructor();\n  /** y */\n  a: 1;\n  b(): 1;\n}\nexport type C = 1;";
    assert_eq!(without_comment(example), ["  b(): 1;", "export type C = 1;"]);
    let mut count = 0;
    // What neo4j-driver declares means what it says there.
    let ours = |path: &str| is_declaration(path) && !path.starts_with("pkg-template/compat/");
    for (path, text) in files().iter().filter(|(path, _)| ours(path)) {
        assert_eq!(without_comment(text), [""; 0], "{path}");
        count += 1;
    }
    assert!(count > 8, "{count} files of declarations");
}

/// The names in quotation marks behind each of these.
fn named_behind(text: &str, markers: &[&str]) -> BTreeSet<String> {
    let rests = markers.iter().flat_map(|marker| text.split(marker).skip(1));
    let quoted = rests.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let is_code = |name: &&str| {
        name.starts_with(char::is_uppercase)
            && name.contains(char::is_lowercase)
            && name.chars().all(char::is_alphanumeric)
    };
    quoted.filter(is_code).map(str::to_owned).collect()
}

/// What the code of an error stands behind.
fn codes(path: &str, text: &str) -> BTreeSet<String> {
    if path.starts_with("src/") && path.ends_with(".rs") {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let kinds = text.split("ErrorKind::").skip(1).filter_map(|rest| Some(rest.split_once(',')?.1));
        let kinds = kinds.flat_map(|rest| named_behind(&format!("={rest}"), &["="]));
        return named_behind(text, &["Error::usage(", "Self::usage(", "Error::connection("])
            .into_iter()
            .chain(kinds)
            .collect();
    }
    match path.strip_prefix("pkg-template/").and_then(|path| path.split('/').next_back()) {
        // A code, its text, and whether another try can help.
        Some("diagnose.js" | "browser.js" | "node-explain.js") => named_behind(text, &["[", "refusal("]),
        Some(name) if name.ends_with(".js") => named_behind(text, &["code: ", "usageError(", "refusal("]),
        _ => BTreeSet::new(),
    }
}

#[test]
fn the_codes_of_errors_are_those_that_are_declared() {
    let files = files();
    let (_, declarations) = files.iter().find(|(path, _)| path == "pkg-template/driver/errors.d.ts").unwrap();
    let declared = named_behind(declarations, &["|", "code: ", "code?: "]);
    let own = files.iter().filter(|(path, _)| !path.starts_with(OTHERS));
    let mut made: BTreeSet<String> = own.flat_map(|(path, text)| codes(path, text)).collect();
    // Of values that Rust programs ask for by type, and of errors of their own.
    assert!(["WrongType", "ApplicationError"].iter().all(|code| made.remove(*code)), "what is new here?");
    assert!(made.len() > 40, "{made:?}");
    assert_eq!(declared, made);
}

/// JavaScript refuses a version before Rust gets to see it.
#[test]
fn the_package_knows_every_version_that_the_driver_speaks() {
    let files = files();
    let (_, text) = files.iter().find(|(path, _)| path == "pkg-template/driver/config.js").expect("the file");
    let list = text.lines().find(|line| line.starts_with("const BOLT_VERSIONS")).expect("the list");
    let named: BTreeSet<_> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let spoken = neo4j_wasm::bolt::Version::SUPPORTED.map(|version| version.to_string());
    assert_eq!(named, BTreeSet::from(spoken));
}
