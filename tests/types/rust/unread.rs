//
use neo4j_wasm::{Result, Session, TransactionConfig, params};

pub async fn write(session: &Session) -> Result<()> {
    session.run("CREATE (:Order)", params! {}, TransactionConfig::default()).await?;
    Ok(())
}
