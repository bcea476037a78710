//! Values to JavaScript and back, for front-ends that hand rows to a library of JavaScript's: by serde-wasm-bindgen, with
//! a look at what it would take for something else.

use std::cell::Cell;

use js_sys::{Array, BigInt, Map as JsMap, Number, Reflect, Uint8Array};
use serde::Serialize;
use serde::ser::Serializer;
use serde_wasm_bindgen::{Serializer as JsSerializer, from_value, preserve};
use wasm_bindgen::{JsCast, JsValue};

use crate::value::{Value, WrongType};

/// As deep as values from a server are. What holds itself has no end.
const MAX_DEPTH: usize = 512;

thread_local! {
    /// What is written now becomes JavaScript's.
    static TO_JS: Cell<bool> = const { Cell::new(false) };
}

impl Value {
    /// The value as JavaScript has it: LIST and MAP as arrays and plain objects, an INTEGER as a number where that is exact
    /// and else as a bigint, bytes as a `Uint8Array`, dates, times, DURATION and UUID as their text, graph values and points as
    /// plain objects of their parts.
    ///
    /// ```
    /// # fn chart(_: &wasm_bindgen::JsValue) {}
    /// use neo4j_wasm::{Record, Result, value::Value};
    ///
    /// fn draw(records: &[Record]) -> Result<()> {
    ///     let rows: Vec<Value> = records.iter().map(|record| record.get("row")).collect::<Result<_>>()?;
    ///     chart(&Value::from(rows).to_js()?);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`WrongType`] when the page has changed what objects can do, so that none can be made.
    pub fn to_js(&self) -> Result<JsValue, WrongType> {
        let serializer = JsSerializer::json_compatible().serialize_bytes_as_arrays(false);
        TO_JS.set(true);
        let made = self.serialize(&serializer);
        TO_JS.set(false);
        made.map_err(|error| WrongType::said(error.to_string()))
    }

    /// From what JavaScript has: `undefined` and `null` are NULL, integral numbers and bigints INTEGER, other numbers
    /// FLOAT, arrays LIST, plain objects and maps MAP, a `Uint8Array` or `ArrayBuffer` bytes.
    ///
    /// # Errors
    /// [`WrongType`] with the path, for anything else: functions, symbols, instances of classes such as `Date`, a bigint
    /// beyond 64 bits, what holds itself.
    pub fn from_js(value: &JsValue) -> Result<Self, WrongType> {
        check(value, 0)?;
        from_value(value.clone()).map_err(|error| WrongType::said(error.to_string()))
    }
}

/// Whether a number of JavaScript's would not be exact.
pub(super) fn wants_bigint(number: i64) -> bool {
    TO_JS.get() && number.unsigned_abs() > Number::MAX_SAFE_INTEGER as u64
}

pub(super) fn bigint<S: Serializer>(number: i64, serializer: S) -> Result<S::Ok, S::Error> {
    preserve::serialize(&BigInt::from(number), serializer)
}

/// Looks for what serde-wasm-bindgen would take for an empty map, or never come to an end of.
fn check(value: &JsValue, depth: usize) -> Result<(), WrongType> {
    if depth > MAX_DEPTH {
        return Err(WrongType::said(format!("nested more than {MAX_DEPTH} levels deep, or holds itself")));
    }
    if value.is_function() || value.is_symbol() {
        let name = if value.is_symbol() { "a symbol" } else { "a function" };
        return Err(WrongType::said(format!("{name} has no meaning in Cypher")));
    }
    if value.is_bigint() {
        let number = i64::try_from(value.clone());
        return number.map(drop).map_err(|_| WrongType::said("a bigint beyond 64 bits has no meaning in Cypher"));
    }
    if !value.is_object() || value.has_type::<Uint8Array>() || value.has_type::<js_sys::ArrayBuffer>() {
        return Ok(());
    }
    if let Some(items) = value.dyn_ref::<Array>() {
        let check = |(index, item)| check(&item, depth + 1).map_err(|wrong| wrong.at_index(index));
        return items.iter().enumerate().try_for_each(check);
    }
    let entries = match value.dyn_ref::<JsMap>() {
        Some(map) => Array::from(&map.entries()),
        None if is_plain(value) => js_sys::Object::entries(value.unchecked_ref()),
        None => {
            return Err(WrongType::said(
                "an instance of a class has no meaning in Cypher: pass its text, or its parts",
            ));
        }
    };
    entries.iter().try_for_each(|entry| {
        let entry: Array = entry.unchecked_into();
        let key = entry.get(0).as_string().ok_or_else(|| WrongType::said("a key of a map is not a string"))?;
        check(&entry.get(1), depth + 1).map_err(|wrong| wrong.at_key(&key))
    })
}

/// An object without a prototype, or with the one that has none itself: of this page or of a frame in it.
fn is_plain(value: &JsValue) -> bool {
    let above = |value: &JsValue| Reflect::get_prototype_of(value).map(JsValue::from).ok();
    let is_top = |prototype: JsValue| prototype.is_null() || above(&prototype).is_some_and(|above| above.is_null());
    above(value).is_some_and(is_top)
}
