//! From JavaScript: configuration, options, parameters.

use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::driver::url_of;
use super::managers::{self, BookmarkManagerObject};
use crate::bolt::packstream::{Dialect, Reader, read_map};
use crate::bolt::{AuthToken, NotificationFilter};
use crate::driver::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

#[wasm_bindgen]
extern "C" {
    /// A driver's configuration, checked and completed by `config.js`.
    pub type ConfigObject;
    #[wasm_bindgen(method, getter)]
    fn auth(this: &ConfigObject) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn encrypted(this: &ConfigObject) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn trust(this: &ConfigObject) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = derEncodedServerCertificate)]
    fn certificate(this: &ConfigObject) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, getter, js_name = userAgent)]
    fn user_agent(this: &ConfigObject) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = maxConnectionLifetime)]
    fn max_connection_lifetime(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxConnectionPoolSize)]
    fn max_connection_pool_size(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = connectionAcquisitionTimeout)]
    fn connection_acquisition_timeout(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = connectionTimeout)]
    fn connection_timeout(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = keepAlive)]
    pub(super) fn keep_alive(this: &ConfigObject) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = livenessCheckTimeout)]
    fn liveness_check_timeout(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxRetryTime)]
    fn max_retry_time(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = fetchSize)]
    fn fetch_size(this: &ConfigObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = notificationFilter)]
    fn notification_filter(this: &ConfigObject) -> Option<FilterObject>;
    #[wasm_bindgen(method, getter, js_name = telemetryDisabled)]
    fn telemetry_disabled(this: &ConfigObject) -> Option<bool>;
    /// Takes host and port, gives a promise of an array of pairs of them.
    #[wasm_bindgen(method, getter)]
    fn resolver(this: &ConfigObject) -> Option<js_sys::Function>;
    /// Who owns the sockets: "worker" or "page".
    #[wasm_bindgen(method, getter)]
    pub(super) fn socket(this: &ConfigObject) -> Option<String>;
    /// A user's own way to make a WebSocket.
    #[wasm_bindgen(method, getter, js_name = webSocket)]
    pub(super) fn web_socket(this: &ConfigObject) -> Option<js_sys::Function>;
    /// Takes a server's address, gives the URL to reach it at.
    #[wasm_bindgen(method, getter, js_name = webSocketUrl)]
    pub(super) fn web_socket_url(this: &ConfigObject) -> Option<js_sys::Function>;
    /// Whether the runtime lets a socket be told which certificates to trust.
    #[wasm_bindgen(method, getter, js_name = canTrustAll)]
    pub(super) fn can_choose_trust(this: &ConfigObject) -> Option<bool>;
    /// Whether the runtime's sockets keep alive by themselves.
    #[wasm_bindgen(method, getter, js_name = keepsAlive)]
    pub(super) fn keeps_alive(this: &ConfigObject) -> Option<bool>;

    /// A notification filter.
    pub type FilterObject;
    #[wasm_bindgen(method, getter, js_name = minimumSeverity)]
    fn minimum_severity(this: &FilterObject) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = disabledClassifications)]
    fn disabled_classifications(this: &FilterObject) -> Option<js_sys::Array>;

    /// The options of a session, a transaction or a query, checked by `config.js`.
    pub type OptionsObject;
    #[wasm_bindgen(method, getter, js_name = accessMode)]
    fn access_mode(this: &OptionsObject) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn database(this: &OptionsObject) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn bookmarks(this: &OptionsObject) -> Option<js_sys::Array>;
    #[wasm_bindgen(method, getter, js_name = bookmarkManager)]
    fn bookmark_manager(this: &OptionsObject) -> Option<BookmarkManagerObject>;
    #[wasm_bindgen(method, getter, js_name = auth)]
    fn session_auth(this: &OptionsObject) -> Option<js_sys::Array>;
    #[wasm_bindgen(method, getter, js_name = fetchSize)]
    fn session_fetch_size(this: &OptionsObject) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = impersonatedUser)]
    fn impersonated_user(this: &OptionsObject) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = notificationFilter)]
    fn session_notification_filter(this: &OptionsObject) -> Option<FilterObject>;
    #[wasm_bindgen(method, getter)]
    fn timeout(this: &OptionsObject) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn metadata(this: &OptionsObject) -> Option<Vec<u8>>;
}

/// What `encode.js` writes: the newest forms, and a named zone's offset with its name.
const FROM_JS: Dialect = Dialect { element_ids: true, utc: true, vectors: true, uuids: true, zone_offsets: true };

