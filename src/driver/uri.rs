//! `Uri`: `scheme://host[:port][/path][?key=value]`, checked piece by piece so that an error can name the piece.

use crate::error::{Error, Result};
use crate::platform::Address;

/// Where Bolt listens unless told otherwise.
pub(super) const DEFAULT_PORT: u16 = 7687;

/// What a connection URI says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uri {
    /// `neo4j:` or `bolt+routing:` rather than `bolt:`.
    pub(super) routing: bool,
    pub(super) security: Security,
    pub(super) address: Address,
    /// With its slash.
    pub(super) path: String,
    /// The routing context, each key once.
    pub(super) query: Vec<(String, String)>,
}

/// What the scheme says about encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Nothing: the configuration decides.
    Unsaid,
    /// `+s`: encrypted, with a certificate that the host trusts.
    Verified,
    /// `+ssc`: encrypted, whatever the certificate.
    SelfSigned,
}

const SCHEMES: [(&str, bool, Security); 7] = [
    ("bolt", false, Security::Unsaid),
    ("bolt+s", false, Security::Verified),
    ("bolt+ssc", false, Security::SelfSigned),
    ("neo4j", true, Security::Unsaid),
    ("neo4j+s", true, Security::Verified),
    ("neo4j+ssc", true, Security::SelfSigned),
    ("bolt+routing", true, Security::Unsaid),
];

impl Uri {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let parts = text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
        let (scheme, rest) = parts
            .ok_or_else(|| wrong("a URI starts with a scheme, as in bolt://localhost:7687 or neo4j+s://example.com"))?;
        let scheme = scheme.to_ascii_lowercase();
        let Some(&(_, routing, security)) = SCHEMES.iter().find(|(name, ..)| *name == scheme) else {
            let known = SCHEMES.map(|(name, ..)| name).join(", ");
            let hint = if scheme.starts_with("http") || scheme.starts_with("ws") {
                ": the driver speaks Bolt, so write bolt:// and the Bolt port"
            } else {
                ""
            };
            return Err(wrong(&format!("the scheme \"{scheme}\" is not one of {known}{hint}")));
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if authority.contains('@') {
            // Not repeated: it holds a credential.
            return Err(wrong("credentials do not belong in the URI: pass them as `auth`"));
        }
        if rest.contains('#') {
            return Err(wrong("a fragment (#…) has no meaning here"));
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let query = parse_query(query)?;
        if !routing && !query.is_empty() {
            return Err(wrong("only neo4j: URIs take parameters (?key=value): they are the routing context"));
        }
        if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(wrong("it contains white space"));
        }
        let path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
        Ok(Self { routing, security, address: parse_address(authority)?, path, query })
    }
}

fn parse_address(authority: &str) -> Result<Address> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) =
            rest.split_once(']').ok_or_else(|| wrong("the bracket of its IPv6 address is not closed"))?;
        if !looks_like_ipv6(host) {
            return Err(wrong(&format!("[{host}] is not an IPv6 address")));
        }
        if !port.is_empty() && !port.starts_with(':') {
            return Err(wrong("after an IPv6 address in brackets only :port can follow"));
        }
        (host, port.strip_prefix(':'))
    } else {
        match authority.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err(wrong("an IPv6 address stands in brackets, as in bolt://[::1]:7687"));
            }
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return Err(wrong("it names no host"));
    }
    let port = match port {
        None | Some("") => DEFAULT_PORT,
        Some(port) => parse_port(port)?,
    };
    Ok(Address { host: host.to_owned(), port })
}

/// Near enough: the host, which will have to resolve it, has the last word. A full parser is 3 kB of wasm.
fn looks_like_ipv6(host: &str) -> bool {
    let groups = host.split(':').count();
    (3..=9).contains(&groups) && host.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
}

fn parse_port(text: &str) -> Result<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = if digits { text.parse().ok().filter(|port| *port > 0) } else { None };
    port.ok_or_else(|| wrong(&format!("the port \"{text}\" is not a number from 1 to 65535")))
}

fn parse_query(query: &str) -> Result<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|_| !query.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let (key, value) = (percent_decoded(key)?, percent_decoded(value)?);
        if key.is_empty() || value.is_empty() {
            return Err(wrong(&format!("the parameter \"{part}\" needs both a key and a value")));
        }
        if key == "address" {
            return Err(wrong("the parameter \"address\" is the driver's own: choose another name"));
        }
        if pairs.iter().any(|(known, _)| *known == key) {
            return Err(wrong(&format!("the parameter \"{key}\" is given twice")));
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

fn percent_decoded(text: &str) -> Result<String> {
    let broken = || wrong(&format!("\"{text}\" is not percent-encoded UTF-8"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (digits, after) = rest.split_at_checked(2).ok_or_else(broken)?;
            let digits = std::str::from_utf8(digits).map_err(|_| broken())?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(broken());
            }
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| broken())?);
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| broken())
}

/// The URI itself is left out of the text: it may hold what should not be shown.
fn wrong(what: &str) -> Error {
    Error::configuration(format!("The URI is not valid: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        Uri::parse(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn each_part_is_where_it_should_be() {
        let uri = Uri::parse("neo4j+s://Example.com:7688/a/b?region=eu%20west&policy=x").unwrap();
        assert!(uri.routing);
        assert_eq!(uri.security, Security::Verified);
        assert_eq!(uri.address.to_string(), "Example.com:7688");
        assert_eq!(uri.path, "/a/b");
        let query = [("region", "eu west"), ("policy", "x")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(uri.query, query);
    }

    #[test]
    fn the_port_is_7687_unless_given() {
        for (text, address) in [
            ("bolt://localhost", "localhost:7687"),
            ("bolt://localhost:", "localhost:7687"),
            ("BOLT://127.0.0.1:1", "127.0.0.1:1"),
            ("bolt://[::1]", "[::1]:7687"),
            ("bolt+ssc://[2001:db8::1]:65535/", "[2001:db8::1]:65535"),
        ] {
            assert_eq!(Uri::parse(text).unwrap().address.to_string(), address);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("localhost:7687", "starts with a scheme"),
            ("http://localhost:7474", "write bolt://"),
            ("blot://localhost", "\"blot\""),
            ("bolt://", "no host"),
            ("bolt://:7687", "no host"),
            ("bolt://localhost:0", "\"0\""),
            ("bolt://localhost:65536", "\"65536\""),
            ("bolt://localhost:+1", "\"+1\""),
            ("bolt://localhost:7687x", "\"7687x\""),
            ("bolt://::1", "in brackets"),
            ("bolt://[::1", "not closed"),
            ("bolt://[::g]", "not an IPv6 address"),
            ("bolt://[::1]7687", "only :port"),
            ("bolt://local host", "white space"),
            ("bolt://localhost?region=eu", "only neo4j:"),
            ("bolt://localhost#x", "fragment"),
            ("neo4j://localhost?region", "key and a value"),
            ("neo4j://localhost?a=1&a=2", "given twice"),
            ("neo4j://localhost?address=x", "driver's own"),
            ("neo4j://localhost?a=%zz", "percent-encoded"),
            ("neo4j://localhost?a=%+1", "percent-encoded"),
            ("neo4j://localhost?a=%ff", "percent-encoded"),
        ] {
            assert!(message(text).contains(part), "{text}: {}", message(text));
        }
    }

    #[test]
    fn a_password_in_the_uri_is_refused_and_not_repeated() {
        let message = message("bolt://neo4j:secret@localhost");
        assert!(message.contains("auth") && !message.contains("secret"), "{message}");
    }
}
