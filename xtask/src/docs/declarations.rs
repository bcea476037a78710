//! What the package's declarations declare, as `declarations.mjs` reads them, and what their comments say.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::package;
use crate::process;
use crate::repo::{Repo, Scratch};
use crate::setup::node;
use crate::tsc;

/// A `.d.ts` file.
pub(crate) struct Declarations {
    /// `index.d.ts`.
    pub(crate) file: String,
    /// The comment at its head.
    pub(crate) about: String,
    pub(crate) exports: Vec<Export>,
}

pub(crate) struct Export {
    /// `class`, `interface`, `type`, `function` or `const`.
    pub(crate) kind: String,
    pub(crate) own: Declaration,
    pub(crate) members: Vec<Declaration>,
}

/// Something with a name, the text that declares it, and what its comment says.
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) doc: Doc,
}

/// A TSDoc comment.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Doc {
    /// Markdown, with `{@link …}` in it.
    pub(crate) text: String,
    /// Name and rest: one of [`TAGS`].
    pub(crate) tags: Vec<(String, String)>,
}

/// All of pkg-template, file by file.
pub(crate) fn read(repo: &Repo) -> Result<Vec<Declarations>> {
    let tools = node::ensure_tools(repo)?;
    let scratch = Scratch::new(&repo.target.join("run"), "declarations")?;
    package::template(repo, &scratch.path().join("pkg"))?;
    let config = json!({ "compilerOptions": tsc::strict_options(), "include": ["pkg/*.d.ts"] });
    fs::write(scratch.path().join("tsconfig.json"), config.to_string())?;
    let mut script = Command::new(node::ensure(repo)?);
    script.arg(repo.root.join("xtask/src/docs/declarations.mjs")).arg(tools).arg(scratch.path());
    let found: Value = serde_json::from_str(&process::output(&mut script)?)?;
    let files = found.as_array().context("declarations.mjs printed no array")?;
    Ok(files.iter().map(file).collect())
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn list<T>(value: &Value, key: &str, each: fn(&Value) -> T) -> Vec<T> {
    value[key].as_array().into_iter().flatten().map(each).collect()
}

fn file(value: &Value) -> Declarations {
    Declarations { file: text(value, "file"), about: text(value, "about"), exports: list(value, "exports", export) }
}

fn export(value: &Value) -> Export {
    Export { kind: text(value, "kind"), own: declaration(value), members: list(value, "members", declaration) }
}

fn declaration(value: &Value) -> Declaration {
    Declaration { name: text(value, "name"), text: text(value, "text"), doc: Doc::parse(&text(value, "doc")) }
}

impl Doc {
    fn parse(comment: &str) -> Doc {
        let inside = comment.trim_start_matches("/**").trim_end_matches("*/");
        let lines = inside.lines().map(|line| {
            let line = line.trim_start();
            line.strip_prefix("* ").or_else(|| line.strip_prefix('*')).unwrap_or(line)
        });
        let mut doc = Doc::default();
        for line in lines {
            let (before, tags) = tags_of(line);
            doc.push(before);
            doc.tags.extend(tags);
        }
        doc.text = doc.text.trim().to_owned();
        for (_, rest) in &mut doc.tags {
            *rest = rest.trim_end().to_owned();
        }
        doc
    }

    /// A line of text, or of the tag that came last.
    fn push(&mut self, line: &str) {
        let place = self.tags.last_mut().map_or(&mut self.text, |(_, rest)| rest);
        place.push('\n');
        place.push_str(line);
    }

    pub(crate) fn tagged<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a str> {
        self.tags.iter().filter(move |(name, _)| name == tag).map(|(_, rest)| rest.as_str())
    }

    /// Each example's title, which may be empty, and its code.
    pub(crate) fn examples(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tagged("example").map(|example| example.split_once('\n').unwrap_or((example, "")))
    }
}

const TAGS: [&str; 7] = ["throws", "param", "example", "returns", "deprecated", "defaultValue", "see"];

/// A tag may begin a line, or stand behind a sentence.
fn tags_of(line: &str) -> (&str, Option<(String, String)>) {
    for tag in TAGS {
        let mark = format!("@{tag}");
        let Some(at) = line.find(&mark).filter(|at| *at == 0 || line[..*at].ends_with(' ')) else { continue };
        let rest = line[at + mark.len()..].trim();
        return (line[..at].trim_end(), Some((tag.to_owned(), rest.to_owned())));
    }
    (line, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_text_and_tags() {
        let doc = Doc::parse(
            "/**\n   * One\n   * two, see {@link Driver}.\n   *\n   * @param a first\n   * @example Title\n   * f(1)\n   *   g()\n   */",
        );
        assert_eq!(doc.text, "One\ntwo, see {@link Driver}.");
        assert_eq!(doc.tagged("param").collect::<Vec<_>>(), ["a first"]);
        assert_eq!(doc.examples().collect::<Vec<_>>(), [("Title", "f(1)\n  g()")]);
        assert_eq!(Doc::parse("/**\n * @example\n * f(1)\n */").examples().next(), Some(("", "f(1)")));
    }

    #[test]
    fn a_tag_behind_a_sentence() {
        let doc = Doc::parse("/** As a thing. @throws UsageError `X` where there is none */");
        assert_eq!((doc.text.as_str(), doc.tags.len()), ("As a thing.", 1));
        assert_eq!(doc.tagged("throws").next(), Some("UsageError `X` where there is none"));
    }
}
