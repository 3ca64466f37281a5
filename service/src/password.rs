//! Password hashing (argon2id, RFC 9106) and initial passwords.

use crate::{Error, Result, settings::Hashing};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        PasswordVerifier,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use rand::seq::IndexedRandom;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Characters of initial passwords: no look-alikes (0 O o, 1 l I, 2 Z z, 5 S s, 8 B), as they are typed from a phone.
const ALPHABET: &[u8] = b"34679ACDEFGHJKMNPQRTUVWXYabcdefghijkmnpqrtuvwxy";
/// Length of initial passwords: 12 characters of 47 are 66 bits.
const LENGTH: usize = 12;

/// A password in clear, wiped from memory when dropped.
pub type PlaintextPassword = Zeroizing<String>;

/// A random initial password.
pub(crate) fn initial() -> PlaintextPassword {
    let mut rng = rand::rng();
    Zeroizing::new((0..LENGTH).filter_map(|_| ALPHABET.choose(&mut rng)).map(|b| char::from(*b)).collect())
}

/// What verifying said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    Wrong,
    Right,
    /// Right, but hashed at another cost than is configured now.
    RightRehash,
}

/// Hashes and verifies. People who sign in come first: bulk work runs on threads of the lowest priority, one a core.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    bulk: Arc<rayon::ThreadPool>,
    /// No more sign-ins at once than there are cores: each takes 19 MiB.
    now: Semaphore,
    /// Verified where there is no account, so that the answer takes as long.
    decoy: String,
}

impl Hasher {
    pub(crate) fn new(cost: Hashing) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|e| Error::internal(format!("password hashing cannot run at this cost: {e}")))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = available_parallelism().map_or(1, usize::from);
        let bulk = rayon::ThreadPoolBuilder::new()
            .num_threads(cores)
            .thread_name(|n| format!("hash-{n}"))
            // On Linux the niceness is the thread's own.
            .start_handler(|_| {
                if let Err(error) = rustix::process::nice(19) {
                    tracing::warn!(%error, "bulk hashing runs at ordinary priority");
                }
            })
            .build()
            .map_err(Error::internal)?;
        let decoy = hash(&argon2, &initial(), &mut memory_for(&argon2))?;
        Ok(Self { argon2, bulk: Arc::new(bulk), now: Semaphore::new(cores), decoy })
    }

    /// Hashes one password for somebody who waits.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let _turn = self.now.acquire().await.map_err(Error::internal)?;
        let (argon2, password) = (self.argon2.clone(), Zeroizing::new(password.to_owned()));
        tokio::task::spawn_blocking(move || hash(&argon2, &password, &mut memory_for(&argon2))).await?
    }

    /// Verifies one password for somebody who waits; without a hash it takes as long and says wrong.
    pub(crate) async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verification> {
        let _turn = self.now.acquire().await.map_err(Error::internal)?;
        let (argon2, password) = (self.argon2.clone(), Zeroizing::new(password.to_owned()));
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let verdict = tokio::task::spawn_blocking(move || verify(&argon2, &password, &stored)).await??;
        Ok(if known { verdict } else { Verification::Wrong })
    }

    /// Hashes many on all cores, in order, giving way to everything else.
    pub(crate) async fn hash_all(&self, passwords: Vec<PlaintextPassword>) -> Result<Vec<(PlaintextPassword, String)>> {
        let (argon2, bulk) = (self.argon2.clone(), Arc::clone(&self.bulk));
        tokio::task::spawn_blocking(move || {
            let next = AtomicUsize::new(0);
            let parts = bulk.broadcast(|_| {
                let (mut memory, mut hashes) = (None, Vec::new());
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(clear) = passwords.get(index) else { return Ok(hashes) };
                    let memory = memory.get_or_insert_with(|| memory_for(&argon2));
                    hashes.push((index, hash(&argon2, clear, memory)?));
                }
            });
            let mut hashes = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
            hashes.sort_unstable_by_key(|(index, _)| *index);
            Ok(passwords.into_iter().zip(hashes).map(|(clear, (_, hash))| (clear, hash)).collect())
        })
        .await?
    }
}

/// What one password after the other is hashed in: taking it anew from the system for each costs a fifth of the time.
fn memory_for(argon2: &Argon2<'_>) -> Vec<Block> {
    vec![Block::default(); argon2.params().block_count()]
}

/// The PHC string of a password with a salt of its own.
fn hash(argon2: &Argon2<'_>, password: &str, memory: &mut [Block]) -> Result<String> {
    let salt: [u8; 16] = rand::random();
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2.hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, memory).map_err(Error::internal)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(Error::internal)?,
        salt: Some(Salt::new(&salt).map_err(Error::internal)?),
        hash: Some(Output::new(&out).map_err(Error::internal)?),
    };
    Ok(hash.to_string())
}

fn verify(argon2: &Argon2<'_>, password: &str, stored: &str) -> Result<Verification> {
    let stored = PasswordHash::new(stored).map_err(Error::internal)?;
    if argon2.verify_password(password.as_bytes(), &stored).is_err() {
        return Ok(Verification::Wrong);
    }
    let same = Params::try_from(&stored).is_ok_and(|params| {
        let wanted = argon2.params();
        (params.m_cost(), params.t_cost(), params.p_cost()) == (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
    });
    Ok(if same { Verification::Right } else { Verification::RightRehash })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Hashing = Hashing { memory_kib: 64, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn verifies_and_tells_when_the_cost_has_changed() {
        let hasher = Hasher::new(CHEAP).unwrap();
        let stored = hasher.hash("correct horse").await.unwrap();
        assert_eq!(hasher.verify("correct horse", Some(&stored)).await.unwrap(), Verification::Right);
        assert_eq!(hasher.verify("correct hors", Some(&stored)).await.unwrap(), Verification::Wrong);
        assert_eq!(hasher.verify("correct horse", None).await.unwrap(), Verification::Wrong);
        let dearer = Hasher::new(Hashing { passes: 2, ..CHEAP }).unwrap();
        assert_eq!(dearer.verify("correct horse", Some(&stored)).await.unwrap(), Verification::RightRehash);
    }

    #[tokio::test]
    async fn hashes_many_in_order() {
        let hasher = Hasher::new(CHEAP).unwrap();
        let clear: Vec<_> = (0..10).map(|_| initial()).collect();
        let pairs = hasher.hash_all(clear.clone()).await.unwrap();
        for (given, (kept, hash)) in clear.iter().zip(&pairs) {
            assert_eq!(given, kept);
            assert_eq!(hasher.verify(given, Some(hash)).await.unwrap(), Verification::Right);
        }
    }

    #[test]
    fn initial_passwords_have_twelve_characters_without_look_alikes() {
        let password = initial();
        assert_eq!(password.len(), 12);
        assert!(!password.contains(['0', 'O', 'o', '1', 'l', 'I', '2', 'Z', 'z', '5', 'S', 's', '8', 'B']));
        assert_ne!(initial(), initial());
    }
}
