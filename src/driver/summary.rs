//! `Summary`: what the server says once a result is at its end.

use std::time::Duration;

use super::outcome::{Outcome, ServerInfo};
use super::plan::Plan;
use super::status::{Notification, StatusObject, notifications_and_statuses};
use crate::value::{Map, Value};

/// What the server says once a result is at its end.
///
/// ```
/// use neo4j_wasm::{RecordStream, Result};
///
/// /// Reads nothing of the result.
/// async fn report(result: RecordStream) -> Result<String> {
///     let summary = result.consume().await?;
///     let created = summary.counters.nodes_created;
///     let first = summary.notifications.first().map_or("nothing to remark", |remark| &remark.title);
///     Ok(format!("{created} created by {}: {first}", summary.server.address))
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// `r`, `w`, `rw` or `s` (schema), where the server says so.
    pub query_type: Option<String>,
    /// What the query changed.
    pub counters: Counters,
    /// How the server meant to run the query, after `EXPLAIN` or `PROFILE`.
    pub plan: Option<Plan>,
    /// How the server ran the query, after `PROFILE`.
    pub profile: Option<Plan>,
    /// What the server has to remark, in the older form.
    pub notifications: Vec<Notification>,
    /// How the query went and what the server has to remark, the weightiest first.
    pub gql_status_objects: Vec<StatusObject>,
    /// How long the server took until the first record was there.
    pub result_available_after: Option<Duration>,
    /// How long the server took from there to the last record.
    pub result_consumed_after: Option<Duration>,
    /// Who answered.
    pub server: ServerInfo,
    /// The database that was used, where the server says so.
    pub database: Option<String>,
    /// What the server has said and the driver could not keep, in the server's words, such as `profile` or `statuses`:
    /// it takes more than 64 MB of memory, or something in it is no value that there is. A plan is left out whole; of
    /// anything else only that part is. Empty, almost always.
    pub omitted: Vec<String>,
}

macro_rules! counters {
    ($($field:ident, $key:literal, $doc:literal;)*) => {
        /// What a query changed.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counters {
            $(#[doc = $doc] pub $field: i64,)*
            contains_updates: Option<bool>,
            contains_system_updates: Option<bool>,
        }

        impl Counters {
            fn read(stats: &Map) -> Self {
                Self {
                    $($field: stats.get($key).and_then(Value::as_whole).unwrap_or_default(),)*
                    contains_updates: stats.get("contains-updates").and_then(Value::as_bool),
                    contains_system_updates: stats.get("contains-system-updates").and_then(Value::as_bool),
                }
            }

            /// Whether anything at all has changed in the graph or its schema.
            fn has_changes(&self) -> bool {
                Self { system_updates: 0, ..*self }.counts().any(|count| count > 0)
            }

            fn counts(self) -> impl Iterator<Item = i64> {
                [$(self.$field),*].into_iter()
            }
        }
    };
}

counters! {
    nodes_created, "nodes-created", "Nodes created.";
    nodes_deleted, "nodes-deleted", "Nodes deleted.";
    relationships_created, "relationships-created", "Relationships created.";
    relationships_deleted, "relationships-deleted", "Relationships deleted.";
    properties_set, "properties-set", "Properties set.";
    labels_added, "labels-added", "Labels added.";
    labels_removed, "labels-removed", "Labels removed.";
    indexes_added, "indexes-added", "Indexes added.";
    indexes_removed, "indexes-removed", "Indexes removed.";
    constraints_added, "constraints-added", "Constraints added.";
    constraints_removed, "constraints-removed", "Constraints removed.";
    system_updates, "system-updates", "Changes to the system database.";
}

impl Counters {
    /// Whether the query changed the graph or its schema.
    #[must_use]
    pub fn contains_updates(&self) -> bool {
        self.contains_updates.unwrap_or_else(|| self.has_changes())
    }

    /// Whether the query changed the system database.
    #[must_use]
    pub fn contains_system_updates(&self) -> bool {
        self.contains_system_updates.unwrap_or(self.system_updates > 0)
    }
}

impl Summary {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let (notifications, gql_status_objects) = notifications_and_statuses(outcome);
        let plan = |key, is_profile| Plan::read(outcome.list(key)?, is_profile);
        let last = outcome.said.get("t_last").and_then(Value::as_whole);
        Self {
            query_type: outcome.text("type").map(str::to_owned),
            counters: outcome.map("stats").map(Counters::read).unwrap_or_default(),
            plan: plan("plan", false).or_else(|| plan("profile", false)),
            profile: plan("profile", true),
            notifications,
            gql_status_objects,
            result_available_after: outcome.first.and_then(milliseconds),
            result_consumed_after: last.and_then(milliseconds),
            server: outcome.server.clone(),
            database: outcome.text("db").map(str::to_owned),
            omitted: outcome.omitted(),
        }
    }
}

fn milliseconds(count: i64) -> Option<Duration> {
    u64::try_from(count).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_counted_where_the_server_does_not_say_it_itself() {
        let counters = Counters::read(&Map::from([("nodes-created", 2)]));
        assert!(counters.contains_updates() && !counters.contains_system_updates());
        let counters = Counters::read(&Map::from([("system-updates", 1)]));
        assert!(!counters.contains_updates() && counters.contains_system_updates());
        let counters = Counters::read(&Map::from([("contains-updates", true)]));
        assert!(counters.contains_updates());
    }
}
