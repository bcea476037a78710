//! Requests: what a client says, with exactly the fields that each version allows.

use super::auth_token::AuthToken;
use super::packstream::{Dialect, Refused, Writer, write_map};
use super::server_state::RequestKind;
use super::version::Version;
use crate::error::{Error, Result};
use crate::value::Map;

/// A request, borrowing what it says.
#[derive(Debug, Clone, Copy)]
pub enum Request<'a> {
    /// Opens the conversation.
    Hello(Hello<'a>),
    /// Authenticates; from Bolt 5.1.
    Logon(&'a AuthToken),
    /// Ends the authentication; from Bolt 5.1.
    Logoff,
    /// Ends the conversation; there is no answer.
    Goodbye,
    /// Back to idle, whatever went before.
    Reset,
    /// Runs a query.
    Run {
        /// The Cypher text.
        query: &'a str,
        /// Its parameters.
        parameters: &'a Map,
        /// For an auto-commit query its transaction's options; `None` within a transaction.
        options: Option<&'a TransactionOptions>,
    },
    /// Opens a transaction.
    Begin(&'a TransactionOptions),
    /// Commits the transaction.
    Commit,
    /// Rolls the transaction back.
    Rollback,
    /// Asks for records.
    Pull {
        /// How many; −1 for all.
        count: i64,
        /// Which result, in a transaction with several; `None` for the last one.
        query_id: Option<i64>,
    },
    /// Asks to have records thrown away.
    Discard {
        /// How many; −1 for all.
        count: i64,
        /// Which result, in a transaction with several; `None` for the last one.
        query_id: Option<i64>,
    },
    /// Tells which of the driver's interfaces is in use; from Bolt 5.4.
    Telemetry(u8),
    /// Asks for a routing table.
    Route(Route<'a>),
}

/// What HELLO says.
#[derive(Debug, Clone, Copy)]
pub struct Hello<'a> {
    /// Product and version, as the user wants it.
    pub user_agent: &'a str,
    /// Product, platform and language of the driver itself; sent from Bolt 5.3.
    pub bolt_agent: &'a Map,
    /// The routing context; `None` where the driver does not route.
    pub routing: Option<&'a Map>,
    /// Credentials, which HELLO itself carries before Bolt 5.1.
    pub auth: &'a AuthToken,
    /// Which notifications the server need not send.
    pub notifications: &'a NotificationFilter,
}

/// Which notifications the server need not send; from Bolt 5.2.
///
/// ```
/// use neo4j_wasm::{Config, NotificationFilter};
///
/// let warnings = NotificationFilter {
///     minimum_severity: Some("WARNING".into()),
///     disabled_classifications: Some(vec!["PERFORMANCE".into()]),
/// };
/// let config = Config { notifications: warnings, ..Config::default() };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// The least severity of interest: `OFF`, `WARNING` or `INFORMATION`; `None` leaves it to the server.
    pub minimum_severity: Option<String>,
    /// The classifications (before Bolt 5.5: categories) of no interest; `None` leaves it to the server.
    pub disabled_classifications: Option<Vec<String>>,
}

/// What BEGIN and an auto-commit RUN say of their transaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TransactionOptions {
    /// What must have happened before.
    pub bookmarks: Vec<String>,
    /// Milliseconds after which the server ends the transaction; 0 for never, `None` for the server's default.
    pub timeout: Option<i64>,
    /// What the server shall log with the transaction.
    pub metadata: Map,
    /// The transaction only reads.
    pub read_only: bool,
    /// `None` for the user's home database.
    pub database: Option<String>,
    /// Runs as this user.
    pub impersonated_user: Option<String>,
    /// Which notifications the server need not send.
    pub notifications: NotificationFilter,
}

/// What ROUTE says.
#[derive(Debug, Clone, Copy)]
pub struct Route<'a> {
    /// The routing context, the address included.
    pub context: &'a Map,
    /// What the router must know of.
    pub bookmarks: &'a [String],
    /// `None` for the user's home database.
    pub database: Option<&'a str>,
    /// Asks for this user.
    pub impersonated_user: Option<&'a str>,
}

mod tag {
    pub(super) const HELLO: u8 = 0x01;
    pub(super) const GOODBYE: u8 = 0x02;
    pub(super) const RESET: u8 = 0x0F;
    pub(super) const RUN: u8 = 0x10;
    pub(super) const BEGIN: u8 = 0x11;
    pub(super) const COMMIT: u8 = 0x12;
    pub(super) const ROLLBACK: u8 = 0x13;
    pub(super) const DISCARD: u8 = 0x2F;
    pub(super) const PULL: u8 = 0x3F;
    pub(super) const TELEMETRY: u8 = 0x54;
    pub(super) const ROUTE: u8 = 0x66;
    pub(super) const LOGON: u8 = 0x6A;
    pub(super) const LOGOFF: u8 = 0x6B;
}

