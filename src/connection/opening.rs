//! Opening a connection: socket, handshake, HELLO, LOGON, all within one time limit. The first requests go with them.

use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::first::As;
use super::greeting::Greeting;
use super::live::{Connection, Ticket};
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
    let deadline = platform.now().saturating_add(limit);
    let in_time = async |work: LocalBoxFuture<'_, Result<Map>>| {
        let left = deadline.saturating_sub(platform.now());
        within(platform, left, work).await.unwrap_or_else(|| Err(too_slow(connection, limit)))
    };
    let opening = async {
        in_time(Box::pin(reached(connection))).await?;
        let (hello, logon) = introduce(connection, identity, wanted)?;
        // Where it takes HELLO's answer to know how date-times are written, what may hold some waits for it.
        let waits = connection.greeting().is_none() && connection.version().is_some_and(Version::needs_utc_patch);
        let submitting = wanted.first.filter(|_| !waits).and_then(|first| first.submit(connection));
        if let Some(submitting) = submitting {
            // Without a limit of the connection's: it may ask functions of the application.
            submitting.await;
        }
        let sends = connection.sends();
        connection.flush();
        if let Some(first) = wanted.first.filter(|_| connection.sends() > sends) {
            first.note_sent();
        }
        // Where HELLO has failed, the connection has, and with it what comes behind.
        in_time(Box::pin(logon.as_ref().unwrap_or(&hello).success())).await?;
        let welcome = hello.success().await?;
        connection.set_greeting(Greeting::read(&welcome));
        Ok(())
    };
    let opened: Result<()> = opening.await;
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
    let agreed = within(platform, limit, reached(connection)).await;
    let agreed = agreed.unwrap_or_else(|| Err(too_slow(connection, limit)));
    connection.abort(Error::new(ErrorKind::Connection, "ConnectionClosed", "The version was all that was asked for"));
    agreed?;
    connection.version().ok_or_else(|| too_slow(connection, limit))
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

/// Waits until the socket is open and the version is known.
async fn reached(connection: &Connection) -> Result<Map> {
    let is_there = |connection: &Connection| match connection.failure() {
        Some(failure) => Some(Err(failure)),
        None => connection.takes_requests().then(|| Ok(Map::new())),
    };
    connection.wait(is_there).await
}

/// Submits HELLO, and LOGON where there is one.
fn introduce(connection: &Connection, identity: &Identity, wanted: &As<'_>) -> Result<(Ticket, Option<Ticket>)> {
    let has_logon = connection.version().is_some_and(Version::has_logon);
    if let Some(version) = connection.version() {
        check_session_auth(version, wanted)?;
    }
    let token = connection.logging_in();
    let hello = connection.submit(&Request::Hello(Hello {
        user_agent: &identity.user_agent,
        bolt_agent: &identity.bolt_agent,
        routing: identity.routing.as_ref(),
        auth: &token,
        notifications: &identity.notifications,
    }))?;
    let logon = if has_logon { Some(connection.submit(&Request::Logon(&token))?) } else { None };
    Ok((hello, logon))
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
