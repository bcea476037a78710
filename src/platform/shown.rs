//! URLs as they may stand in a text: what an application adds to one may be a secret.

/// Scheme, host, port and path of `url`; neither the user and password before the host nor what follows the path.
pub(crate) fn shown(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (scheme, rest) = url[..end].split_once("://").unwrap_or(("", &url[..end]));
    let path = rest.find(['/', '\\']).unwrap_or(rest.len());
    let host = rest[..path].rsplit('@').next().unwrap_or_default();
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}{host}{}", &rest[path..])
}

/// A text of someone else's, with each URL in it as it may be shown.
pub(crate) fn without_secrets(text: &str) -> String {
    let ends = |letter: char| letter.is_whitespace() || "'\"`<>()".contains(letter);
    let pieces = text.split_inclusive(ends).map(|piece| {
        let (url, end) = piece.split_at(piece.trim_end_matches(ends).len());
        if url.contains("://") { shown(url) + end } else { piece.to_owned() }
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_host_port_and_path_are_shown() {
        for (url, expected) in [
            ("wss://db.example.com:7687/bolt/", "wss://db.example.com:7687/bolt/"),
            ("wss://user:pass@db.example.com/bolt?token=secret", "wss://db.example.com/bolt"),
            ("ws://us@er:p@ss@db:1/?a=b#c", "ws://db:1/"),
            ("ws://[::1]:7687/#secret", "ws://[::1]:7687/"),
            ("ws://db?token=a/b@c", "ws://db"),
            ("ws://db/a@b", "ws://db/a@b"),
            ("user:pass@db", "db"),
            ("", ""),
        ] {
            assert_eq!(shown(url), expected, "{url}");
        }
    }

    #[test]
    fn a_text_that_quotes_a_url_gives_no_secret_away() {
        for (text, expected) in [
            ("cannot open 'ws://u:p@db/?t=1', why?", "cannot open 'ws://db/', why?"),
            ("ws://u:p@db/x?t=1", "ws://db/x"),
            ("is it up? see (http://db/?t=1)", "is it up? see (http://db/)"),
            ("", ""),
        ] {
            assert_eq!(without_secrets(text), expected);
        }
    }
}
