//! `cargo xtask docs`: what there is to read, as pages in `target/docs`: README.md and docs/*.md, a reference made from the
//! package's declarations, and rustdoc. A part of the site in www/, whose styles and header they share.

pub(crate) mod declarations;
mod links;
pub(crate) mod markdown;
mod page;
mod reference;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::http::{STRICT, Site};
use crate::process;
use crate::repo::{Lock, Repo, Scratch, copy_folder, swap_in};
use crate::setup::rust;
use page::{Entry, Page};

/// rustdoc's pages are its own: they bring a font, set styles on elements in their HTML, and read settings in a script of
/// one line that stands in each page. They have nothing to do with a database, and so may not talk to one.
fn rustdoc_policy() -> String {
    STRICT
        .replace("script-src 'self' 'wasm-unsafe-eval'", "script-src 'self' 'unsafe-inline'")
        .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self'")
        .replace("connect-src 'self' ws: wss: http: https:", "connect-src 'self'")
}

/// Adds the pages to a site whose root is www/.
pub(crate) fn mount(site: Site, docs: &Path) -> Site {
    site.mount("/docs/", docs.to_owned()).mount_under("/docs/rust/", docs.join("rust"), rustdoc_policy())
}

/// A text of the clone that becomes a page.
pub(crate) struct Source {
    /// From the clone's root: `docs/browser.md`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// README.md first, then docs/ in the order in which it leads there.
pub(crate) fn sources(root: &Path) -> Result<Vec<Source>> {
    let folder = root.join("docs");
    let readme = fs::read_to_string(root.join("README.md"))?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = format!("docs/{}", entry?.file_name().to_string_lossy());
        let place = readme.find(&format!("({path})")).with_context(|| format!("README.md does not lead to {path}"))?;
        found.push((place, Source { text: fs::read_to_string(root.join(&path))?, path }));
    }
    found.sort_by_key(|(place, _)| *place);
    let first = Source { path: "README.md".to_owned(), text: readme };
    Ok(std::iter::once(first).chain(found.into_iter().map(|(_, source)| source)).collect())
}

/// Makes them, and holds their links to what there is.
pub(crate) fn build(repo: &Repo) -> Result<PathBuf> {
    let place = repo.root.join("target/docs");
    let _lock = Lock::take(&repo.root.join("target"), "docs")?;
    println!("docs: from Markdown and the declarations");
    let scratch = Scratch::new(&repo.root.join("target"), "docs-build")?;
    let made = scratch.path().join("docs");
    let rust = rustdoc(repo)?;
    fs::create_dir_all(&made)?;
    copy_folder(&rust, &made.join("rust"))?;
    for (file, html) in pages(repo)? {
        fs::write(made.join(file), html)?;
    }
    let broken = links::broken(&made, &repo.root.join("www"))?;
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n{}", broken.join("\n"));
    }
    swap_in(&made, &place)?;
    Ok(place)
}

/// File names and what is in them.
fn pages(repo: &Repo) -> Result<Vec<(String, String)>> {
    let sources = sources(&repo.root)?;
    let files = declarations::read(repo)?;
    let mut pages: Vec<Page> = Vec::new();
    for source in &sources {
        pages.push(markdown::page(&repo.root, source, &sources)?);
    }
    let guides = pages.len();
    pages.extend(reference::pages(&files));
    let entry = |page: &Page| Entry { file: page.file.clone(), title: page.short.clone() };
    let (guides, reference) = pages.split_at(guides);
    let guides: Vec<Entry> = guides.iter().map(entry).collect();
    let rust = Entry { file: "rust/neo4j_wasm/index.html".to_owned(), title: "Rust".to_owned() };
    let reference: Vec<Entry> = reference.iter().map(entry).chain([rust]).collect();
    let contents = [("Guides", guides), ("Reference", reference)];
    Ok(pages.iter().map(|page| (page.file.clone(), page.html(&contents))).collect())
}

/// The crate's own documentation, for the target that it is for; a link in it that leads nowhere is an error.
fn rustdoc(repo: &Repo) -> Result<PathBuf> {
    println!("docs: rustdoc");
    let rust = rust::ensure(repo)?;
    let mut cargo = rust.cargo("doc");
    cargo.current_dir(&repo.root).args(["--quiet", "--no-deps", "--package", "neo4j-wasm", "--lib"]);
    cargo.args(["--features", "serde,chrono,jiff,uuid"]);
    process::run_quiet(cargo.env("RUSTDOCFLAGS", "--deny warnings"))?;
    Ok(rust.target.join(rust::TARGET).join("doc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustdoc_may_do_more_to_its_page_and_less_beyond_it() {
        let policy = rustdoc_policy();
        for part in ["script-src 'self' 'unsafe-inline';", "font-src 'self'", "connect-src 'self';"] {
            assert!(policy.contains(part), "{part} not in {policy}");
        }
        assert!(!policy.contains("wasm-unsafe-eval") && !policy.contains("ws:"));
    }
}
