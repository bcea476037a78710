//! `Executor`: tasks on one thread, polled in the order in which they were woken.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

type Queue = Arc<Mutex<VecDeque<u64>>>;
type LocalFuture = Pin<Box<dyn Future<Output = ()>>>;

#[derive(Default)]
pub struct Executor {
    tasks: RefCell<HashMap<u64, Option<(LocalFuture, Waker)>>>,
    next_id: Cell<u64>,
    ready: Queue,
}

/// The task that is polled by [`super::Host::run`] itself.
pub const MAIN: u64 = u64::MAX;

struct TaskWaker {
    id: u64,
    ready: Queue,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let mut ready = self.ready.lock().unwrap();
        if !ready.contains(&self.id) {
            ready.push_back(self.id);
        }
    }
}

impl Executor {
    pub fn waker(&self, id: u64) -> Waker {
        Waker::from(Arc::new(TaskWaker { id, ready: Arc::clone(&self.ready) }))
    }

    pub fn spawn<T: 'static>(self: &Rc<Self>, future: impl Future<Output = T> + 'static) -> Task<T> {
        let id = self.next_id.replace(self.next_id.get() + 1);
        let output = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&output);
        let task = Box::pin(async move {
            let output = future.await;
            slot.replace(Some(output));
        });
        let waker = self.waker(id);
        waker.wake_by_ref();
        self.tasks.borrow_mut().insert(id, Some((task, waker)));
        Task { output, id, executor: Rc::clone(self) }
    }

    /// How many tasks are not done.
    pub fn tasks(&self) -> usize {
        self.tasks.borrow().len()
    }

    /// How many tasks can go on.
    pub fn ready(&self) -> usize {
        self.ready.lock().unwrap().len()
    }

    /// Takes out a task that can go on.
    pub fn take_ready(&self, index: usize) -> Option<u64> {
        self.ready.lock().unwrap().remove(index)
    }

    pub fn poll(&self, id: u64) {
        let Some((mut task, waker)) = self.tasks.borrow_mut().get_mut(&id).and_then(Option::take) else { return };
        let done = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut tasks = self.tasks.borrow_mut();
        if done {
            tasks.remove(&id);
        } else if let Some(slot) = tasks.get_mut(&id) {
            *slot = Some((task, waker));
            return;
        }
        // Done or aborted: what it held may call back here when it is dropped.
        drop(tasks);
        drop(task);
    }

    fn abort(&self, id: u64) {
        let task = self.tasks.borrow_mut().remove(&id);
        drop(task);
    }
}

/// A spawned task. Dropping this lets it run on.
pub struct Task<T> {
    output: Rc<RefCell<Option<T>>>,
    id: u64,
    executor: Rc<Executor>,
}

impl<T> Task<T> {
    pub fn is_done(&self) -> bool {
        self.output.borrow().is_some()
    }

    /// What it came to; it must be done.
    #[track_caller]
    pub fn output(self) -> T {
        self.output.take().expect("the task should be done by now")
    }

    /// Drops its future.
    pub fn abort(self) {
        self.executor.abort(self.id);
    }
}
