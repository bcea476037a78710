//! Markdown as HTML: headings with the ids that GitHub gives them, links between texts as links between pages, and neither
//! HTML of its own nor comments.

use std::path::Path;

use anyhow::{Context, Result, bail};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::Source;
use super::page::Page;

pub(crate) fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// A text of the clone as a page.
pub(super) fn page(root: &Path, source: &Source, all: &[Source]) -> Result<Page> {
    let place = |target: &str| resolve(root, &source.path, target, all);
    let body = to_html(&source.text, place).with_context(|| format!("in {}", source.path))?;
    let title = source.text.lines().find_map(|line| line.strip_prefix("# ")).context("no line begins with # ")?;
    let short = if source.path == "README.md" { "Overview".to_owned() } else { short(title) };
    Ok(Page { file: page_of(&source.path), title: title.replace('`', ""), short, body })
}

/// For a list of pages: what comes before a colon.
fn short(title: &str) -> String {
    title.split(':').next().unwrap_or(title).replace('`', "")
}

/// `docs/browser.md` is browser.html, the README the page that a folder's address leads to.
fn page_of(path: &str) -> String {
    let name = path.trim_start_matches("docs/").trim_end_matches(".md");
    if name == "README" { "index.html".to_owned() } else { format!("{name}.html") }
}

/// Where a link leads that stands in a text of the clone; none for a file that is no page. What does not exist is an error.
fn resolve(root: &Path, from: &str, target: &str, all: &[Source]) -> Result<Option<String>> {
    if target.contains("://") || target.starts_with('#') {
        return Ok(Some(target.to_owned()));
    }
    let (file, id) = target.split_once('#').map_or((target, None), |(file, id)| (file, Some(id)));
    let inside = from.starts_with("docs/");
    let path = match file.strip_prefix("../") {
        Some(rest) if inside => rest.to_owned(),
        None if inside => format!("docs/{file}"),
        _ => file.to_owned(),
    };
    if !root.join(&path).exists() {
        bail!("the link to {target} leads to no file");
    }
    let page = all.iter().any(|source| source.path == path).then(|| page_of(&path));
    Ok(page.map(|page| id.map_or(page.clone(), |id| format!("{page}#{id}"))))
}

/// `place` says where a link leads; one that leads nowhere stays as text.
pub(super) fn to_html(text: &str, place: impl Fn(&str) -> Result<Option<String>>) -> Result<String> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut dead_link = false;
    let mut in_comment = false;
    for event in parser(text) {
        match event {
            // A block of it comes line by line.
            Event::Html(line) if in_comment || line.trim_start().starts_with("<!--") => in_comment = true,
            Event::End(TagEnd::HtmlBlock) => in_comment = false,
            Event::Start(Tag::HtmlBlock) => {}
            Event::Html(html) | Event::InlineHtml(html) => events.push(Event::Text(html)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => match place(&dest_url)? {
                Some(url) => {
                    events.push(Event::Start(Tag::Link { link_type, dest_url: url.into(), title, id }));
                }
                None => dead_link = true,
            },
            Event::End(TagEnd::Link) if dead_link => dead_link = false,
            Event::End(TagEnd::Heading(level)) => {
                name_heading(&mut events);
                events.push(Event::End(TagEnd::Heading(level)));
            }
            event => events.push(event),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    // On a phone a table is wider than the page: it gets a place of its own to scroll in, by keyboard too.
    Ok(out.replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>").replace("</table>", "</table></div>"))
}

/// The heading that is open, and all of whose text has come, gets its id.
fn name_heading(events: &mut [Event<'_>]) {
    let is_start = |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { .. }));
    let Some(at) = events.iter().rposition(is_start) else { return };
    let text: String = events[at..].iter().map(said).collect();
    if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
        *id = Some(slug(&text));
    }
}

fn said<'a>(event: &'a Event<'_>) -> &'a str {
    match event {
        Event::Text(text) | Event::Code(text) => text,
        _ => "",
    }
}

/// As GitHub makes it.
fn slug(text: &str) -> CowStr<'static> {
    let kept = text.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_follow_the_pages() {
        let root = crate::repo::Scratch::new(&std::env::temp_dir(), "xtask-markdown").unwrap();
        std::fs::create_dir_all(root.path().join("docs")).unwrap();
        for file in ["README.md", "docs/a.md", "LICENSE"] {
            std::fs::write(root.path().join(file), "").unwrap();
        }
        let all = ["README.md", "docs/a.md"].map(|path| Source { path: path.into(), text: String::new() });
        let to = |from: &str, target: &str| resolve(root.path(), from, target, &all);
        assert_eq!(to("README.md", "docs/a.md#b").unwrap().as_deref(), Some("a.html#b"));
        assert_eq!(to("docs/a.md", "../README.md").unwrap().as_deref(), Some("index.html"));
        assert_eq!(to("docs/a.md", "a.md").unwrap().as_deref(), Some("a.html"));
        assert_eq!(to("docs/a.md", "../LICENSE").unwrap(), None);
        assert_eq!(to("docs/a.md", "https://a.example/").unwrap().as_deref(), Some("https://a.example/"));
        assert!(to("docs/a.md", "b.md").is_err());
        assert!(to("README.md", "a.md").is_err());
    }

    #[test]
    fn headings_tables_and_foreign_html() {
        let html =
            to_html("# In `Node`, Deno\n\n<!-- hidden -->\n<script>x()</script>\n\n|a|\n|-|\n|[b](gone)|", |_| {
                Ok(None)
            });
        let html = html.unwrap();
        assert!(html.contains("<h1 id=\"in-node-deno\">"), "{html}");
        assert!(!html.contains("hidden") && !html.contains("<script") && !html.contains("<a "), "{html}");
        assert!(html.contains("<div class=\"scroll\" tabindex=\"0\"><table>"), "{html}");
    }
}
