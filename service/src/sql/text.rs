//! Functions of text that the query builder does not have.

use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Expr, ExprTrait, Func, FunctionCall},
};

/// Whether a text contains another. No character of the other has a special meaning, as it would have in a pattern, and on
/// PostgreSQL it takes half as long as LIKE. The two databases have different names for the function.
pub(crate) fn contains(db: &impl ConnectionTrait, text: impl Into<Expr>, part: &str) -> Expr {
    let function = match db.get_database_backend() {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    Expr::from(Func::cust(function).args([text.into(), Expr::val(part)])).gt(0)
}

/// The first characters of a text.
pub(crate) fn beginning(text: impl Into<Expr>, length: usize) -> FunctionCall {
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    Func::cust("substr").args([text.into(), Expr::val(1), Expr::val(length)])
}

/// The length of a text in characters.
pub(crate) fn length(text: impl Into<Expr>) -> FunctionCall {
    Func::cust("length").arg(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::test_database;
    use rstest::rstest;
    use sea_orm::sea_query::Query;
    use testdb::Backend;

    #[rstest]
    #[tokio::test]
    async fn texts_are_searched_and_measured(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
        let (_db, pools) = test_database(backend).await;
        let db = &pools.read;
        for (text, part, expected) in [("示例县财政局", "县财", true), ("示例县", "%", false), ("100%", "%", true)]
        {
            let select = Query::select()
                .expr_as(contains(db, Expr::val(text), part), "found")
                .expr_as(length(Expr::val(text)), "length")
                .expr_as(beginning(Expr::val(text), 2), "beginning")
                .to_owned();
            let row = db.query_one(&select).await.unwrap().unwrap();
            assert_eq!(row.try_get::<bool>("", "found").unwrap(), expected, "{text} {part}");
            let length: i32 = row.try_get("", "length").unwrap();
            assert_eq!(usize::try_from(length).unwrap(), text.chars().count());
            assert_eq!(row.try_get::<String>("", "beginning").unwrap(), text.chars().take(2).collect::<String>());
        }
    }
}
