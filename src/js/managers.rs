//! The user's own objects that the driver asks: the resolver, auth token managers, bookmark managers.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::from_js::{Given, strings};
use super::thrown::Thrown;
use super::to_js;
use crate::connection::{Auth, AuthManager};
use crate::driver::BookmarkManager;
use crate::error::Result;
use crate::platform::Address;
use crate::routing::Resolver;

#[wasm_bindgen]
extern "C" {
    /// An auth token manager, wrapped by `auth.js`: what comes from it is checked there.
    pub(super) type AuthManagerObject;
    #[wasm_bindgen(method, catch)]
    fn token(this: &AuthManagerObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn refused(this: &AuthManagerObject, token: JsValue, code: &str) -> Result<JsValue, JsValue>;

    /// A bookmark manager, wrapped by `bookmarks.js`.
    pub(super) type BookmarkManagerObject;
    #[wasm_bindgen(method, catch)]
    fn get(this: &BookmarkManagerObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn update(this: &BookmarkManagerObject, previous: Array, new: Array) -> Result<JsValue, JsValue>;
}

/// What the user's code has returned, or promised.
async fn promised(called: Result<JsValue, JsValue>) -> Result<JsValue> {
    let promise = Promise::resolve(&called.map_err(Thrown::into_error)?);
    JsFuture::from(promise).await.map_err(Thrown::into_error)
}

pub(super) fn resolver(function: Function) -> Resolver {
    Resolver::new(move |address| {
        let (host, port) = (JsValue::from(&address.host), JsValue::from(address.port));
        let called = function.call2(&JsValue::UNDEFINED, &host, &port);
        async { Ok(Array::from(&promised(called).await?).iter().filter_map(address_of).collect()) }
    })
}

/// A host and a port, checked by `config.js`.
fn address_of(pair: JsValue) -> Option<Address> {
    let pair = Array::from(&pair);
    Some(Address { host: pair.get(0).as_string()?, port: pair.get(1).as_f64()? as u16 })
}

/// The parts of a token, or a manager.
pub(super) fn auth(given: JsValue) -> Result<Auth> {
    match given.dyn_into::<Array>() {
        Ok(parts) => Ok(Given(parts).auth_token()?.into()),
        Err(manager) => Ok(auth_manager(manager.unchecked_into()).into()),
    }
}

fn auth_manager(object: AuthManagerObject) -> AuthManager {
    let judge = AuthManagerObject::from(JsValue::from(&object));
    AuthManager::new(
        move || {
            let called = object.token();
            async { Given(Array::from(&promised(called).await?)).auth_token() }
        },
        move |token, code| {
            let called = judge.refused(to_js::map(token.entries()), &code);
            async { Ok(promised(called).await?.is_truthy()) }
        },
    )
}

pub(super) fn bookmark_manager(object: BookmarkManagerObject) -> BookmarkManager {
    let told = BookmarkManagerObject::from(JsValue::from(&object));
    BookmarkManager::custom(
        move || {
            let called = object.get();
            async { Ok(strings(&Array::from(&promised(called).await?))) }
        },
        move |previous, new| {
            let called = told.update(to_js::strings(&previous), to_js::strings(&new));
            async { promised(called).await.map(drop) }
        },
    )
}
