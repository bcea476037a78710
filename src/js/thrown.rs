//! `Thrown`: what the user's own code threw, as the cause of an error.

use std::cell::RefCell;
use std::fmt;

use wasm_bindgen::JsValue;

use crate::connection::Few;
use crate::error::Error;
use crate::platform::gate;

thread_local! {
    static VALUES: RefCell<Values> = RefCell::default();
}

#[derive(Default)]
struct Values {
    next: u32,
    kept: Few<u32, JsValue>,
}

/// A JavaScript value that was thrown. Errors may cross threads and JavaScript values may not, so it is a number, and
/// the value is kept for as long as the number is.
#[derive(Debug)]
pub(super) struct Thrown {
    number: u32,
}

impl Thrown {
    /// An error that has the value as its cause.
    pub(super) fn into_error(value: JsValue) -> Error {
        let message = gate::text(&value);
        let number = VALUES.with_borrow_mut(|values| {
            values.next = values.next.wrapping_add(1);
            values.kept.insert(values.next, value);
            values.next
        });
        Error::usage("Thrown", message).caused_by(Self { number })
    }

    pub(super) fn value(&self) -> JsValue {
        VALUES.with_borrow(|values| values.kept.get(&self.number).cloned()).unwrap_or_default()
    }
}

impl Drop for Thrown {
    fn drop(&mut self) {
        let value = VALUES.with_borrow_mut(|values| values.kept.remove(&self.number));
        drop(value);
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("thrown by the application")
    }
}

impl std::error::Error for Thrown {}
