//! Finds SQL outside of the folders that may hold it: `service/src/sql`, where every statement is a named function with the
//! reason for it, and `migration`. Elsewhere, entities and the query builder write the SQL.

use crate::{paths::root, shell::Outcome};
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The folders that are scanned.
const SCANNED: [&str; 6] = ["app/src", "domain/src", "entity/src", "server/src", "service/src", "texts/src"];
/// The folder in one of them that may hold SQL.
const ALLOWED: &str = "service/src/sql";

/// The first words of statements.
const STATEMENTS: [&str; 16] = [
    "ALTER", "ANALYZE", "BEGIN", "COMMIT", "CREATE", "DELETE", "DROP", "EXPLAIN", "INSERT", "LOCK", "PRAGMA",
    "ROLLBACK", "SELECT", "UPDATE", "VACUUM", "WITH",
];
/// Parts that statements are put together of.
const FRAGMENTS: [&str; 10] =
    [" FROM ", "FROM ", " WHERE ", "WHERE ", " JOIN ", "ORDER BY ", "GROUP BY ", "ON CONFLICT", " SET ", "RETURNING "];
/// Functions and macros that take SQL text.
const CALLS: [&str; 15] = [
    "cust",
    "cust_with_expr",
    "cust_with_exprs",
    "cust_with_values",
    "execute_raw",
    "execute_unprepared",
    "find_by_statement",
    "from_raw_sql",
    "from_sql_and_values",
    "from_string",
    "query_all_raw",
    "query_one_raw",
    "raw_sql",
    "stream_raw",
    "statement_from_sql",
];

/// Fails with every place of SQL outside of the folders that may hold it.
pub(crate) fn check() -> Outcome {
    let mut message = String::new();
    for folder in SCANNED {
        for file in rust_files(&root().join(folder))? {
            let name = file.strip_prefix(root()).unwrap_or(&file);
            if name.starts_with(ALLOWED) || name.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            let text = fs::read_to_string(&file).map_err(|why| format!("{}: {why}", name.display()))?;
            for (line, found) in scan(&text).map_err(|why| format!("{}: {why}", name.display()))? {
                let _ = write!(message, "\n  {}:{line}: {found}", name.display());
            }
        }
    }
    if message.is_empty() {
        return Ok(());
    }
    Err(format!(
        "SQL stands outside of {ALLOWED}:{message}\n  Use entities and the query builder, or move the statement there."
    ))
}

fn rust_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let failed = |why| format!("{} cannot be listed: {why}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The lines of a Rust file with SQL text or with a call that takes SQL text. Comments, attributes and what is compiled for
/// tests only do not count.
fn scan(text: &str) -> Result<Vec<(usize, String)>, String> {
    let tokens: TokenStream = text.parse().map_err(|why| format!("is not Rust: {why}"))?;
    let mut found = Vec::new();
    scan_tokens(tokens, &mut found);
    Ok(found)
}

fn scan_tokens(tokens: TokenStream, found: &mut Vec<(usize, String)>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut for_tests = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                // An attribute; `#!` begins one of the whole file.
                if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
                    tokens.next();
                }
                if let Some(TokenTree::Group(group)) = tokens.next_if(
                    |token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket),
                ) {
                    for_tests |= is_for_tests(&group);
                }
            }
            // The body of the item, or its end if it has none.
            TokenTree::Group(group) if for_tests && group.delimiter() == Delimiter::Brace => for_tests = false,
            TokenTree::Punct(punct) if for_tests && punct.as_char() == ';' => for_tests = false,
            TokenTree::Group(group) => scan_tokens(group.stream(), found),
            TokenTree::Literal(literal) if !for_tests => found.extend(sql_text(&literal)),
            TokenTree::Ident(ident) if !for_tests => {
                let is_called = matches!(tokens.peek(), Some(TokenTree::Group(_)))
                    || matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '!' | ':' | '<'));
                found.extend(is_called.then(|| sql_call(&ident)).flatten());
            }
            TokenTree::Literal(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn is_for_tests(attribute: &Group) -> bool {
    attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

fn sql_text(literal: &Literal) -> Option<(usize, String)> {
    let text = literal.to_string();
    let text = text.trim_start_matches(['b', 'c', 'r', '#']).strip_prefix('"')?;
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_sql = STATEMENTS.contains(&first) || FRAGMENTS.iter().any(|fragment| text.contains(fragment));
    is_sql.then(|| (literal.span().start().line, format!("\"{}…", text.chars().take(60).collect::<String>())))
}

fn sql_call(ident: &Ident) -> Option<(usize, String)> {
    let name = ident.to_string();
    CALLS.contains(&name.as_str()).then(|| (ident.span().start().line, name))
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn lines(text: &str) -> Vec<usize> {
        scan(text).unwrap().into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn statements_and_their_parts_are_found() {
        let text = r##"
            const A: &str = "SELECT 1";
            fn b() { sql(db, "UPDATE unit SET x = $1", [1]) }
            fn c() { format!("WITH RECURSIVE {x}") }
            const D: &str = r#"DELETE FROM "unit" u"#;
            const E: &[&str] = &["x", "id = $1 ORDER BY id", "x FROM y"];
        "##;
        assert_eq!(lines(text), [2, 3, 4, 5, 6, 6]);
    }

    #[test]
    fn calls_that_take_sql_are_found() {
        let text = "
            fn a() { db.execute_unprepared(text) }
            fn b() { Statement::from_sql_and_values(backend, text, values) }
            fn c() { db.query_one_raw(statement); db.query_all_raw(statement) }
            fn d() { raw_sql!(Sqlite, text) }
            fn e() { Marked::find_by_statement(statement) }
            use sea_orm::Expr; // no call of execute_raw
        ";
        assert_eq!(lines(text), [2, 3, 4, 4, 5, 6]);
    }

    #[test]
    fn words_comments_attributes_and_tests_do_not_count() {
        let text = r#"
            //! SELECT in a comment
            /// UPDATE in the documentation
            #[doc = "DELETE FROM x"]
            fn a() { text("Select a unit", "UPDATED", "with", 'S') }
            #[cfg(test)]
            mod tests { const A: &str = "SELECT 1"; fn b() { db.execute_unprepared("DELETE FROM x") } }
            #[cfg(test)]
            use sea_orm::Statement;
            const B: &str = "plain";
        "#;
        assert_eq!(lines(text), Vec::<usize>::new());
        assert_eq!(lines("#[cfg(test)] mod tests {} const A: &str = \"SELECT 1\";"), [1]);
    }
}
