//! From JavaScript: configuration, options, parameters.

use std::time::Duration;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::managers;
use crate::bolt::packstream::read_parameters;
use crate::bolt::{AuthToken, NotificationFilter};
use crate::driver::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// What `config.js` has checked and put in order: a place for each thing that a caller may say, `undefined` where nothing is.
/// One way to reach them all: a getter for each would be bytes on both sides.
pub(super) struct Given(pub(super) Array);

/// The places in a driver's configuration, as `config.js` has them.
pub(super) mod config_place {
    pub(in super::super) const AUTH: u32 = 0;
    pub(in super::super) const ENCRYPTED: u32 = 1;
    pub(in super::super) const TRUST: u32 = 2;
    pub(in super::super) const CERTIFICATE: u32 = 3;
    pub(in super::super) const USER_AGENT: u32 = 4;
    pub(in super::super) const MAX_CONNECTION_LIFETIME: u32 = 5;
    pub(in super::super) const MAX_CONNECTION_POOL_SIZE: u32 = 6;
    pub(in super::super) const CONNECTION_ACQUISITION_TIMEOUT: u32 = 7;
    pub(in super::super) const CONNECTION_TIMEOUT: u32 = 8;
    pub(in super::super) const MAX_RETRY_TIME: u32 = 9;
    pub(in super::super) const LIVENESS_CHECK_TIMEOUT: u32 = 10;
    pub(in super::super) const KEEP_ALIVE: u32 = 11;
    pub(in super::super) const TELEMETRY_DISABLED: u32 = 12;
    /// Takes host and port, gives a promise of an array of pairs of them.
    pub(in super::super) const RESOLVER: u32 = 13;
    pub(in super::super) const FETCH_SIZE: u32 = 14;
    pub(in super::super) const NOTIFICATION_FILTER: u32 = 15;
    /// Who owns the sockets: "worker" or "page".
    pub(in super::super) const SOCKET: u32 = 16;
    /// A user's own way to make a WebSocket.
    pub(in super::super) const WEB_SOCKET: u32 = 17;
    /// Takes a server's address, gives the URL to reach it at.
    pub(in super::super) const WEB_SOCKET_URL: u32 = 18;
    pub(in super::super) const MAX_MESSAGE_SIZE: u32 = 19;
    // Between them: how JavaScript wants its integers.
    /// Whether the runtime lets a socket be told which certificates to trust.
    pub(in super::super) const CAN_TRUST_ALL: u32 = 21;
    /// Whether the runtime's sockets keep alive by themselves.
    pub(in super::super) const KEEPS_ALIVE: u32 = 22;
}

/// The places in the options of a session, a transaction or a query.
mod place {
    pub(super) const ACCESS_MODE: u32 = 0;
    pub(super) const DATABASE: u32 = 1;
    pub(super) const IMPERSONATED_USER: u32 = 2;
    pub(super) const BOOKMARKS: u32 = 3;
    pub(super) const BOOKMARK_MANAGER: u32 = 4;
    pub(super) const AUTH: u32 = 5;
    pub(super) const FETCH_SIZE: u32 = 6;
    pub(super) const NOTIFICATION_FILTER: u32 = 7;
    pub(super) const TIMEOUT: u32 = 8;
    pub(super) const METADATA: u32 = 9;
}

impl Given {
    fn value(&self, at: u32) -> Option<JsValue> {
        Some(self.0.get(at)).filter(|value| !value.is_undefined() && !value.is_null())
    }

    pub(super) fn text(&self, at: u32) -> Option<String> {
        self.0.get(at).as_string()
    }

    pub(super) fn flag(&self, at: u32) -> Option<bool> {
        self.0.get(at).as_bool()
    }

    pub(super) fn function(&self, at: u32) -> Option<Function> {
        self.value(at).map(JsCast::unchecked_into)
    }

    fn number(&self, at: u32) -> Option<f64> {
        self.0.get(at).as_f64()
    }

    fn time(&self, at: u32) -> Option<Duration> {
        self.number(at).map(milliseconds)
    }

    fn list(&self, at: u32) -> Option<Vec<String>> {
        self.value(at).map(|list| strings(list.unchecked_ref()))
    }

    fn bytes(&self, at: u32) -> Option<Vec<u8>> {
        self.value(at).map(|bytes| bytes.unchecked_ref::<Uint8Array>().to_vec())
    }

    /// Minimum severity, disabled classifications.
    fn filter(&self, at: u32) -> NotificationFilter {
        let parts = self.value(at).map(|parts| Self(parts.unchecked_into()));
        parts.map_or_else(NotificationFilter::default, |parts| NotificationFilter {
            minimum_severity: parts.text(0),
            disabled_classifications: parts.list(1),
        })
    }

