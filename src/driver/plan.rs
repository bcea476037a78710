//! `Plan`: the operators of a query. A plan may be deeper than any stack, so they stand one behind the other.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::value::{Map, Value};

/// One operator of a query plan, with what feeds it. Cheap to clone.
///
/// ```
/// use neo4j_wasm::Plan;
///
/// /// The operators that ask the store most, one line each.
/// fn expensive(plan: &Plan, lines: &mut Vec<String>) {
///     if let Some(measured) = plan.measured().filter(|measured| measured.db_hits > 1_000) {
///         lines.push(format!("{}: {} hits", plan.operator_type(), measured.db_hits));
///     }
///     plan.children().for_each(|child| expensive(&child, lines));
/// }
/// ```
#[derive(Clone)]
pub struct Plan {
    /// Of the whole plan, in the server's words: each before those that feed it.
    operators: Arc<[Operator]>,
    at: usize,
    is_profile: bool,
}

#[derive(Debug, PartialEq)]
struct Operator {
    said: Map,
    /// How many operators there are from here to the end of what feeds this one.
    size: usize,
}

/// What running one operator took.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// How often it asked the store.
    pub db_hits: i64,
    /// How many rows it put out.
    pub rows: i64,
    /// How often a page was in memory, where the server says so.
    pub page_cache_hits: Option<i64>,
    /// How often a page had to be read, where the server says so.
    pub page_cache_misses: Option<i64>,
    /// Hits among both, from 0 to 1, where the server says so.
    pub page_cache_hit_ratio: Option<f64>,
    /// How long it took, in nanoseconds, where the server says so.
    pub time: Option<i64>,
}

impl Plan {
    /// Such as `AllNodesScan@neo4j`.
    #[must_use]
    pub fn operator_type(&self) -> &str {
        self.said("operatorType").and_then(Value::as_str).unwrap_or_default()
    }

    /// The variables it deals with.
    pub fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.said("identifiers").and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_str)
    }

    /// What the server has to say about it.
    #[must_use]
    pub fn arguments(&self) -> &Map {
        static NONE: Map = Map::new();
        self.said("args").and_then(Value::as_map).unwrap_or(&NONE)
    }

    /// What feeds it.
    pub fn children(&self) -> impl Iterator<Item = Plan> + use<> {
        let (plan, Range { start, end }) = (self.clone(), self.range());
        let mut next = start + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then(|| Self { at: next, ..plan.clone() })?;
            next = child.range().end;
            Some(child)
        })
    }

    /// What running it took; in a profile only.
    #[must_use]
    pub fn measured(&self) -> Option<Measured> {
        let number = |key| self.said(key).and_then(Value::as_whole);
        self.is_profile.then(|| Measured {
            db_hits: number("dbHits").unwrap_or_default(),
            rows: number("rows").unwrap_or_default(),
            page_cache_hits: number("pageCacheHits"),
            page_cache_misses: number("pageCacheMisses"),
            page_cache_hit_ratio: match self.said("pageCacheHitRatio") {
                Some(Value::Float(ratio)) => Some(*ratio),
                Some(Value::Integer(ratio)) => Some(*ratio as f64),
                _ => None,
            },
            time: number("time"),
        })
    }

    fn said(&self, key: &str) -> Option<&Value> {
        self.operators[self.at].said.get(key)
    }

    fn range(&self) -> Range<usize> {
        self.at..self.at + self.operators[self.at].size
    }

    /// From operators of which each says how many of the next feed it. `None` where there is none.
    pub(super) fn read(operators: &[Value], is_profile: bool) -> Option<Self> {
        let maps = operators.iter().filter_map(Value::as_map);
        let mut operators: Vec<_> = maps.map(|map| Operator { said: map.clone(), size: 1 }).collect();
        measure(&mut operators);
        (!operators.is_empty()).then(|| Self { operators: operators.into(), at: 0, is_profile })
    }
}

/// Finds out how many there are from each to the end of what feeds it.
fn measure(operators: &mut [Operator]) {
    for at in (0..operators.len()).rev() {
        let children = operators[at].said.get("children").and_then(Value::as_whole).unwrap_or_default();
        let mut end = at + 1;
        for _ in 0..children {
            let Some(child) = operators.get(end) else { break };
            end += child.size;
        }
        operators[at].size = end - at;
    }
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.is_profile == other.is_profile && self.operators[self.range()] == other.operators[other.range()]
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.operators[self.range()]).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(name: &str, children: i64) -> Value {
        Map::from([("operatorType", Value::from(name)), ("dbHits", Value::from(3)), ("children", children.into())])
            .into()
    }

    fn names(plans: impl Iterator<Item = Plan>) -> Vec<String> {
        plans.map(|plan| plan.operator_type().to_owned()).collect()
    }

    #[test]
    fn operators_stand_where_they_did() {
        let flat = [operator("a", 2), operator("b", 1), operator("c", 0), operator("d", 0)];
        let plan = Plan::read(&flat, false).unwrap();
        assert_eq!(names(plan.children()), ["b", "d"]);
        let b = plan.children().next().unwrap();
        assert_eq!(names(b.children()), ["c"]);
        let same = |children| b == Plan::read(&[operator("b", children), operator("c", 0)], false).unwrap();
        assert!(same(1) && !same(0));
        assert_eq!(Plan::read(&[], false), None);
        assert_eq!(names(Plan::read(&[operator("a", i64::MAX)], false).unwrap().children()), [""; 0]);
    }

    #[test]
    fn a_profile_holds_what_its_operators_took() {
        let read = |is_profile| Plan::read(&[operator("Produce", 1), operator("Scan", 0)], is_profile).unwrap();
        assert_eq!(read(false).measured(), None);
        assert_eq!(read(true).children().next().unwrap().measured().unwrap().db_hits, 3);
        assert_ne!(read(true), read(false));
    }

    #[test]
    fn a_deep_plan_is_read_compared_shown_and_dropped_on_any_stack() {
        let deep: Vec<_> = (0..100_000).rev().map(|left| operator("x", i64::from(left > 0))).collect();
        let read = move || {
            let plan = Plan::read(&deep, false).unwrap();
            assert_eq!(plan, Plan::read(&deep, false).unwrap());
            assert_eq!(plan.children().next().unwrap().range().len(), 99_999);
            assert!(format!("{plan:?}").len() > 100_000);
        };
        std::thread::Builder::new().stack_size(64 * 1_024).spawn(read).unwrap().join().unwrap();
    }
}
