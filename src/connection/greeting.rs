//! `Greeting`: what a server says of itself, which holds for the next connection to it as well.

use std::rc::Rc;
use std::time::Duration;

use crate::bolt::Version;
use crate::bolt::packstream::Dialect;
use crate::value::{Map, Value};

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
    pub(super) fn read(metadata: &Map) -> Self {
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

/// What is known of a server before it is connected to.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) version: Version,
    pub(super) dialect: Dialect,
    /// `None` where only the application has said which version it speaks.
    pub(super) greeting: Option<Rc<Greeting>>,
}

impl Known {
    pub(super) fn version(version: Version) -> Self {
        Self { version, dialect: version.dialect(false), greeting: None }
    }
}