impl Request<'_> {
    /// What the request is; `None` for GOODBYE, which nothing answers.
    #[must_use]
    pub fn kind(&self, version: Version) -> Option<RequestKind> {
        Some(match self {
            Self::Hello(_) => RequestKind::Hello { authenticates: !version.has_logon() },
            Self::Logon(_) => RequestKind::Logon,
            Self::Logoff => RequestKind::Logoff,
            Self::Goodbye => return None,
            Self::Reset => RequestKind::Reset,
            Self::Run { .. } => RequestKind::Run,
            Self::Begin(_) => RequestKind::Begin,
            Self::Commit | Self::Rollback => RequestKind::End,
            Self::Pull { .. } => RequestKind::Stream { records: true },
            Self::Discard { .. } => RequestKind::Stream { records: false },
            Self::Telemetry(_) | Self::Route(_) => RequestKind::Aside,
        })
    }

    /// The message, not yet chunked.
    ///
    /// # Errors
    /// A usage error with its path for a parameter that cannot be sent; a configuration error for a request or a
    /// notification filter that the version does not have.
    pub fn encode(&self, version: Version, dialect: Dialect) -> Result<Vec<u8>> {
        let mut message = Message { writer: Writer::new(), version, dialect };
        match *self {
            Self::Hello(ref hello) => message.hello(hello)?,
            Self::Logon(auth) => message.logon(auth)?,
            Self::Logoff if version.has_logon() => message.start(tag::LOGOFF, 0),
            Self::Logoff => return Err(unavailable(version, "Changing the user of a connection", "5.1")),
            Self::Goodbye => message.start(tag::GOODBYE, 0),
            Self::Reset => message.start(tag::RESET, 0),
            Self::Run { query, parameters, options } => message.run(query, parameters, options)?,
            Self::Begin(options) => {
                message.start(tag::BEGIN, 1);
                message.options(options)?;
            }
            Self::Commit => message.start(tag::COMMIT, 0),
            Self::Rollback => message.start(tag::ROLLBACK, 0),
            Self::Pull { count, query_id } => message.stream(tag::PULL, count, query_id)?,
            Self::Discard { count, query_id } => message.stream(tag::DISCARD, count, query_id)?,
            Self::Telemetry(interface) if version.has_telemetry() => {
                message.start(tag::TELEMETRY, 1);
                message.writer.integer(i64::from(interface));
            }
            Self::Telemetry(_) => return Err(unavailable(version, "Telemetry", "5.4")),
            Self::Route(ref route) => message.route(route)?,
        }
        Ok(message.writer.into_bytes())
    }
}

struct Message {
    writer: Writer,
    version: Version,
    dialect: Dialect,
}

impl Message {
    fn start(&mut self, tag: u8, fields: u8) {
        self.writer.structure(tag, fields);
    }

    fn map(&mut self, name: &'static str, map: &Map) -> Result<()> {
        write_map(&mut self.writer, map, self.dialect).map_err(|refused| not_sendable(name, &refused))
    }

    fn string(&mut self, name: &'static str, text: &str) -> Result<()> {
        if self.writer.string(text) { Ok(()) } else { Err(too_long(name)) }
    }

    fn hello(&mut self, hello: &Hello<'_>) -> Result<()> {
        let mut extra = Map::new();
        extra.insert("user_agent", hello.user_agent);
        if self.version.has_bolt_agent() {
            extra.insert("bolt_agent", hello.bolt_agent.clone());
        }
        if self.version.needs_utc_patch() {
            extra.insert("patch_bolt", vec!["utc"]);
        }
        if let Some(routing) = hello.routing {
            extra.insert("routing", routing.clone());
        }
        self.notifications(hello.notifications, &mut extra)?;
        if !self.version.has_logon() {
            for (key, value) in hello.auth.entries().iter() {
                extra.insert(key, value.clone());
            }
        }
        self.start(tag::HELLO, 1);
        self.map("auth", &extra)
    }

    fn logon(&mut self, auth: &AuthToken) -> Result<()> {
        if !self.version.has_logon() {
            return Err(unavailable(self.version, "Changing the user of a connection", "5.1"));
        }
        self.start(tag::LOGON, 1);
        self.map("auth", auth.entries())
    }

