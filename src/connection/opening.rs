//! Opening a connection: socket, handshake, HELLO, LOGON, all within one time limit.

use std::time::Duration;

use super::live::Connection;
use crate::bolt::{AuthToken, Hello, NotificationFilter, Request};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, milliseconds, within};
use crate::value::Map;

/// What a driver says of itself when it opens a connection.
pub(crate) struct Identity {
    pub(crate) user_agent: String,
    /// Product, platform, language: what the driver is, whatever the user agent says.
    pub(crate) bolt_agent: Map,
    pub(crate) auth: AuthToken,
    pub(crate) notifications: NotificationFilter,
    /// The routing context; `None` for a direct driver.
    pub(crate) routing: Option<Map>,
}

/// What the server said of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Greeting {
    /// Such as `Neo4j/5.26.0`.
    pub(crate) agent: String,
}

/// Brings a connection that has been started to where it takes requests. It is closed when that fails.
pub(super) async fn open(
    platform: &dyn Platform,
    connection: &Connection,
    identity: &Identity,
    limit: Duration,
) -> Result<Greeting> {
    let opened = within(platform, limit, introduce(connection, identity)).await.unwrap_or_else(|| {
        let message = format!(
            "{} did not answer within the connection timeout of {} ms (socket, handshake and authentication)",
            connection.address(),
            milliseconds(limit)
        );
        Err(Error::new(ErrorKind::Timeout, "ConnectionTimeout", message).retryable(true))
    });
    if let Err(error) = &opened {
        connection.abort(error.clone());
    }
    opened
}

async fn introduce(connection: &Connection, identity: &Identity) -> Result<Greeting> {
    let version = connection
        .wait(|connection| match (connection.version(), connection.failure()) {
            (_, Some(failure)) => Some(Err(failure)),
            (Some(version), _) => Some(Ok(version)),
            _ => None,
        })
        .await?;
    let hello = connection.submit(&Request::Hello(Hello {
        user_agent: &identity.user_agent,
        bolt_agent: &identity.bolt_agent,
        routing: identity.routing.as_ref(),
        auth: &identity.auth,
        notifications: &identity.notifications,
    }))?;
    let logon = match version.has_logon() {
        true => Some(connection.submit(&Request::Logon(&identity.auth))?),
        false => None,
    };
    connection.flush();
    let metadata = hello.success().await?;
    if let Some(logon) = logon {
        logon.success().await?;
    }
    let agent = metadata.get("server").and_then(|agent| agent.as_str()).unwrap_or_default().to_owned();
    Ok(Greeting { agent })
}
