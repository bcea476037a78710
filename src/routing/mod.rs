//! Routing: which member of a cluster a piece of work goes to.
//!
//! The router owns the tables, one for each database, and the pool owns the connections; both live on one thread.

mod discovery;
mod resolver;
mod table;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

pub use resolver::Resolver;

use self::table::Table;
use crate::connection::{Lease, Pool, Trouble, Turns};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Address, Platform, Target};
use crate::value::Map;

/// What a piece of work needs of a cluster.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need<'a> {
    pub(crate) writes: bool,
    /// `None` for the user's home database.
    pub(crate) database: Option<&'a str>,
    pub(crate) impersonated_user: Option<&'a str>,
    /// What a router must know of before it answers.
    pub(crate) bookmarks: &'a [String],
}

/// Finds members for work.
pub(crate) struct Router {
    inner: Rc<Inner>,
}

struct Inner {
    platform: Rc<dyn Platform>,
    pool: Pool,
    /// The address in the URI; members are reached in the same way.
    seed: Target,
    context: Map,
    resolver: Option<Resolver>,
    tables: RefCell<HashMap<Key, Table>>,
    /// One discovery at a time for each table: the others wait for what it finds.
    discoveries: RefCell<HashMap<Key, Rc<Turns>>>,
    /// Where to start looking for the least busy reader and writer, so that equals take turns.
    rotations: [Cell<usize>; 2],
}

/// Whose table it is. Without a database it is that of a user's home, which depends on who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    database: Option<String>,
    impersonated_user: Option<String>,
}

/// A table that has expired for so long is of no interest to anyone.
const PURGE_DELAY: Duration = Duration::from_secs(30);

impl Key {
    fn of(need: &Need<'_>) -> Self {
        let user = need.impersonated_user.filter(|_| need.database.is_none());
        Self { database: need.database.map(str::to_owned), impersonated_user: user.map(str::to_owned) }
    }
}

impl Router {
    pub(crate) fn new(
        platform: Rc<dyn Platform>,
        pool: Pool,
        seed: Target,
        context: Map,
        resolver: Option<Resolver>,
    ) -> Self {
        let inner = Rc::new(Inner {
            platform,
            pool,
            seed,
            context,
            resolver,
            tables: RefCell::default(),
            discoveries: RefCell::default(),
            rotations: Default::default(),
        });
        let weak = Rc::downgrade(&inner);
        inner.pool.on_trouble(Box::new(move |address, trouble| {
            if let Some(inner) = weak.upgrade() {
                inner.note(address, trouble);
            }
        }));
        Self { inner }
    }

    /// A connection to a member that can do the work, and the database that it turned out to be for. To be called
    /// within [`Pool::in_time`], which says until when.
    ///
    /// # Errors
    /// A connection error that lists what was tried; what a router said when it says that trying others is useless.
    pub(crate) async fn acquire(&self, need: &Need<'_>, deadline: Duration) -> Result<(Lease, Option<String>)> {
        let inner = &self.inner;
        let key = Key::of(need);
        let mut failures = Vec::new();
        let mut table = inner.fresh_table(&key, need, deadline).await?;
        while let Some(address) = inner.least_busy(&table, need.writes) {
            match inner.pool.acquire(&inner.target(&address), deadline).await {
                Ok(lease) => return Ok((lease, table.database)),
                Err(error) if is_unreachable(&error) => {
                    table.forget(&address);
                    inner.forget(&address);
                    failures.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        // The next try, which the error asks for, finds nobody left in the table and has a newer one.
        Err(no_member(need, failures))
    }
}

impl Inner {
    /// The table, asked for anew where it is too old or has no member for the work.
    async fn fresh_table(&self, key: &Key, need: &Need<'_>, deadline: Duration) -> Result<Table> {
        if let Some(table) = self.usable_table(key, need) {
            return Ok(table);
        }
        let turns = Rc::clone(self.discoveries.borrow_mut().entry(key.clone()).or_insert_with(|| Turns::new(1)));
        let _turn = turns.next().await;
        if let Some(table) = self.usable_table(key, need) {
            return Ok(table);
        }
        let table = self.discover(key, need, deadline).await?;
        let now = self.platform.now();
        let mut tables = self.tables.borrow_mut();
        tables.retain(|_, table| now < table.expires + PURGE_DELAY);
        tables.insert(key.clone(), table.clone());
        Ok(table)
    }

    fn usable_table(&self, key: &Key, need: &Need<'_>) -> Option<Table> {
        let now = self.platform.now();
        let tables = self.tables.borrow();
        let usable =
            |table: &&Table| now < table.expires && !table.routers.is_empty() && !table.members(need.writes).is_empty();
        tables.get(key).filter(usable).cloned()
    }

    /// The member with the fewest connections in use; of equals another one each time.
    fn least_busy(&self, table: &Table, writes: bool) -> Option<Address> {
        let members = table.members(writes);
        let rotation = &self.rotations[usize::from(writes)];
        let start = rotation.replace(rotation.get().wrapping_add(1));
        let rotated = (0..members.len()).map(|index| &members[(start.wrapping_add(index)) % members.len()]);
        rotated.min_by_key(|address| self.pool.in_use(address)).cloned()
    }

    fn target(&self, address: &Address) -> Target {
        Target { address: address.clone(), ..self.seed.clone() }
    }

    /// Nobody is sent there until a newer table names it again.
    fn forget(&self, address: &Address) {
        self.tables.borrow_mut().values_mut().for_each(|table| table.forget(address));
    }

    fn note(&self, address: &Address, trouble: Trouble<'_>) {
        match trouble {
            Trouble::Lost => self.forget(address),
            Trouble::Refused(error) => match error.code() {
                "Neo.TransientError.General.DatabaseUnavailable" => self.forget(address),
                "Neo.ClientError.Cluster.NotALeader" | "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase" => {
                    self.tables.borrow_mut().values_mut().for_each(|table| table.forget_writer(address));
                }
                _ => {}
            },
        }
    }
}

/// Whether another member may do better.
fn is_unreachable(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout) && error.is_retryable()
}

fn no_member(need: &Need<'_>, failures: Vec<Error>) -> Error {
    let role = if need.writes { "write to" } else { "read from" };
    let database = need.database.unwrap_or("the home database");
    let mut message = format!("No member of the cluster was found to {role} {database}");
    for failure in &failures {
        message.push_str("; ");
        message.push_str(failure.message());
    }
    let error = Error::connection("NoMemberAvailable", message);
    match failures.into_iter().last() {
        Some(failure) => error.caused_by(failure),
        None => error,
    }
}
