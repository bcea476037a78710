//! Routing: which member of a cluster a piece of work goes to.
//!
//! The router owns the tables, one for each database, and the pool owns the connections; both live on one thread.

mod discovery;
mod home_database;
mod resolver;
mod sharing;
mod table;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

pub use resolver::Resolver;
pub use table::RoutingTable;

use self::home_database::{HomeDatabases, User};
use self::sharing::{Discoveries, Subject};
use self::table::Table;
use crate::connection::{As, Few, First, Lease, Pool, Trouble};
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
    pub(crate) wanted: As<'a>,
    /// What a router must know of before it answers.
    pub(crate) bookmarks: &'a [String],
}

impl Need<'_> {
    /// Has the first requests name a database; with `if_routed`, only where the server routes by itself.
    fn name_first(&self, database: Option<&str>, if_routed: bool) {
        if let Some(first) = self.wanted.first {
            first.name(database, if_routed);
        }
    }

    /// Whether the server routes by itself, or was known to when it got the first requests.
    fn goes_to(&self, lease: &Lease) -> bool {
        self.wanted.first.map_or_else(|| lease.connection().server_routes(), First::is_submitted)
    }

    fn may_have_run(&self) -> bool {
        self.wanted.first.is_some_and(First::may_have_run)
    }
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
    /// By database; without a name only where the cluster does not say what it is called.
    tables: RefCell<Few<Option<String>, Table>>,
    discoveries: Discoveries,
    homes: RefCell<HomeDatabases>,
    /// Where to start looking for the least busy reader and writer, so that equals take turns.
    rotations: [Cell<usize>; 2],
}

/// A table that has expired for so long is of no interest to anyone.
const PURGE_DELAY: Duration = Duration::from_secs(30);

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
            discoveries: Discoveries::default(),
            homes: RefCell::default(),
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

    /// A connection to a member that can do the work, and the database to name there: `None` where the server finds
    /// out by itself. To be called within [`Pool::in_time`], which says until when.
    ///
    /// # Errors
    /// A connection error that lists what was tried; what a router said when it says that trying others is useless.
    pub(crate) async fn acquire(&self, need: &Need<'_>, deadline: Duration) -> Result<(Lease, Option<String>)> {
        let inner = &self.inner;
        if let Some(database) = need.database {
            need.name_first(Some(database), false);
            return Ok((inner.lend(need, deadline).await?, Some(database.to_owned())));
        }
        if let Some(lease) = inner.lend_by_guess(need, deadline).await? {
            return Ok((lease, None));
        }
        let home = inner.find_home(need, deadline).await?;
        need.name_first(home.as_deref(), false);
        let lease = inner.lend(&Need { database: home.as_deref(), ..*need }, deadline).await?;
        Ok((lease, home))
    }

    /// The server has said which database it worked on, as nobody had named one.
    pub(crate) fn note_home(&self, need: &Need<'_>, database: &str) {
        self.inner.homes.borrow_mut().put(User::of(need), database);
    }

    /// What is known of a database's members.
    pub(crate) fn table(&self, database: Option<&str>) -> Option<RoutingTable> {
        let (now, tables) = (self.inner.platform.now(), self.inner.tables.borrow());
        let table = match database {
            Some(_) => tables.get(&database.map(str::to_owned)),
            None => self.inner.homes.borrow().get(&User::Default).and_then(|home| tables.get(&Some(home.to_owned()))),
        };
        table.or_else(|| tables.get(&None).filter(|_| database.is_none())).map(|table| table.shown(now))
    }

    /// Asks for a database's members, whatever is known of them.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub(crate) async fn update(&self, need: &Need<'_>, deadline: Duration) -> Result<RoutingTable> {
        let inner = &self.inner;
        let table = match need.database {
            None => inner.find_home(need, deadline).await.map(|home| inner.tables.borrow().get(&home).cloned())?,
            Some(database) => {
                let subject = Subject::Table(Some(database.to_owned()));
                Some(inner.discover_together(subject, need, deadline, || None).await?)
            }
        };
        table.map(|table| table.shown(inner.platform.now())).ok_or_else(|| no_member(need, Vec::new()))
    }
}

