//! Promises, and `AbortSignal`: a future that is dropped when the signal says so.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::ask::caller;
use super::to_js;
use crate::error::{Error, ErrorKind};
use crate::platform::{Caller, LocalFuture};

#[wasm_bindgen]
extern "C" {
    /// The runtime's, or anything that looks like one.
    #[derive(Clone)]
    pub type AbortSignal;
    #[wasm_bindgen(method, getter, catch)]
    fn aborted(this: &AbortSignal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn reason(this: &AbortSignal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn add(this: &AbortSignal, event: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    fn remove(this: &AbortSignal, event: &str, listener: &JsValue) -> Result<(), JsValue>;
}

/// A promise of something that can be aborted.
///
/// Boxed, so that the machinery of promises is compiled once and not for every kind of work.
pub(super) fn promise(
    signal: Option<AbortSignal>,
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Promise {
    boxed_promise(caller(), signal, Box::pin(work))
}

/// The same as a part of an earlier call.
pub(super) fn promise_within(
    caller: Option<Caller>,
    signal: Option<AbortSignal>,
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Promise {
    boxed_promise(caller, signal, Box::pin(work))
}

fn boxed_promise(
    caller: Option<Caller>,
    signal: Option<AbortSignal>,
    work: LocalFuture<Result<JsValue, JsValue>>,
) -> Promise {
    let work = Caller::run(caller, work);
    future_to_promise(async move { abortable(signal.as_ref(), work).await })
}

/// `work`'s output, or the signal's reason as an error: then `work` is dropped, and if the signal was aborted from
/// the start it is not even begun.
pub(super) async fn abortable<T>(
    signal: Option<&AbortSignal>,
    work: impl Future<Output = Result<T, JsValue>>,
) -> Result<T, JsValue> {
    let Some(signal) = signal else { return work.await };
    let waker: Rc<RefCell<Option<Waker>>> = Rc::default();
    let woken = Rc::clone(&waker);
    let _on_abort = OnAbort::new(signal, move || {
        let waker = woken.borrow_mut().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    let mut work = pin!(work);
    poll_fn(|context| {
        if signal.aborted().is_ok_and(|aborted| aborted.is_truthy()) {
            return Poll::Ready(Err(reason(signal)));
        }
        waker.replace(Some(context.waker().clone()));
        work.as_mut().poll(context)
    })
    .await
}

/// Why it was aborted; old ones and those of others may not say.
fn reason(signal: &AbortSignal) -> JsValue {
    let said = signal.reason().ok().filter(|reason| !reason.is_undefined());
    said.unwrap_or_else(|| to_js::thrown(Error::new(ErrorKind::Usage, "Aborted", "Aborted by its signal")))
}

/// Calls back when the signal fires, for as long as it lives.
pub(super) struct OnAbort {
    signal: AbortSignal,
    listener: Closure<dyn FnMut()>,
}

impl OnAbort {
    pub(super) fn new(signal: &AbortSignal, call: impl FnMut() + 'static) -> Self {
        let listener = Closure::<dyn FnMut()>::new(call);
        // One that takes no listener is looked at whenever the work goes on.
        let _ = signal.add("abort", listener.as_ref());
        Self { signal: signal.clone(), listener }
    }
}

impl Drop for OnAbort {
    fn drop(&mut self) {
        let _ = self.signal.remove("abort", self.listener.as_ref());
    }
}
