//! `WorkError`: what a transaction's work in JavaScript can end with.

use wasm_bindgen::JsValue;

use super::to_js;
use crate::driver::Retryable;
use crate::error::Error;
use crate::platform::gate;

/// What a transaction's work in JavaScript can end with.
pub(super) enum WorkError {
    Driver(Error),
    Thrown(JsValue),
}

impl From<Error> for WorkError {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl Retryable for WorkError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Driver(error) => error.is_retryable(),
            Self::Thrown(thrown) => gate::get(thrown, "retryable") == Some(JsValue::TRUE),
        }
    }
}

impl WorkError {
    pub(super) fn into_js(self) -> JsValue {
        match self {
            Self::Driver(error) => to_js::thrown(error),
            Self::Thrown(thrown) => thrown,
        }
    }
}
