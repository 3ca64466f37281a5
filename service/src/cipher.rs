//! Encrypts the passwords of SMS in the outbox until the SMS are sent, and the secrets of API keys (ChaCha20-Poly1305, RFC 8439).
//! A stored secret is the nonce followed by the ciphertext.

use crate::{Error, Result};
use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use domain::ids::ApiKeyId;
use zeroize::Zeroizing;

/// Length of the nonce.
const NONCE_BYTES: usize = 12;

/// The row to which a secret belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SecretOwner {
    /// An SMS in the outbox, by its id.
    Sms(i64),
    /// An API key.
    ApiKey(ApiKeyId),
}

impl SecretOwner {
    /// What a ciphertext is bound to. Owners of different kinds with the same id differ.
    fn associated_data(self) -> Vec<u8> {
        match self {
            Self::Sms(id) => id.to_be_bytes().to_vec(),
            Self::ApiKey(ApiKeyId(id)) => [b"api-key".as_slice(), &id.to_be_bytes()].concat(),
        }
    }
}

/// Encrypts and decrypts with the configured key.
pub(crate) struct Cipher(ChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts a secret for its row. The result cannot be decrypted for another row, so that nobody can move a secret there.
    pub(crate) fn seal(&self, owner: SecretOwner, plaintext: &str) -> Result<Vec<u8>> {
        let nonce = Nonce::generate();
        let payload = Payload { msg: plaintext.as_bytes(), aad: &owner.associated_data() };
        let ciphertext =
            self.0.encrypt(&nonce, payload).map_err(|_| Error::internal("a secret could not be encrypted"))?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Decrypts the result of [`Self::seal`] for the same row.
    pub(crate) fn open(&self, owner: SecretOwner, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let cannot_decrypt = || Error::internal("a stored secret does not open with the configured key");
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(cannot_decrypt)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| cannot_decrypt())?;
        let payload = Payload { msg: ciphertext, aad: &owner.associated_data() };
        let plaintext = self.0.decrypt(&nonce, payload).map_err(|_| cannot_decrypt())?;
        String::from_utf8(plaintext).map(Zeroizing::new).map_err(|_| cannot_decrypt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_decrypted_only_with_the_same_key_and_for_the_same_row() {
        let cipher = Cipher::new([7; 32]);
        let owner = SecretOwner::Sms(5);
        let sealed = cipher.seal(owner, "Kp7mWx3nRt9q").unwrap();
        assert_eq!(cipher.open(owner, &sealed).unwrap().as_str(), "Kp7mWx3nRt9q");
        assert!(cipher.open(SecretOwner::Sms(6), &sealed).is_err());
        assert!(cipher.open(SecretOwner::ApiKey(ApiKeyId(5)), &sealed).is_err());
        assert!(Cipher::new([8; 32]).open(owner, &sealed).is_err());
        assert!(cipher.open(owner, &sealed[..11]).is_err());
        assert!(!sealed.windows(4).any(|w| w == b"Kp7m"));
    }
}
