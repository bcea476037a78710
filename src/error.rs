//! `Error`, by culprit: whose fault it was says what can be done about it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::value::{Map, Value, WrongType};

/// What every fallible call of the driver returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whose fault an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URI or an option is wrong: nothing was opened.
    Configuration,
    /// The server does not accept who we say we are.
    Auth,
    /// The connection could not be opened, or was lost.
    Connection,
    /// Something took longer than its limit.
    Timeout,
    /// The connection was lost while a COMMIT was under way: it may have happened or not.
    CommitUncertain,
    /// The peer does not keep to the protocol.
    Protocol,
    /// The transaction is not in a state that allows the call.
    Transaction,
    /// The result, or a part of it, has been taken already.
    ResultConsumed,
    /// The driver was used in a way it does not allow.
    Usage,
    /// The server refused the request: see the code.
    Server,
}

impl ErrorKind {
    /// The name of the JavaScript class for this kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Configuration => "ConfigurationError",
            Self::Auth => "AuthError",
            Self::Connection => "ConnectionError",
            Self::Timeout => "TimeoutError",
            Self::CommitUncertain => "CommitUncertainError",
            Self::Protocol => "ProtocolError",
            Self::Transaction => "TransactionError",
            Self::ResultConsumed => "ResultConsumedError",
            Self::Usage => "UsageError",
            Self::Server => "ServerError",
        }
    }
}

/// What went wrong, whose fault it was, and whether trying again can help.
///
/// Cheap to clone: a lost connection is told to everyone who waited for it. Never holds a credential.
///
/// ```
/// use neo4j_wasm::{Error, ErrorKind};
///
/// fn advice(error: &Error) -> String {
///     match (error.kind(), error.code()) {
///         (ErrorKind::Auth, _) => "Log in again".to_owned(),
///         (_, "Neo.ClientError.Schema.ConstraintValidationFailed") => "That name is taken".to_owned(),
///         (ErrorKind::CommitUncertain, _) => "Look whether it was done before doing it again".to_owned(),
///         _ if error.is_retryable() => "Try again in a moment".to_owned(),
///         _ => error.to_string(),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

type Cause = Arc<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    code: Cow<'static, str>,
    message: String,
    retryable: bool,
    status: Option<GqlStatus>,
    cause: Option<Cause>,
}

/// The GQL side of a server error (ISO/IEC 39075, as Neo4j words it).
#[derive(Debug, Clone, PartialEq)]
pub struct GqlStatus {
    /// Five characters, such as `42N01`.
    pub status: String,
    /// The condition's standard description.
    pub description: String,
    /// `OPERATION`, `OPERATION_CODE`, `CURRENT_SCHEMA`, and where known `_classification` and `_position`.
    pub diagnostic_record: Map,
}

