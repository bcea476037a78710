//! From JavaScript: configuration and options.

use super::given::{Given, map};
use super::managers;
use crate::bolt::AuthToken;
use crate::driver::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
use crate::error::Result;

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
