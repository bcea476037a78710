//! The reference: a page for each file of declarations, in the words of their comments, with a link wherever a name that is
//! declared stands in a declaration.

use std::collections::BTreeMap;

use super::declarations::{Declaration, Declarations, Doc, Export};
use super::markdown;
use super::page::{Page, escaped};

/// Where each exported name is declared: `api-driver.html#Session`.
type Names = BTreeMap<String, String>;

pub(super) fn pages(files: &[Declarations]) -> Vec<Page> {
    let mut names = Names::new();
    for file in files {
        for Export { own, members, .. } in &file.exports {
            names.insert(own.name.clone(), format!("{}#{}", page_file(&file.file), own.name));
            for member in members {
                let id = id(Some(&own.name), &member.name);
                names.insert(id.clone(), format!("{}#{id}", page_file(&file.file)));
            }
        }
    }
    // The file with drivers and sessions is what a reader starts with.
    let (main, rest): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.file == "index.d.ts");
    main.into_iter().chain(rest).map(|file| page(file, &names)).collect()
}

/// Of a file: `Temporal`; what the package's main file declares begins with the driver.
fn title(file: &str) -> String {
    let stem = file.trim_end_matches(".d.ts");
    let stem = if stem == "index" { "driver" } else { stem };
    stem[..1].to_uppercase() + &stem[1..]
}

fn page_file(file: &str) -> String {
    format!("api-{}.html", title(file).to_lowercase())
}

fn id(parent: Option<&str>, name: &str) -> String {
    let name = name.replace(['[', ']'], "");
    parent.map_or(name.clone(), |parent| format!("{parent}.{name}"))
}

fn page(file: &Declarations, names: &Names) -> Page {
    let title = title(&file.file);
    let mut body = format!("<h1>{title}</h1>\n{}", prose(&file.about, names));
    let links = file.exports.iter().map(|export| {
        let name = &export.own.name;
        format!("<a href=\"#{name}\"><code>{name}</code></a>")
    });
    body += &format!("<p class=\"names\">{}</p>\n", links.collect::<Vec<_>>().join(" "));
    for export in &file.exports {
        body += &section(export, names);
    }
    Page { file: page_file(&file.file), short: title.clone(), title: format!("{title}, reference"), body }
}

fn section(Export { kind, own, members }: &Export, names: &Names) -> String {
    let name = &own.name;
    let mut out = format!("<h2 id=\"{name}\"><small>{kind}</small> {name}</h2>\n");
    let text = own.text.trim_start_matches("export ").trim_end_matches(':');
    // The heading says as much, unless there is more to say.
    if text != format!("{kind} {name}") {
        out += &code(text, name, names);
    }
    out += &doc(&own.doc, names);
    let mut last = "";
    for member in members {
        let repeated = member.name == last;
        last = &member.name;
        out += &one(member, name, repeated, names);
    }
    out
}

/// A member; of those that share a name the first one has the id.
fn one(member: &Declaration, parent: &str, repeated: bool, names: &Names) -> String {
    let id = id(Some(parent), &member.name);
    let id = if repeated || member.name.is_empty() { String::new() } else { format!(" id=\"{id}\"") };
    let inside = code(&member.text, "", names) + &doc(&member.doc, names);
    format!("<div class=\"member\"{id}>\n{inside}</div>\n")
}

fn doc(doc: &Doc, names: &Names) -> String {
    let mut out = prose(&doc.text, names);
    for (tag, title) in TITLES {
        for rest in doc.tagged(tag) {
            let text = prose(&marked(tag, rest.trim(), names), names);
            out += &format!("<div class=\"tag\"><b>{title}</b> {text}</div>\n");
        }
    }
    for (title, text) in doc.examples() {
        let title = if title.is_empty() { "Example" } else { title };
        out += &format!("<p class=\"example\">{}</p>\n<pre><code>{}</code></pre>\n", escaped(title), escaped(text));
    }
    out
}

/// What each tag is to readers, in the order in which they want it.
const TITLES: [(&str, &str); 6] = [
    ("deprecated", "Deprecated"),
    ("param", "Parameter"),
    ("returns", "Returns"),
    ("defaultValue", "Default"),
    ("throws", "Throws"),
    ("see", "See"),
];

/// The first word of some tags is a name: a parameter's, or a class of errors.
fn marked(tag: &str, rest: &str, names: &Names) -> String {
    let (word, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match tag {
        "throws" if names.contains_key(word) => format!("{{@link {word}}} {more}"),
        "param" => format!("`{word}`: {}", more.trim_start_matches("- ")),
        _ => rest.to_owned(),
    }
}

fn prose(text: &str, names: &Names) -> String {
    // Links in comments lead to names, and names to pages: none can be wrong that the check of all links would not find.
    markdown::to_html(&linked(text, names), |url| Ok(Some(url.to_owned()))).unwrap_or_default()
}

/// `{@link Name}` as Markdown has it.
fn linked(text: &str, names: &Names) -> String {
    let mut parts = text.split("{@link ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        // A name that is not declared becomes a link that the check of links reports.
        let place = names.get(name).cloned().unwrap_or_else(|| format!("nowhere.html#{name}"));
        out += &format!("[`{name}`]({place}){rest}");
    }
    out
}

/// A declaration, with links on the names in it but its own.
fn code(text: &str, own: &str, names: &Names) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let end = rest[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(rest.len(), |end| at + end);
        out += &escaped(&rest[..at]);
        let word = &rest[at..end];
        // What stands before a colon is a parameter, and in quotation marks a text.
        let is_text = rest[..at].ends_with('"') || rest[end..].starts_with(':') || rest[end..].starts_with("?:");
        match names.get(word).filter(|_| word != own && !is_text) {
            Some(place) => out += &format!("<a href=\"{place}\">{word}</a>"),
            None => out += &escaped(word),
        }
        rest = &rest[end..];
    }
    format!("<pre class=\"declaration\"><code>{}{}</code></pre>\n", out, escaped(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_links() {
        let names = Names::from([("Session".to_owned(), "api-driver.html#Session".to_owned())]);
        let html = code("session(a: Session): \"Session\" | Session<X>", "", &names);
        assert_eq!(html.matches("<a href=\"api-driver.html#Session\">Session</a>").count(), 2, "{html}");
        assert!(html.contains("&lt;X&gt;"), "{html}");
        assert!(!code("class Session {}", "Session", &names).contains("<a "));
        assert_eq!(linked("see {@link Session}.", &names), "see [`Session`](api-driver.html#Session).");
        assert!(linked("{@link Gone}", &names).contains("nowhere.html"));
        assert_eq!(marked("throws", "Session when", &names), "{@link Session} when");
        assert_eq!(marked("throws", "TypeError when", &names), "TypeError when");
        assert_eq!(marked("param", "a - first", &names), "`a`: first");
    }
}