/// Where in the query text an error lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Characters from the start of the text, from 0.
    pub offset: i64,
    /// The line, from 1.
    pub line: i64,
    /// The column, from 1.
    pub column: i64,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            code: code.into(),
            message: message.into(),
            retryable: false,
            status: None,
            cause: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, "InvalidConfiguration", message)
    }

    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Protocol, "ProtocolViolation", message)
    }

    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, code, message)
    }

    /// What went wrong in a function that the application has given to the driver, such as a [`Resolver`]: `cause` is
    /// kept as the [source](std::error::Error::source), and its text is the message.
    ///
    /// ```
    /// use neo4j_wasm::{Address, Error, Resolver};
    ///
    /// let resolver = Resolver::new(async |_: Address| Err(Error::application("the list of servers is not there")));
    /// ```
    ///
    /// [`Resolver`]: crate::Resolver
    #[must_use]
    pub fn application(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        let mut error = Self::usage("ApplicationError", cause.to_string());
        error.inner_mut().cause = Some(cause.into());
        error
    }

    /// A connection that failed: another attempt may find another one, or the server back.
    pub(crate) fn connection(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Connection, code, message).retryable(true)
    }

    /// A failure that the server reported.
    pub(crate) fn server(code: String, message: String, status: Option<GqlStatus>) -> Self {
        let code = untangled(code);
        let kind = if is_authentication(&code) { ErrorKind::Auth } else { ErrorKind::Server };
        let retryable = is_retryable_code(&code);
        let mut error = Self::new(kind, code, message).retryable(retryable);
        error.inner_mut().status = status;
        error
    }

    pub(crate) fn retryable(mut self, retryable: bool) -> Self {
        self.inner_mut().retryable = retryable;
        self
    }

    pub(crate) fn caused_by(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.inner_mut().cause = Some(Arc::new(cause));
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Whose fault it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// A stable name: Neo4j's own (`Neo.ClientError.Statement.SyntaxError`) for what the server reported, one of the
    /// driver's (`ConnectionClosed`, `AcquisitionTimeout`, …) otherwise.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The text, without the code.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether doing the whole transaction again can succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The GQL status, for errors that a server reported.
    #[must_use]
    pub fn gql_status(&self) -> Option<&GqlStatus> {
        self.0.status.as_ref()
    }

    /// Where in the query text the error lies, where the server says so.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let said = self.0.status.as_ref().and_then(|status| Position::from_record(&status.diagnostic_record));
        said.or_else(|| Position::from_message(&self.0.message))
    }

    /// The driver's error in a chain of [sources](std::error::Error::source): `error` itself, or the first beneath it.
    ///
    /// ```
    /// use neo4j_wasm::Error;
    ///
    /// fn is_database_down(error: &(dyn std::error::Error + 'static)) -> bool {
    ///     Error::beneath(error).is_some_and(|error| error.code() == "ConnectionFailed")
    /// }
    /// ```
    #[must_use]
    pub fn beneath<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut chain = std::iter::successors(Some(error), |error| error.source());
        chain.find_map(|error| error.downcast_ref())
    }

    /// The error beneath this one, where it is one of the driver's or the server's.
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        std::error::Error::source(self).and_then(|source| source.downcast_ref())
    }
}

impl Position {
    pub(crate) fn from_record(record: &Map) -> Option<Self> {
        Self::from_map(record.get("_position")?.as_map()?)
    }

    pub(crate) fn from_map(map: &Map) -> Option<Self> {
        let part = |key| map.get(key).and_then(Value::as_whole);
        Self { offset: part("offset")?, line: part("line")?, column: part("column")? }.checked()
    }

    /// Servers before Bolt 5.7 say it in the text only: `… (line 1, column 8 (offset: 7))`.
    fn from_message(message: &str) -> Option<Self> {
        // By single letters: searching for text is 3 kB of wasm.
        let rest = message.split('(').find_map(|part| part.strip_prefix("line "))?;
        let (line, column) = rest.split_once(',')?;
        let column = column.strip_prefix(" column ")?.trim_end();
        let offset = message.split('(').find_map(|part| part.strip_prefix("offset: "))?;
        let (offset, _) = offset.split_once(')')?;
        Self { offset: offset.parse().ok()?, line: line.parse().ok()?, column: column.parse().ok()? }.checked()
    }

    /// Some servers say line 0 where they know of none.
    fn checked(self) -> Option<Self> {
        (self.line >= 1 && self.column >= 1).then_some(self)
    }
}

/// Two codes that older servers file under transient although the user asked for what happened.
fn untangled(code: String) -> String {
    match code.as_str() {
        "Neo.TransientError.Transaction.Terminated" => "Neo.ClientError.Transaction.Terminated".to_owned(),
        "Neo.TransientError.Transaction.LockClientStopped" => {
            "Neo.ClientError.Transaction.LockClientStopped".to_owned()
        }
        _ => code,
    }
}

fn is_retryable_code(code: &str) -> bool {
    code.starts_with("Neo.TransientError.")
        || matches!(
            code,
            "Neo.ClientError.Cluster.NotALeader"
                | "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"
                | "Neo.ClientError.Security.AuthorizationExpired"
        )
}

fn is_authentication(code: &str) -> bool {
    code.strip_prefix("Neo.ClientError.Security.").is_some_and(|rest| {
        matches!(
            rest,
            "Unauthorized"
                | "AuthenticationRateLimit"
                | "AuthProviderFailed"
                | "AuthProviderTimeout"
                | "CredentialsExpired"
                | "TokenExpired"
        )
    })
}

