//! From JavaScript: configuration, options, parameters.

use std::time::Duration;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::managers;
use crate::bolt::packstream::read_parameters;
use crate::bolt::{AuthToken, NotificationFilter};
use crate::driver::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
use crate::error::{Error, Result};
use crate::platform::gate;
use crate::value::{Map, Value};

/// What `config.js` has checked: an object with a property for each thing that a caller has said, by the name that callers
/// use. One way to reach them all: a getter for each would be bytes on both sides. As fields of a struct, by
/// serde-wasm-bindgen, they are 14.7 kB more in gzip: docs/size.md.
pub(super) struct Given(pub(super) JsValue);

impl Given {
    pub(super) fn value(&self, name: &str) -> Option<JsValue> {
        gate::get(&self.0, name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_string()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    pub(super) fn function(&self, name: &str) -> Option<Function> {
        self.value(name).map(JsCast::unchecked_into)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.as_f64()
    }

    fn time(&self, name: &str) -> Option<Duration> {
        self.number(name).map(milliseconds)
    }

    fn list(&self, name: &str) -> Option<Vec<String>> {
        self.value(name).map(|list| strings(list.unchecked_ref()))
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.value(name).map(|bytes| bytes.unchecked_ref::<Uint8Array>().to_vec())
    }

    fn filter(&self) -> NotificationFilter {
        let filter = self.value("notificationFilter").map(Self);
        filter.map_or_else(NotificationFilter::default, |filter| NotificationFilter {
            minimum_severity: filter.text("minimumSeverity"),
            disabled_classifications: filter.list("disabledClassifications"),
        })
    }

    /// Of the entries of a token: what is absent is left out.
    pub(super) fn auth_token(&self) -> Result<AuthToken> {
        let mut entries = Map::new();
        for name in ["scheme", "principal", "credentials", "realm"] {
            if let Some(text) = self.text(name) {
                entries.insert(name, text);
            }
        }
        let parameters = map(&self.bytes("parameters").unwrap_or_default())?;
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
        auth: managers::auth(given.value("auth").map(Given))?,
        encrypted: given.flag("encrypted"),
        trust: given.text("trust").map(|trust| match trust.as_str() {
            "TRUST_ALL_CERTIFICATES" => Trust::AllCertificates,
            _ => Trust::SystemCaSignedCertificates,
        }),
        der_encoded_server_certificate: given.bytes("derEncodedServerCertificate"),
        user_agent: given.text("userAgent").unwrap_or(default.user_agent),
        max_connection_lifetime: given.time("maxConnectionLifetime").unwrap_or(default.max_connection_lifetime),
        max_connection_pool_size: given
            .number("maxConnectionPoolSize")
            .map_or(default.max_connection_pool_size, |size| size as usize),
        connection_acquisition_timeout: given
            .time("connectionAcquisitionTimeout")
            .unwrap_or(default.connection_acquisition_timeout),
        connection_timeout: given.time("connectionTimeout").unwrap_or(default.connection_timeout),
        keep_alive: given.flag("keepAlive").unwrap_or(default.keep_alive),
        liveness_check_timeout: given.time("livenessCheckTimeout"),
        max_retry_time: given.time("maxRetryTime").unwrap_or(default.max_retry_time),
        fetch_size: given.number("fetchSize").map(|size| size as i64),
        bolt_version: given.text("boltVersion"),
        max_message_size: given.number("maxMessageSize").map_or(default.max_message_size, |size| size as usize),
        notifications: given.filter(),
        telemetry_disabled: given.flag("telemetryDisabled").unwrap_or_default(),
        resolver: given.function("resolver").map(managers::resolver),
        web_socket_url: given.function("webSocketUrl").map(managers::url_of),
    })
}

pub(super) fn session_config(given: &Given) -> Result<SessionConfig> {
    Ok(SessionConfig {
        access_mode: match given.text("accessMode").as_deref() {
            Some("READ") => AccessMode::Read,
            _ => AccessMode::Write,
        },
        database: database(given),
        bookmarks: bookmarks(given),
        bookmark_manager: given.value("bookmarkManager").map(|manager| managers::bookmark_manager(&Given(manager))),
        auth: session_auth(given)?,
        fetch_size: given.number("fetchSize").map(|size| size as i64),
        impersonated_user: given.text("impersonatedUser"),
        notifications: given.filter(),
    })
}

pub(super) fn database(given: &Given) -> Option<String> {
    given.text("database")
}

pub(super) fn bookmarks(given: &Given) -> Vec<String> {
    given.list("bookmarks").unwrap_or_default()
}

pub(super) fn session_auth(given: &Given) -> Result<Option<AuthToken>> {
    given.value("auth").map(|entries| Given(entries).auth_token()).transpose()
}

pub(super) fn transaction_config(given: &Given) -> Result<TransactionConfig> {
    let metadata = map(&given.bytes("metadata").unwrap_or_default())?;
    Ok(TransactionConfig { timeout: given.time("timeout"), metadata })
}

pub(super) fn strings(list: &Array) -> Vec<String> {
    list.iter().filter_map(|item| item.as_string()).collect()
}

/// A time of more than this is as good as none, and still a `Duration`.
const LONGEST: f64 = 1e15;

fn milliseconds(count: f64) -> Duration {
    Duration::from_secs_f64(count.clamp(0.0, LONGEST) / 1_000.0)
}
