//! The documentation, held to the truth: its links lead somewhere, its list of errors is whole, its pages look well, and every
//! block of code in it is run by something. One server and one browser do for all.

mod bare;
mod blocks;
mod codes;
mod form;
mod front;
mod rust;
mod types;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use super::live;
use super::outcome::Outcome;
use crate::docs;
use crate::js_folder::JsFolder;
use crate::relay::{self, Relay};
use crate::repo::Repo;
use crate::runtimes::{Form, Runtime};
use crate::server::{Options, Server, USER};
use crate::setup::java::{self, Release};
use crate::setup::{nginx, node};
use blocks::{Block, Way};
use front::Front;
pub(crate) use rust::ensure_crates;

pub(crate) fn run(repo: &Repo, package: &Path) -> Result<Outcome> {
    thread::scope(|scope| {
        // It takes longest.
        let server =
            scope.spawn(|| Server::start(repo, &java::ensure(repo, Release::named("5")?)?, Options::default()));
        let mut all = Outcome::default();
        let pages = docs::build(repo)?;
        all.pass();
        let blocks = all_blocks(repo)?;
        let folder = JsFolder::new(repo, package, &["tests/harness", "tests/docs", "tests/edge", "www"])?;
        let folder = folder.with(repo, &[Runtime::Deno, Runtime::Bun, Runtime::Workerd])?.with_chromium()?;
        let found = [
            ("docs/errors.md", codes::check(repo)?),
            ("looked at", looked_at(repo, &blocks)?),
            ("the size of a page in Rust", bare::check(repo, &blocks)?),
        ];
        for (name, found) in found {
            if found.is_empty() { all.pass() } else { all.fail(name, found.join("\n")) }
        }
        all.absorb(types::run(repo, &folder, &blocks)?);
        all.absorb(rust::run(repo, &blocks)?);
        let server = server.join().map_err(|_| anyhow!("starting the server panicked"))??;
        all.absorb(beside(repo, &folder, &pages, &blocks, &server)?);
        Ok(all)
    })
}

fn all_blocks(repo: &Repo) -> Result<Vec<Block>> {
    Ok(docs::sources(&repo.root)?.iter().flat_map(blocks::of).collect())
}

/// Blocks that nothing runs, or that are wrong by their form.
fn looked_at(repo: &Repo, blocks: &[Block]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for block in blocks {
        let wrong = match block.way() {
            Err(error) => Some(error.to_string()),
            Ok(Way::Page) if block.prints.is_none() => Some("a page says what it prints, in a comment".to_owned()),
            Ok(Way::Form) => form::check(block, &repo.crate_version()?),
            Ok(_) => None,
        };
        found.extend(wrong.map(|wrong| format!("{}: {wrong}", block.name())));
    }
    Ok(found)
}

fn of_way(blocks: &[Block], wanted: impl Fn(Way) -> bool) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(move |block| block.way().is_ok_and(&wanted))
}

/// All that needs a server.
fn beside(repo: &Repo, folder: &JsFolder, pages: &Path, blocks: &[Block], server: &Server) -> Result<Outcome> {
    let mut all = Outcome::default();
    let mut places =
        Places { server: server.port, password: server.password.clone(), relay: relay::free_port()?, front: 0 };
    let _relays = of_way(blocks, |way| way == Way::Relay)
        .map(|block| {
            all.pass();
            Relay::by_script(repo, &places.put(&block.text), places.relay).with_context(|| block.name())
        })
        .collect::<Result<Vec<_>>>()?;
    let front = front(repo, &places, blocks, &mut all)?;
    // Without nginx the relay itself stands where the text has it in front.
    places.front = front.as_ref().map_or(places.relay, |front| front.port);
    folder.link(&node::ensure_modules(repo, "tests/bench", "npm packages for the bench")?, ["neo4j-driver"])?;
    let in_all = modules(folder, &places, of_way(blocks, |way| way == Way::Runtimes { all: true }), "all")?;
    let in_node = modules(folder, &places, of_way(blocks, |way| way == Way::Runtimes { all: false }), "node")?;
    let in_browser = modules(folder, &places, of_way(blocks, |way| way == Way::Browser), "browser")?;
    folder.link(&node::ensure_runtimes(repo)?, ["esbuild", "miniflare"])?;
    let workers = modules(folder, &places, of_way(blocks, |way| way == Way::Worker), "worker")?;
    let (site, shown) = site(folder, &places, pages, of_way(blocks, |way| way == Way::Page))?;

    let mut env = live::environment(server);
    env["blocks"] = [in_node, in_all.clone()].concat().into();
    env["browserBlocks"] = in_browser.into();
    env["workers"] = workers.into();
    env["browserPages"] = shown.into();
    env["docs"] = file_names(pages)?.into();
    env["url"] = format!("http://127.0.0.1:{site}/").into();
    let suites = ["blocks.test.js", "moving.test.js", "pages.test.mjs", "workers.test.mjs"]
        .map(|name| format!("tests/docs/{name}"));
    all.absorb(folder.run((Runtime::Node, Form::Module), &suites, &env, None)?);
    env["blocks"] = in_all.into();
    for runtime in [Runtime::Deno, Runtime::Bun] {
        let begin = Instant::now();
        let outcome = folder.run((runtime, Form::Module), &suites[..1], &env, None)?;
        all.absorb(outcome.shown(&format!("docs in {runtime:?}"), begin.elapsed().as_secs_f64()));
    }
    Ok(all)
}

