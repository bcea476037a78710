//! Configuration: of a driver, a session and a transaction. Plain data with defaults; copied when used.

use std::time::Duration;

use super::bookmarks::BookmarkManager;
use super::uri::{Security, Uri};
use crate::bolt::chunking::MAX_MESSAGE_SIZE;
use crate::bolt::{AuthToken, NotificationFilter, Version};
use crate::connection::Auth;
use crate::error::{Error, Result};
use crate::platform::{Target, Tls, WebSocketUrl, is_loopback};
use crate::routing::Resolver;
use crate::value::Map;

/// How a driver connects and pools.
///
/// ```
/// use std::time::Duration;
/// use neo4j_wasm::{AuthToken, Config};
///
/// let config = Config {
///     auth: AuthToken::basic("neo4j", "password", None).into(),
///     max_connection_pool_size: 10,
///     connection_timeout: Duration::from_secs(5),
///     ..Config::default()
/// };
/// assert_eq!(config.max_connection_lifetime, Duration::from_secs(3_600));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Who we are: a token, or a manager of tokens that change. Default: no authentication.
    pub auth: Auth,
    /// Whether to use TLS. Default: yes, except for hosts on the loopback. A `+s` or `+ssc` scheme decides it too,
    /// and then it must not be set.
    pub encrypted: Option<bool>,
    /// Which certificates will do. Default: those that the runtime trusts. No effect without encryption.
    pub trust: Option<Trust>,
    /// The one certificate that will do, in DER. Default: none.
    pub der_encoded_server_certificate: Option<Vec<u8>>,
    /// What the server sees as the client's name. Default: `neo4j-wasm/` and the version.
    pub user_agent: String,
    /// A connection that is older is closed when it comes back, and never handed out. Default: one hour.
    pub max_connection_lifetime: Duration,
    /// The most connections to one server. Default: 100.
    pub max_connection_pool_size: usize,
    /// The longest wait for a connection, more than zero. Default: 60 s.
    pub connection_acquisition_timeout: Duration,
    /// The longest wait for a new connection, from the socket to the end of the authentication; more than zero.
    /// Default: 30 s.
    pub connection_timeout: Duration,
    /// Keep idle connections from being forgotten: where the runtime has no TCP keep-alive, a connection that was
    /// idle for a minute is probed before it is used again. Default: `true`.
    pub keep_alive: bool,
    /// A connection idle for this long is probed before it is used again. Default: see `keep_alive`.
    pub liveness_check_timeout: Option<Duration>,
    /// How long transaction functions and `execute_query` may be tried again; a running query is never ended by it, and
    /// [`RetryPolicy`](crate::RetryPolicy) can say otherwise for a call. Default: 30 s.
    pub max_retry_time: Duration,
    /// How many records are asked for at a time; −1 for all at once. Default: 1,000 at first, and then more, up to a
    /// megabyte of them, as long as they are read faster than they come.
    pub fetch_size: Option<i64>,
    /// The Bolt version that the servers speak, such as `5.8`, as [`ServerInfo::protocol_version`] says it: to know it spares
    /// each server's first connection a round trip, and all others have it anyway. If a server speaks another one by then,
    /// that costs one more connection; while it still speaks this one, nothing newer is spoken. Default: not known.
    ///
    /// [`ServerInfo::protocol_version`]: crate::ServerInfo::protocol_version
    pub bolt_version: Option<String>,
    /// The most bytes of one message that a server may send, such as a record, 65,536 or more; a larger one ends the
    /// connection (`MessageTooLarge`); so does one of so many small values that to read it takes more than twice as much
    /// memory: a list of 90 million zeros, where the limit is 256 MB. No more than that and 16 MB of records are kept unread either, for each connection
    /// (`TooMuchUnread`). Default: 256 MB (2<sup>28</sup> bytes).
    pub max_message_size: usize,
    /// Which notifications the server need not send. Default: the server decides.
    pub notifications: NotificationFilter,
    /// Whether a server that asks which of the driver's interfaces is in use is left without an answer. Default: `false`.
    pub telemetry_disabled: bool,
    /// Where to look for the first router. Default: where the URI says. No effect without routing.
    pub resolver: Option<Resolver>,
    /// Where a server is reached, if not at its own address. Whether the connection is encrypted, the URL says then.
    /// Default: at its own address.
    pub web_socket_url: Option<WebSocketUrl>,
}

