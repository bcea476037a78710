//! Whether each link of the pages leads somewhere: to a page, its anchor, or a file of the site around them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

/// Links that lead nowhere, each with the page it stands on. rustdoc looks after its own.
pub(super) fn broken(docs: &Path, www: &Path) -> Result<Vec<String>> {
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(docs)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".html") {
            pages.insert(name, fs::read_to_string(&path)?);
        }
    }
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|(name, html)| (name.as_str(), values(html, "id").collect())).collect();
    let mut found = Vec::new();
    for (name, html) in &pages {
        for link in values(html, "href").chain(values(html, "src")) {
            if !leads_somewhere(link, name, docs, www, &ids) {
                found.push(format!("{name}: {link}"));
            }
        }
        let mut seen = BTreeSet::new();
        found.extend(values(html, "id").filter(|id| !seen.insert(*id)).map(|id| format!("{name}: two of id {id}")));
    }
    Ok(found)
}

fn leads_somewhere(link: &str, from: &str, docs: &Path, www: &Path, ids: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
    if link.starts_with("https://") {
        return true;
    }
    let (file, id) = link.split_once('#').map_or((link, None), |(file, id)| (file, Some(id)));
    let file = if file.is_empty() { from } else { file };
    // The pages stand in a folder of the site.
    let path: PathBuf = match file.strip_prefix("../") {
        Some(rest) => www.join(rest),
        None => docs.join(file),
    };
    let inside = Path::new(file).components().skip(1).all(|part| matches!(part, Component::Normal(_)));
    let has_id = id.is_none_or(|id| ids.get(file).is_some_and(|ids| ids.contains(id)));
    inside && path.is_file() && has_id
}

/// The values of an attribute, in text that we have written ourselves.
fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let mark = format!(" {attribute}=\"");
    let mut rest = html;
    std::iter::from_fn(move || {
        let start = rest.find(&mark)? + mark.len();
        let (value, after) = rest[start..].split_once('"')?;
        rest = after;
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Scratch;

    #[test]
    fn what_leads_nowhere_is_found() {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-links").unwrap();
        let (docs, www) = (scratch.path().join("docs"), scratch.path().join("www"));
        fs::create_dir_all(&docs).unwrap();
        fs::create_dir_all(&www).unwrap();
        fs::write(www.join("style.css"), "").unwrap();
        fs::write(docs.join("a.html"), "<h2 id=\"x\"><a href=\"#x\"><a href=\"b.html#y\"><a href=\"../style.css\">")
            .unwrap();
        let b = "<h2 id=\"y\"><h2 id=\"y\"><a href=\"a.html#z\"><a href=\"c.html\"><a href=\"../no.css\"><a href=\"https://a.example\">";
        fs::write(docs.join("b.html"), b).unwrap();
        let found = broken(&docs, &www).unwrap();
        assert_eq!(found, ["b.html: a.html#z", "b.html: c.html", "b.html: ../no.css", "b.html: two of id y"]);
    }
}
