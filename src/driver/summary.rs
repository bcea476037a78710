//! `Summary`: what the server says once a result is at its end.

use std::time::Duration;

use super::plan::Plan;
use super::status::{Notification, StatusObject, notifications_and_statuses};
use crate::bolt::OMITTED;
use crate::error::{Error, Result};
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

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Host and port.
    pub address: String,
    /// Such as `Neo4j/5.26.0`.
    pub agent: String,
    /// The Bolt version spoken, such as `5.8`.
    pub protocol_version: String,
}

macro_rules! counters {
    ($($field:ident, $key:literal, $name:literal, $doc:literal;)*) => {
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
                    $($field: stats.get($key).and_then(Value::as_integer).unwrap_or_default(),)*
                    contains_updates: stats.get("contains-updates").and_then(Value::as_bool),
                    contains_system_updates: stats.get("contains-system-updates").and_then(Value::as_bool),
                }
            }

            /// Each counter with its JavaScript name.
            #[cfg(all(feature = "js", target_arch = "wasm32"))]
            pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, i64)> {
                [$(($name, self.$field)),*].into_iter()
            }

            fn changes(&self) -> i64 {
                [$(self.$field),*].iter().fold(0, |sum: i64, count| sum.saturating_add(*count)) - self.system_updates
            }
        }
    };
}

counters! {
    nodes_created, "nodes-created", "nodesCreated", "Nodes created.";
    nodes_deleted, "nodes-deleted", "nodesDeleted", "Nodes deleted.";
    relationships_created, "relationships-created", "relationshipsCreated", "Relationships created.";
    relationships_deleted, "relationships-deleted", "relationshipsDeleted", "Relationships deleted.";
    properties_set, "properties-set", "propertiesSet", "Properties set.";
    labels_added, "labels-added", "labelsAdded", "Labels added.";
    labels_removed, "labels-removed", "labelsRemoved", "Labels removed.";
    indexes_added, "indexes-added", "indexesAdded", "Indexes added.";
    indexes_removed, "indexes-removed", "indexesRemoved", "Indexes removed.";
    constraints_added, "constraints-added", "constraintsAdded", "Constraints added.";
    constraints_removed, "constraints-removed", "constraintsRemoved", "Constraints removed.";
    system_updates, "system-updates", "systemUpdates", "Changes to the system database.";
}

impl Counters {
    /// Whether the query changed the graph or its schema.
    #[must_use]
    pub fn contains_updates(&self) -> bool {
        self.contains_updates.unwrap_or_else(|| self.changes() > 0)
    }

    /// Whether the query changed the system database.
    #[must_use]
    pub fn contains_system_updates(&self) -> bool {
        self.contains_system_updates.unwrap_or(self.system_updates > 0)
    }
}

/// What is known about a result apart from the metadata at its end.
pub(super) struct Circumstances<'a> {
    pub(super) server: ServerInfo,
    /// The metadata of RUN.
    pub(super) run: &'a Map,
    pub(super) has_columns: bool,
    pub(super) had_records: bool,
}

impl Summary {
    /// # Errors
    /// A protocol error for a type of query that Bolt does not have.
    pub(super) fn read(metadata: &Map, circumstances: Circumstances<'_>) -> Result<Self> {
        let Circumstances { server, run, has_columns, had_records } = circumstances;
        let map = |key| metadata.get(key).and_then(Value::as_map);
        let (notifications, gql_status_objects) = notifications_and_statuses(metadata, has_columns, had_records);
        let list = |key| metadata.get(key).and_then(Value::as_list);
        let plan = |key, is_profile| Plan::read(list(key)?, is_profile);
        let query_type = text(metadata, "type");
        if query_type.as_deref().is_some_and(|name| !matches!(name, "r" | "w" | "rw" | "s")) {
            return Err(Error::protocol("The server sent a type of query that is none of r, w, rw and s"));
        }
        Ok(Self {
            query_type,
            counters: map("stats").map(Counters::read).unwrap_or_default(),
            plan: plan("plan", false).or_else(|| plan("profile", false)),
            profile: plan("profile", true),
            notifications,
            gql_status_objects,
            result_available_after: milliseconds(run, "t_first"),
            result_consumed_after: milliseconds(metadata, "t_last"),
            server,
            database: text(metadata, "db"),
            omitted: list(OMITTED).unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }
}

fn milliseconds(map: &Map, key: &str) -> Option<Duration> {
    let count = map.get(key).and_then(Value::as_integer)?;
    u64::try_from(count).ok().map(Duration::from_millis)
}

pub(super) fn text(map: &Map, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_str).map(str::to_owned)
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
