//! What is known at the end of a result: counters, plans, remarks, who answered and how long it took.

use std::rc::Rc;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Config, Position, Summary};

use super::simulated::{Ask, Host, Server, Table, millis, session};

/// The summary of a query that ends with this metadata.
fn summary_of(version: (u8, u8), table: Table) -> Rc<Summary> {
    let (host, server): (Host, Server) = Host::new();
    server.speak(version.0, version.1);
    server.results_in("QUERY", table);
    let driver = host.driver(Config::default());
    host.run(async { session(&driver).ask("QUERY").await.unwrap().consume().await }).unwrap()
}

fn entry(key: &str, value: impl Into<Value>) -> Map {
    Map::from([(key, value.into())])
}

#[test]
fn a_plain_summary_says_who_answered_where_and_how_long_it_took() {
    let summary = summary_of((5, 4), Table::numbers(0..1));
    assert_eq!(summary.query_type.as_deref(), Some("r"));
    assert_eq!(summary.database.as_deref(), Some("neo4j"));
    assert_eq!((summary.result_available_after, summary.result_consumed_after), (Some(millis(3)), Some(millis(5))));
    let server = &summary.server;
    assert_eq!([&server.address, &server.agent, &server.protocol_version], ["localhost:7687", "Neo4j/5.26.0", "5.4"]);
    assert!(!summary.counters.contains_updates() && !summary.counters.contains_system_updates());
    assert!(summary.plan.is_none() && summary.profile.is_none() && summary.notifications.is_empty());
}

#[test]
fn counters_count_what_has_changed() {
    let stats = Map::from([
        ("nodes-created", 1),
        ("nodes-deleted", 2),
        ("relationships-created", 3),
        ("relationships-deleted", 4),
        ("properties-set", 5),
        ("labels-added", 6),
        ("labels-removed", 7),
        ("indexes-added", 8),
        ("indexes-removed", 9),
        ("constraints-added", 10),
        ("constraints-removed", 11),
    ]);
    let counters = summary_of((5, 8), Table::nothing().with_summary(entry("stats", stats))).counters;
    assert_eq!((counters.nodes_created, counters.nodes_deleted), (1, 2));
    assert_eq!((counters.relationships_created, counters.relationships_deleted), (3, 4));
    assert_eq!((counters.properties_set, counters.labels_added, counters.labels_removed), (5, 6, 7));
    assert_eq!((counters.indexes_added, counters.indexes_removed), (8, 9));
    assert_eq!((counters.constraints_added, counters.constraints_removed), (10, 11));
    assert!(counters.contains_updates() && !counters.contains_system_updates());
}

#[test]
fn the_servers_own_word_on_whether_there_are_updates_counts() {
    let stats = Map::from([
        ("system-updates", Value::from(2)),
        ("contains-system-updates", Value::from(true)),
        ("contains-updates", Value::from(false)),
    ]);
    let counters = summary_of((5, 8), Table::nothing().with_summary(entry("stats", stats))).counters;
    assert!(!counters.contains_updates() && counters.contains_system_updates());
    assert_eq!(counters.system_updates, 2);
}

fn operator(kind: &str, rest: &[(&str, Value)]) -> Map {
    let kind = ("operatorType", Value::from(kind));
    [kind].into_iter().chain(rest.iter().cloned()).collect()
}

#[test]
fn a_plan_is_a_tree_of_operators() {
    let scan = operator("AllNodesScan@neo4j", &[("identifiers", Value::from(vec!["n"]))]);
    let details = Map::from([("Details", "n"), ("planner-impl", "IDP")]);
    let root = operator("ProduceResults@neo4j", &[("args", details.clone().into()), ("children", vec![scan].into())]);
    let summary = summary_of((5, 8), Table::nothing().with_summary(entry("plan", root)));
    let plan = summary.plan.as_ref().unwrap();
    assert_eq!((plan.operator_type(), plan.arguments()), ("ProduceResults@neo4j", &details));
    assert_eq!(plan.children().next().unwrap().operator_type(), "AllNodesScan@neo4j");
    assert_eq!(plan.children().next().unwrap().identifiers().collect::<Vec<_>>(), ["n"]);
    assert!(plan.measured().is_none() && summary.profile.is_none());
}

#[test]
fn a_profile_says_what_each_operator_took_and_is_a_plan_too() {
    let measures = [
        ("dbHits", Value::from(3)),
        ("rows", Value::from(2)),
        ("pageCacheHits", Value::from(5)),
        ("pageCacheMisses", Value::from(1)),
        ("pageCacheHitRatio", Value::from(0.5)),
        ("time", Value::from(77)),
    ];
    let summary = summary_of((5, 8), Table::nothing().with_summary(entry("profile", operator("Scan", &measures))));
    let measured = summary.profile.as_ref().unwrap().measured().unwrap();
    assert_eq!((measured.db_hits, measured.rows, measured.time), (3, 2, Some(77)));
    assert_eq!((measured.page_cache_hits, measured.page_cache_misses), (Some(5), Some(1)));
    assert_eq!(measured.page_cache_hit_ratio, Some(0.5));
    assert_eq!(summary.plan.as_ref().unwrap().operator_type(), "Scan");
}

