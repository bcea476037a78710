//! `OrderError` does not say whether a transaction that failed with it can be tried again
//! or implement `neo4j_wasm::Retryable` for an error type of your own
//! or say it by a function: `execute_write_with(&RetryPolicy::when(|error| …), …)`
use neo4j_wasm::{Error, Session, Transaction, TransactionConfig, params};

pub struct OrderError;

impl From<Error> for OrderError {
    fn from(_: Error) -> Self {
        Self
    }
}

pub async fn write(session: &Session) -> Result<(), OrderError> {
    let work = async |tx: Transaction| {
        tx.run_to_end("CREATE (:Order)", params! {}).await?;
        Ok::<_, OrderError>(())
    };
    session.execute_write(TransactionConfig::default(), work).await
}