    fn run(&mut self, query: &str, parameters: &Map, options: Option<&TransactionOptions>) -> Result<()> {
        self.start(tag::RUN, 3);
        self.string("query", query)?;
        self.map("parameters", parameters)?;
        match options {
            Some(options) => self.options(options),
            None => self.map("options", &Map::new()),
        }
    }

    /// What equals the default is left out.
    fn options(&mut self, options: &TransactionOptions) -> Result<()> {
        let mut extra = Map::new();
        if !options.bookmarks.is_empty() {
            extra.insert("bookmarks", options.bookmarks.clone());
        }
        if let Some(timeout) = options.timeout {
            extra.insert("tx_timeout", timeout);
        }
        if !options.metadata.is_empty() {
            extra.insert("tx_metadata", options.metadata.clone());
        }
        if options.read_only {
            extra.insert("mode", "r");
        }
        if let Some(database) = &options.database {
            extra.insert("db", database.as_str());
        }
        if let Some(user) = &options.impersonated_user {
            extra.insert("imp_user", user.as_str());
        }
        self.notifications(&options.notifications, &mut extra)?;
        write_map(&mut self.writer, &extra, self.dialect).map_err(|refused| {
            let path = refused.path.strip_prefix(".tx_metadata").unwrap_or(&refused.path).to_owned();
            not_sendable("metadata", &Refused { path, ..refused })
        })
    }

    fn notifications(&self, filter: &NotificationFilter, extra: &mut Map) -> Result<()> {
        if *filter == NotificationFilter::default() {
            return Ok(());
        }
        if !self.version.has_notification_filters() {
            return Err(unavailable(self.version, "Filtering notifications", "5.2 (Neo4j 5.7)"));
        }
        if let Some(severity) = &filter.minimum_severity {
            extra.insert("notifications_minimum_severity", severity.as_str());
        }
        if let Some(disabled) = &filter.disabled_classifications {
            let key = if self.version.has_gql_statuses() {
                "notifications_disabled_classifications"
            } else {
                "notifications_disabled_categories"
            };
            extra.insert(key, disabled.clone());
        }
        Ok(())
    }

    fn stream(&mut self, tag: u8, count: i64, query_id: Option<i64>) -> Result<()> {
        let mut extra = Map::from([("n", count)]);
        if let Some(query_id) = query_id {
            extra.insert("qid", query_id);
        }
        self.start(tag, 1);
        self.map("fetch size", &extra)
    }

    fn route(&mut self, route: &Route<'_>) -> Result<()> {
        let mut extra = Map::new();
        if let Some(database) = route.database {
            extra.insert("db", database);
        }
        if let Some(user) = route.impersonated_user {
            extra.insert("imp_user", user);
        }
        self.start(tag::ROUTE, 3);
        self.map("routing context", route.context)?;
        if !self.writer.list(route.bookmarks.len()) {
            return Err(too_long("bookmarks"));
        }
        for bookmark in route.bookmarks {
            self.string("bookmarks", bookmark)?;
        }
        self.map("database", &extra)
    }
}

fn not_sendable(name: &str, refused: &Refused) -> Error {
    Error::usage("InvalidParameter", format!("{name}{}: {}", refused.path, refused.reason))
}

fn too_long(name: &str) -> Error {
    Error::usage("InvalidParameter", format!("{name}: longer than PackStream can say"))
}

fn unavailable(version: Version, what: &str, since: &str) -> Error {
    Error::configuration(format!("{what} needs Bolt {since} or later, and this server speaks {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn options_at_their_defaults_are_an_empty_map() {
        let version = Version { major: 5, minor: 8 };
        let bytes = Request::Begin(&TransactionOptions::default()).encode(version, version.dialect(false)).unwrap();
        assert_eq!(bytes, [0xB1, 0x11, 0xA0]);
    }

    #[test]
    fn the_path_to_a_wrong_parameter_is_told() {
        let version = Version { major: 5, minor: 8 };
        let user = Map::from([("since", vec![Value::Null, Value::Uuid(crate::value::Uuid([0; 16]))])]);
        let parameters = Map::from([("user", user)]);
        let run = Request::Run { query: "RETURN 1", parameters: &parameters, options: None };
        let error = run.encode(version, version.dialect(false)).unwrap_err();
        assert!(error.message().starts_with("parameters.user.since[1]: a UUID needs"), "{error}");
    }
}
