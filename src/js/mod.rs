//! The JavaScript face: thin classes over the driver, for the hand-written JavaScript in `pkg-template/`.
//!
//! Only `given` and `from_js`, `to_js` and `records` let values cross.

mod abort;
mod ask;
mod driver;
mod from_js;
mod given;
mod managers;
mod records;
mod result;
mod session;
mod thrown;
mod to_js;
mod work_error;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the JavaScript side lends: its classes and its sockets.
    pub type Bridge;

    #[wasm_bindgen(method, js_name = makeError)]
    fn make_error(
        this: &Bridge,
        kind: &str,
        code: &str,
        message: &str,
        retryable: bool,
        status: &JsValue,
        position: &JsValue,
        cause: &JsValue,
    ) -> JsValue;

    #[wasm_bindgen(method, catch)]
    fn value(this: &Bridge, areas: *const usize) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = openSocket)]
    fn open_socket(this: &Bridge, url: &str, tls: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn opened(this: &Bridge, socket: &JsValue);

    #[wasm_bindgen(method)]
    fn diagnose(this: &Bridge, url: &str, close_code: u16, said: &str) -> js_sys::Promise;

    #[wasm_bindgen(method)]
    fn caller(this: &Bridge) -> JsValue;

    #[wasm_bindgen(method)]
    fn ask(this: &Bridge, caller: &JsValue, function: &js_sys::Function, given: &js_sys::Array) -> js_sys::Promise;
}

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

thread_local! {
    static BRIDGE: RefCell<Option<Bridge>> = const { RefCell::new(None) };
}

/// Gives the driver what it needs from JavaScript. Once, before anything else.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "what JavaScript calls must be public")]
pub fn install(bridge: Bridge) {
    BRIDGE.with(|slot| slot.replace(Some(bridge)));
}

/// Calls on the bridge; nothing is borrowed while it runs.
fn with_bridge<T: Default>(call: impl FnOnce(&Bridge) -> T) -> T {
    let bridge = BRIDGE.with(|slot| slot.borrow().as_ref().map(|bridge| Bridge::from(JsValue::from(bridge))));
    bridge.map_or_else(T::default, |bridge| call(&bridge))
}
