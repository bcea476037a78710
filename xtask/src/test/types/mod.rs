//! The package's declarations, as a strict TypeScript user sees them: programs that must compile and programs that must
//! not, each of the latter naming in its first line the errors it must cause: `// TS2345`. The examples in the
//! declarations are programs that must compile, too. And the crate, as the Rust compiler speaks of it.

mod rust;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::js_folder::JsFolder;
use crate::repo::Repo;
use crate::test::outcome::Outcome;
use crate::tsc;

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    let mut outcome = rust::run(repo)?;
    outcome.absorb(declarations(repo, package)?);
    Ok(outcome)
}

fn declarations(repo: &Repo, package: &Path) -> Result<Outcome> {
    let folder = JsFolder::new(repo, package, &["tests/types"])?;
    let config = json!({ "compilerOptions": tsc::strict_options(), "include": ["tests/types"] });
    fs::write(folder.path().join("tsconfig.json"), config.to_string())?;
    let examples = write_examples(package, folder.path())?;
    let said = tsc::compile(repo, &folder.path().join("tsconfig.json"))?;
    let mut by_file = errors_by_file(&said);

    let mut outcome = Outcome::default();
    for (file, place) in examples {
        let errors = by_file.remove(&file).unwrap_or_default();
        if errors.is_empty() { outcome.pass() } else { outcome.fail(place, lines(&errors)) }
    }
    for file in folder.suites("tests/types/must-compile", ".ts")? {
        let errors = by_file.remove(&file).unwrap_or_default();
        if errors.is_empty() { outcome.pass() } else { outcome.fail(file, lines(&errors)) }
    }
    for file in folder.suites("tests/types/must-fail", ".ts")? {
        let errors = by_file.remove(&file).unwrap_or_default();
        let source = fs::read_to_string(folder.path().join(&file))?;
        match judge(&source, &errors) {
            None => outcome.pass(),
            Some(why) => outcome.fail(file, why),
        }
    }
    // Whatever is left over is wrong elsewhere: in the package's own declarations.
    for (file, errors) in by_file {
        outcome.fail(file, lines(&errors));
    }
    Ok(outcome)
}

/// What examples for programs of neo4j-driver take for granted.
const BEFORE_COMPAT: &str = "\
import neo4j, { type Driver, int, Integer, Neo4jError, routing, type Session } from \"neo4j-wasm/compat\";
declare const driver: Driver;
declare const session: Session;";

/// Makes a program of each example; returns their files and where the examples stand.
fn write_examples(package: &Path, folder: &Path) -> Result<Vec<(String, String)>> {
    fs::create_dir_all(folder.join("tests/types/examples"))?;
    let mut written = Vec::new();
    for place in ["", "compat"] {
        let texts = of_folder(&package.join(place))?;
        let names: Vec<&str> = texts.iter().flat_map(|(_, text)| exported(text)).collect();
        let import = match place {
            "" => format!("import {{ {} }} from \"neo4j-wasm/slim\";", names.join(", ")),
            _ => BEFORE_COMPAT.to_owned(),
        };
        for (name, text) in &texts {
            for (line, code) in examples(text) {
                // Not `x.d.ts`, which may hold no code.
                let file = format!("tests/types/examples/{place}{}-{line}.ts", name.trim_end_matches(".d.ts"));
                fs::write(folder.join(&file), format!("{import}\nexport async function example() {{\n{code}}}\n"))?;
                written.push((file, format!("the example in {}, line {line}", Path::new(place).join(name).display())));
            }
        }
    }
    Ok(written)
}

