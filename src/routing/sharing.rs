//! `Discoveries`: one at a time for each table. Whoever comes while one is under way shares what it comes to.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Need;
use super::home_database::User;
use super::table::Table;
use crate::connection::{Few, Turn, Turns};
use crate::error::Result;

/// What is to be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// The members for a database.
    Table(Option<String>),
    /// Which database is a user's home.
    Home(User),
}

/// Those that are under way.
#[derive(Default)]
pub(super) struct Discoveries {
    running: RefCell<Few<Subject, Rc<Discovery>>>,
}

struct Discovery {
    turns: Rc<Turns>,
    /// How many have come to an end.
    ended: Cell<u64>,
    latest: RefCell<Option<Found>>,
}

/// What the last one has come to, and for whom.
struct Found {
    user: User,
    bookmarks: Vec<String>,
    outcome: Result<Table>,
}

/// A part in a discovery; the last to leave takes it away.
pub(super) struct Part<'a> {
    discoveries: &'a Discoveries,
    subject: Subject,
    discovery: Rc<Discovery>,
    /// How many had come to an end when this one came.
    before: u64,
}

impl Discoveries {
    pub(super) fn join(&self, subject: Subject) -> Part<'_> {
        let discovery = Rc::clone(self.running.borrow_mut().get_or_insert_with(&subject, || {
            Rc::new(Discovery { turns: Turns::new(1), ended: Cell::new(0), latest: RefCell::default() })
        }));
        let before = discovery.ended.get();
        Part { discoveries: self, subject, discovery, before }
    }
}

impl Part<'_> {
    /// Waits until nobody else is asking. If whoever asks gives up, the next one does it.
    pub(super) async fn turn(&self) -> Option<Turn> {
        self.discovery.turns.next().await
    }

    /// What someone else has found meanwhile, if it answers this need, too: a router may know less than this one's
    /// bookmarks stand for, and what one user is refused another may get.
    pub(super) fn found(&self, need: &Need<'_>) -> Option<Result<Table>> {
        if self.discovery.ended.get() == self.before {
            return None;
        }
        let latest = self.discovery.latest.borrow();
        let found = latest.as_ref()?;
        let is_known = need.bookmarks.iter().all(|bookmark| found.bookmarks.contains(bookmark));
        let is_same = is_known && (found.outcome.is_ok() || found.user == User::of(need));
        is_same.then(|| found.outcome.clone())
    }

    pub(super) fn tell(&self, need: &Need<'_>, outcome: &Result<Table>) {
        self.discovery.ended.set(self.discovery.ended.get() + 1);
        let (user, bookmarks, outcome) = (User::of(need), need.bookmarks.to_vec(), outcome.clone());
        self.discovery.latest.replace(Some(Found { user, bookmarks, outcome }));
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        // This one and the one in the list.
        if Rc::strong_count(&self.discovery) == 2 {
            self.discoveries.running.borrow_mut().remove(&self.subject);
        }
    }
}
