//! Time on the web: `performance.now()` and `setTimeout`, looked up at each call.

use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;

use super::LocalFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The longest delay that `setTimeout` takes; a longer one would fire at once.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

pub(super) fn now() -> Duration {
    Duration::from_secs_f64(performance_now().max(0.0) / 1_000.0)
}

/// Is ready once its time has come, which is counted from here. Dropping it clears the timer.
pub(super) fn sleep(delay: Duration) -> LocalFuture<()> {
    let due = now().saturating_add(delay);
    Box::pin(async move {
        loop {
            let left = due.saturating_sub(now());
            if left.is_zero() {
                return;
            }
            // Rounded up: a timer that fires early would only have to be started again.
            let milliseconds = (left.min(LONGEST).as_secs_f64() * 1_000.0).ceil();
            TimeoutFuture::new(milliseconds as u32).await;
        }
    })
}
