//! `Given`: what `config.js` has checked, and what else comes from JavaScript in one piece.

use std::time::Duration;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::bolt::packstream::read_parameters;
use crate::bolt::{AuthToken, NotificationFilter};
use crate::error::{Error, Result};
use crate::platform::gate;
use crate::value::{Map, Value};

/// What `config.js` has checked: an object with a property for each thing that a caller has said, by the name that callers
/// use. One way to reach them all: a getter for each would be bytes on both sides. As fields of a struct, by
/// serde-wasm-bindgen, they are 14.7 kB more in gzip: docs/size.md.
pub(super) struct Given(pub(super) JsValue);

impl Given {
    pub(super) fn value(&self, name: &str) -> Option<JsValue> {
        gate::get(&self.0, name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.value(name)?.as_string()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    pub(super) fn function(&self, name: &str) -> Option<Function> {
        self.value(name).map(JsCast::unchecked_into)
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.as_f64()
    }

    pub(super) fn time(&self, name: &str) -> Option<Duration> {
        self.number(name).map(milliseconds)
    }

    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        self.value(name).map(|list| strings(list.unchecked_ref()))
    }

    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.value(name).map(|bytes| bytes.unchecked_ref::<Uint8Array>().to_vec())
    }

    pub(super) fn filter(&self) -> NotificationFilter {
        let filter = self.value("notificationFilter").map(Self);
        filter.map_or_else(NotificationFilter::default, |filter| NotificationFilter {
            minimum_severity: filter.text("minimumSeverity"),
            disabled_classifications: filter.list("disabledClassifications"),
        })
    }

    /// Of the entries of a token: what is absent is left out.
    pub(super) fn auth_token(&self) -> Result<AuthToken> {
        let mut entries = Map::new();
        for name in ["scheme", "principal", "credentials", "realm"] {
            if let Some(text) = self.text(name) {
                entries.insert(name, text);
            }
        }
        let parameters = map(&self.bytes("parameters").unwrap_or_default())?;
        if !parameters.is_empty() {
            entries.insert("parameters", Value::Map(parameters));
        }
        Ok(AuthToken::from_entries(entries))
    }
}

/// A map that `encode.js` has written.
pub(super) fn map(bytes: &[u8]) -> Result<Map> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    read_parameters(bytes).map_err(|error| Error::usage("InvalidParameter", format!("parameters: {}", error.message())))
}

pub(super) fn strings(list: &Array) -> Vec<String> {
    list.iter().filter_map(|item| item.as_string()).collect()
}

/// A time of more than this is as good as none, and still a `Duration`.
const LONGEST: f64 = 1e15;

fn milliseconds(count: f64) -> Duration {
    Duration::from_secs_f64(count.clamp(0.0, LONGEST) / 1_000.0)
}
