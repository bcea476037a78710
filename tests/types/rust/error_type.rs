// type annotations needed
use neo4j_wasm::{Result, Session, Transaction, TransactionConfig, params};

pub async fn write(session: &Session) -> Result<()> {
    let work = async |tx: Transaction| {
        tx.run_to_end("CREATE (:Order)", params! {}).await?;
        Ok(())
    };
    session.execute_write(TransactionConfig::default(), work).await
}
