//! The `file` gateway for development and demonstrations. It writes each SMS as a JSON object on a line of its own. Only the
//! owner of the file may read it, because it contains plaintext passwords.

use super::{Gateway, GatewayError, Message};
use crate::{Clock, Result};
use domain::{calendar::Timestamp, sms::SentSms};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use tokio::task::spawn_blocking;

/// The number of bytes at the end of the file that are searched. About ten thousand SMS fit into them.
const SEARCHED_BYTES: u64 = 4 << 20;

/// Appends SMS to a file.
#[derive(Clone, Debug)]
pub struct FileGateway {
    file: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    at: i64,
    mobile: String,
    text: String,
}

impl FileGateway {
    /// The file and its folder are created at the first SMS.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// Up to `count` selected SMS, newest first.
    pub(super) async fn newest(
        self,
        count: usize,
        is_selected: impl Fn(&SentSms) -> bool + Send + 'static,
    ) -> Result<Vec<SentSms>> {
        let lines = spawn_blocking(move || read_last_lines(&self.file)).await??;
        let sent = lines.into_iter().rev().map(|line| SentSms {
            at: Timestamp(line.at),
            mobile: line.mobile,
            text: line.text,
        });
        Ok(sent.filter(is_selected).take(count).collect())
    }
}

#[async_trait::async_trait]
impl Gateway for FileGateway {
    async fn send(&self, message: &Message) -> std::result::Result<(), GatewayError> {
        let Timestamp(at) = Clock::default().now();
        let Message { key, mobile, text, .. } = message;
        let line = Line { key: key.clone(), at, mobile: mobile.clone(), text: text.to_string() };
        let (file, is_retry) = (self.file.clone(), message.attempt > 1);
        let written = spawn_blocking(move || {
            // An earlier attempt may have written the line although the worker could not mark the SMS as sent.
            let is_written = is_retry && read_last_lines(&file)?.iter().any(|old| old.key == line.key);
            if is_written { Ok(()) } else { append(&file, &line) }
        });
        written.await.map_err(io::Error::other).flatten().map_err(|error| GatewayError(error.to_string()))
    }
}

fn append(path: &Path, line: &Line) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    // A process that was killed while it wrote may have left an incomplete line.
    if has_incomplete_last_line(&mut file)? {
        text.insert(0, b'\n');
    }
    file.write_all(&text)
}

fn has_incomplete_last_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last_byte = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last_byte)?;
    Ok(last_byte != *b"\n")
}

/// The lines at the end of the file, oldest first.
fn read_last_lines(path: &Path) -> io::Result<Vec<Line>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(SEARCHED_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    // The first line may begin before the bytes that were read, and any line may be incomplete.
    Ok(bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn message(key: &str, attempt: u32) -> Message {
        let text = Zeroizing::new(format!("登录名 GL0000000{attempt}"));
        Message { key: key.to_owned(), attempt, mobile: "13812345678".to_owned(), text }
    }

    #[tokio::test]
    async fn a_retry_writes_only_an_sms_that_is_not_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/at/need/sms.jsonl");
        let gateway = FileGateway::new(file.clone());
        gateway.send(&message("1-1", 1)).await.unwrap();
        // A killed process may leave such an incomplete line.
        OpenOptions::new().append(true).open(&file).unwrap().write_all(br#"{"key":"2-1","at""#).unwrap();
        gateway.send(&message("1-1", 2)).await.unwrap();
        gateway.send(&message("2-1", 2)).await.unwrap();
        let keys: Vec<_> = read_last_lines(&file).unwrap().into_iter().map(|line| line.key).collect();
        assert_eq!(keys, ["1-1", "2-1"]);
        let newest = gateway.newest(1, |_| true).await.unwrap();
        assert_eq!(newest[0].text, "登录名 GL00000002");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sms.jsonl");
        FileGateway::new(file.clone()).send(&message("1-1", 1)).await.unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
