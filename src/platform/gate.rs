//! The gate: what comes from the runtime, from sockets and from functions of the application is looked at here for what it
//! is. Whatever it throws at that becomes nothing, a text or an error of ours.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::Diagnosis;

#[wasm_bindgen]
extern "C" {
    /// Anything at all.
    type Foreign;
    #[wasm_bindgen(method, getter, catch)]
    fn data(this: &Foreign) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = readyState)]
    fn ready_state(this: &Foreign) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(of: &JsValue) -> Result<Bytes, JsValue>;
    #[wasm_bindgen(catch, js_name = String)]
    fn string(of: &JsValue) -> Result<String, JsValue>;
}

/// A property; nothing where there is none, or where it throws.
pub(crate) fn get(of: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(of, &JsValue::from(key)).ok().filter(|value| !value.is_undefined())
}

pub(crate) fn get_text(of: &JsValue, key: &str) -> Option<String> {
    get(of, key)?.as_string().filter(|text| !text.is_empty())
}

/// Sets a property; whether that is so now.
pub(crate) fn set(of: &JsValue, key: &str, value: &JsValue) -> bool {
    Reflect::set(of, &JsValue::from(key), value).unwrap_or_default()
}

/// What an error says, or another value that was thrown.
pub(crate) fn text(thrown: &JsValue) -> String {
    let said = || get_text(thrown, "message");
    let shown = || string(thrown).unwrap_or_else(|_| "something that cannot be shown".to_owned());
    said().unwrap_or_else(shown)
}

/// Code, advice, and whether to try again, as an array has them.
pub(crate) fn diagnosis(found: &JsValue) -> Option<Diagnosis> {
    let retryable = get(found, "2").is_some_and(|value| value.is_truthy());
    Some(Diagnosis { code: get_text(found, "0")?, advice: get_text(found, "1")?, retryable })
}

/// Whether it has the methods.
pub(crate) fn has(of: &JsValue, methods: &[&str]) -> bool {
    methods.iter().all(|method| get(of, method).is_some_and(|found| found.is_function()))
}

/// A socket's `readyState`, where it has one. Not by `get`, which makes a string for each query.
pub(crate) fn ready_state(of: &JsValue) -> Option<f64> {
    of.unchecked_ref::<Foreign>().ready_state().ok()?.as_f64()
}

/// The bytes of a socket's message; of one that is something else, what it is.
pub(crate) fn bytes(event: &JsValue) -> Result<Uint8Array, String> {
    let data = event.unchecked_ref::<Foreign>().data().unwrap_or_default();
    // The usual thing first: this is asked of each frame.
    if !data.is_instance_of::<ArrayBuffer>() {
        if data.is_string() {
            return Err("text".to_owned());
        }
        // Those of another realm are none of this one's, and bear the same name.
        let name = get(&data, "constructor").and_then(|class| get_text(&class, "name"));
        let name = name.unwrap_or_else(|| "something unknown".to_owned());
        if !["ArrayBuffer", "Uint8Array", "Buffer"].contains(&&*name) {
            return Err(name);
        }
    }
    let bytes = Bytes::new(&data).map_err(|_| "a buffer that has been given away".to_owned())?;
    Ok(bytes.unchecked_into())
}
