//! `AuthToken`: who we say we are. Never printed.

use std::fmt;

use super::packstream::{Writer, write_map};
use super::version::Version;
use crate::value::{Map, Value};

/// An authentication token for a server.
///
/// Its credentials do not show when it is printed:
/// ```
/// use neo4j_wasm::AuthToken;
///
/// let token = AuthToken::basic("neo4j", "secret", None);
/// assert!(!format!("{token:?}").contains("secret"));
/// ```
#[derive(Clone, PartialEq)]
pub struct AuthToken {
    entries: Map,
}

impl AuthToken {
    /// A user name and a password; `realm` names the authentication provider, and an empty one says nothing.
    #[must_use]
    pub fn basic(user: &str, password: &str, realm: Option<&str>) -> Self {
        Self::new("basic", Some(user), Some(password), realm.filter(|realm| !realm.is_empty()))
    }

    /// A token of single sign-on.
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self::new("bearer", None, Some(token), None)
    }

    /// A base64-encoded Kerberos ticket.
    #[must_use]
    pub fn kerberos(ticket: &str) -> Self {
        Self::new("kerberos", Some(""), Some(ticket), None)
    }

    /// No authentication, for a server where it is switched off.
    #[must_use]
    pub fn none() -> Self {
        Self::new("none", None, None, None)
    }

    /// Any other scheme: what a custom authentication provider takes.
    #[must_use]
    pub fn custom(principal: &str, credentials: &str, realm: &str, scheme: &str, parameters: Option<Map>) -> Self {
        let some = |text| if str::is_empty(text) { None } else { Some(text) };
        let mut token = Self::new(scheme, Some(principal), some(credentials), some(realm));
        if let Some(parameters) = parameters.filter(|parameters| !parameters.is_empty()) {
            token.entries.insert("parameters", parameters);
        }
        token
    }

    fn new(scheme: &str, principal: Option<&str>, credentials: Option<&str>, realm: Option<&str>) -> Self {
        let given = [("principal", principal), ("credentials", credentials), ("realm", realm)];
        let given = given.into_iter().filter_map(|(key, value)| value.map(|value| (key, Value::from(value))));
        Self { entries: [("scheme", Value::from(scheme))].into_iter().chain(given).collect() }
    }

    /// A token whose parts have been put together elsewhere.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn from_entries(entries: Map) -> Self {
        Self { entries }
    }

    /// Whom a name and a password stand for; other tokens do not say.
    pub(crate) fn user(&self) -> Option<&str> {
        let scheme = self.entries.get("scheme").and_then(Value::as_str);
        self.entries.get("principal").and_then(Value::as_str).filter(|_| scheme == Some("basic"))
    }

    /// All of it as bytes, to tell tokens apart by.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        // What cannot be written is no token that a server has ever accepted.
        let _ = write_map(&mut writer, &self.entries, Version::newest_dialect());
        writer.into_bytes()
    }

    /// What goes over the wire.
    #[must_use]
    pub(crate) fn entries(&self) -> &Map {
        &self.entries
    }
}

impl fmt::Debug for AuthToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.entries.get("scheme").and_then(Value::as_str).unwrap_or_default();
        write!(formatter, "AuthToken {{ scheme: {scheme:?}, .. }}")
    }
}
