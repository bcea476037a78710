//! unused `RecordStream` that must be used
//! a result that is not read does not tell whether the query succeeded: read it, or `consume` it
use neo4j_wasm::{Result, Session, TransactionConfig, params};

pub async fn write(session: &Session) -> Result<()> {
    session.run("CREATE (:Order)", params! {}, TransactionConfig::default()).await?;
    Ok(())
}
