//! The console, looked up at each call. The JavaScript face has warnings of its own.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = console, js_name = warn)]
    fn console_warn(text: &str) -> Result<(), JsValue>;
}

pub(super) fn warn(text: &str) {
    // If the application has a console that throws, there is nobody left to tell.
    let _ = console_warn(text);
}
