//! `Lease`: a connection lent by the pool. Dropping it gives the connection back, whatever state it is in.

use std::rc::Rc;

use super::inbox::Answer;
use super::live::{Connection, Ticket, closed_by_driver};
use super::pool::{Pool, Server};
use super::turns::Turn;
use crate::error::Result;

/// A connection that nobody else has.
pub(crate) struct Lease {
    connection: Connection,
    /// How often something had been sent on it before.
    sends: u64,
    /// A login that goes out with the first request.
    logon: Option<Ticket>,
    /// What the work is on, where that is known.
    database: Option<String>,
    pool: Pool,
    server: Rc<Server>,
    /// Dropped after the connection is back, so that the next in the queue finds it.
    _turn: Turn,
}

impl Lease {
    pub(super) fn new(
        connection: Connection,
        logon: Option<Ticket>,
        pool: Pool,
        server: Rc<Server>,
        turn: Turn,
    ) -> Self {
        let sends = connection.sends();
        Self { connection, sends, logon, database: None, pool, server, _turn: turn }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether it is a pooled connection that was lost before anything was sent: another one will do.
    pub(crate) fn was_lost_before(&self) -> bool {
        let is_pooled = self.connection.last_used().get().is_some();
        // The socket is asked last: where something was sent, it was looked at just before that.
        is_pooled && self.connection.sends() == self.sends && !self.connection.is_open()
    }

    /// For work on this database: trouble in it says nothing about others.
    pub(crate) fn for_database(mut self, database: Option<&str>) -> Self {
        self.database = database.map(str::to_owned);
        self
    }

    /// Sends the login if it has not been sent, and waits for what the server says to it.
    ///
    /// # Errors
    /// The server's refusal, or why the connection was lost.
    pub(crate) async fn logged_in(&self) -> Result<()> {
        let Some(logon) = &self.logon else { return Ok(()) };
        self.connection.flush();
        logon.success().await.map(|_| ())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // A RESET could overtake a login that has not been answered, and leave the connection without a user.
        if self.logon.as_ref().is_some_and(|logon| !matches!(logon.end(), Some(Ok(Answer::Success(_))))) {
            self.connection.close(closed_by_driver("The connection was given back before its login was answered"));
        }
        self.pool.give_back(&self.server, &self.connection, self.database.as_deref());
    }
}