/// Which certificates will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Any. Not possible in a browser.
    AllCertificates,
    /// Those that can be verified against the system's certificate authorities.
    SystemCaSignedCertificates,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            auth: AuthToken::none().into(),
            encrypted: None,
            trust: None,
            der_encoded_server_certificate: None,
            user_agent: concat!("neo4j-wasm/", env!("CARGO_PKG_VERSION")).to_owned(),
            max_connection_lifetime: Duration::from_secs(3_600),
            max_connection_pool_size: 100,
            connection_acquisition_timeout: Duration::from_secs(60),
            connection_timeout: Duration::from_secs(30),
            keep_alive: true,
            liveness_check_timeout: None,
            max_retry_time: Duration::from_secs(30),
            fetch_size: None,
            bolt_version: None,
            max_message_size: MAX_MESSAGE_SIZE,
            notifications: NotificationFilter::default(),
            telemetry_disabled: false,
            resolver: None,
            web_socket_url: None,
        }
    }
}

/// How long a connection may be idle before it is probed, where only `keep_alive` asks for it.
const KEEP_ALIVE_PROBE: Duration = Duration::from_secs(60);

/// With less, a server could not even say why it refuses something.
const LEAST_MESSAGE_SIZE: usize = 65_536;

impl Config {
    pub(super) fn check(&self) -> Result<()> {
        if self.max_connection_pool_size == 0 {
            return Err(Error::configuration("max_connection_pool_size is 0: it takes 1 or more"));
        }
        let waits = [
            ("connection_acquisition_timeout", self.connection_acquisition_timeout),
            ("connection_timeout", self.connection_timeout),
        ];
        if let Some((name, _)) = waits.iter().find(|(_, limit)| limit.is_zero()) {
            return Err(Error::configuration(format!("{name} is 0: it takes more, there is no \"for ever\"")));
        }
        if self.max_message_size < LEAST_MESSAGE_SIZE {
            return Err(Error::configuration("max_message_size is below 65536: it takes that or more"));
        }
        check_fetch_size(self.fetch_size)?;
        if self.user_agent.is_empty() {
            return Err(Error::configuration("user_agent is empty: leave it out for the default"));
        }
        match &self.der_encoded_server_certificate {
            Some(der) if !is_der_sequence(der) => Err(Error::configuration(
                "der_encoded_server_certificate is not a certificate in DER: a PEM file must be decoded first",
            )),
            _ => Ok(()),
        }
    }

    /// What the servers speak, if the application knows it.
    pub(super) fn known_version(&self) -> Result<Option<Version>> {
        let Some(name) = &self.bolt_version else { return Ok(None) };
        Version::named(name).map(Some).ok_or_else(|| {
            Error::configuration(format!(
                "bolt_version is \"{name}\": it takes 4.4, 5.0 to 5.4, 5.6 to 5.8, 6.0 or 6.1; leave it out where it is not known"
            ))
        })
    }

    /// After how long idle a connection is probed, on a host whose sockets keep alive or not.
    pub(super) fn liveness_check(&self, host_keeps_alive: bool) -> Option<Duration> {
        let probes = self.keep_alive && !host_keeps_alive;
        self.liveness_check_timeout.or(probes.then_some(KEEP_ALIVE_PROBE))
    }

    /// Where to connect to, by the URI's word and the configuration's.
    pub(super) fn target(&self, uri: &Uri) -> Result<Target> {
        if uri.security != Security::Unsaid && (self.encrypted.is_some() || self.trust.is_some()) {
            return Err(Error::configuration(
                "The scheme of the URI (+s or +ssc) already says how to encrypt: leave out encrypted and trust",
            ));
        }
        let encrypted = match uri.security {
            Security::Unsaid => self.encrypted.unwrap_or_else(|| !is_loopback(&uri.address.host)),
            Security::Verified | Security::SelfSigned => true,
        };
        let trust_all = uri.security == Security::SelfSigned || self.trust == Some(Trust::AllCertificates);
        let tls = encrypted.then(|| Tls { trust_all, pinned: self.der_encoded_server_certificate.clone() });
        Ok(Target { address: uri.address.clone(), path: uri.path.clone(), tls })
    }
}

fn check_fetch_size(size: Option<i64>) -> Result<()> {
    match size {
        None | Some(-1 | 1..) => Ok(()),
        Some(size) => {
            Err(Error::configuration(format!("fetch_size is {size}: it takes 1 or more, or -1 for all at once")))
        }
    }
}

/// Whether the bytes are one DER sequence, no more and no less: what a certificate is from outside.
fn is_der_sequence(der: &[u8]) -> bool {
    match der {
        [0x30, short @ 0..=0x7F, rest @ ..] => rest.len() == usize::from(*short),
        [0x30, 0x81, size, rest @ ..] => rest.len() == usize::from(*size),
        [0x30, 0x82, high, low, rest @ ..] => rest.len() == usize::from(u16::from_be_bytes([*high, *low])),
        _ => false,
    }
}

