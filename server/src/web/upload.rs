//! An upload: streamed to a file of its own, staged, and deleted whatever came of it.

use super::{App, answer};
use app::server::Visitor;
use axum::{
    Extension, Json,
    extract::{Multipart, State, multipart::Field, multipart::MultipartError},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Problem, Refusal, Template, view::BatchId};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{fs, io::AsyncWriteExt, time::timeout};

/// How long a browser may send nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// What a form adds around its file at most.
pub(super) const FORM_BYTES: u64 = 64 * 1024;

/// 导入: takes a filled-in template of budget units.
pub(super) async fn units(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let outcome = match form {
        Ok(form) => import(&app, &visitor, Template::Units, &headers, form).await,
        Err(_) => Err(Problem::NoFile),
    };
    match (outcome, answer::wants_json(&headers)) {
        (Ok(batch), true) => Json(json!({ "batch": batch })).into_response(),
        (Ok(batch), false) => Redirect::to(&format!("/units/import/{batch}")).into_response(),
        (Err(problem), true) => answer::json(&problem),
        (Err(problem @ (Problem::File(_) | Problem::NoFile | Problem::Busy)), false) => {
            Redirect::to(&refused(&problem)).into_response()
        }
        (Err(problem), false) => answer::page(visitor.lang, &problem),
    }
}

/// The upload page with the reason, for a browser without JavaScript.
fn refused(problem: &Problem) -> String {
    let code = problem.code();
    match problem {
        Problem::File(Refusal::AlteredHeader { column, .. }) => format!("/units/import?refused={code}&column={column}"),
        _ => format!("/units/import?refused={code}"),
    }
}

async fn import(
    app: &App,
    visitor: &Visitor,
    template: Template,
    headers: &HeaderMap,
    form: Multipart,
) -> Result<BatchId, Problem> {
    let actor = answer::actor(visitor)?;
    let limit = app.config.import.max_bytes;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limit + FORM_BYTES) {
        return Err(too_large(limit));
    }
    let (name, file) = receive(form, &app.config.import.upload_dir, limit).await?;
    service::import::stage(&app.services, &actor, template, &name, &file.path).await.map_err(answer::problem)
}

/// Writes the form's `file` into a file of its own.
async fn receive(mut form: Multipart, folder: &Path, limit: u64) -> Result<(String, Received), Problem> {
    while let Some(mut field) = patiently(form.next_field(), limit).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = base_name(field.file_name().unwrap_or_default());
        if name.is_empty() {
            return Err(Problem::NoFile);
        }
        let received = Received::new(folder);
        received.write(&mut field, limit).await?;
        return Ok((name, received));
    }
    Err(Problem::NoFile)
}

/// Waits for a part of the form, not for ever.
async fn patiently<T>(part: impl Future<Output = Result<T, MultipartError>>, limit: u64) -> Result<T, Problem> {
    timeout(SILENCE, part).await.map_err(|_| Problem::NoFile)?.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(limit),
        _ => Problem::NoFile,
    })
}

const fn too_large(limit: u64) -> Problem {
    Problem::File(Refusal::TooLarge { limit })
}

/// A file's name without the folders that some browsers send along, cut to what the database keeps.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A received file; deleted when dropped.
struct Received {
    path: PathBuf,
}

impl Received {
    fn new(folder: &Path) -> Self {
        Self { path: folder.join(format!("{:032x}{EXTENSION}", rand::random::<u128>())) }
    }

    async fn write(&self, field: &mut Field<'_>, limit: u64) -> Result<(), Problem> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await.map_err(failed)?;
        let mut received = 0;
        while let Some(chunk) = patiently(field.chunk(), limit).await? {
            received += chunk.len() as u64;
            if received > limit {
                return Err(too_large(limit));
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload could not be deleted");
        }
    }
}

const EXTENSION: &str = ".upload";

fn failed(error: io::Error) -> Problem {
    answer::problem(service::Error::Internal(error.into()))
}

/// Makes the folder of uploads and clears what an earlier process left there.
pub(crate) fn clear(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(EXTENSION) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::base_name;
    use rstest::rstest;

    #[rstest]
    #[case("units.xlsx", "units.xlsx")]
    #[case("C:\\Users\\me\\units.xls", "units.xls")]
    #[case("../../etc/passwd", "passwd")]
    #[case("a\nb.xls", "ab.xls")]
    #[case("", "")]
    fn names(#[case] sent: &str, #[case] kept: &str) {
        assert_eq!(base_name(sent), kept);
    }
}
