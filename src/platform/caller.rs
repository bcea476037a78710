//! `Caller`: whose call is under way, so that what it leads to is done from there.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::LocalFuture;

thread_local! {
    static CURRENT: RefCell<Option<Caller>> = const { RefCell::new(None) };
}

/// Who has called the driver, as far as the application's functions have to know: the host says what that is. Handles are
/// cheap to clone.
#[derive(Clone)]
pub struct Caller {
    what: Rc<dyn Any>,
}

impl Caller {
    /// A call that has just begun.
    pub fn new(what: impl Any) -> Self {
        Self { what: Rc::new(what) }
    }

    /// Whose task is going on at the moment, if it is anybody's.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// What the host has made of it.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.what.downcast_ref()
    }

    /// `work` as a part of the caller's call, whoever has it go on.
    pub fn run<T: 'static>(caller: Option<Self>, work: LocalFuture<T>) -> LocalFuture<T> {
        match caller {
            Some(caller) => Box::pin(Call { caller, work }),
            None => work,
        }
    }
}

struct Call<T> {
    caller: Caller,
    work: LocalFuture<T>,
}

impl<T> Future for Call<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let _outer = Outer(CURRENT.replace(Some(self.caller.clone())));
        self.work.as_mut().poll(context)
    }
}

/// Who was under way before, and is again.
struct Outer(Option<Caller>);

impl Drop for Outer {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}