/// Whether a session reads or writes; in a cluster this decides which members it talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AccessMode {
    /// Reads only.
    Read,
    /// Reads and writes.
    #[default]
    Write,
}

/// What a session works with.
///
/// ```
/// use neo4j_wasm::{AccessMode, SessionConfig};
///
/// let config = SessionConfig { access_mode: AccessMode::Read, fetch_size: Some(50), ..SessionConfig::default() };
/// assert_eq!(config.database, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionConfig {
    /// Whether the session's transactions read or write, unless they say it themselves. Default: write.
    pub access_mode: AccessMode,
    /// The database. Default: the user's home database.
    pub database: Option<String>,
    /// What must have happened before the session's first transaction. Default: nothing.
    pub bookmarks: Vec<String>,
    /// Shares what sessions have led to between them. Default: none, the session's bookmarks are its own.
    pub bookmark_manager: Option<BookmarkManager>,
    /// Authenticates as someone else than the driver; needs Bolt 5.1. Default: as the driver.
    pub auth: Option<AuthToken>,
    /// How many records are asked for at a time. Default: the driver's.
    pub fetch_size: Option<i64>,
    /// Runs as this user. Default: as oneself.
    pub impersonated_user: Option<String>,
    /// Which notifications the server need not send. Default: the driver's.
    pub notifications: NotificationFilter,
}

impl SessionConfig {
    pub(super) fn check(&self) -> Result<()> {
        check_fetch_size(self.fetch_size)
    }
}

/// What a transaction says of itself.
///
/// ```
/// use std::time::Duration;
/// use neo4j_wasm::{TransactionConfig, value::Map};
///
/// let config =
///     TransactionConfig { timeout: Some(Duration::from_secs(5)), metadata: Map::from([("page", "people")]) };
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TransactionConfig {
    /// After this the server ends the transaction; zero for never. Default: the server's setting.
    pub timeout: Option<Duration>,
    /// What the server shall log with the transaction. Default: nothing.
    pub metadata: Map,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str, config: &Config) -> Result<Target> {
        config.target(&Uri::parse(uri)?)
    }

    #[test]
    fn only_the_loopback_is_spoken_to_in_the_clear_by_default() {
        let config = Config::default();
        assert_eq!(target("bolt://localhost", &config).unwrap().url(), "ws://localhost:7687/");
        assert_eq!(target("bolt://example.com/db", &config).unwrap().url(), "wss://example.com:7687/db");
        let clear = Config { encrypted: Some(false), ..Config::default() };
        assert_eq!(target("bolt://example.com", &clear).unwrap().url(), "ws://example.com:7687/");
        let encrypted = Config { encrypted: Some(true), ..Config::default() };
        assert_eq!(target("bolt://[::1]", &encrypted).unwrap().url(), "wss://[::1]:7687/");
    }

    #[test]
    fn the_scheme_and_the_configuration_must_not_both_speak_of_encryption() {
        let config = Config { encrypted: Some(true), ..Config::default() };
        assert!(target("bolt+s://localhost", &config).is_err());
        let trusting = target("bolt+ssc://localhost", &Config::default()).unwrap();
        assert!(trusting.tls.unwrap().trust_all);
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        assert!(Config { max_connection_pool_size: 0, ..Config::default() }.check().is_err());
        assert!(Config { max_message_size: 65_535, ..Config::default() }.check().is_err());
        assert!(Config { max_message_size: 65_536, ..Config::default() }.check().is_ok());
        for size in [0, -2, i64::MIN] {
            assert!(Config { fetch_size: Some(size), ..Config::default() }.check().is_err());
        }
        assert!(Config { fetch_size: Some(-1), ..Config::default() }.check().is_ok());
    }

    #[test]
    fn what_is_no_der_certificate_is_refused() {
        for (der, fine) in [
            (vec![], false),
            (b"-----BEGIN CERTIFICATE-----".to_vec(), false),
            (vec![0x30, 0x03, 1, 2, 3], true),
            (vec![0x30, 0x03, 1, 2], false),
            ([&[0x30, 0x82, 0x01, 0x00][..], &[0; 256]].concat(), true),
        ] {
            let config = Config { der_encoded_server_certificate: Some(der), ..Config::default() };
            assert_eq!(config.check().is_ok(), fine);
        }
    }
}
