//! The frame that all pages have: the site's header and styles, what is on the page, and the list of all pages.

/// A page, ready but for its frame.
pub(super) struct Page {
    /// Its file: `browser.html`.
    pub(super) file: String,
    pub(super) title: String,
    /// For the list of pages.
    pub(super) short: String,
    /// HTML.
    pub(super) body: String,
}

/// A line of the list of pages.
pub(super) struct Entry {
    pub(super) file: String,
    pub(super) title: String,
}

impl Page {
    /// With its frame. No script of its own: the site's header is one, and all else works without.
    pub(super) fn html(&self, contents: &[(&str, Vec<Entry>)]) -> String {
        let title = escaped(&self.title);
        let title = if self.file == "index.html" { title } else { format!("{title} – neo4j-wasm") };
        let lists: String = contents.iter().map(|(name, entries)| self.list(name, entries)).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\" data-up=\"../\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <link rel=\"icon\" href=\"../icon.svg\" type=\"image/svg+xml\">\n\
             <link rel=\"stylesheet\" href=\"../style.css\">\n<link rel=\"stylesheet\" href=\"../docs.css\">\n\
             <script type=\"module\" src=\"../header.js\"></script>\n</head>\n<body>\n\
             <header class=\"bar\">\n<h1><img src=\"../icon.svg\" alt=\"\" width=\"28\" height=\"28\">neo4j-wasm</h1>\n</header>\n\
             <div class=\"shelf\">\n<main class=\"card text\">\n<a class=\"to-contents\" href=\"#contents\">All pages</a>\n{}</main>\n\
             <nav id=\"contents\" class=\"contents\" aria-label=\"Documentation\">\n{lists}</nav>\n</div>\n</body>\n</html>\n",
            self.body
        )
    }

    fn list(&self, name: &str, entries: &[Entry]) -> String {
        let lines = entries.iter().map(|Entry { file, title }| {
            let current = if *file == self.file { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"{file}\"{current}>{}</a></li>\n", escaped(title))
        });
        format!("<h2>{name}</h2>\n<ul>\n{}</ul>\n", lines.collect::<String>())
    }
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_marks_the_page_one_is_on() {
        let page = Page { file: "a.html".into(), title: "A <b>".into(), short: "A".into(), body: "<p>x</p>".into() };
        let entry = |file: &str| Entry { file: file.into(), title: file.into() };
        let html = page.html(&[("Guides", vec![entry("a.html"), entry("b.html")])]);
        assert!(html.contains("<title>A &lt;b&gt; – neo4j-wasm</title>"), "{html}");
        assert!(html.contains("<a href=\"a.html\" aria-current=\"page\">") && html.contains("<a href=\"b.html\">"));
    }
}
