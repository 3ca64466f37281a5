//! Uploads. An upload is streamed to a file, staged and deleted, also if it could not be staged.

use super::{
    App,
    problem_response::{ResponseFormat, management_actor},
};
use crate::config;
use app::{
    request::Visitor,
    routes::{Route, parameter},
};
use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{
        FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Redirect, Response},
};
use domain::{Excess, Problem, Refusal, Template, ids::BatchId};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{Stream, try_unfold},
};
use http::header;
use serde_json::json;
use service::{Place, Places};
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{
    fs,
    io::AsyncWriteExt,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// The longest time for which the rest of a refused request is received.
const MAX_DRAIN_TIME: Duration = Duration::from_secs(10);
/// The largest overhead of the form around its file.
const MAX_FORM_OVERHEAD_BYTES: u64 = 64 * 1024;
/// The end of the names of received files.
const UPLOAD_EXTENSION: &str = ".upload";
/// A file that no process has locked is left over after this time. The process of an older release locks nothing.
const LEFTOVER_AGE: Duration = Duration::from_mins(2);
/// The same for an empty file, which its process locks immediately.
const EMPTY_LEFTOVER_AGE: Duration = Duration::from_secs(2);
/// The same on a file system that has no locks.
const LEFTOVER_AGE_WITHOUT_LOCKS: Duration = Duration::from_hours(1);

/// The uploads that are under way. Cheap to clone.
#[derive(Clone)]
pub(super) struct Uploads {
    turns: Arc<Semaphore>,
    of_accounts: Places<String>,
}

/// The turn of one upload, from its first byte until its batch is stored. It ends when the value is dropped.
struct Turn {
    _permit: OwnedSemaphorePermit,
    _of_account: Place<String>,
}

impl Uploads {
    pub(super) fn new(limits: &config::Import) -> Self {
        let turns = Arc::new(Semaphore::new(limits.uploads_at_once));
        Self { turns, of_accounts: Places::new(limits.uploads_per_account) }
    }

    /// The turn of an account's upload. [`Problem::Busy`] if the account or all accounts have as many uploads as allowed.
    fn begin(&self, login: &str) -> Result<Turn, Problem> {
        let permit = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| Problem::Busy)?;
        let of_account = self.of_accounts.take(login.to_owned()).ok_or(Problem::Busy)?;
        Ok(Turn { _permit: permit, _of_account: of_account })
    }
}

/// 导入: takes a filled-in template.
pub(super) async fn import(
    template: Template,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    match (stage_upload(&app, &visitor, template, request).await, response_format.is_html) {
        (Ok(batch), false) => Json(json!({ "batch": batch })).into_response(),
        (Ok(batch), true) => Redirect::to(&Route::Batch(template, batch).to_string()).into_response(),
        (Err(problem @ (Problem::File(_) | Problem::NoFile | Problem::Busy | Problem::DiskFull)), true) => {
            redirect_to_upload_page(template, &problem, visitor.secure)
                .unwrap_or_else(|| response_format.problem_response(&problem))
        }
        (Err(problem), _) => response_format.problem_response(&problem),
    }
}

