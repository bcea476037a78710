//! `BookmarkManager`: what several sessions have to see of each other's work.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use crate::error::Result;
use crate::platform::LocalFuture;

/// Keeps the bookmarks of several sessions together, so that each sees what the others have done before. Handles are
/// cheap to clone and share them.
///
/// ```
/// use neo4j_wasm::{BookmarkManager, SessionConfig};
///
/// let manager = BookmarkManager::new([]);
/// let config = SessionConfig { bookmark_manager: Some(manager.clone()), ..SessionConfig::default() };
/// ```
#[derive(Clone)]
pub struct BookmarkManager {
    get: Rc<Get>,
    update: Rc<Update>,
}

type Get = dyn Fn() -> LocalFuture<Result<Vec<String>>>;
type Update = dyn Fn(Vec<String>, Vec<String>) -> LocalFuture<Result<()>>;

impl BookmarkManager {
    /// One that keeps bookmarks in memory; `initial` are there from the start.
    pub fn new(initial: impl IntoIterator<Item = String>) -> Self {
        let kept = Rc::new(RefCell::new(union([initial.into_iter().collect()])));
        let known = Rc::clone(&kept);
        Self::custom(
            move || {
                let bookmarks = known.borrow().clone();
                async { Ok(bookmarks) }
            },
            move |previous, new| {
                let mut kept = kept.borrow_mut();
                kept.retain(|known| !previous.contains(known));
                *kept = union([std::mem::take(&mut *kept), new]);
                async { Ok(()) }
            },
        )
    }

    /// From two functions: one that supplies the bookmarks that a transaction has to see, and one that is told, after
    /// a transaction, which bookmarks it had seen and which take their place.
    pub fn custom<G, U>(get: impl Fn() -> G + 'static, update: impl Fn(Vec<String>, Vec<String>) -> U + 'static) -> Self
    where
        G: Future<Output = Result<Vec<String>>> + 'static,
        U: Future<Output = Result<()>> + 'static,
    {
        Self {
            get: Rc::new(move || Box::pin(get())),
            update: Rc::new(move |previous, new| Box::pin(update(previous, new))),
        }
    }

    pub(super) fn get(&self) -> LocalFuture<Result<Vec<String>>> {
        (self.get)()
    }

    pub(super) fn update(&self, previous: Vec<String>, new: Vec<String>) -> LocalFuture<Result<()>> {
        (self.update)(previous, new)
    }
}

/// All of them, each once.
pub(super) fn union(lists: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut all = Vec::new();
    for bookmark in lists.into_iter().flatten() {
        if !all.contains(&bookmark) {
            all.push(bookmark);
        }
    }
    all
}

impl fmt::Debug for BookmarkManager {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BookmarkManager")
    }
}
