//! `First`: the requests that a connection is wanted for. They leave with its login where it has just been opened, and may
//! so be under way before anything is known of what becomes of it.

use std::cell::{Cell, RefCell};
use std::fmt;

use futures::future::LocalBoxFuture;

use super::live::Connection;
use crate::bolt::AuthToken;
use crate::error::Result;

/// What a piece of work wants of its connection.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct As<'a> {
    /// The session's own token; `None` for the driver's.
    pub(crate) session: Option<&'a AuthToken>,
    /// Log in even where the connection already has: whether the token is good shall be seen.
    pub(crate) anew: bool,
    /// What it wants to say there first.
    pub(crate) first: Option<&'a First<'a>>,
}

/// Requests that can be submitted to any connection, and again to another one.
pub(crate) trait Requests {
    /// Has them be what they should, now that a member of a cluster has been found.
    fn prepare(&self) -> LocalBoxFuture<'_, Result<()>>;

    /// Submits them, for the version of the connection, and sends nothing. What goes wrong is kept for whoever has made them.
    fn submit(&self, connection: &Connection, database: Option<String>);
}

/// The requests that a connection is wanted for.
pub(crate) struct First<'a> {
    requests: &'a dyn Requests,
    /// They must not be done twice, as a query that may write and is committed by the server.
    once: bool,
    /// The database to name.
    database: RefCell<Option<String>>,
    /// They are for a server that routes by itself, and no other.
    if_routed: Cell<bool>,
    is_submitted: Cell<bool>,
    may_have_run: Cell<bool>,
}

impl<'a> First<'a> {
    pub(crate) fn new(requests: &'a dyn Requests, once: bool) -> Self {
        Self {
            requests,
            once,
            database: RefCell::default(),
            if_routed: Cell::new(false),
            is_submitted: Cell::new(false),
            may_have_run: Cell::new(false),
        }
    }

    /// Has them name a database; with `if_routed`, only a server that is known to route by itself gets them.
    pub(crate) fn name(&self, database: Option<&str>, if_routed: bool) {
        self.database.replace(database.map(str::to_owned));
        self.if_routed.set(if_routed);
    }

    /// They were for a connection that is of no use, if for any, and are for another one now.
    pub(super) fn begin_anew(&self) {
        self.is_submitted.set(false);
    }

    pub(crate) fn prepare(&self) -> LocalBoxFuture<'_, Result<()>> {
        self.requests.prepare()
    }

    /// Submits them to the connection, unless they were.
    pub(super) fn submit(&self, connection: &Connection) {
        let is_for_it = !self.if_routed.get() || connection.server_routes();
        if is_for_it && !self.is_submitted.replace(true) {
            self.requests.submit(connection, self.database.borrow().clone());
        }
    }

    /// Whether whoever has been lent a connection finds them there.
    pub(crate) fn is_submitted(&self) -> bool {
        self.is_submitted.get()
    }

    /// They were sent to a server of which nothing is known yet.
    pub(super) fn note_sent(&self) {
        self.may_have_run.set(self.once && self.is_submitted.get());
    }

    /// The server has answered that it did not look at them.
    pub(super) fn note_unheard(&self) {
        self.may_have_run.set(false);
    }

    /// Whether they are lost and may have been done all the same, so that nobody else may get them.
    pub(crate) fn may_have_run(&self) -> bool {
        self.may_have_run.get()
    }
}

impl fmt::Debug for First<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("First")
    }
}
