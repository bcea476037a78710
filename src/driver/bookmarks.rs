//! `BookmarkManager`: what several sessions have to see of each other's work.

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;

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
        let kept = Rc::new(RefCell::new(union(initial.into_iter().collect(), Vec::new())));
        let known = Rc::clone(&kept);
        Self::custom(
            move || {
                let bookmarks = known.borrow().clone();
                async { Ok(bookmarks) }
            },
            move |previous, new| {
                let mut kept = kept.borrow_mut();
                kept.retain(|known| !previous.contains(known));
                *kept = union(std::mem::take(&mut *kept), new);
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

/// Handles on the same one are equal.
impl PartialEq for BookmarkManager {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.get, &other.get) && Rc::ptr_eq(&self.update, &other.update)
    }
}

/// What a manager is being told, one after the other.
#[derive(Default)]
pub(super) struct Telling {
    rest: RefCell<Option<LocalFuture<Result<()>>>>,
}

impl Telling {
    pub(super) fn add(&self, update: LocalFuture<Result<()>>) {
        let rest = self.rest.take();
        self.rest.replace(Some(chain(rest, update)));
    }

    /// Waits until all of it is told. If the future is dropped, the rest is still there for whoever waits next.
    pub(super) async fn done(&self) -> Result<()> {
        let mut waiting = Waiting { telling: self, rest: self.rest.take() };
        poll_fn(|context| {
            let told = waiting.rest.as_mut().map_or(Poll::Ready(Ok(())), |rest| rest.as_mut().poll(context));
            if told.is_ready() {
                waiting.rest = None;
            }
            told
        })
        .await
    }

    /// What nobody has waited for.
    pub(super) fn take(&self) -> Option<LocalFuture<Result<()>>> {
        self.rest.take()
    }
}

struct Waiting<'a> {
    telling: &'a Telling,
    rest: Option<LocalFuture<Result<()>>>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            let added = self.telling.rest.take();
            self.telling.rest.replace(Some(match added {
                Some(added) => chain(Some(rest), added),
                None => rest,
            }));
        }
    }
}

fn chain(first: Option<LocalFuture<Result<()>>>, second: LocalFuture<Result<()>>) -> LocalFuture<Result<()>> {
    let Some(first) = first else { return second };
    Box::pin(async move {
        let (first, second) = (first.await, second.await);
        first.and(second)
    })
}

/// All of them, each once.
pub(super) fn union(some: Vec<String>, others: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for bookmark in some.into_iter().chain(others) {
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
