//! The settings of a connection.

use sea_orm::sqlx::{Error, Executor, PgConnection};

/// Makes PostgreSQL close the connection if this process or its network is gone: 30 s after the last packet. Otherwise the
/// locks of an open transaction would stay for hours. A system without such a setting refuses it, which is not an error.
///
/// `SET` has no builder. In the start-up parameters of a connection, a value that the system refuses would end the
/// connection.
pub(crate) async fn keep_alive(connection: &mut PgConnection) -> Result<(), Error> {
    for statement in [
        "SET tcp_keepalives_idle = 15",
        "SET tcp_keepalives_interval = 5",
        "SET tcp_keepalives_count = 3",
        "SET tcp_user_timeout = 30000",
    ] {
        match connection.execute(statement).await {
            Ok(_) | Err(Error::Database(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