    /// Scheme, principal, credentials, realm, parameters: what is absent is left out.
    pub(super) fn auth_token(&self) -> Result<AuthToken> {
        let mut entries = Map::new();
        for (at, key) in ["scheme", "principal", "credentials", "realm"].into_iter().enumerate() {
            if let Some(text) = self.text(at as u32) {
                entries.insert(key, text);
            }
        }
        let parameters = map(&self.bytes(4).unwrap_or_default())?;
        if !parameters.is_empty() {
            entries.insert("parameters", Value::Map(parameters));
        }
        Ok(AuthToken::from_entries(entries))
    }
}

/// A map that `encode.js` has written.
pub(super) fn map(bytes: &[u8]) -> Result<Map> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    read_parameters(bytes).map_err(|error| Error::usage("InvalidParameter", format!("parameters: {}", error.message())))
}

pub(super) fn config(given: &Given) -> Result<Config> {
    let default = Config::default();
    Ok(Config {
        auth: managers::auth(given.0.get(config_place::AUTH))?,
        encrypted: given.flag(config_place::ENCRYPTED),
        trust: given.text(config_place::TRUST).map(|trust| match trust.as_str() {
            "TRUST_ALL_CERTIFICATES" => Trust::AllCertificates,
            _ => Trust::SystemCaSignedCertificates,
        }),
        der_encoded_server_certificate: given.bytes(config_place::CERTIFICATE),
        user_agent: given.text(config_place::USER_AGENT).unwrap_or(default.user_agent),
        max_connection_lifetime: given
            .time(config_place::MAX_CONNECTION_LIFETIME)
            .unwrap_or(default.max_connection_lifetime),
        max_connection_pool_size: given
            .number(config_place::MAX_CONNECTION_POOL_SIZE)
            .map_or(default.max_connection_pool_size, |size| size as usize),
        connection_acquisition_timeout: given
            .time(config_place::CONNECTION_ACQUISITION_TIMEOUT)
            .unwrap_or(default.connection_acquisition_timeout),
        connection_timeout: given.time(config_place::CONNECTION_TIMEOUT).unwrap_or(default.connection_timeout),
        keep_alive: given.flag(config_place::KEEP_ALIVE).unwrap_or(default.keep_alive),
        liveness_check_timeout: given.time(config_place::LIVENESS_CHECK_TIMEOUT),
        max_retry_time: given.time(config_place::MAX_RETRY_TIME).unwrap_or(default.max_retry_time),
        fetch_size: given.number(config_place::FETCH_SIZE).map(|size| size as i64),
        max_message_size: given
            .number(config_place::MAX_MESSAGE_SIZE)
            .map_or(default.max_message_size, |size| size as usize),
        notifications: given.filter(config_place::NOTIFICATION_FILTER),
        telemetry_disabled: given.flag(config_place::TELEMETRY_DISABLED).unwrap_or_default(),
        resolver: given.function(config_place::RESOLVER).map(managers::resolver),
        web_socket_url: given.function(config_place::WEB_SOCKET_URL).map(managers::url_of),
    })
}

pub(super) fn session_config(given: &Given) -> Result<SessionConfig> {
    Ok(SessionConfig {
        access_mode: match given.text(place::ACCESS_MODE).as_deref() {
            Some("READ") => AccessMode::Read,
            _ => AccessMode::Write,
        },
        database: database(given),
        bookmarks: bookmarks(given),
        bookmark_manager: given
            .value(place::BOOKMARK_MANAGER)
            .map(|object| managers::bookmark_manager(object.unchecked_into())),
        auth: session_auth(given)?,
        fetch_size: given.number(place::FETCH_SIZE).map(|size| size as i64),
        impersonated_user: given.text(place::IMPERSONATED_USER),
        notifications: given.filter(place::NOTIFICATION_FILTER),
    })
}

pub(super) fn database(given: &Given) -> Option<String> {
    given.text(place::DATABASE)
}

pub(super) fn bookmarks(given: &Given) -> Vec<String> {
    given.list(place::BOOKMARKS).unwrap_or_default()
}

pub(super) fn session_auth(given: &Given) -> Result<Option<AuthToken>> {
    given.value(place::AUTH).map(|parts| Given(parts.unchecked_into()).auth_token()).transpose()
}

pub(super) fn transaction_config(given: &Given) -> Result<TransactionConfig> {
    let metadata = map(&given.bytes(place::METADATA).unwrap_or_default())?;
    Ok(TransactionConfig { timeout: given.time(place::TIMEOUT), metadata })
}

pub(super) fn strings(list: &Array) -> Vec<String> {
    list.iter().filter_map(|item| item.as_string()).collect()
}

/// A time of more than this is as good as none, and still a `Duration`.
const LONGEST: f64 = 1e15;

fn milliseconds(count: f64) -> Duration {
    Duration::from_secs_f64(count.clamp(0.0, LONGEST) / 1_000.0)
}
