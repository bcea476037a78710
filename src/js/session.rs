//! `SessionHandle` and `TransactionHandle`, for `session.js` and `transaction.js`.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::abort::{AbortSignal, promise};
use super::ask::ask;
use super::from_js;
use super::given::{self, Given};
use super::records::Decoder;
use super::result::{Failed, ResultHandle};
use super::thrown::Thrown;
use super::to_js;
use super::work_error::WorkError;
use crate::driver::{AccessMode, Session, Transaction};

/// A session.
#[wasm_bindgen]
pub struct SessionHandle {
    pub(super) session: Session,
}

/// A transaction.
#[wasm_bindgen]
pub struct TransactionHandle {
    transaction: Transaction,
}

#[wasm_bindgen]
impl SessionHandle {
    /// Starts an auto-commit query.
    pub fn run(
        &self,
        query: String,
        parameters: Vec<u8>,
        options: JsValue,
        decoder: Decoder,
        signal: Option<AbortSignal>,
    ) -> ResultHandle {
        let session = self.session.clone();
        let run = async move {
            let config = from_js::transaction_config(&Given(options))?;
            session.run(&query, given::map(&parameters)?, config).await
        };
        ResultHandle::start(decoder, signal, Box::pin(run), self.tell_at_close())
    }

    /// A query that was refused before it came here.
    pub fn refuse(&self, error: JsValue) -> ResultHandle {
        ResultHandle::refused(error, self.tell_at_close())
    }

    fn tell_at_close(&self) -> Failed {
        let session = self.session.clone();
        Box::new(move |error, heard| session.tell_at_close(heard, Thrown::into_error(error.clone())))
    }

    /// Opens a transaction.
    #[wasm_bindgen(js_name = beginTransaction)]
    pub fn begin_transaction(&self, options: JsValue, signal: Option<AbortSignal>) -> Promise {
        let session = self.session.clone();
        promise(signal, async move {
            let config = from_js::transaction_config(&Given(options)).map_err(to_js::thrown)?;
            let transaction = session.begin_transaction(config).await.map_err(to_js::thrown)?;
            Ok(TransactionHandle { transaction }.into())
        })
    }

    /// Does `work` in a transaction, again when that can help.
    pub fn execute(&self, read: bool, work: Function, options: JsValue, signal: Option<AbortSignal>) -> Promise {
        let session = self.session.clone();
        promise(signal, async move {
            let config = from_js::transaction_config(&Given(options)).map_err(to_js::thrown)?;
            let mode = if read { AccessMode::Read } else { AccessMode::Write };
            let once = async |transaction| {
                let given = Array::of1(&TransactionHandle { transaction }.into());
                ask(&work, &given).await.map_err(WorkError::Thrown)
            };
            session.execute_managed(mode, config, once).await.map_err(WorkError::into_js)
        })
    }

    /// What the next transaction will be sure to see.
    #[wasm_bindgen(js_name = lastBookmarks)]
    pub fn last_bookmarks(&self) -> Array {
        to_js::strings(&self.session.last_bookmarks())
    }

    /// Ends the session.
    pub fn close(&self) -> Promise {
        let session = self.session.clone();
        promise(None, async move { to_js::nothing(session.close().await) })
    }

    /// Whether it has not been closed.
    #[wasm_bindgen(js_name = isOpen)]
    pub fn is_open(&self) -> bool {
        self.session.is_open()
    }
}

#[wasm_bindgen]
impl TransactionHandle {
    /// Starts a query in the transaction.
    pub fn run(
        &self,
        query: String,
        parameters: Vec<u8>,
        decoder: Decoder,
        signal: Option<AbortSignal>,
    ) -> ResultHandle {
        let transaction = self.transaction.clone();
        let run = async move { transaction.run(&query, given::map(&parameters)?).await };
        ResultHandle::start(decoder, signal, Box::pin(run), self.fail())
    }

    /// A query that was refused before it came here.
    pub fn refuse(&self, error: JsValue) -> ResultHandle {
        ResultHandle::refused(error, self.fail())
    }

    fn fail(&self) -> Failed {
        let transaction = self.transaction.clone();
        Box::new(move |error, _| transaction.fail(|| Thrown::into_error(error.clone())))
    }

    /// Makes what was done permanent.
    pub fn commit(&self, signal: Option<AbortSignal>) -> Promise {
        let transaction = self.transaction.clone();
        promise(signal, async move { to_js::nothing(transaction.commit().await) })
    }

    /// Undoes what was done.
    pub fn rollback(&self, signal: Option<AbortSignal>) -> Promise {
        let transaction = self.transaction.clone();
        promise(signal, async move { to_js::nothing(transaction.rollback().await) })
    }

    /// Rolls back if it is open.
    pub fn close(&self) -> Promise {
        let transaction = self.transaction.clone();
        promise(None, async move { to_js::nothing(transaction.close().await) })
    }

    /// Whether it has neither ended nor failed.
    #[wasm_bindgen(js_name = isOpen)]
    pub fn is_open(&self) -> bool {
        self.transaction.is_open()
    }
}
