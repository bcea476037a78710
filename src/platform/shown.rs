//! URLs as they may stand in a text: what an application adds to one may be a secret.

// By single letters: searching for text is 3 kB of wasm.

/// Scheme, host, port and path of `url`; neither the user and password before the host nor what follows the path.
pub(crate) fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = url.split_at(end_of_scheme(url));
    let (host, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
    let host = &host[host.rfind('@').map_or(0, |at| at + 1)..];
    let mut shown = scheme.to_owned();
    shown.push_str(host);
    shown.push_str(path);
    shown
}

/// What comes before the host; 0 where there is no such thing.
fn end_of_scheme(url: &str) -> usize {
    let colon = url.find(':').filter(|colon| url[*colon..].starts_with("://"));
    colon.map_or(0, |colon| colon + 3)
}

/// A text of someone else's, with each URL in it as it may be shown.
pub(crate) fn without_secrets(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut piece = 0;
    let mut add = |piece: &str, end: &str| {
        clean += &if end_of_scheme(piece) > 0 { shown(piece) } else { piece.to_owned() };
        clean += end;
    };
    for (at, letter) in text.char_indices() {
        if letter.is_ascii_whitespace() || matches!(letter, '\'' | '"' | '`' | '<' | '>' | '(' | ')') {
            add(&text[piece..at], &text[at..=at]);
            piece = at + 1;
        }
    }
    add(&text[piece..], "");
    clean
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