impl From<WrongType> for Error {
    fn from(wrong: WrongType) -> Self {
        Error::usage("WrongType", wrong.to_string())
    }
}

/// The code, and the message.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code(), self.message())
    }
}

/// Two errors are equal when they say the same, whatever lies beneath them.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.kind() == other.kind()
                && self.is_retryable() == other.is_retryable()
                && self.code() == other.code()
                && self.message() == other.message()
                && self.gql_status() == other.gql_status()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not one within the other: there may be more causes than a stack can hold.
        let mut next = Some(self);
        let mut open = 0;
        while let Some(error) = next {
            write!(formatter, "{} {}: {}", error.kind().name(), error.code(), error.message())?;
            next = error.cause();
            match (&error.0.cause, next) {
                (None, _) => break,
                (Some(_), Some(_)) => formatter.write_str(" (cause: ")?,
                (Some(cause), None) => write!(formatter, " (cause: {cause:?}")?,
            }
            open += 1;
        }
        (0..open).try_for_each(|_| formatter.write_str(")"))
    }
}

impl Drop for Inner {
    /// One cause after the other, for the same reason.
    fn drop(&mut self) {
        let mut next = self.cause.take();
        while let Some(mut cause) = next {
            let beneath = Arc::get_mut(&mut cause).and_then(|cause| cause.downcast_mut::<Error>());
            next = beneath.and_then(|error| Arc::get_mut(&mut error.0)).and_then(|inner| inner.cause.take());
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(code: &str) -> Error {
        Error::server(code.to_owned(), "text".to_owned(), None)
    }

    #[test]
    fn what_can_be_retried() {
        for code in [
            "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
            "Neo.ClientError.Cluster.NotALeader",
            "Neo.ClientError.Security.AuthorizationExpired",
        ] {
            assert!(server(code).is_retryable(), "{code}");
        }
        for code in [
            "Neo.TransientError.Transaction.Terminated",
            "Neo.TransientError.Transaction.LockClientStopped",
            "Neo.ClientError.Statement.SyntaxError",
        ] {
            assert!(!server(code).is_retryable(), "{code}");
        }
        assert_eq!(
            server("Neo.TransientError.Transaction.Terminated").code(),
            "Neo.ClientError.Transaction.Terminated"
        );
    }

    #[test]
    fn an_applications_error_keeps_its_cause() {
        let cause = "x".parse::<u8>().unwrap_err();
        let error = Error::application(cause.clone());
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, &*cause.to_string()));
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&cause));
        assert_eq!(Error::application("no list").message(), "no list");
    }

    #[test]
    fn a_long_chain_of_causes_is_shown_and_dropped_on_any_stack() {
        let chain = || {
            let chain = (0..100_000).fold(Error::protocol("first"), |cause, _| Error::protocol("x").caused_by(cause));
            let kept = chain.cause().unwrap().clone();
            let shown = format!("{chain:?}");
            assert!(
                shown.starts_with("ProtocolError ProtocolViolation: x (cause: ProtocolError") && shown.ends_with(")))")
            );
            drop(chain);
            assert_eq!(kept.message(), "x");
        };
        std::thread::Builder::new().stack_size(64 * 1_024).spawn(chain).unwrap().join().unwrap();
    }

    #[test]
    fn a_wrong_password_is_an_auth_error_and_a_forbidden_action_is_not() {
        assert_eq!(server("Neo.ClientError.Security.Unauthorized").kind(), ErrorKind::Auth);
        assert_eq!(server("Neo.ClientError.Security.Forbidden").kind(), ErrorKind::Server);
    }

    #[test]
    fn the_position_is_read_from_the_record_or_from_the_text() {
        let position = Position { offset: 7, line: 1, column: 8 };
        let text = "Invalid input 'x' (line 1, column 8 (offset: 7))\n\"RETURN x y\"".to_owned();
        assert_eq!(Error::server(String::new(), text, None).position(), Some(position));
        let record = Map::from([("_position", Map::from([("offset", 7), ("line", 1), ("column", 8)]))]);
        let status = GqlStatus { status: "42I06".into(), description: String::new(), diagnostic_record: record };
        assert_eq!(Error::server(String::new(), "text".into(), Some(status)).position(), Some(position));
        assert_eq!(server("x").position(), None);
    }
}
