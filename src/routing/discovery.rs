//! Discovery: asking routers, one after the other, for a table.

use std::cell::RefCell;
use std::future::ready;
use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::table::Table;
use super::{Inner, Need, Resolver, is_unreachable, may_pass};
use crate::bolt::{Request, Route};
use crate::connection::{As, Connection, First, Requests, Ticket};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Address, milliseconds, within};

/// What a router says that every other one would say too.
const FINAL_CODES: [&str; 6] = [
    "Neo.ClientError.Database.DatabaseNotFound",
    "Neo.ClientError.Transaction.InvalidBookmark",
    "Neo.ClientError.Transaction.InvalidBookmarkMixture",
    "Neo.ClientError.Statement.TypeError",
    "Neo.ClientError.Statement.ArgumentError",
    "Neo.ClientError.Request.Invalid",
];

/// What came of the routers asked so far.
struct Search {
    deadline: Duration,
    asked: Vec<Address>,
    failures: Vec<(Address, Error)>,
}

impl Inner {
    /// A table from the first router that gives a good one: those that are known, then the address in the URI. Each has
    /// its share of the time, so that one that never answers does not take it from the others.
    pub(super) async fn discover(&self, need: &Need<'_>, deadline: Duration) -> Result<Table> {
        let mut search = Search { deadline, asked: Vec::new(), failures: Vec::new() };
        let (known, seed_first) = self.known_routers(need);
        // A table without a writer may come from a part of the cluster that has lost the others: the seed may not.
        if seed_first && let Some(table) = self.ask_seed(need, &mut search, known.len()).await? {
            return Ok(table);
        }
        if let Some(table) = self.ask_all(known, need, &mut search, usize::from(!seed_first)).await? {
            return Ok(table);
        }
        if !seed_first && let Some(table) = self.ask_seed(need, &mut search, 0).await? {
            return Ok(table);
        }
        Err(no_router(&search))
    }

    /// The routers to ask, and whether the address in the URI comes before them.
    fn known_routers(&self, need: &Need<'_>) -> (Vec<Address>, bool) {
        let tables = self.tables.borrow();
        match (need.database, tables.get(&need.database.map(str::to_owned))) {
            (Some(_), Some(table)) => (table.routers.clone(), table.came_without_writers),
            (Some(_), None) => (Vec::new(), false),
            // Any router knows of homes.
            (None, _) => (tables.iter().flat_map(|(_, table)| table.routers.clone()).collect(), false),
        }
    }

    async fn ask_seed(&self, need: &Need<'_>, search: &mut Search, later: usize) -> Result<Option<Table>> {
        let seed = self.seed.address.clone();
        let addresses = match &self.resolver {
            None => vec![seed.clone()],
            Some(resolver) => match self.resolved(resolver, search.deadline).await {
                Ok(addresses) => addresses,
                Err(error) => {
                    let message = format!("The resolver failed for {seed}: {}", error.message());
                    // All the time is gone: it would be the next time.
                    let failed =
                        Error::connection("ResolverFailed", message).retryable(error.kind() != ErrorKind::Timeout);
                    search.failures.push((seed, failed.caused_by(error)));
                    return Ok(None);
                }
            },
        };
        if addresses.is_empty() {
            let message = format!("The resolver gave no address for {seed}");
            search.failures.push((seed, Error::connection("ResolverFailed", message)));
        }
        self.ask_all(addresses, need, search, later).await
    }

    async fn resolved(&self, resolver: &Resolver, deadline: Duration) -> Result<Vec<Address>> {
        let limit = deadline.saturating_sub(self.platform.now());
        let resolving = resolver.resolve(self.seed.address.clone());
        within(&*self.platform, limit, resolving).await.unwrap_or_else(|| {
            let message = format!("it gave no addresses within {} ms", milliseconds(limit));
            Err(Error::new(ErrorKind::Timeout, "ResolverTimeout", message))
        })
    }

