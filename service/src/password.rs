//! Password hashing (argon2id, RFC 9106) and initial passwords.

use crate::{
    Error, Result,
    hashing_queue::{HashingQueue, HashingSender},
    settings::Hashing,
};
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
use zeroize::Zeroizing;

/// The characters of initial passwords. Characters that look alike (0 O o, 1 l I, 2 Z z, 5 S s, 8 B) are left out, because
/// people read the password on a phone and type it.
const INITIAL_PASSWORD_CHARACTERS: &[u8] = b"34679ACDEFGHJKMNPQRTUVWXYabcdefghijkmnpqrtuvwxy";
/// Length of initial passwords: 12 of 47 possible characters give 66 bits of entropy.
const INITIAL_PASSWORD_LENGTH: usize = 12;

/// A plaintext password. It is wiped from memory when it is dropped.
pub type PlaintextPassword = Zeroizing<String>;

/// A random initial password.
pub(crate) fn initial() -> PlaintextPassword {
    let mut rng = rand::rng();
    let characters = (0..INITIAL_PASSWORD_LENGTH).filter_map(|_| INITIAL_PASSWORD_CHARACTERS.choose(&mut rng));
    Zeroizing::new(characters.map(|character| char::from(*character)).collect())
}

/// The result of verifying a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    Wrong,
    Correct,
    /// The password is correct, but the stored hash has another cost than the configuration. The caller hashes it again.
    CorrectNeedsRehash,
}

/// Hashes and verifies passwords. Bulk hashing runs on threads of the lowest priority, one per core, so that it does not
/// delay the users who sign in.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    bulk_threads: Arc<rayon::ThreadPool>,
    /// The hashes that users wait for.
    queue: HashingQueue,
    /// The hash that is verified if there is no account. Without it, the shorter response would show that there is none.
    dummy_hash: String,
}

impl Hasher {
    pub(crate) fn new(cost: Hashing) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|e| Error::internal(format!("password hashing cannot run at this cost: {e}")))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = available_parallelism().map_or(1, usize::from);
        let bulk_threads = rayon::ThreadPoolBuilder::new()
            .num_threads(cores)
            .thread_name(|n| format!("hash-{n}"))
            // On Linux, the niceness applies to the calling thread only.
            .start_handler(|_| {
                if let Err(error) = rustix::process::nice(19) {
                    tracing::warn!(%error, "bulk hashing runs at ordinary priority");
                }
            })
            .build()
            .map_err(Error::internal)?;
        let dummy_hash = hash(&argon2, &initial(), &mut allocate_memory(&argon2))?;
        Ok(Self { argon2, bulk_threads: Arc::new(bulk_threads), queue: HashingQueue::new(cores), dummy_hash })
    }

    /// Hashes one password while a user waits.
    pub(crate) async fn hash(&self, password: &str, sender: HashingSender) -> Result<String> {
        let permit = self.queue.permit(sender).await?;
        let (argon2, password) = (self.argon2.clone(), Zeroizing::new(password.to_owned()));
        tokio::task::spawn_blocking(move || {
            // The thread goes on if the client hangs up, so it keeps the permit until its end.
            let _permit = permit;
            hash(&argon2, &password, &mut allocate_memory(&argon2))
        })
        .await?
    }

    /// Verifies one password while a user waits. Without a stored hash the result is [`Verification::Wrong`], after the same
    /// time.
    pub(crate) async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
        sender: HashingSender,
    ) -> Result<Verification> {
        let permit = self.queue.permit(sender).await?;
        let (argon2, password) = (self.argon2.clone(), Zeroizing::new(password.to_owned()));
        let has_hash = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy_hash).to_owned();
        let verification = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            verify(&argon2, &password, &stored)
        });
        let verification = verification.await??;
        Ok(if has_hash { verification } else { Verification::Wrong })
    }

    /// Hashes many passwords on all cores at the lowest priority. Returns each password with its hash, in the order of
    /// `passwords`.
    pub(crate) async fn hash_all(&self, passwords: Vec<PlaintextPassword>) -> Result<Vec<(PlaintextPassword, String)>> {
        let (argon2, bulk_threads) = (self.argon2.clone(), Arc::clone(&self.bulk_threads));
        tokio::task::spawn_blocking(move || {
            let next_index = AtomicUsize::new(0);
            let hashes_by_thread = bulk_threads.broadcast(|_| {
                let (mut memory, mut hashes) = (None, Vec::new());
                loop {
                    let index = next_index.fetch_add(1, Ordering::Relaxed);
                    let Some(password) = passwords.get(index) else { return Ok(hashes) };
                    let memory = memory.get_or_insert_with(|| allocate_memory(&argon2));
                    hashes.push((index, hash(&argon2, password, memory)?));
                }
            });
            let mut hashes = hashes_by_thread.into_iter().collect::<Result<Vec<_>>>()?.concat();
            hashes.sort_unstable_by_key(|(index, _)| *index);
            Ok(passwords.into_iter().zip(hashes).map(|(password, (_, hash))| (password, hash)).collect())
        })
        .await?
    }
}

