//! Turns for work that takes much memory or time: so much runs at once, a little more waits, and one account has only a few
//! turns. Whoever gets no turn is told that the server is busy. [`Places`] counts what each holder has, also for the server.

use crate::{Error, Result};
use domain::{Problem, ids::AccountId};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of one kind of work. Clones share them.
#[derive(Clone)]
pub(crate) struct Turns {
    running: Arc<Semaphore>,
    running_and_waiting: Arc<Semaphore>,
    of_accounts: Places<AccountId>,
}

/// A turn. It ends when the value is dropped. A blocking task must own it, because the request may end before the task.
pub(crate) struct Turn {
    _running: OwnedSemaphorePermit,
    _running_and_waiting: OwnedSemaphorePermit,
    _of_account: Place<AccountId>,
}

impl Turns {
    /// `running` turns at once, while `waiting` more wait. One account has at most `of_account` of both.
    pub(crate) fn new(running: usize, waiting: usize, of_account: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            running_and_waiting: Arc::new(Semaphore::new(running + waiting)),
            of_accounts: Places::new(of_account),
        }
    }

    /// Waits for a turn. [`Problem::Busy`] if too many wait already, or if the account has its turns.
    pub(crate) async fn take(&self, account: AccountId) -> Result<Turn> {
        let of_account = self.of_accounts.take(account).ok_or(Problem::Busy)?;
        let place = Arc::clone(&self.running_and_waiting).try_acquire_owned().map_err(|_| Problem::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(Error::internal)?;
        Ok(Turn { _running: running, _running_and_waiting: place, _of_account: of_account })
    }
}

/// The places of holders, such as accounts or addresses. Each holder has at most so many at once. Clones share them.
#[derive(Clone, Debug)]
pub struct Places<K: Eq + Hash> {
    of_one_holder: usize,
    counts: Arc<Mutex<HashMap<K, usize>>>,
}

/// A place of a holder, which counts until it is dropped.
#[derive(Debug)]
pub struct Place<K: Eq + Hash> {
    places: Places<K>,
    holder: K,
}

impl<K: Clone + Eq + Hash> Places<K> {
    /// No place is taken. One holder has at most `of_one_holder` at once.
    pub fn new(of_one_holder: usize) -> Self {
        Self { of_one_holder, counts: Arc::default() }
    }

    /// A place for this holder; `None` if it has all its places.
    pub fn take(&self, holder: K) -> Option<Place<K>> {
        let mut counts = self.lock();
        let taken = counts.get(&holder).copied().unwrap_or_default();
        if taken >= self.of_one_holder {
            return None;
        }
        counts.insert(holder.clone(), taken + 1);
        Some(Place { places: self.clone(), holder })
    }

    /// Whether nobody has a place.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl<K: Eq + Hash> Places<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut counts = self.places.lock();
        match counts.get_mut(&self.holder) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.holder)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_busy(turn: &Result<Turn>) -> bool {
        matches!(turn, Err(Error::Problem(Problem::Busy)))
    }

    #[tokio::test]
    async fn one_account_does_not_take_the_turns_of_others() {
        let turns = Turns::new(4, 4, 2);
        let first = turns.take(AccountId(1)).await;
        let second = turns.take(AccountId(1)).await;
        assert!(first.is_ok() && second.is_ok());
        assert!(is_busy(&turns.take(AccountId(1)).await));
        assert!(turns.take(AccountId(2)).await.is_ok());
        drop(first);
        assert!(turns.take(AccountId(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_few_wait_and_more_are_refused() {
        let turns = Turns::new(1, 1, 1);
        let running = turns.take(AccountId(1)).await.unwrap();
        let mut waiting = Box::pin(turns.take(AccountId(2)));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert!(is_busy(&turns.take(AccountId(3)).await));
        drop(running);
        assert!(waiting.await.is_ok());
        assert!(turns.of_accounts.is_empty());
    }
}