    /// `later`: how many are to be asked after these.
    async fn ask_all(
        &self,
        mut addresses: Vec<Address>,
        need: &Need<'_>,
        search: &mut Search,
        later: usize,
    ) -> Result<Option<Table>> {
        addresses.retain(|address| !search.asked.contains(address));
        let count = addresses.len();
        for (index, address) in addresses.into_iter().enumerate() {
            if search.asked.contains(&address) {
                continue;
            }
            search.asked.push(address.clone());
            let limit = share(search.deadline.saturating_sub(self.platform.now()), count - index - 1 + later);
            match self.ask(&address, need, limit).await {
                Ok(table) => return Ok(Some(table)),
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => {
                    if is_unreachable(&error) {
                        self.forget(&address);
                    }
                    search.failures.push((address, error));
                }
            }
        }
        Ok(None)
    }

    async fn ask(&self, address: &Address, need: &Need<'_>, limit: Duration) -> Result<Table> {
        let (platform, deadline) = (&*self.platform, self.platform.now().saturating_add(limit));
        let mute = || {
            let message = format!("{address} gave no routing table within {} ms", milliseconds(limit));
            Error::new(ErrorKind::Timeout, "RouterTimeout", message).retryable(true)
        };
        let target = self.target(address);
        let route = Ask {
            route: Route {
                context: &self.context,
                bookmarks: need.bookmarks,
                database: need.database,
                impersonated_user: need.impersonated_user,
            },
            submitted: RefCell::new(None),
        };
        let first = First::new(&route, false);
        let wanted = As { first: Some(&first), ..need.wanted };
        let acquiring = self.pool.acquire(&target, &wanted, deadline);
        let lease = within(platform, limit, acquiring).await.unwrap_or_else(|| Err(mute()))?;
        lease.connection().flush();
        let Some(answer) = route.submitted.take() else { return Err(mute()) };
        let answer = answer?;
        let left = deadline.saturating_sub(platform.now());
        let metadata = within(platform, left, answer.success()).await.unwrap_or_else(|| {
            // It would not answer a RESET either.
            lease.connection().close(mute());
            Err(mute())
        })?;
        let table = Table::read(&metadata, self.platform.now())?;
        if table.routers.is_empty() || table.members(false).is_empty() {
            let message = format!("{address} knows no router, or nobody to read from");
            return Err(Error::connection("IncompleteRoutingTable", message));
        }
        Ok(table)
    }
}

/// ROUTE, for whichever connection is had.
struct Ask<'a> {
    route: Route<'a>,
    submitted: RefCell<Option<Result<Ticket>>>,
}

impl Requests for Ask<'_> {
    fn prepare(&self) -> LocalBoxFuture<'_, Result<()>> {
        Box::pin(ready(Ok(())))
    }

    fn submit(&self, connection: &Connection, _: Option<String>) {
        self.submitted.replace(Some(connection.submit(&Request::Route(self.route))));
    }
}

/// Whether asking another router is of no use.
fn is_final(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Auth | ErrorKind::Usage | ErrorKind::Configuration => true,
        _ => {
            let is_refusal = error.code().starts_with("Neo.ClientError.Security.");
            let is_refusal = is_refusal && error.code() != "Neo.ClientError.Security.AuthorizationExpired";
            is_refusal || FINAL_CODES.contains(&error.code())
        }
    }
}

/// As long as a router may take where others are left to be asked.
const PATIENCE: Duration = Duration::from_secs(10);

/// One router's share of the time that is `left`, so that there is as much for each of the others and for the work itself.
fn share(left: Duration, others: usize) -> Duration {
    let share = left / u32::try_from(others + 2).unwrap_or(u32::MAX);
    if others > 0 { share.min(PATIENCE) } else { share }
}

fn no_router(search: &Search) -> Error {
    if let [(_, only)] = &search.failures[..]
        && only.kind() == ErrorKind::Protocol
    {
        return only.clone();
    }
    let mut message = "No router of the cluster gave a routing table".to_owned();
    for (address, failure) in &search.failures {
        message.push_str("; ");
        if failure.kind() == ErrorKind::Server {
            // What a server says does not name it.
            message.push_str(&format!("{address}: "));
        }
        message.push_str(failure.message());
    }
    let error = Error::connection("NoRouterAvailable", message)
        .retryable(may_pass(search.failures.iter().map(|(_, failure)| failure)));
    match search.failures.last() {
        Some((_, failure)) => error.caused_by(failure.clone()),
        None => error,
    }
}