fn position() -> Map {
    Map::from([("offset", 9), ("line", 1), ("column", 10)])
}

#[test]
fn notifications_of_older_servers_become_statuses() {
    let cartesian = Map::from([
        ("code", Value::from("Neo.ClientNotification.Statement.CartesianProduct")),
        ("title", Value::from("A cartesian product")),
        ("description", Value::from("It may be large.")),
        ("severity", Value::from("INFORMATION")),
        ("category", Value::from("PERFORMANCE")),
        ("position", Value::from(position())),
    ]);
    let table = Table::numbers(0..2).with_summary(entry("notifications", vec![cartesian]));
    let summary = summary_of((5, 4), table);
    let notification = &summary.notifications[0];
    assert_eq!(notification.code, "Neo.ClientNotification.Statement.CartesianProduct");
    assert_eq!((notification.title.as_str(), notification.severity), ("A cartesian product", "INFORMATION"));
    assert_eq!((notification.category, notification.description.as_str()), ("PERFORMANCE", "It may be large."));
    assert_eq!(notification.position, Some(Position { offset: 9, line: 1, column: 10 }));
    let statuses: Vec<_> = summary.gql_status_objects.iter().map(|status| status.gql_status.as_str()).collect();
    assert_eq!(statuses, ["00000", "03N42"]);
    let status = &summary.gql_status_objects[1];
    assert_eq!((status.classification, status.is_notification), ("PERFORMANCE", true));
    assert_eq!(status.position, notification.position);
}

#[test]
fn how_a_query_went_is_a_status_even_where_the_server_says_nothing() {
    for (table, status) in
        [(Table::numbers(0..2), "00000"), (Table::numbers(0..0), "02000"), (Table::nothing(), "00001")]
    {
        for version in [(4, 4), (5, 0), (5, 4)] {
            let summary = summary_of(version, table.clone());
            let statuses: Vec<_> = summary.gql_status_objects.iter().map(|object| object.gql_status.clone()).collect();
            assert_eq!(statuses, [status]);
        }
    }
}

#[test]
fn statuses_of_newer_servers_become_notifications_where_they_have_a_code() {
    let record = Map::from([
        ("_classification", Value::from("HINT")),
        ("_severity", Value::from("WARNING")),
        ("_position", Value::from(position())),
    ]);
    let done = Map::from([("gql_status", "00000"), ("status_description", "note: successful completion")]);
    let remark = Map::from([
        ("gql_status", Value::from("01N50")),
        ("status_description", Value::from("warn: unknown label")),
        ("neo4j_code", Value::from("Neo.ClientNotification.Statement.UnknownLabelWarning")),
        ("title", Value::from("Unknown label")),
        ("description", Value::from("There is no such label.")),
        ("diagnostic_record", Value::from(record)),
    ]);
    let table = Table::numbers(0..2).with_summary(entry("statuses", vec![done, remark]));
    for version in [(5, 6), (5, 8), (6, 0)] {
        let summary = summary_of(version, table.clone());
        assert_eq!(summary.notifications.len(), 1);
        let notification = &summary.notifications[0];
        assert_eq!(notification.code, "Neo.ClientNotification.Statement.UnknownLabelWarning");
        assert_eq!((notification.severity, notification.category), ("WARNING", "HINT"));
        assert_eq!(notification.position, Some(Position { offset: 9, line: 1, column: 10 }));
        let [done, remark] = &summary.gql_status_objects[..] else { panic!("two statuses") };
        assert!(!done.is_notification && remark.is_notification);
        // What servers leave out is filled in.
        assert_eq!(done.diagnostic_record.get("CURRENT_SCHEMA"), Some(&Value::from("/")));
        assert_eq!((remark.severity, remark.description.as_str()), ("WARNING", "warn: unknown label"));
    }
}

#[test]
fn each_result_of_a_transaction_has_its_own_summary() {
    let (host, server) = Host::new();
    let created = |count: i64| Table::nothing().with_summary(entry("stats", Map::from([("nodes-created", count)])));
    server.results_in("CREATE 1", created(1));
    server.results_in("CREATE 2", created(2));
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = super::simulated::begin(&driver).await.unwrap();
        let (one, two) = (transaction.ask("CREATE 1").await.unwrap(), transaction.ask("CREATE 2").await.unwrap());
        assert_eq!(two.consume().await.unwrap().counters.nodes_created, 2);
        transaction.commit().await.unwrap();
        // Also after the end of the transaction.
        assert_eq!(one.consume().await.unwrap().counters.nodes_created, 1);
    });
}
