//! `Unheard`: what went wrong with queries and is to be told to whoever closes their session, unless it is heard before.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::error::Error;

/// Set once someone has been told, or waits to be.
pub(crate) type Heard = Rc<Cell<bool>>;

/// So many at most: whoever closes is told the first.
const CAPACITY: usize = 16;

/// Failures of a session, with whether someone has heard of each.
#[derive(Default)]
pub(super) struct Unheard {
    failures: RefCell<Vec<(Heard, Error)>>,
}

impl Unheard {
    pub(super) fn add(&self, heard: Heard, error: Error) {
        let mut failures = self.failures.borrow_mut();
        failures.retain(|(heard, _)| !heard.get());
        if failures.len() < CAPACITY {
            failures.push((heard, error));
        }
    }

    /// The first that nobody has heard.
    pub(super) fn take(&self) -> Option<Error> {
        self.failures.take().into_iter().find_map(|(heard, error)| (!heard.get()).then_some(error))
    }
}
