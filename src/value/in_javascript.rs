//! `InRust` in the npm build, in place of `in_rust.rs`: JavaScript packs its own values and unpacks those of servers, so
//! Rust has none of them, and no code that compares, copies, writes or drops one: 1 kB of a page.

use std::convert::Infallible;
use std::ops::Deref;

/// A value of a type that JavaScript has itself: there is none.
#[derive(Debug, Clone, PartialEq)]
#[allow(unreachable_pub, reason = "a public enum has it")]
pub struct InRust<T>(T, Infallible);

impl<T> Deref for InRust<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self.1 {}
    }
}

impl<T> From<T> for InRust<T> {
    fn from(_: T) -> Self {
        unreachable!("JavaScript packs its own")
    }
}

impl<T> From<T> for InRust<Box<T>> {
    fn from(_: T) -> Self {
        unreachable!("JavaScript packs its own")
    }
}