/// The configurations of nginx, in an nginx; none where it cannot be had.
fn front(repo: &Repo, places: &Places, blocks: &[Block], outcome: &mut Outcome) -> Result<Option<Front>> {
    let texts: Vec<String> = of_way(blocks, |way| way == Way::Nginx).map(|block| places.put(&block.text)).collect();
    if let Err(error) = nginx::ensure(repo) {
        texts.iter().for_each(|_| outcome.skip(&format!("{error:#}")));
        return Ok(None);
    }
    let front = Front::start(repo, &texts)?;
    texts.iter().for_each(|_| outcome.pass());
    Ok(Some(front))
}

/// Where what the texts name really is.
struct Places {
    server: u16,
    password: String,
    relay: u16,
    front: u16,
}

impl Places {
    /// The one thing that is changed in a block before it is run.
    fn put(&self, text: &str) -> String {
        let server = self.server;
        text.replace("://localhost:7687", &format!("://127.0.0.1:{server}"))
            .replace("db1.internal:7687", &format!("127.0.0.1:{server}"))
            .replace("db2.internal:7687", &format!("localhost:{server}"))
            .replace("127.0.0.1:6080", &format!("127.0.0.1:{}", self.relay))
            .replace("wss://example.com/", &format!("ws://127.0.0.1:{}/", self.front))
            .replace("\"neo4j\", \"password\"", &format!("\"{USER}\", \"{}\"", self.password))
    }
}

/// Writes blocks where suites find them; what a suite needs to know of each.
fn modules<'a>(
    folder: &JsFolder,
    places: &Places,
    blocks: impl Iterator<Item = &'a Block>,
    set: &str,
) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for (number, block) in blocks.enumerate() {
        let file = format!("block-{set}-{number}.mjs");
        fs::write(folder.path().join("tests/docs").join(&file), places.put(&block.module()))?;
        found.push(json!({ "name": block.name(), "file": file, "prints": block.prints }));
    }
    Ok(found)
}

/// The demo's pages with the documentation, the blocks, and each block that is a page; its port, and the pages.
fn site<'a>(
    folder: &JsFolder,
    places: &Places,
    docs: &Path,
    blocks: impl Iterator<Item = &'a Block>,
) -> Result<(u16, Vec<Value>)> {
    let site = folder.site()?.mount("/", folder.path().join("www")).mount("/neo4j-wasm/", folder.package());
    let mut site = docs::mount(site, docs);
    let mut shown = Vec::new();
    for (number, block) in blocks.enumerate() {
        let path = format!("block-{number}.html");
        site = site.page_with_script(&format!("/{path}"), &places.put(&block.text));
        shown.push(json!({ "name": block.name(), "path": path, "prints": block.prints }));
    }
    Ok((site.serve(0)?, shown))
}

/// All pages but rustdoc's, and of those the one that all links lead to.
fn file_names(pages: &Path) -> Result<Vec<String>> {
    let names = fs::read_dir(pages)?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".html")).collect();
    names.push("rust/neo4j_wasm/index.html".to_owned());
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_the_login_are_changed() {
        let places = Places { server: 1, password: "x".into(), relay: 2, front: 3 };
        assert_eq!(
            places.put("(\"bolt://localhost:7687\", [\"neo4j\", \"password\"])"),
            "(\"bolt://127.0.0.1:1\", [\"neo4j\", \"x\"])"
        );
        assert_eq!(places.put("`wss://example.com/bolt/`"), "`ws://127.0.0.1:3/bolt/`");
        assert_eq!(places.put("websockify 127.0.0.1:6080 db1.internal:7687"), "websockify 127.0.0.1:2 127.0.0.1:1");
    }
}
