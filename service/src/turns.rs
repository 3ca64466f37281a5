//! Turns for work that takes much memory or time: so much runs at once, a little more waits, and one account has only a few
//! turns. Whoever gets no turn is told that the server is busy.

use crate::{Error, Result};
use domain::{Problem, ids::AccountId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of one kind of work. Clones share them.
#[derive(Clone)]
pub(crate) struct Turns {
    running: Arc<Semaphore>,
    running_and_waiting: Arc<Semaphore>,
    of_accounts: TurnsOfAccounts,
}

/// A turn. It ends when the value is dropped. A blocking task must own it, because the request may end before the task.
pub(crate) struct Turn {
    _running: OwnedSemaphorePermit,
    _running_and_waiting: OwnedSemaphorePermit,
    _of_account: TurnOfAccount,
}

impl Turns {
    /// `running` turns at once, while `waiting` more wait. One account has at most `of_account` of both.
    pub(crate) fn new(running: usize, waiting: usize, of_account: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            running_and_waiting: Arc::new(Semaphore::new(running + waiting)),
            of_accounts: TurnsOfAccounts { limit: of_account, counts: Arc::default() },
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

#[derive(Clone)]
struct TurnsOfAccounts {
    limit: usize,
    counts: Arc<Mutex<HashMap<AccountId, usize>>>,
}

impl TurnsOfAccounts {
    fn take(&self, account: AccountId) -> Option<TurnOfAccount> {
        let mut counts = self.lock();
        let count = counts.entry(account).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(TurnOfAccount { turns: self.clone(), account })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn of an account, which counts until it is dropped.
struct TurnOfAccount {
    turns: TurnsOfAccounts,
    account: AccountId,
}

impl Drop for TurnOfAccount {
    fn drop(&mut self) {
        let mut counts = self.turns.lock();
        match counts.get_mut(&self.account) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.account)),
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
        assert!(turns.of_accounts.lock().is_empty());
    }
}
