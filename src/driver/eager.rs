//! `EagerResult`: all of a result, in memory.

use std::rc::Rc;

use super::record::Record;
use super::summary::Summary;

/// All of a result, in memory.
///
/// ```
/// use neo4j_wasm::value::Map;
/// use neo4j_wasm::{EagerResult, Result, Session, TransactionConfig};
///
/// async fn drafts(session: &Session) -> Result<String> {
///     let query = "MATCH (d:Draft) RETURN d.title AS title";
///     let EagerResult { records, summary, .. } =
///         session.run_to_end(query, Map::new(), TransactionConfig::default()).await?;
///     let titles = records.iter().map(|record| record.get("title")).collect::<Result<Vec<String>>>()?;
///     Ok(format!("{} in {:?}", titles.join(", "), summary.database))
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EagerResult {
    /// The names of the columns, in order.
    pub keys: Vec<String>,
    /// The rows, in order.
    pub records: Vec<Record>,
    /// What the server says of the query.
    pub summary: Rc<Summary>,
}
