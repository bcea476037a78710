//! Opening a connection: socket, handshake, HELLO, LOGON, all within one time limit. The first requests go with them.

use std::time::Duration;

use super::first::As;
use super::greeting::Greeting;
use super::live::Connection;
use super::login::Auth;
use crate::bolt::{Hello, NotificationFilter, Request, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, milliseconds, within};
use crate::value::Map;

/// What a driver says of itself when it opens a connection.
pub(crate) struct Identity {
    pub(crate) user_agent: String,
    /// Product, platform, language: what the driver is, whatever the user agent says.
    pub(crate) bolt_agent: Map,
    pub(crate) auth: Auth,
    pub(crate) notifications: NotificationFilter,
    /// The routing context; `None` for a direct driver.
    pub(crate) routing: Option<Map>,
}

/// Brings a connection that has been started to where it takes requests, and sends the first ones on the way there. It is
/// closed when that fails.
pub(super) async fn open(
    platform: &dyn Platform,
    connection: &Connection,
    identity: &Identity,
    wanted: &As<'_>,
    limit: Duration,
) -> Result<()> {
    let introducing = introduce(connection, identity, wanted);
    let opened = within(platform, limit, introducing).await.unwrap_or_else(|| Err(too_slow(connection, limit)));
    if let Err(error) = &opened {
        connection.abort(error.clone());
        // Nothing is looked at that comes behind a refused login, or a handshake in which no version was agreed on.
        let is_refused = matches!(error.kind(), ErrorKind::Auth | ErrorKind::Server);
        if let (true, Some(first)) = (is_refused || connection.is_declined(), wanted.first) {
            first.note_unheard();
        }
    }
    opened
}

/// The version that was agreed on, over a connection that has been started; nobody logs in, and it is closed then.
pub(super) async fn agree(platform: &dyn Platform, connection: &Connection, limit: Duration) -> Result<Version> {
    let agreed = within(platform, limit, version(connection)).await;
    let agreed = agreed.unwrap_or_else(|| Err(too_slow(connection, limit)));
    connection.abort(Error::new(ErrorKind::Connection, "ConnectionClosed", "The version was all that was asked for"));
    agreed
}

/// The version, known before or agreed on, once the socket is open.
async fn version(connection: &Connection) -> Result<Version> {
    let version = |connection: &Connection| match (connection.version(), connection.failure()) {
        (_, Some(failure)) => Some(Err(failure)),
        (Some(version), _) if connection.is_opened() => Some(Ok(version)),
        _ => None,
    };
    connection.wait(version).await
}

fn too_slow(connection: &Connection, limit: Duration) -> Error {
    // The server has answered: what takes so long is the auth token manager's verdict.
    connection.held_refusal().unwrap_or_else(|| {
        let message = format!(
            "{} did not answer within the connection timeout of {} ms (socket, handshake and authentication)",
            connection.address(),
            milliseconds(limit)
        );
        Error::new(ErrorKind::Timeout, "ConnectionTimeout", message).retryable(true)
    })
}

async fn introduce(connection: &Connection, identity: &Identity, wanted: &As<'_>) -> Result<()> {
    let version = version(connection).await?;
    check_session_auth(version, wanted)?;
    let token = connection.logging_in();
    let hello = connection.submit(&Request::Hello(Hello {
        user_agent: &identity.user_agent,
        bolt_agent: &identity.bolt_agent,
        routing: identity.routing.as_ref(),
        auth: &token,
        notifications: &identity.notifications,
    }))?;
    let logon = match version.has_logon() {
        true => Some(connection.submit(&Request::Logon(&token))?),
        false => None,
    };
    // Servers of those versions may keep the answer to HELLO until what came with it is done, however long that takes; and
    // with 4.4 it is that answer that says how date-times are written.
    let waits = !version.has_logon();
    if let Some(first) = wanted.first.filter(|_| !waits) {
        first.submit(connection);
    }
    let sends = connection.sends();
    connection.flush();
    if let Some(first) = wanted.first.filter(|_| connection.sends() > sends && !connection.is_waiting()) {
        first.note_sent();
    }
    let metadata = hello.success().await?;
    if let Some(logon) = logon {
        logon.success().await?;
    }
    connection.set_greeting(Greeting::read(&metadata));
    if let Some(first) = wanted.first {
        first.submit(connection);
    }
    connection.flush();
    Ok(())
}

/// Before LOGON there was one user for the whole life of a connection, and a session cannot be someone else.
pub(super) fn check_session_auth(version: Version, wanted: &As<'_>) -> Result<()> {
    if version.has_logon() || wanted.session.is_none() {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "Authentication for a session or a query needs Bolt 5.1 (Neo4j 5.5) or later, and this server speaks {version}: \
         leave out the option auth, and create a driver for each user"
    )))
}