/// The working memory of argon2id. Bulk hashing reuses it, because a new allocation for each password takes a fifth of the
/// time.
fn allocate_memory(argon2: &Argon2<'_>) -> Vec<Block> {
    vec![Block::default(); argon2.params().block_count()]
}

/// Hashes a password with a new random salt. Returns a PHC string.
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
    let has_configured_cost = Params::try_from(&stored).is_ok_and(|params| {
        let configured = argon2.params();
        (params.m_cost(), params.t_cost(), params.p_cost())
            == (configured.m_cost(), configured.t_cost(), configured.p_cost())
    });
    Ok(if has_configured_cost { Verification::Correct } else { Verification::CorrectNeedsRehash })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const CHEAP: Hashing = Hashing { memory_kib: 64, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn a_correct_password_needs_a_new_hash_if_the_configured_cost_has_changed() {
        let hasher = Hasher::new(CHEAP).unwrap();
        let stored = hasher.hash("correct horse", HashingSender::console()).await.unwrap();
        assert_eq!(
            hasher.verify("correct horse", Some(&stored), HashingSender::console()).await.unwrap(),
            Verification::Correct
        );
        assert_eq!(
            hasher.verify("correct hors", Some(&stored), HashingSender::console()).await.unwrap(),
            Verification::Wrong
        );
        assert_eq!(hasher.verify("correct horse", None, HashingSender::console()).await.unwrap(), Verification::Wrong);
        let higher_cost = Hasher::new(Hashing { passes: 2, ..CHEAP }).unwrap();
        assert_eq!(
            higher_cost.verify("correct horse", Some(&stored), HashingSender::console()).await.unwrap(),
            Verification::CorrectNeedsRehash
        );
    }

    #[tokio::test]
    async fn a_request_that_is_dropped_keeps_its_turn_until_its_hash_ends() {
        let hasher = Hasher::new(Hashing { memory_kib: 65_536, passes: 4, lanes: 1 }).unwrap();
        let cores = available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            // The first poll begins to hash. Then the request is gone.
            let hash = hasher.hash("correct horse", HashingSender::console());
            assert!(tokio::time::timeout(Duration::ZERO, hash).await.is_err());
        }
        assert_eq!(hasher.queue.free(), 0);
        hasher.hash("correct horse", HashingSender::console()).await.unwrap();
    }

    #[tokio::test]
    async fn bulk_hashing_keeps_the_order_of_the_passwords() {
        let hasher = Hasher::new(CHEAP).unwrap();
        let passwords: Vec<_> = (0..10).map(|_| initial()).collect();
        let pairs = hasher.hash_all(passwords.clone()).await.unwrap();
        for (password, (returned, hash)) in passwords.iter().zip(&pairs) {
            assert_eq!(password, returned);
            assert_eq!(
                hasher.verify(password, Some(hash), HashingSender::console()).await.unwrap(),
                Verification::Correct
            );
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
