//! Time on the web: `performance.now()` and `setTimeout`, looked up at each call.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Closure<dyn FnMut()>, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The longest delay that `setTimeout` takes; a longer one would fire at once.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

pub(super) fn now() -> Duration {
    Duration::from_secs_f64(performance_now().max(0.0) / 1_000.0)
}

/// Is ready once its time has come. Dropping it clears the timer.
pub(super) struct Sleep {
    due: Duration,
    waker: Rc<RefCell<Option<Waker>>>,
    timer: Option<Timer>,
}

struct Timer {
    id: JsValue,
    _handler: Closure<dyn FnMut()>,
}

impl Sleep {
    pub(super) fn new(delay: Duration) -> Self {
        Self { due: now().saturating_add(delay), waker: Rc::default(), timer: None }
    }
}

impl Timer {
    fn start(delay: Duration, waker: &Rc<RefCell<Option<Waker>>>) -> Self {
        let waker = Rc::clone(waker);
        let handler = Closure::new(move || {
            let waker = waker.borrow_mut().take();
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        // Rounded up: a timer that fires early would only have to be started again.
        let milliseconds = (delay.min(LONGEST).as_secs_f64() * 1_000.0).ceil();
        Self { id: set_timeout(&handler, milliseconds), _handler: handler }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let left = self.due.saturating_sub(now());
        if left.is_zero() {
            self.timer = None;
            return Poll::Ready(());
        }
        let fired = self.waker.borrow_mut().replace(context.waker().clone()).is_none();
        if fired {
            let timer = Timer::start(left, &self.waker);
            self.timer = Some(timer);
        }
        Poll::Pending
    }
}
