//! The application's own functions that the driver asks: the resolver, `webSocketUrl`, auth token managers, bookmark managers.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::ask::ask;
use super::given::{Given, strings};
use super::thrown::Thrown;
use super::to_js;
use crate::bolt::AuthToken;
use crate::connection::{Auth, AuthManager};
use crate::driver::BookmarkManager;
use crate::error::{Error, Result};
use crate::platform::{Address, LocalFuture, WebSocketUrl};
use crate::routing::Resolver;

/// What the application's function comes to. What it gives is checked in JavaScript, by `config.js`.
fn asked(function: &Function, given: &Array) -> LocalFuture<Result<JsValue>> {
    let asked = ask(function, given);
    Box::pin(async { asked.await.map_err(Thrown::into_error) })
}

pub(super) fn resolver(function: Function) -> Resolver {
    Resolver::new(move |address| {
        let given = Array::of2(&JsValue::from(&address.host), &JsValue::from(address.port));
        let asked = asked(&function, &given);
        async { Ok(list(asked.await?).iter().filter_map(address_of).collect()) }
    })
}

fn list(value: JsValue) -> Array {
    value.unchecked_into()
}

fn address_of(pair: JsValue) -> Option<Address> {
    let pair = list(pair);
    Some(Address { host: pair.get(0).as_string()?, port: pair.get(1).as_f64()? as u16 })
}

/// The application's own way to say where a server is reached.
pub(super) fn url_of(function: Function) -> WebSocketUrl {
    WebSocketUrl::later(move |address| {
        let address = address.to_string();
        let asked = asked(&function, &Array::of1(&JsValue::from(&address)));
        Box::pin(async move {
            let given = asked.await.map_err(|error| {
                Error::configuration(format!("webSocketUrl has no URL for {address}")).caused_by(error)
            });
            Ok(given?.as_string().unwrap_or_default())
        })
    })
}

/// The entries of a token, or a manager.
pub(super) fn auth(given: Option<Given>) -> Result<Auth> {
    let Some(given) = given else { return Ok(AuthToken::none().into()) };
    match (given.function("getToken"), given.function("handleSecurityException")) {
        (Some(supply), Some(judge)) => Ok(auth_manager(supply, judge).into()),
        _ => Ok(given.auth_token()?.into()),
    }
}

fn auth_manager(supply: Function, judge: Function) -> AuthManager {
    AuthManager::new(
        move || {
            let asked = asked(&supply, &Array::new());
            async { Given(asked.await?).auth_token() }
        },
        move |token, code| {
            let asked = asked(&judge, &Array::of2(&to_js::map(token.entries()), &JsValue::from(code)));
            async { Ok(asked.await?.is_truthy()) }
        },
    )
}

pub(super) fn bookmark_manager(given: &Given) -> BookmarkManager {
    let function = |name| given.function(name).unwrap_or_default();
    let (get, update) = (function("getBookmarks"), function("updateBookmarks"));
    BookmarkManager::custom(
        move || {
            let asked = asked(&get, &Array::new());
            async { Ok(strings(&list(asked.await?))) }
        },
        move |previous, new| {
            let asked = asked(&update, &Array::of2(&to_js::strings(&previous), &to_js::strings(&new)));
            async { asked.await.map(drop) }
        },
    )
}