/// A map that `encode.js` has written.
pub(super) fn map(bytes: &[u8]) -> Result<Map> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    read_map(&mut Reader::new(bytes, true), FROM_JS)
        .map_err(|error| Error::usage("InvalidParameter", format!("parameters: {error}")))
}

pub(super) fn config(object: &ConfigObject) -> Result<Config> {
    let default = Config::default();
    let time = |given: Option<f64>, default| given.map_or(default, milliseconds);
    Ok(Config {
        auth: managers::auth(object.auth())?,
        encrypted: object.encrypted(),
        trust: object.trust().map(|trust| match trust.as_str() {
            "TRUST_ALL_CERTIFICATES" => Trust::AllCertificates,
            _ => Trust::SystemCaSignedCertificates,
        }),
        der_encoded_server_certificate: object.certificate(),
        user_agent: object.user_agent().unwrap_or(default.user_agent),
        max_connection_lifetime: time(object.max_connection_lifetime(), default.max_connection_lifetime),
        max_connection_pool_size: object
            .max_connection_pool_size()
            .map_or(default.max_connection_pool_size, |size| size as usize),
        connection_acquisition_timeout: time(
            object.connection_acquisition_timeout(),
            default.connection_acquisition_timeout,
        ),
        connection_timeout: time(object.connection_timeout(), default.connection_timeout),
        keep_alive: object.keep_alive().unwrap_or(default.keep_alive),
        liveness_check_timeout: object.liveness_check_timeout().map(milliseconds),
        max_retry_time: time(object.max_retry_time(), default.max_retry_time),
        fetch_size: object.fetch_size().map_or(default.fetch_size, |size| size as i64),
        notifications: object.notification_filter().map(filter).unwrap_or_default(),
        telemetry_disabled: object.telemetry_disabled().unwrap_or_default(),
        resolver: object.resolver().map(managers::resolver),
        web_socket_url: object.web_socket_url().map(url_of),
    })
}

pub(super) fn session_config(object: &OptionsObject) -> Result<SessionConfig> {
    Ok(SessionConfig {
        access_mode: match object.access_mode().as_deref() {
            Some("READ") => AccessMode::Read,
            _ => AccessMode::Write,
        },
        database: object.database(),
        bookmarks: bookmarks(object),
        bookmark_manager: object.bookmark_manager().map(managers::bookmark_manager),
        auth: session_auth(object)?,
        fetch_size: object.session_fetch_size().map(|size| size as i64),
        impersonated_user: object.impersonated_user(),
        notifications: object.session_notification_filter().map(filter).unwrap_or_default(),
    })
}

pub(super) fn database(object: &OptionsObject) -> Option<String> {
    object.database()
}

pub(super) fn bookmarks(object: &OptionsObject) -> Vec<String> {
    object.bookmarks().map(|list| strings(&list)).unwrap_or_default()
}

pub(super) fn session_auth(object: &OptionsObject) -> Result<Option<AuthToken>> {
    object.session_auth().map(|parts| auth_token(&parts)).transpose()
}

pub(super) fn transaction_config(object: &OptionsObject) -> Result<TransactionConfig> {
    let metadata = object.metadata().map_or(Ok(Map::new()), |bytes| map(&bytes))?;
    Ok(TransactionConfig { timeout: object.timeout().map(milliseconds), metadata })
}

/// Scheme, principal, credentials, realm, parameters: what is absent is left out.
pub(super) fn auth_token(parts: &js_sys::Array) -> Result<AuthToken> {
    let parameters = parts.get(4).dyn_into::<js_sys::Uint8Array>().ok();
    let parameters = parameters.map_or(Ok(Map::new()), |bytes| map(&bytes.to_vec()))?;
    let mut entries = Map::new();
    for (key, index) in [("scheme", 0), ("principal", 1), ("credentials", 2), ("realm", 3)] {
        if let Some(text) = parts.get(index).as_string() {
            entries.insert(key, text);
        }
    }
    if !parameters.is_empty() {
        entries.insert("parameters", Value::Map(parameters));
    }
    Ok(AuthToken::from_entries(entries))
}

fn filter(object: FilterObject) -> NotificationFilter {
    NotificationFilter {
        minimum_severity: object.minimum_severity(),
        disabled_classifications: object.disabled_classifications().map(|list| strings(&list)),
    }
}

pub(super) fn strings(list: &js_sys::Array) -> Vec<String> {
    list.iter().filter_map(|item| item.as_string()).collect()
}

/// A time of more than this is as good as none, and still a `Duration`.
const LONGEST: f64 = 1e15;

fn milliseconds(count: f64) -> Duration {
    Duration::from_secs_f64(count.clamp(0.0, LONGEST) / 1_000.0)
}
