//! `Resolver`: the user's say in where the first router is looked for.

use std::fmt;
use std::future::Future;
use std::rc::Rc;

use crate::error::Result;
use crate::platform::{Address, LocalFuture};

/// Turns the address in the URI into the addresses to try, ahead of the runtime's own look-up.
///
/// ```
/// use neo4j_wasm::{Address, Resolver};
///
/// let resolver = Resolver::new(async |address: Address| {
///     Ok(vec![Address { host: "127.0.0.1".into(), ..address }])
/// });
/// ```
#[derive(Clone)]
pub struct Resolver {
    resolve: Rc<dyn Fn(Address) -> LocalFuture<Result<Vec<Address>>>>,
}

impl Resolver {
    /// From a function. An error of its own becomes the cause of the driver's.
    pub fn new<F: Future<Output = Result<Vec<Address>>> + 'static>(resolve: impl Fn(Address) -> F + 'static) -> Self {
        Self { resolve: Rc::new(move |address| Box::pin(resolve(address))) }
    }

    pub(super) async fn resolve(&self, address: Address) -> Result<Vec<Address>> {
        (self.resolve)(address).await
    }
}

/// Handles on the same one are equal.
impl PartialEq for Resolver {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.resolve, &other.resolve)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Resolver")
    }
}
