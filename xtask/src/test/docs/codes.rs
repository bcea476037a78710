//! Whether docs/errors.md names every code that the driver gives, and no other.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;

use crate::repo::Repo;
use crate::stamp::files_below;

/// Its codes are those of neo4j-driver, and its names too.
const OTHERS: &str = "pkg-template/compat/";
/// Where the page lists codes: rows that begin with one.
const PAGE: &str = "docs/errors.md";

/// What looks like a code and is none: classes, names that the platform gives, and codes of Neo4j's own without their path.
const NO_CODES: [&str; 19] = [
    "ArrayBuffer",
    "AuthManager",
    "AuthProviderFailed",
    "AuthProviderTimeout",
    "AuthenticationRateLimit",
    "BookmarkManager",
    "CredentialsExpired",
    "DataView",
    "PlainDate",
    "PlainDateTime",
    "PlainTime",
    "RecordBatch",
    "RecordStream",
    "RetryPolicy",
    "SharedArrayBuffer",
    "TokenExpired",
    "UnsupportedType",
    "WebSocketUrl",
    "ZonedDateTime",
];

/// What is wrong, a line each.
pub(super) fn check(repo: &Repo) -> Result<Vec<String>> {
    let given = given(repo)?;
    let page = fs::read_to_string(repo.root.join(PAGE))?;
    let named: Vec<&str> = page.lines().filter_map(row).collect();
    let missing = given.iter().filter(|(code, _)| !named.contains(&code.as_str()));
    let missing = missing.map(|(code, file)| format!("{code} of {file} is not in {PAGE} (or is no code: say so here)"));
    let invented = named.iter().filter(|code| !given.contains_key(**code));
    let invented = invented.map(|code| format!("{code} is in {PAGE}, and nothing gives it"));
    Ok(missing.chain(invented).collect())
}

/// Codes, each with a file that gives it.
fn given(repo: &Repo) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for folder in ["src", "pkg-template"] {
        for file in files_below(&repo.root.join(folder))? {
            let name = file.strip_prefix(&repo.root)?.display().to_string();
            if (name.ends_with(".rs") || name.ends_with(".js")) && !name.starts_with(OTHERS) {
                let text = fs::read_to_string(&file)?;
                // A file's own tests come last.
                let text = text.split("#[cfg(test)]").next().unwrap_or_default();
                found.extend(text.lines().flat_map(codes).map(|code| (code.to_owned(), name.clone())));
            }
        }
    }
    Ok(found)
}

/// Texts of several capitalised words without a space: that is how codes look. Nothing else may, or it stands above.
fn codes(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split('"').skip(1).step_by(2).filter(|text| is_code(text))
}

fn is_code(text: &str) -> bool {
    let capitals = text.chars().filter(char::is_ascii_uppercase).count();
    let words = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphabetic());
    words && capitals >= 2 && capitals < text.len() / 2 && !text.ends_with("Error") && !NO_CODES.contains(&text)
}

/// The code that a row of a table begins with.
fn row(line: &str) -> Option<&str> {
    let (code, _) = line.strip_prefix("| `")?.split_once('`')?;
    is_code(code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_other_texts() {
        let line = "Error::usage(\"DriverClosed\", \"The driver\") // \"NoCode\"";
        assert_eq!(codes(line).collect::<Vec<_>>(), ["DriverClosed"]);
        for other in ["AuthError", "READ", "Neo4j", "Two Words", "ArrayBuffer", "POST", "Date"] {
            assert!(!is_code(other), "{other}");
        }
        assert_eq!(row("| `DriverClosed` | x |"), Some("DriverClosed"));
        assert_eq!(row("| `driver` | x |"), None);
    }
}