impl Inner {
    /// A connection to a member for the database that is named.
    async fn lend(&self, need: &Need<'_>, deadline: Duration) -> Result<Lease> {
        let mut failures = Vec::new();
        let mut table = self.fresh_table(need, deadline).await?;
        if let Some(first) = need.wanted.first {
            first.prepare().await?;
        }
        while let Some(address) = self.least_busy(&table, need.writes) {
            match self.pool.acquire(&self.target(&address), &need.wanted, deadline).await {
                Ok(lease) => {
                    self.homes.borrow_mut().servers_route = lease.connection().server_routes();
                    return Ok(lease.for_database(need.database));
                }
                Err(error) if is_unreachable(&error) => {
                    table.forget(&address);
                    self.forget(&address);
                    // Nobody else gets what may have been done there.
                    if need.may_have_run() {
                        return Err(error);
                    }
                    failures.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        // The next try, which the error asks for, finds nobody left in the table and has a newer one.
        Err(no_member(need, failures))
    }

    /// A connection by what the user's home was last time. Only to a server that routes by itself should that have
    /// changed meanwhile.
    async fn lend_by_guess(&self, need: &Need<'_>, deadline: Duration) -> Result<Option<Lease>> {
        let user = User::of(need);
        let guess = {
            let homes = self.homes.borrow();
            homes.get(&user).filter(|_| homes.servers_route).map(str::to_owned)
        };
        let Some(guess) = guess else { return Ok(None) };
        need.name_first(None, true);
        match self.lend(&Need { database: Some(&guess), ..*need }, deadline).await {
            Ok(lease) => Ok(Some(lease).filter(|lease| need.goes_to(lease))),
            Err(error) if need.may_have_run() => Err(error),
            // These have nothing to do with the guess.
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Configuration | ErrorKind::Usage) => {
                Err(error)
            }
            Err(_) => {
                self.homes.borrow_mut().forget(&user);
                Ok(None)
            }
        }
    }

    /// Asks for the name of the user's home database; its table comes along.
    async fn find_home(&self, need: &Need<'_>, deadline: Duration) -> Result<Option<String>> {
        let subject = Subject::Home(User::of(need));
        Ok(self.discover_together(subject, need, deadline, || None).await?.database)
    }

    /// A table from a discovery that is under way, if there is one, and else from a new one: unless it is `known` by
    /// the time this one's turn has come.
    async fn discover_together(
        &self,
        subject: Subject,
        need: &Need<'_>,
        deadline: Duration,
        known: impl FnOnce() -> Option<Table>,
    ) -> Result<Table> {
        let part = self.discoveries.join(subject.clone());
        let _turn = part.turn().await;
        if let Some(found) = part.found(need).or_else(|| known().map(Ok)) {
            return found;
        }
        let outcome = self.discover(need, deadline).await;
        if let Ok(table) = &outcome {
            match subject {
                Subject::Table(key) => self.keep(key, table),
                Subject::Home(user) => {
                    self.keep(table.database.clone(), table);
                    if let Some(home) = &table.database {
                        self.homes.borrow_mut().put(user, home);
                    }
                }
            }
        }
        part.tell(need, &outcome);
        outcome
    }

    /// The table, asked for anew where it is too old or has no member for the work.
    async fn fresh_table(&self, need: &Need<'_>, deadline: Duration) -> Result<Table> {
        let key = need.database.map(str::to_owned);
        if let Some(table) = self.usable_table(&key, need) {
            return Ok(table);
        }
        self.discover_together(Subject::Table(key.clone()), need, deadline, || self.usable_table(&key, need)).await
    }

    fn keep(&self, key: Option<String>, table: &Table) {
        let now = self.platform.now();
        let mut tables = self.tables.borrow_mut();
        tables.retain(|table| now < table.expires + PURGE_DELAY);
        tables.insert(key, table.clone());
    }

    fn usable_table(&self, key: &Option<String>, need: &Need<'_>) -> Option<Table> {
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
        self.tables.borrow_mut().iter_mut().for_each(|(_, table)| table.forget(address));
    }

    fn note(&self, address: &Address, trouble: Trouble<'_>) {
        match trouble {
            Trouble::Lost => self.forget(address),
            Trouble::Refused(error, database) => match error.code() {
                "Neo.TransientError.General.DatabaseUnavailable" => self.forget(address),
                "Neo.ClientError.Cluster.NotALeader" | "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase" => {
                    self.forget_writer(address, database);
                }
                _ => {}
            },
        }
    }

    /// Each database has a leader of its own.
    fn forget_writer(&self, address: &Address, database: Option<&str>) {
        for (name, table) in self.tables.borrow_mut().iter_mut() {
            if database.is_none() || name.as_deref() == database {
                table.forget_writer(address);
            }
        }
    }
}

/// Whether another member may do better.
fn is_unreachable(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connection => true,
        ErrorKind::Timeout => error.is_retryable(),
        _ => false,
    }
}

/// Where every failure is one that lasts, such as a certificate that is not trusted, another try is of no use.
fn may_pass<'a>(failures: impl IntoIterator<Item = &'a Error>) -> bool {
    let mut lasts = failures.into_iter().map(|failure| !failure.is_retryable()).peekable();
    lasts.peek().is_none() || lasts.any(|lasts| !lasts)
}

fn no_member(need: &Need<'_>, failures: Vec<Error>) -> Error {
    let role = if need.writes { "write to" } else { "read from" };
    let database = need.database.unwrap_or("the home database");
    let mut message = format!("No member of the cluster was found to {role} {database}");
    for failure in &failures {
        message.push_str("; ");
        message.push_str(failure.message());
    }
    let error = Error::connection("NoMemberAvailable", message).retryable(may_pass(&failures));
    match failures.into_iter().last() {
        Some(failure) => error.caused_by(failure),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untrusted() -> Error {
        Error::connection("CertificateNotTrusted", "text").retryable(false)
    }

    #[test]
    fn a_member_that_cannot_be_reached_for_long_is_one_to_pass_over_all_the_same() {
        assert!(is_unreachable(&untrusted()) && is_unreachable(&Error::connection("ConnectionClosed", "text")));
        assert!(!is_unreachable(&Error::new(ErrorKind::Timeout, "AcquisitionTimeout", "text")));
        assert!(!is_unreachable(&Error::protocol("text")));
    }

    #[test]
    fn another_try_is_of_use_unless_every_failure_lasts() {
        assert!(may_pass(&[]) && !may_pass(&[untrusted(), untrusted()]));
        assert!(may_pass(&[untrusted(), Error::connection("ConnectionClosed", "text")]));
    }
}