/// The declarations in a folder, by their files' names.
fn of_folder(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".d.ts") {
            found.push((name, fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

/// What a file of declarations exports.
fn exported(text: &str) -> impl Iterator<Item = &str> {
    let kinds = ["class", "const", "function", "interface", "type"];
    text.lines().filter_map(move |line| {
        let (kind, rest) = line.strip_prefix("export ")?.split_once(' ')?;
        let name = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
        kinds.contains(&kind).then_some(name)
    })
}

/// The examples in comments, with the numbers of the lines in which they begin.
fn examples(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let comment = line.strip_prefix("* ").or(line.strip_prefix('*')).unwrap_or("@");
        if comment.starts_with("@example") {
            inside = true;
            found.push((at + 1, String::new()));
        } else if comment.starts_with(['@', '/']) {
            inside = false;
        } else if let Some((_, code)) = found.last_mut().filter(|_| inside) {
            *code += &format!("{comment}\n");
        }
    }
    found
}

#[derive(Debug, PartialEq)]
pub(in crate::test) struct TsError {
    code: String,
    line: String,
}

/// `path(3,5): error TS2345: …`; what has no place in a file is filed under "tsc".
pub(in crate::test) fn errors_by_file(said: &str) -> BTreeMap<String, Vec<TsError>> {
    let mut by_file: BTreeMap<String, Vec<TsError>> = BTreeMap::new();
    for line in said.lines() {
        let Some((place, rest)) = line.split_once("error TS") else { continue };
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let file = place.split('(').next().filter(|file| !file.is_empty()).unwrap_or("tsc");
        let error = TsError { code: format!("TS{}", &rest[..digits]), line: line.to_owned() };
        by_file.entry(file.to_owned()).or_default().push(error);
    }
    by_file
}

/// Why a program that must not compile did not fail as it says; nothing when it did.
fn judge(source: &str, errors: &[TsError]) -> Option<String> {
    let first = source.lines().next().unwrap_or_default();
    let codes: Vec<&str> = first.split([' ', ',']).filter(|word| word.starts_with("TS")).collect();
    if codes.is_empty() {
        return Some("its first line names no error code (// TS2345)".to_owned());
    }
    let missing: Vec<&str> = codes.iter().filter(|code| !errors.iter().any(|e| e.code == **code)).copied().collect();
    let stray: Vec<&TsError> = errors.iter().filter(|error| !codes.contains(&error.code.as_str())).collect();
    if missing.is_empty() && stray.is_empty() {
        return None;
    }
    Some(format!(
        "expected {}, got:\n{}",
        codes.join(" "),
        if errors.is_empty() { "no error".into() } else { lines(errors) }
    ))
}

pub(in crate::test) fn lines(errors: &[TsError]) -> String {
    errors.iter().map(|error| error.line.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_filed_under_their_files() {
        let said = "a/b.ts(3,5): error TS2345: Argument\n  more about it\na/b.ts(4,1): error TS1: x\nerror TS18003: No inputs\n";
        let by_file = errors_by_file(said);
        let codes = |file: &str| by_file[file].iter().map(|error| error.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes("a/b.ts"), ["TS2345", "TS1"]);
        assert_eq!(codes("tsc"), ["TS18003"]);
    }

    #[test]
    fn examples_are_found_in_comments() {
        let text = "/**\n * Text.\n *\n * @example A title\n * f(1);\n *\n *   g();\n * @throws E\n */\nexport function f(): void;\n/** x */\n";
        assert_eq!(examples(text), [(4, "f(1);\n\n  g();\n".to_owned())]);
        let two = "  /**\n   * @example\n   * a()\n   * @example\n   * b()\n   */\n  a(): void;\n";
        assert_eq!(examples(two), [(2, "a()\n".to_owned()), (4, "b()\n".to_owned())]);
    }

    #[test]
    fn exports_are_found() {
        let text = "export * from \"a\";\nexport class A<R> extends B {}\nexport const C_D: 1;\nexport default x;\nclass D {}\nexport type E<T> = T;\n";
        assert_eq!(exported(text).collect::<Vec<_>>(), ["A", "C_D", "E"]);
    }

    #[test]
    fn a_program_must_fail_for_its_own_reason() {
        let error = |code: &str| TsError { code: code.to_owned(), line: format!("x(1,1): error {code}: y") };
        let source = "// TS2345\nf(1);";
        assert_eq!(judge(source, &[error("TS2345"), error("TS2345")]), None);
        assert!(judge(source, &[]).unwrap().contains("no error"));
        assert!(judge(source, &[error("TS2307")]).is_some());
        assert!(judge(source, &[error("TS2345"), error("TS2307")]).is_some());
        assert!(judge("f(1);", &[error("TS2345")]).unwrap().contains("names no error code"));
    }
}
