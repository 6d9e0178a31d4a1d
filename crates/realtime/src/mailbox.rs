//! What waits for one shard: a bounded queue that any thread fills and the shard's thread empties.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::announcement::Batch;

/// A shard takes at most about this many bytes at once and then lets its sessions write.
const TAKEN_AT_ONCE: usize = 256 * 1024;

/// The queue. It has its own overflow rule, which no channel has: when it is full everything in it is dropped and the
/// shard is told that it lost something, even if nothing else ever comes.
#[derive(Debug)]
pub(crate) struct Mailbox {
    inside: Mutex<Inside>,
    capacity: usize,
}

/// What a shard finds in its mailbox.
#[derive(Debug)]
pub(crate) enum Mail {
    /// Batches in the order in which they were put; at least one.
    Batches(Vec<Arc<Batch>>),
    /// Batches were lost.
    Lost,
}

#[derive(Debug, Default)]
struct Inside {
    batches: VecDeque<Arc<Batch>>,
    weight: usize,
    lost: bool,
    shard: Option<Waker>,
}

impl Mailbox {
    /// A mailbox that holds batches of `capacity` bytes together; a single one may be larger.
    pub(crate) fn holding(capacity: usize) -> Self {
        Self {
            inside: Mutex::default(),
            capacity,
        }
    }

    /// Adds a batch, or notes that it was lost.
    pub(crate) fn put(&self, batch: Arc<Batch>) {
        let mut inside = self.inside();
        if !inside.batches.is_empty() && inside.weight + batch.weight > self.capacity {
            inside.batches = VecDeque::new();
            inside.weight = 0;
            inside.lost = true;
        } else {
            inside.weight += batch.weight;
            inside.batches.push_back(batch);
        }
        let shard = inside.shard.take();
        drop(inside);
        if let Some(shard) = shard {
            shard.wake();
        }
    }

    /// Waits for mail. That something was lost comes first, since what follows it is of no use to those it concerns.
    pub(crate) async fn take(&self) -> Mail {
        poll_fn(|cx| {
            let mut inside = self.inside();
            if std::mem::take(&mut inside.lost) {
                return Poll::Ready(Mail::Lost);
            }
            let mut taken = Vec::new();
            let mut weight = 0;
            while weight < TAKEN_AT_ONCE
                && let Some(batch) = inside.batches.pop_front()
            {
                weight += batch.weight;
                taken.push(batch);
            }
            inside.weight -= weight;
            if taken.is_empty() {
                inside.shard = Some(cx.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(Mail::Batches(taken))
            }
        })
        .await
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
