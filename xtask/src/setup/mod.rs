//! What the machine must have. Each piece has a function that finds it or, once, installs it; commands ask for the pieces
//! they need, so nobody has to run `setup` first. `setup` itself asks for all and lists everything it could not get.

pub(crate) mod apt;
pub(crate) mod browsers;
pub(crate) mod java;
pub(crate) mod nginx;
pub(crate) mod node;
pub(crate) mod rust;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::example;
use crate::repo::Repo;
use crate::test::docs;

/// `cargo xtask setup`.
pub(crate) fn run(repo: &Repo) -> Result<()> {
    let mut report = Report::default();
    report.add("wasm32 compiler", rust::ensure(repo).and_then(|rust| rust.identity()).map(first_line));
    let crates = rust::ensure_crates(&repo.root.join(example::FOLDER)).and_then(|()| docs::ensure_crates(repo));
    report.add("crates of the example and the texts", crates.map(|()| "fetched".to_owned()));
    report.add("Node.js", node::ensure(repo).map(shown));
    report.add("npm tools", node::ensure_tools(repo).map(shown));
    report.add("runtimes and bundlers", node::ensure_runtimes(repo).map(shown));
    report.add("Chromium", browsers::chromium().map(shown));
    report.add("Firefox", browsers::firefox().map(shown));
    report.add("certutil", browsers::certutil().map(shown));
    match nginx::ensure(repo) {
        Ok(nginx) => report.add("nginx", Ok(shown(nginx))),
        Err(error) => println!("setup: left out: {error:#}"),
    }
    for release in &java::RELEASES {
        let name = format!("Neo4j {}", release.version);
        match java::ensure(repo, release) {
            Ok(neo4j) => report.add(&name, Ok(format!("on JDK {} in {}", neo4j.jdk.major, shown(neo4j.jdk.home)))),
            Err(java::Missing::Jdk(reason)) => println!("setup: left out: {reason}"),
            Err(java::Missing::Other(error)) => report.add(&name, Err(error)),
        }
    }
    report.close()
}

fn shown(path: PathBuf) -> String {
    path.display().to_string()
}

fn first_line(text: String) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Goes on after a failure: a newcomer wants the whole list at once.
#[derive(Default)]
struct Report {
    missing: Vec<String>,
}

impl Report {
    fn add(&mut self, name: &str, found: Result<String>) {
        match found {
            Ok(what) => println!("setup: {name}: {what}"),
            Err(error) => {
                println!("setup: {name}: MISSING");
                self.missing.push(format!("{name}: {error:#}"));
            }
        }
    }

    fn close(self) -> Result<()> {
        if self.missing.is_empty() {
            println!("setup: done");
            return Ok(());
        }
        bail!("setup is not complete:\n- {}", self.missing.join("\n- "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_is_listed() {
        let mut report = Report::default();
        report.add("one", Err(anyhow::anyhow!("do this")));
        report.add("two", Ok("here".into()));
        report.add("three", Err(anyhow::anyhow!("do that")));
        let error = report.close().unwrap_err().to_string();
        assert!(error.contains("one: do this") && error.contains("three: do that") && !error.contains("two"));
    }
}
