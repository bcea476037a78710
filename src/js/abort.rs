//! Promises, and `AbortSignal`: a future that is dropped when the signal says so.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use crate::platform::LocalFuture;

/// A promise of something that can be aborted.
///
/// Boxed, so that the machinery of promises is compiled once and not for every kind of work.
pub(super) fn promise(
    signal: Option<AbortSignal>,
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Promise {
    boxed_promise(signal, Box::pin(work))
}

fn boxed_promise(signal: Option<AbortSignal>, work: LocalFuture<Result<JsValue, JsValue>>) -> Promise {
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
        if signal.aborted() {
            return Poll::Ready(Err(signal.reason()));
        }
        waker.replace(Some(context.waker().clone()));
        work.as_mut().poll(context)
    })
    .await
}

/// Calls back when the signal fires, for as long as it lives.
pub(super) struct OnAbort {
    signal: AbortSignal,
    listener: Closure<dyn FnMut()>,
}

impl OnAbort {
    pub(super) fn new(signal: &AbortSignal, call: impl FnMut() + 'static) -> Self {
        let listener = Closure::<dyn FnMut()>::new(call);
        // Adding a listener to an event target does not throw.
        let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        Self { signal: signal.clone(), listener }
    }
}

impl Drop for OnAbort {
    fn drop(&mut self) {
        let _ = self.signal.remove_event_listener_with_callback("abort", self.listener.as_ref().unchecked_ref());
    }
}
