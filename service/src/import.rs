//! 预算单位导入: an uploaded file becomes a batch of rows with their states.

use crate::{Actor, Error, Result, Services};
use domain::{
    Template,
    view::{BatchId, BatchView, RowQuery, RowsPage},
};
use std::path::Path;

/// Reads a file in a child process, repeats every check, adds what only the database knows, and stores the batch; the
/// unit's earlier batch that still waits is superseded. A refused file is [`domain::Problem::File`] and leaves nothing.
pub async fn stage(
    services: &Services,
    actor: &Actor,
    template: Template,
    file_name: &str,
    file: &Path,
) -> Result<BatchId> {
    let _ = (services, actor, template, file_name, file);
    Err(Error::internal("unfinished"))
}

/// A batch of the actor's own unit; [`domain::Problem::NotFound`] for any other.
pub async fn batch(services: &Services, actor: &Actor, id: BatchId) -> Result<BatchView> {
    let _ = (services, actor, id);
    Err(Error::internal("unfinished"))
}

/// A page of its rows.
pub async fn rows(services: &Services, actor: &Actor, id: BatchId, query: &RowQuery) -> Result<RowsPage> {
    let _ = (services, actor, id, query);
    Err(Error::internal("unfinished"))
}

/// The own unit's newest batch that is not superseded.
pub async fn current(services: &Services, actor: &Actor, template: Template) -> Result<Option<BatchView>> {
    let _ = (services, actor, template);
    Err(Error::internal("unfinished"))
}
