//! Encrypts the initial passwords that wait in the SMS outbox (ChaCha20-Poly1305, RFC 8439): nonce, then ciphertext.

use crate::{Error, Result};
use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use zeroize::Zeroizing;

/// Bytes of the nonce before the ciphertext.
const NONCE: usize = 12;

/// The cipher with its key.
pub(crate) struct Cipher(ChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts for one row only: what was sealed for one id does not open for another.
    pub(crate) fn seal(&self, id: i64, clear: &str) -> Result<Vec<u8>> {
        let nonce = Nonce::generate();
        let payload = Payload { msg: clear.as_bytes(), aad: &id.to_be_bytes() };
        let sealed = self.0.encrypt(&nonce, payload).map_err(|_| Error::internal("a secret could not be encrypted"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] gave.
    pub(crate) fn open(&self, id: i64, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let broken = || Error::internal("a stored secret does not open with the configured key");
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| broken())?;
        let payload = Payload { msg: sealed, aad: &id.to_be_bytes() };
        let clear = self.0.decrypt(&nonce, payload).map_err(|_| broken())?;
        String::from_utf8(clear).map(Zeroizing::new).map_err(|_| broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_its_key_and_for_its_id() {
        let cipher = Cipher::new([7; 32]);
        let sealed = cipher.seal(5, "Kp7mWx3nRt9q").unwrap();
        assert_eq!(cipher.open(5, &sealed).unwrap().as_str(), "Kp7mWx3nRt9q");
        assert!(cipher.open(6, &sealed).is_err());
        assert!(Cipher::new([8; 32]).open(5, &sealed).is_err());
        assert!(cipher.open(5, &sealed[..11]).is_err());
        assert!(!sealed.windows(4).any(|w| w == b"Kp7m"));
    }
}
