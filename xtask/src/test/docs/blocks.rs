//! The code blocks of the documentation, and which of our machines runs each. What is run is what is shown: only the server's
//! address and login take the place of those in the text.
//!
//! A comment right before a block may hold what readers need not see: `<!-- setup` and lines of code, or `<!-- prints` and what
//! the block must print.

use anyhow::{Result, bail};
use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::docs::{Source, markdown};

/// The page whose JavaScript is for browsers.
const FOR_BROWSERS: &str = "docs/browser.md";
/// The page whose JavaScript is for every runtime but browsers.
const FOR_RUNTIMES: &str = "docs/server.md";
/// The page whose JavaScript is Workers.
const FOR_WORKERS: &str = "docs/edge.md";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// From the clone's root: `docs/browser.md`.
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) language: String,
    pub(super) text: String,
    /// Code that comes before it.
    pub(super) setup: String,
    /// What it prints, lines joined by spaces.
    pub(super) prints: Option<String>,
}

/// What runs a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// A module in Node.js; in Deno and Bun too where the text is about them.
    Runtimes { all: bool },
    /// A module in a page of Chromium.
    Browser,
    /// A Worker, which prints by what it answers.
    Worker,
    /// A page of its own in Chromium.
    Page,
    /// The TypeScript compiler.
    Types,
    /// The Rust compiler, for wasm.
    Rust,
    /// A shell, beside the server.
    Relay,
    /// Nothing is run: commands that would change the machine are looked at.
    Form,
    /// nginx.
    Nginx,
}

impl Block {
    /// For people: where it stands.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// Nothing runs what is written in a language that is not here.
    pub(super) fn way(&self) -> Result<Way> {
        Ok(match self.language.as_str() {
            "js" if self.file == FOR_BROWSERS => Way::Browser,
            "js" if self.file == FOR_WORKERS => Way::Worker,
            "js" => Way::Runtimes { all: self.file == FOR_RUNTIMES },
            "html" => Way::Page,
            "ts" => Way::Types,
            "rust" => Way::Rust,
            "sh" if self.text.lines().any(|line| line.starts_with("websockify ")) => Way::Relay,
            "sh" | "toml" | "json" => Way::Form,
            "nginx" => Way::Nginx,
            other => bail!("nothing runs a block of {other:?}"),
        })
    }

    /// As a module.
    pub(super) fn module(&self) -> String {
        format!("{}\n{}", self.setup, self.text)
    }
}

/// All blocks of a text, in order.
pub(super) fn of(source: &Source) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut open = false;
    for (event, range) in markdown::parser(&source.text).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => notes.push(String::new()),
            Event::Html(html) => {
                if let Some(note) = notes.last_mut() {
                    note.push_str(&html);
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let line = source.text[..range.start].matches('\n').count() + 1;
                let (setup, prints) = read(&std::mem::take(&mut notes));
                let text = String::new();
                blocks.push(Block { file: source.path.clone(), line, language, text, setup, prints });
                open = true;
            }
            Event::Text(text) if open => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(&text);
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => open = false,
            // What stands between a comment and a block takes the comment for itself.
            Event::Start(_) => notes.clear(),
            _ => {}
        }
    }
    blocks
}

/// Setup and what is printed, from the comments before a block.
fn read(notes: &[String]) -> (String, Option<String>) {
    let inside = |note: &String, kind: &str| {
        let note = note.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
        note.strip_prefix(kind).map(|rest| rest.trim().to_owned())
    };
    let setup = notes.iter().find_map(|note| inside(note, "setup"));
    (setup.unwrap_or_default(), notes.iter().find_map(|note| inside(note, "prints")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        of(&Source { path: "docs/a.md".into(), text: text.into() })
    }

    #[test]
    fn a_block_and_what_is_said_before_it() {
        let found = blocks(
            "# A\n\n<!-- setup\nimport { a } from \"b\"\n-->\n<!-- prints 1 2 -->\n```js\nlog(a)\n```\n\nText.\n\n```sh\nls\n```\n",
        );
        assert_eq!((found[0].setup.as_str(), found[0].prints.as_deref()), ("import { a } from \"b\"", Some("1 2")));
        assert_eq!((found[0].text.as_str(), found[0].line), ("log(a)\n", 7));
        assert_eq!(found[0].way().unwrap(), Way::Runtimes { all: false });
        assert_eq!((found[1].setup.as_str(), found[1].way().unwrap()), ("", Way::Form));
    }

    #[test]
    fn a_comment_belongs_to_what_follows_it() {
        let found = blocks("<!-- prints x -->\n\nText.\n\n```js\na\n```\n");
        assert_eq!(found[0].prints, None);
    }

    #[test]
    fn a_language_that_nothing_runs_is_refused() {
        assert!(blocks("```\nx\n```\n")[0].way().is_err());
        assert!(blocks("    indented\n")[0].way().is_err());
        assert!(blocks("```cypher\nRETURN 1\n```\n")[0].way().is_err());
    }
}
