//! The key that encrypts initial passwords in the SMS outbox. It is configured, or created at the first start.

use crate::config::Sms;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The reason why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The file cannot be read or created.
    #[error("`sms.secret_key_file`: {}: {why}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        why: io::Error,
    },
    /// Other users of the system can read the file.
    #[error("`sms.secret_key_file`: {0} can be read by others; run: chmod 600 {0}", .path.display())]
    ReadableByOthers {
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

/// The configured key, or the key in the key file. A missing file is created.
pub(crate) fn load(sms: &Sms) -> Result<[u8; 32], Error> {
    let path = &sms.secret_key_file;
    let failed = |why| Error::File { path: path.clone(), why };
    let no_key = || Error::NoKey { path: path.clone() };
    if let Some(key) = sms.secret_key {
        return Ok(key);
    }
    if !path.try_exists().map_err(failed)? {
        create(path).map_err(failed)?;
    }
    if is_readable_by_others(path).map_err(failed)? {
        return Err(Error::ReadableByOthers { path: path.clone() });
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
fn is_readable_by_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Creates a key file that only its owner can read. Readers see the whole file or no file. If two servers start at once, one of
/// them creates it.
fn create(path: &Path) -> io::Result<()> {
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
        Sms {
            gateway: Gateway::File,
            file: "sms.jsonl".into(),
            per_number_hour: 5,
            per_number_day: 10,
            reminder_days: 7,
            secret_key: None,
            secret_key_file: file,
        }
    }

    #[test]
    fn the_key_file_is_created_once() {
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
    fn a_key_file_is_refused_if_others_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let sms = sms(&folder);
        load(&sms).unwrap();
        let path = &sms.secret_key_file;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = load(&sms).unwrap_err();
        assert!(matches!(error, Error::ReadableByOthers { .. }), "{error}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn an_invalid_key_file_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let sms = sms(&folder);
        load(&sms).unwrap();
        fs::write(&sms.secret_key_file, "0a0b").unwrap();
        let error = load(&sms).unwrap_err();
        assert!(matches!(error, Error::NoKey { .. }) && !error.to_string().contains("0a0b"), "{error}");
    }
}
