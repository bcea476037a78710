//! `Lease`: a connection lent by the pool. Dropping it gives the connection back, whatever state it is in.

use std::rc::Rc;

use super::live::Connection;
use super::pool::{Pool, Server};
use super::turns::Turn;

/// A connection that nobody else has.
pub(crate) struct Lease {
    connection: Connection,
    pool: Pool,
    server: Rc<Server>,
    /// Dropped after the connection is back, so that the next in the queue finds it.
    _turn: Turn,
}

impl Lease {
    pub(super) fn new(connection: Connection, pool: Pool, server: Rc<Server>, turn: Turn) -> Self {
        Self { connection, pool, server, _turn: turn }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What the server calls itself.
    pub(crate) fn agent(&self) -> String {
        self.server.agent()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.give_back(&self.server, &self.connection);
    }
}
