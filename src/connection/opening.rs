//! Opening a connection: socket, handshake, HELLO, LOGON, all within one time limit.

use std::time::Duration;

use super::live::Connection;
use super::login::{As, Auth};
use crate::bolt::{Hello, NotificationFilter, Request, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, milliseconds, within};
use crate::value::{Map, Value};

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

/// What the server said of itself.
#[derive(Debug)]
pub(crate) struct Greeting {
    /// Such as `Neo4j/5.26.0`.
    pub(crate) agent: String,
    /// It wants to be told which of the driver's interfaces are in use.
    pub(crate) wants_telemetry: bool,
    /// It routes by itself what was sent to the wrong member.
    pub(crate) routes: bool,
    /// It is never silent for longer while it owes an answer.
    pub(crate) receive_timeout: Option<Duration>,
}

impl Greeting {
    fn read(metadata: &Map) -> Self {
        let hints = metadata.get("hints").and_then(Value::as_map);
        let hint = |key| hints.and_then(|hints| hints.get(key));
        let is_set = |key| matches!(hint(key), Some(Value::Boolean(true)));
        let seconds = hint("connection.recv_timeout_seconds").and_then(Value::as_integer);
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0);
        Self {
            agent: metadata.get("server").and_then(Value::as_str).unwrap_or_default().to_owned(),
            wants_telemetry: is_set("telemetry.enabled"),
            routes: is_set("ssr.enabled"),
            receive_timeout: seconds.map(|seconds| Duration::from_secs(seconds.into())),
        }
    }
}

/// Brings a connection that has been started to where it takes requests. It is closed when that fails.
pub(super) async fn open(
    platform: &dyn Platform,
    connection: &Connection,
    identity: &Identity,
    wanted: &As<'_>,
    limit: Duration,
) -> Result<()> {
    let opened = within(platform, limit, introduce(connection, identity, wanted)).await.unwrap_or_else(|| {
        // The server has answered: what takes so long is the auth token manager's verdict.
        if let Some(refusal) = connection.held_refusal() {
            return Err(refusal);
        }
        Err(unanswered(connection, limit))
    });
    if let Err(error) = &opened {
        connection.abort(error.clone());
    }
    opened
}

/// The version that was agreed on, over a connection that has been started; nobody logs in, and it is closed then.
pub(super) async fn agree(platform: &dyn Platform, connection: &Connection, limit: Duration) -> Result<Version> {
    let agreed = within(platform, limit, version(connection)).await;
    let agreed = agreed.unwrap_or_else(|| Err(unanswered(connection, limit)));
    connection.abort(Error::new(ErrorKind::Connection, "ConnectionClosed", "The version was all that was asked for"));
    agreed
}

fn unanswered(connection: &Connection, limit: Duration) -> Error {
    let message = format!(
        "{} did not answer within the connection timeout of {} ms (socket, handshake and authentication)",
        connection.address(),
        milliseconds(limit)
    );
    Error::new(ErrorKind::Timeout, "ConnectionTimeout", message).retryable(true)
}

async fn version(connection: &Connection) -> Result<Version> {
    connection
        .wait(|connection| match (connection.version(), connection.failure()) {
            (_, Some(failure)) => Some(Err(failure)),
            (Some(version), _) => Some(Ok(version)),
            _ => None,
        })
        .await
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
    connection.flush();
    let metadata = hello.success().await?;
    if let Some(logon) = logon {
        logon.success().await?;
    }
    connection.set_greeting(Greeting::read(&metadata));
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
