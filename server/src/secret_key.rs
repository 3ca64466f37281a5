//! The key that encrypts initial passwords in the SMS outbox: configured, or made at first start.

use crate::config::Sms;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The file cannot be read or made.
    #[error("`sms.secret_key_file`: {}: {why}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
    /// Other accounts of the system can read the file.
    #[error("`sms.secret_key_file`: {0} can be read by others; run: chmod 600 {0}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// The file does not hold a key.
    #[error("`sms.secret_key_file`: {} does not hold 64 hexadecimal digits; restore it, or remove it to have a new one made (initial passwords that wait to be sent are lost then)", .path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
}

/// The configured key, else the key of the key file. A missing file is made.
pub(crate) fn load(sms: &Sms) -> Result<[u8; 32], Error> {
    let path = &sms.secret_key_file;
    let failed = |why| Error::File { path: path.clone(), why };
    let no_key = || Error::NoKey { path: path.clone() };
    if let Some(key) = sms.secret_key {
        return Ok(key);
    }
    if !path.try_exists().map_err(failed)? {
        make(path).map_err(failed)?;
    }
    if is_open(path).map_err(failed)? {
        return Err(Error::Open { path: path.clone() });
    }
    parse(fs::read_to_string(path).map_err(failed)?.trim()).ok_or_else(no_key)
}

/// Reads 64 hexadecimal digits.
pub(crate) fn parse(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).ok().map(|()| key)
}

/// Whether the file's group or everybody may read it.
#[cfg(unix)]
fn is_open(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Makes a key file, readable by its owner only. The file appears whole or not at all, and if two servers start at once,
/// one of them makes it.
fn make(path: &Path) -> io::Result<()> {
    use std::io::Write;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(draft, "{}", hex::encode(rand::random::<[u8; 32]>()))?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, load};
    use crate::config::{Gateway, Sms};
    use std::fs;

    fn sms(folder: &tempfile::TempDir) -> Sms {
        let file = folder.path().join("data/secret.key");
        Sms { gateway: Gateway::File, file: "sms.jsonl".into(), secret_key: None, secret_key_file: file }
    }

    #[test]
    fn made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let sms = sms(&folder);
        let key = load(&sms).unwrap();
        assert_ne!(key, [0; 32]);
        assert_eq!(load(&sms).unwrap(), key);
        assert_eq!(fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
        assert_ne!(load(&super::tests::sms(&tempfile::tempdir().unwrap())).unwrap(), key);
    }

    #[test]
    fn a_configured_key_needs_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let sms = Sms { secret_key: Some([10; 32]), ..sms(&folder) };
        assert_eq!(load(&sms).unwrap(), [10; 32]);
        assert!(!sms.secret_key_file.exists());
    }

    #[cfg(unix)]
    #[test]
    fn made_for_its_owner_only_and_refused_when_others_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let sms = sms(&folder);
        load(&sms).unwrap();
        let path = &sms.secret_key_file;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        let said = load(&sms).unwrap_err();
        assert!(matches!(said, Error::Open { .. }), "{said}");
        assert!(said.to_string().contains("chmod 600"), "{said}");
    }

    #[test]
    fn a_broken_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let sms = sms(&folder);
        load(&sms).unwrap();
        fs::write(&sms.secret_key_file, "0a0b").unwrap();
        let said = load(&sms).unwrap_err();
        assert!(matches!(said, Error::NoKey { .. }) && !said.to_string().contains("0a0b"), "{said}");
    }
}