/// Leads a browser without JavaScript back to the upload page, which shows the problem. The problem travels in a cookie. It
/// quotes the file, and in the address anybody could make the page show any text. `None` if the problem is too long for a
/// cookie.
fn redirect_to_upload_page(template: Template, problem: &Problem, secure: bool) -> Option<Response> {
    let page = Route::Import(template);
    let cookie = app::form_echo::cookie_for(page, problem, secure)?;
    let mut response = Redirect::to(&format!("{page}?{}", parameter::REFUSED)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Some(response)
}

async fn stage_upload(app: &App, visitor: &Visitor, template: Template, request: Request) -> Result<BatchId, Problem> {
    let limit = app.config.import.max_bytes;
    let content_length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let accepted = management_actor(visitor).and_then(|actor| {
        if content_length.is_some_and(|bytes| bytes > limit + MAX_FORM_OVERHEAD_BYTES) {
            return Err(too_large(limit));
        }
        let login = visitor.session.as_ref().map_or("", |session| session.identity().login());
        // The turn comes before the file: files that wait for a turn would fill the disk.
        Ok((actor, app.uploads.begin(login)?))
    });
    let (actor, _turn) = match accepted {
        Ok(accepted) => accepted,
        Err(problem) => {
            drain(request.into_body().into_data_stream()).await;
            return Err(problem);
        }
    };
    let request = request.map(|body| limit_body(body, limit + MAX_FORM_OVERHEAD_BYTES));
    let form = Multipart::from_request(request, &()).await.map_err(|_| Problem::NoFile)?;
    let (name, file) = receive(form, &app.config.import.upload_dir, limit).await?;
    let staged = service::import::stage(&app.services, &actor, template, &name, &file.path).await;
    staged.map_err(service::Error::into_problem)
}

/// Fails if the body is longer than `limit` bytes. The rest is received and dropped before that, because a browser does not
/// read the response while it is still sending.
fn limit_body(body: Body, limit: u64) -> Body {
    Body::from_stream(try_unfold((body.into_data_stream(), 0), move |(mut chunks, mut received)| async move {
        let Some(chunk) = chunks.try_next().await? else { return Ok(None) };
        received += chunk.len() as u64;
        if received <= limit {
            return Ok(Some((chunk, (chunks, received))));
        }
        drain(chunks).await;
        Err(axum::Error::new(BodyTooLong))
    }))
}

/// The body is longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("the body is too long")]
struct BodyTooLong;

/// Receives and drops the rest of a body, for at most [`MAX_DRAIN_TIME`] and until it fails.
pub(super) async fn drain<E>(chunks: impl Stream<Item = Result<Bytes, E>>) {
    // A longer body is cut off.
    let received = chunks.take_while(|chunk| std::future::ready(chunk.is_ok()));
    let _ = timeout(MAX_DRAIN_TIME, received.for_each(|_| std::future::ready(()))).await;
}

/// Writes the form field `file` to a new file in the folder. Returns the name in the form and the new file.
async fn receive(mut form: Multipart, folder: &Path, limit: u64) -> Result<(String, ReceivedFile), Problem> {
    while let Some(mut field) = form.next_field().await.map_err(|error| form_problem(&error, limit))? {
        if field.name() != Some("file") {
            continue;
        }
        let name = base_name(field.file_name().unwrap_or_default());
        if name.is_empty() {
            return Err(Problem::NoFile);
        }
        let received = ReceivedFile::receive(&mut field, folder, limit).await;
        if received.is_err() {
            // A browser does not read the response while it is still sending.
            drain(field).await;
        }
        return Ok((name, received?));
    }
    Err(Problem::NoFile)
}

/// The problem of a form that did not arrive as a whole. It also ends if its client sends too slowly.
fn form_problem(error: &MultipartError, limit: u64) -> Problem {
    if is_body_too_long(error) { too_large(limit) } else { Problem::NoFile }
}

fn is_body_too_long(error: &MultipartError) -> bool {
    std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source())
        .any(<dyn std::error::Error>::is::<BodyTooLong>)
}

const fn too_large(limit: u64) -> Problem {
    Problem::File(Refusal::TooLarge(Excess::FileBytes { limit }))
}

/// The name of a file without the folders that some browsers send, shortened to the length of its column in the database.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A received file. It is deleted when the value is dropped. Until then it is locked, so that no other process takes it for a
/// leftover; the system ends the lock with the process.
struct ReceivedFile {
    path: PathBuf,
    file: File,
}

impl ReceivedFile {
    /// Writes a form field to a new file.
    async fn receive(field: &mut Field<'_>, folder: &Path, limit: u64) -> Result<Self, Problem> {
        let received = Self::create(folder).await?;
        received.write(field, limit).await?;
        Ok(received)
    }

    async fn create(folder: &Path) -> Result<Self, Problem> {
        let path = folder.join(format!("{:032x}{UPLOAD_EXTENSION}", rand::random::<u128>()));
        let created = spawn_blocking(move || {
            let mut options = File::options();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path)?;
            match file.try_lock() {
                // Without locks the file counts as a leftover much later.
                Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { path, file }),
                Err(error @ TryLockError::WouldBlock) => Err(io::Error::other(error)),
            }
        });
        created.await.map_err(io::Error::other).flatten().map_err(io_problem)
    }

    async fn write(&self, field: &mut Field<'_>, limit: u64) -> Result<(), Problem> {
        let mut file = fs::File::from_std(self.file.try_clone().map_err(io_problem)?);
        let mut received = 0;
        while let Some(chunk) = field.chunk().await.map_err(|error| form_problem(&error, limit))? {
            received += chunk.len() as u64;
            // The rest must be received before the response. The limit of the body keeps it short.
            if received <= limit {
                file.write_all(&chunk).await.map_err(io_problem)?;
            }
        }
        if received > limit {
            return Err(too_large(limit));
        }
        file.flush().await.map_err(io_problem)
    }
}

