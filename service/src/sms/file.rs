//! The `file` gateway for development and demonstrations. It writes each SMS as a JSON object on a line of its own. Only the
//! owner of the file may read it, because it contains plaintext passwords.

use super::{Gateway, GatewayError, Message};
use crate::{Clock, Result};
use domain::{calendar::Timestamp, sms::SentSms};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::spawn_blocking;

/// The number of bytes at the end of the file that are searched. About ten thousand SMS fit into them.
const SEARCHED_BYTES: u64 = 4 << 20;

/// With more keys in memory, those of the end of the file are read again. More do not fit into [`SEARCHED_BYTES`].
const MAX_KNOWN_KEYS: usize = 100_000;

/// Appends SMS to a file. Several servers may append to the same file.
#[derive(Clone, Debug)]
pub struct FileGateway {
    file: PathBuf,
    known: Arc<Mutex<KnownKeys>>,
}

/// The keys of the SMS that stand in the last [`SEARCHED_BYTES`] of the file, and of those that came later.
#[derive(Debug, Default)]
struct KnownKeys {
    keys: HashSet<String>,
    /// The position behind the last line that was read.
    end: u64,
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
        Self { file, known: Arc::default() }
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
        let Message { key, mobile, text } = message;
        let line = Line { key: key.clone(), at, mobile: mobile.clone(), text: text.to_string() };
        let Self { file, known } = self.clone();
        let written = spawn_blocking(move || known.lock().unwrap_or_else(PoisonError::into_inner).append(&file, &line));
        written.await.map_err(io::Error::other).flatten().map_err(|error| GatewayError(error.to_string()))
    }
}

impl KnownKeys {
    /// Appends a line, unless the file has its key: an earlier attempt may have written it although the worker could not mark the
    /// SMS as sent, and a server that stood still may find that another one has written it meanwhile.
    fn append(&mut self, path: &Path, line: &Line) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        // No other server writes between the search and the line. The lock ends with the file's handle.
        file.lock()?;
        self.read_on(&mut file)?;
        if self.keys.contains(&line.key) {
            return Ok(());
        }
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        // A process that was killed while it wrote may have left an incomplete line.
        if has_incomplete_last_line(&mut file)? {
            text.insert(0, b'\n');
        }
        file.write_all(&text)
    }

    /// Reads the lines that were appended since the last time.
    fn read_on(&mut self, file: &mut File) -> io::Result<()> {
        let length = file.metadata()?.len();
        // A shorter file is another one.
        if length < self.end || self.keys.len() > MAX_KNOWN_KEYS {
            *self = Self::default();
        }
        let start = self.end.max(length.saturating_sub(SEARCHED_BYTES));
        let (lines, read) = read_lines(file, start)?;
        self.keys.extend(lines.into_iter().map(|line| line.key));
        self.end = start + read;
        Ok(())
    }
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
    Ok(read_lines(&mut file, length.saturating_sub(SEARCHED_BYTES))?.0)
}

/// The lines behind a position, and the number of bytes up to the end of the last one that has a line break.
fn read_lines(file: &mut File, start: u64) -> io::Result<(Vec<Line>, u64)> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let complete = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    // The first line may begin before the position, and any line may be incomplete.
    Ok((bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect(), complete as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn message(key: &str, login: u32) -> Message {
        let text = Zeroizing::new(format!("登录名 GL0000000{login}"));
        Message { key: key.to_owned(), mobile: "13812345678".to_owned(), text }
    }

    #[tokio::test]
    async fn an_sms_is_written_once_whoever_sends_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/at/need/sms.jsonl");
        // Two servers.
        let (gateway, other) = (FileGateway::new(file.clone()), FileGateway::new(file.clone()));
        gateway.send(&message("1-1", 1)).await.unwrap();
        // A killed process may leave such an incomplete line.
        OpenOptions::new().append(true).open(&file).unwrap().write_all(br#"{"key":"2-1","at""#).unwrap();
        gateway.send(&message("1-1", 2)).await.unwrap();
        other.send(&message("2-1", 2)).await.unwrap();
        other.send(&message("1-1", 1)).await.unwrap();
        gateway.send(&message("2-1", 1)).await.unwrap();
        let keys = || read_last_lines(&file).unwrap().into_iter().map(|line| line.key).collect::<Vec<_>>();
        assert_eq!(keys(), ["1-1", "2-1"]);
        let newest = gateway.clone().newest(1, |_| true).await.unwrap();
        assert_eq!(newest[0].text, "登录名 GL00000002");
        // A full disk may have taken a line without its line break.
        let line = br#"{"key":"4-1","at":0,"mobile":"13812345678","text":"x"}"#;
        OpenOptions::new().append(true).open(&file).unwrap().write_all(line).unwrap();
        gateway.send(&message("4-1", 2)).await.unwrap();
        assert_eq!(keys(), ["1-1", "2-1", "4-1"]);
        // The operator has removed the file.
        std::fs::remove_file(&file).unwrap();
        gateway.send(&message("3-1", 1)).await.unwrap();
        assert_eq!(keys(), ["3-1"]);
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
