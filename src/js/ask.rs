//! `ask`: calls a function of the application, from the continuation of the call that led to it.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::with_bridge;
use crate::platform::{Caller, LocalFuture};

/// What JavaScript has made of the public call that is under way: a function that has others called from there.
pub(super) fn caller() -> Option<Caller> {
    let caller = with_bridge(|bridge| Some(bridge.caller()))?;
    if caller.is_undefined() { None } else { Some(Caller::new(caller)) }
}

/// Whose call is under way, as JavaScript has it; `undefined` where it is nobody's.
pub(super) fn current_caller() -> JsValue {
    Caller::current().and_then(|caller| caller.get::<JsValue>().cloned()).into()
}

/// What the function gives or promises, or what it throws. It is called at once, or as soon as its caller's turn is.
pub(super) fn ask(function: &Function, given: &Array) -> LocalFuture<Result<JsValue, JsValue>> {
    let answer: Option<Promise> = with_bridge(|bridge| Some(bridge.ask(&current_caller(), function, given)));
    Box::pin(async move {
        match answer {
            Some(answer) => JsFuture::from(answer).await,
            None => Err(JsValue::UNDEFINED),
        }
    })
}
