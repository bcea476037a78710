//! `Start`: how a transaction starts, on whichever connection it gets: what leaves first, in one send.

use std::cell::RefCell;

use futures::future::LocalBoxFuture;

use super::config::{AccessMode, TransactionConfig};
use super::pace::Pace;
use super::session::Inner as Session;
use super::telemetry::Telemetry;
use crate::bolt::{Request, TransactionOptions};
use crate::connection::{Connection, Requests, Ticket};
use crate::error::Result;
use crate::value::Map;

/// A query and its parameters, with how many records are asked for at first.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) query: &'a str,
    pub(super) parameters: &'a Map,
    pub(super) count: i64,
}

/// A query that was submitted: the tickets of its RUN and of its first PULL.
pub(super) struct Asking {
    pub(super) run: Ticket,
    pub(super) pull: Ticket,
}

impl<'a> Asked<'a> {
    pub(super) fn new(query: &'a str, parameters: &'a Map, pace: &Pace) -> Self {
        Self { query, parameters, count: pace.first() }
    }

    /// `options`: of its transaction, where it has one of its own.
    pub(super) fn submit(self, connection: &Connection, options: Option<&TransactionOptions>) -> Result<Asking> {
        let Self { query, parameters, count } = self;
        let run = connection.submit(&Request::Run { query, parameters, options })?;
        Ok(Asking { run, pull: connection.submit(&Request::Pull { count, query_id: None })? })
    }
}

/// How a transaction starts.
pub(super) struct Start<'a> {
    pub(super) session: &'a Session,
    pub(super) telemetry: &'a Telemetry,
    pub(super) mode: AccessMode,
    pub(super) config: TransactionConfig,
    /// By BEGIN; otherwise it is one that the server commits by itself.
    pub(super) begins: bool,
    /// The query that is known from the start.
    pub(super) asked: Option<Asked<'a>>,
    pub(super) submitted: RefCell<Option<Result<Started>>>,
}

/// What a transaction has started with.
pub(super) struct Started {
    pub(super) told: Option<Ticket>,
    pub(super) begin: Option<Ticket>,
    pub(super) asking: Option<Asking>,
}

impl Start<'_> {
    fn submit_to(&self, connection: &Connection, database: Option<String>) -> Result<Started> {
        let options = self.session.options(self.mode, self.config.clone(), database);
        let told = self.telemetry.submit(connection)?;
        let begin = if self.begins { Some(connection.submit(&Request::Begin(&options))?) } else { None };
        let own = (!self.begins).then_some(&options);
        let asking = self.asked.map(|asked| asked.submit(connection, own)).transpose()?;
        Ok(Started { told, begin, asking })
    }
}

impl Requests for Start<'_> {
    fn prepare(&self) -> LocalBoxFuture<'_, Result<()>> {
        // Those that are known were for the routers. To find a member may have taken a while in which others were at work.
        self.session.learn_bookmarks()
    }

    fn submit(&self, connection: &Connection, database: Option<String>) {
        let submitted = self.submit_to(connection, database);
        self.submitted.replace(Some(submitted));
    }
}
