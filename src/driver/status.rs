//! Notifications and GQL status objects: one is made from the other where a server has only one of them.

use super::outcome::Outcome;
use crate::bolt::response::complete_diagnostic_record;
use crate::error::Position;
use crate::value::{Map, Value};

/// A remark of the server on a query, in the older form.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// Such as `Neo.ClientNotification.Statement.CartesianProduct`.
    pub code: String,
    /// In a few words.
    pub title: String,
    /// In full.
    pub description: String,
    /// `WARNING`, `INFORMATION`, or `UNKNOWN` where the server says nothing or something else.
    pub severity: &'static str,
    /// Such as `PERFORMANCE` or `DEPRECATION`; `UNKNOWN` where the server says nothing or something else.
    pub category: &'static str,
    /// The severity as the server says it.
    pub raw_severity: String,
    /// The category as the server says it.
    pub raw_category: String,
    /// Where in the query.
    pub position: Option<Position>,
}

/// How a query went, or a remark of the server on it, in the GQL form.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StatusObject {
    /// Five characters, such as `00000`.
    pub gql_status: String,
    /// The condition's description.
    pub description: String,
    /// `WARNING`, `INFORMATION`, or `UNKNOWN` where the server says nothing or something else.
    pub severity: &'static str,
    /// Such as `PERFORMANCE`; `UNKNOWN` where the server says nothing or something else.
    pub classification: &'static str,
    /// The severity as the server says it; `None` where it says nothing.
    pub raw_severity: Option<String>,
    /// The classification as the server says it; `None` where it says nothing.
    pub raw_classification: Option<String>,
    /// Where in the query.
    pub position: Option<Position>,
    /// All that the server says about the condition.
    pub diagnostic_record: Map,
    /// Whether it stems from a notification.
    pub is_notification: bool,
}

pub(super) fn notifications_and_statuses(outcome: &Outcome) -> (Vec<Notification>, Vec<StatusObject>) {
    if let Some(statuses) = outcome.list("statuses") {
        let statuses = statuses.iter().filter_map(Value::as_map);
        let notifications = statuses.clone().filter_map(notification_of_status).collect();
        return (notifications, statuses.map(StatusObject::read).collect());
    }
    let sent = outcome.list("notifications").unwrap_or_default();
    let notifications: Vec<_> = sent.iter().filter_map(Value::as_map).map(Notification::read).collect();
    let mut statuses: Vec<_> = notifications.iter().map(StatusObject::of_notification).collect();
    statuses.push(StatusObject::of_outcome(outcome));
    // The weightiest first, otherwise in the order given.
    statuses.sort_by_key(StatusObject::weight);
    (notifications, statuses)
}

fn text(map: &Map, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_str).map(str::to_owned)
}

impl Notification {
    fn read(map: &Map) -> Self {
        let part = |key| text(map, key).unwrap_or_default();
        let (raw_severity, raw_category) = (part("severity"), part("category"));
        Self {
            code: part("code"),
            title: part("title"),
            description: part("description"),
            severity: known(&SEVERITIES, &raw_severity),
            category: known(&CLASSIFICATIONS, &raw_category),
            raw_severity,
            raw_category,
            position: map.get("position").and_then(Value::as_map).and_then(Position::from_map),
        }
    }
}

const SEVERITIES: [&str; 2] = ["WARNING", "INFORMATION"];
const CLASSIFICATIONS: [&str; 9] =
    ["HINT", "UNRECOGNIZED", "UNSUPPORTED", "PERFORMANCE", "DEPRECATION", "GENERIC", "SECURITY", "TOPOLOGY", "SCHEMA"];

/// The one of `known` that is said; what is said otherwise stays in the diagnostic record.
fn known(known: &[&'static str], said: &str) -> &'static str {
    known.iter().find(|known| **known == said).copied().unwrap_or("UNKNOWN")
}

fn notification_of_status(status: &Map) -> Option<Notification> {
    let code = text(status, "neo4j_code")?;
    let object = StatusObject::read(status);
    Some(Notification {
        code,
        title: text(status, "title").unwrap_or_default(),
        description: text(status, "description").unwrap_or_default(),
        severity: object.severity,
        category: object.classification,
        raw_severity: object.raw_severity.unwrap_or_default(),
        raw_category: object.raw_classification.unwrap_or_default(),
        position: object.position,
    })
}

impl StatusObject {
    fn read(map: &Map) -> Self {
        let record = map.get("diagnostic_record").and_then(Value::as_map).cloned().unwrap_or_default();
        let record = complete_diagnostic_record(record);
        let (raw_severity, raw_classification) = (text(&record, "_severity"), text(&record, "_classification"));
        Self {
            gql_status: text(map, "gql_status").unwrap_or_default(),
            description: text(map, "status_description").unwrap_or_default(),
            severity: known(&SEVERITIES, raw_severity.as_deref().unwrap_or_default()),
            classification: known(&CLASSIFICATIONS, raw_classification.as_deref().unwrap_or_default()),
            raw_severity,
            raw_classification,
            position: Position::from_record(&record),
            diagnostic_record: record,
            is_notification: map.get("neo4j_code").is_some(),
        }
    }

    fn of_notification(notification: &Notification) -> Self {
        let (gql_status, unknown) = match notification.severity {
            "WARNING" => ("01N42", "warn: unknown warning"),
            _ => ("03N42", "info: unknown notification"),
        };
        let mut record = complete_diagnostic_record(Map::new());
        for (key, part) in [("_severity", &notification.raw_severity), ("_classification", &notification.raw_category)]
        {
            if !part.is_empty() {
                record.insert(key, part.as_str());
            }
        }
        if let Some(Position { offset, line, column }) = notification.position {
            record.insert("_position", Map::from([("offset", offset), ("line", line), ("column", column)]));
        }
        let description = match notification.description.as_str() {
            "" => unknown,
            description => description,
        };
        Self {
            gql_status: gql_status.to_owned(),
            description: description.to_owned(),
            severity: notification.severity,
            classification: notification.category,
            raw_severity: text(&record, "_severity"),
            raw_classification: text(&record, "_classification"),
            position: notification.position,
            diagnostic_record: record,
            is_notification: true,
        }
    }

    fn of_outcome(outcome: &Outcome) -> Self {
        let (gql_status, description) = match (outcome.has_columns, outcome.had_records) {
            (true, true) => ("00000", "note: successful completion"),
            (true, false) => ("02000", "note: no data"),
            (false, _) => ("00001", "note: successful completion - omitted result"),
        };
        Self {
            gql_status: gql_status.to_owned(),
            description: description.to_owned(),
            severity: "UNKNOWN",
            classification: "UNKNOWN",
            raw_severity: None,
            raw_classification: None,
            position: None,
            diagnostic_record: complete_diagnostic_record(Map::new()),
            is_notification: false,
        }
    }

    /// No data weighs most, then warnings, success, and information.
    fn weight(&self) -> u8 {
        match self.gql_status.get(..2) {
            Some("02") => 0,
            Some("01") => 1,
            Some("00") => 2,
            _ => 3,
        }
    }
}
