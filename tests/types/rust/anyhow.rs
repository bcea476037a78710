//! `anyhow::Error` does not say whether a transaction that failed with it can be tried again
//! return `neo4j_wasm::Error`, `Box<dyn std::error::Error>` or, with the feature `anyhow`, `anyhow::Error`
use neo4j_wasm::{Session, Transaction, TransactionConfig, params};

pub async fn write(session: &Session) -> anyhow::Result<()> {
    let work = async |tx: Transaction| -> anyhow::Result<()> {
        tx.run_to_end("CREATE (:Person)", params! {}).await?;
        Ok(())
    };
    session.execute_write(TransactionConfig::default(), work).await
}
