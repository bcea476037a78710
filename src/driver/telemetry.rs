//! `Telemetry`: tells a server that asks for it which of the driver's interfaces is in use, and nothing else.

use std::cell::Cell;

use crate::bolt::{Request, Version};
use crate::connection::{Answer, Connection, Ticket};
use crate::error::Result;

/// The driver's interfaces, by the numbers that the protocol has for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    ManagedTransaction = 0,
    ExplicitTransaction = 1,
    AutoCommit = 2,
    ExecuteQuery = 3,
}

/// What is to be told of one call, however often it is tried.
pub(super) struct Telemetry {
    interface: Interface,
    is_due: Cell<bool>,
}

impl Telemetry {
    pub(super) fn new(interface: Interface, disabled: bool) -> Self {
        Self { interface, is_due: Cell::new(!disabled) }
    }

    pub(super) fn interface(&self) -> Interface {
        self.interface
    }

    /// Goes ahead of the first request, if the server wants to know.
    pub(super) fn submit(&self, connection: &Connection) -> Result<Option<Ticket>> {
        let is_wanted = connection.greeting().is_some_and(|greeting| greeting.wants_telemetry)
            && connection.version().is_some_and(Version::has_telemetry);
        if !is_wanted || !self.is_due.get() {
            return Ok(None);
        }
        connection.submit(&Request::Telemetry(self.interface as u8)).map(Some)
    }

    /// Not again, once a server has heard it.
    pub(super) fn note(&self, told: Option<&Ticket>) {
        if let Some(Some(Ok(Answer::Success(_)))) = told.map(Ticket::end) {
            self.is_due.set(false);
        }
    }
}
