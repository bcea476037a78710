//! The crate's words in the compiler's errors: programs that must not compile. Each begins with comments: what the compiler
//! says first of all, then what else stands in what it says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::repo::{Lock, Repo};
use crate::stamp::files_below;
use crate::test::outcome::Outcome;

const PROGRAMS: &str = "tests/types/rust";

pub(super) fn run(repo: &Repo) -> Result<Outcome> {
    // Always the same: cargo keeps what it makes by a crate's folder.
    let _lock = Lock::take(&repo.target, "types-rust")?;
    let folder = repo.target.join("types-rust");
    let examples = folder.join("examples");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&examples)?;
    fs::write(folder.join("Cargo.toml"), manifest(&repo.root))?;
    fs::copy(repo.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut programs = BTreeMap::new();
    for file in files_below(&repo.root.join(PROGRAMS))? {
        let name = file.file_stem().context("a program has no name")?.to_string_lossy().into_owned();
        let source = fs::read_to_string(&file)?;
        // Nobody calls what is shown.
        fs::write(examples.join(&name).with_extension("rs"), format!("#![allow(dead_code)]{source}fn main() {{}}\n"))?;
        programs.insert(name, source);
    }
    let said = compile(repo, &folder)?;
    let mut outcome = Outcome::default();
    for (name, source) in programs {
        match judge(&source, &messages(&said, &name)) {
            None => outcome.pass(),
            Some(why) => outcome.fail(format!("{PROGRAMS}/{name}.rs"), why),
        }
    }
    Ok(outcome)
}

/// Each program is a crate of its own, so that none hides what is said of another. The crate has no features: some of what
/// is said is about them.
fn manifest(root: &Path) -> String {
    format!(
        "[workspace]\n[package]\nname = \"types-rust\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dev-dependencies]\nanyhow = \"1\"\nneo4j-wasm = {{ path = {root:?} }}\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n"
    )
}

/// What cargo prints, messages as lines of JSON. That it fails is what is wanted.
fn compile(repo: &Repo, folder: &Path) -> Result<String> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).args(["check", "--quiet", "--offline", "--keep-going", "--examples"]);
    cargo.args(["--message-format", "json"]).arg("--target-dir").arg(&repo.target);
    let out = cargo.stdin(Stdio::null()).output().context("cannot start cargo")?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// What the compiler says of a program, for people.
fn messages(said: &str, name: &str) -> Vec<String> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_it =
        messages.filter(|message| message["target"]["name"] == name && message["message"]["spans"][0].is_object());
    of_it.filter_map(|message| message["message"]["rendered"].as_str().map(str::to_owned)).collect()
}

/// Why a program that must not compile did not fail as it says; nothing when it did.
fn judge(source: &str, messages: &[String]) -> Option<String> {
    let wanted: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//! ")).collect();
    let Some(first) = wanted.first() else {
        return Some("it does not begin with what the compiler says, in a comment".to_owned());
    };
    let all = messages.join("\n");
    let missing: Vec<&str> = wanted.iter().filter(|words| !all.contains(**words)).copied().collect();
    let stray = messages.iter().any(|message| !message.contains(first));
    (!missing.is_empty() || stray).then(|| format!("expected {}, got:\n{all}", wanted.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_must_fail_with_our_words() {
        let source = "//! a cannot be b\n//! write c\nfn f() {}\n";
        let good = "error[E0277]: a cannot be b\n  = note: write c\n".to_owned();
        assert_eq!(judge(source, std::slice::from_ref(&good)), None);
        assert!(judge(source, &[]).is_some());
        assert!(judge(source, &["error: a cannot be b".to_owned()]).is_some());
        assert!(judge(source, &[good.clone(), "error: another".to_owned()]).is_some());
        assert!(judge("fn f() {}\n", &[good]).is_some());
    }

    #[test]
    fn messages_are_those_of_the_program() {
        let message = |name: &str, spans: &str| {
            format!(r#"{{"target":{{"name":"{name}"}},"message":{{"spans":{spans},"rendered":"x"}}}}"#)
        };
        let said = [message("a", "[{}]"), message("b", "[{}]"), message("a", "[]"), "no JSON".to_owned()].join("\n");
        assert_eq!(messages(&said, "a"), ["x"]);
    }
}