impl Drop for ReceivedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload could not be deleted");
        }
    }
}

fn io_problem(error: io::Error) -> Problem {
    service::Error::from(error).into_problem()
}

/// Creates the folder of uploads if it does not exist, and deletes leftover files. Fails if nothing can be written to it.
pub(crate) fn prepare_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder)?;
    delete_leftovers(folder)
}

/// Deletes the files that processes have left which were killed. The files of running processes stay.
pub(crate) fn delete_leftovers(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_upload = path.as_os_str().to_string_lossy().ends_with(UPLOAD_EXTENSION);
        match is_upload.then(|| is_leftover(&path)).transpose() {
            Ok(Some(true)) => std::fs::remove_file(&path).or_else(ignore_missing)?,
            Ok(_) => {}
            Err(error) => ignore_missing(error)?,
        }
    }
    Ok(())
}

/// Another process may delete the same file first.
fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn is_leftover(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let age = SystemTime::now().duration_since(metadata.modified()?).unwrap_or_default();
    let least_age = if metadata.len() == 0 { EMPTY_LEFTOVER_AGE } else { LEFTOVER_AGE };
    if age < least_age {
        return Ok(false);
    }
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(_)) => Ok(age > LEFTOVER_AGE_WITHOUT_LOCKS),
    }
}

#[cfg(test)]
mod tests {
    use super::{UPLOAD_EXTENSION, Uploads, base_name, delete_leftovers, prepare_folder};
    use domain::Problem;
    use rstest::rstest;
    use service::Places;
    use std::{
        fs::File,
        io::Write,
        sync::Arc,
        time::{Duration, SystemTime},
    };
    use tokio::sync::Semaphore;

    #[rstest]
    #[case("units.xlsx", "units.xlsx")]
    #[case("C:\\Users\\me\\units.xls", "units.xls")]
    #[case("../../etc/passwd", "passwd")]
    #[case("a\nb.xls", "ab.xls")]
    #[case("", "")]
    fn the_name_of_a_file_has_no_folders_and_control_characters(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(base_name(name), expected);
    }

    #[test]
    fn only_files_that_no_process_has_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let minutes = |minutes| Duration::from_mins(minutes);
        let create = |name: &str, content: &str, age: Duration| {
            let mut file = File::create(folder.path().join(name)).unwrap();
            file.write_all(content.as_bytes()).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
            file
        };
        let upload = |name: &str| format!("{name}{UPLOAD_EXTENSION}");
        create(&upload("killed"), "x", minutes(3));
        create(&upload("killed-empty"), "", Duration::from_secs(3));
        create(&upload("of-an-older-release"), "x", minutes(1));
        create(&upload("new"), "", Duration::ZERO);
        create("other", "", minutes(200));
        let received = create(&upload("received"), "x", minutes(200));
        received.try_lock().unwrap();
        delete_leftovers(folder.path()).unwrap();
        let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new.upload", "of-an-older-release.upload", "other", "received.upload"]);
        drop(received);
        delete_leftovers(folder.path()).unwrap();
        assert!(!folder.path().join(upload("received")).exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_refused() {
        assert!(prepare_folder(std::path::Path::new("/proc/self/fd")).is_err());
        let folder = tempfile::tempdir().unwrap();
        prepare_folder(&folder.path().join("data/uploads")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path().join("data/uploads")).unwrap().count(), 0);
    }

    #[test]
    fn an_account_has_a_limited_number_of_uploads() {
        let uploads = Uploads { turns: Arc::new(Semaphore::new(3)), of_accounts: Places::new(2) };
        let (first, second) = (uploads.begin("a").unwrap(), uploads.begin("a").unwrap());
        assert_eq!(uploads.begin("a").err(), Some(Problem::Busy));
        let other = uploads.begin("b").unwrap();
        assert_eq!(uploads.begin("c").err(), Some(Problem::Busy));
        drop((first, other));
        assert!(uploads.begin("a").is_ok());
        drop(second);
        assert!(uploads.of_accounts.is_empty());
    }
}
