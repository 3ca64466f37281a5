//! Lists of a subtree: one search, one order, one paging and one bounded count, for units and for purchasers.
//!
//! A page begins behind a row instead of after a number of rows, so that a page costs the same wherever it is. The index of
//! the list is covering: it finds, filters and sorts the rows of a page, and only these rows are read from the table.

mod cursor;

use crate::{Result, Subtree, query::is_any_of, search::SearchTerm, sql};
use cursor::Cursor;
use domain::paging::BoundedCount;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityName, EntityTrait, JoinType, Order, PartialModelTrait, QueryFilter,
    QuerySelect, QueryTrait, Select, Value,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, ValueType},
};
use std::{fmt::Display, str::FromStr};

/// The sub-select that finds the rows of a page, and its columns.
const PAGE: &str = "page";
const PAGE_ID: &str = "id";
const PAGE_KEY: &str = "key";

/// A table whose rows are listed by subtree: units or purchasers.
pub(crate) trait Listed: EntityTrait + EntityName {
    /// A row's id.
    type Id: Copy + Display + FromStr + Into<Value> + ValueType + Send + Sync;
    /// A row as the list reads it.
    type Row: ListRow<Self::Id>;

    /// The columns that every list needs.
    const ID: Self::Column;
    const SEARCH_TEXT: Self::Column;
    const MOBILE: Self::Column;
    /// The covering index, which begins with the path.
    const INDEX: &'static str;
    /// Rows on a page.
    const PER_PAGE: u32;

    /// The rows that are listed of a subtree.
    fn in_subtree(subtree: &Subtree) -> Expr;

    /// Joins the tables that a row is read from; the plan is that of this year.
    fn join(select: Select<Self>, year: i32) -> Select<Self>;
}

/// A row of a list.
pub(crate) trait ListRow<Id>: PartialModelTrait + Send + Sync {
    /// The row's id.
    fn id(&self) -> Id;
}

/// What rows are sorted by, before their ids.
#[derive(Clone)]
pub(crate) struct SortKey {
    pub(crate) expr: Expr,
    pub(crate) kind: KeyKind,
    /// No two rows have the same key: one comparison finds the cursor in the index.
    pub(crate) unique: bool,
    /// The index that SQLite reads.
    pub(crate) index: &'static str,
}

/// The type of a sort key.
#[derive(Clone, Copy)]
pub(crate) enum KeyKind {
    Text,
    Number,
}

/// Which rows of a subtree to list, and in which order.
pub(crate) struct ListQuery<E: Listed> {
    subtree: Expr,
    filters: Condition,
    sort: SortKey,
    descending: bool,
    year: i32,
    table: E,
}

/// A page of a list.
pub(crate) struct Page<E: Listed> {
    pub(crate) rows: Vec<E::Row>,
    /// The cursor of the page before, if there is one.
    pub(crate) previous: Option<String>,
    /// The cursor of the page behind.
    pub(crate) next: Option<String>,
}

/// The row of a cursor with its sort key.
struct Position<Id> {
    cursor: Cursor<Id>,
    key: Value,
}

impl<E: Listed> ListQuery<E> {
    /// All rows of a subtree.
    pub(crate) fn new(subtree: &Subtree, sort: SortKey, year: i32) -> Self {
        Self {
            subtree: E::in_subtree(subtree),
            filters: Condition::all(),
            sort,
            descending: false,
            year,
            table: E::default(),
        }
    }

    /// Sets the order.
    pub(crate) fn sort(&mut self, sort: SortKey, descending: bool) {
        (self.sort, self.descending) = (sort, descending);
    }

    /// Whether all rows of the subtree are listed.
    pub(crate) fn is_unfiltered(&self) -> bool {
        self.filters.is_empty()
    }

    /// Lists only rows that meet this condition too.
    pub(crate) fn filter(&mut self, condition: impl Into<Condition>) {
        self.filters = std::mem::replace(&mut self.filters, Condition::all()).add(condition.into());
    }

    /// Lists only rows with this value, if there is one.
    pub(crate) fn filter_value(&mut self, column: E::Column, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.filter(column.eq(value));
        }
    }

    /// Lists only these rows.
    pub(crate) fn filter_ids(&mut self, db: &impl ConnectionTrait, ids: &[E::Id]) {
        self.filter(is_any_of(db, E::ID, ids.iter().copied()));
    }

    /// Lists only rows that a search finds; `also` finds more by the term.
    pub(crate) fn search(
        &mut self,
        db: &impl ConnectionTrait,
        typed: &str,
        also: impl FnOnce(&SearchTerm) -> Option<Expr>,
    ) {
        if let Some(term) = SearchTerm::new(typed) {
            let matches = term.condition(db, E::SEARCH_TEXT, E::MOBILE);
            self.filter(matches.add_option(also(&term)));
        }
    }

    /// The rows, without columns and order.
    pub(crate) fn select(&self) -> SelectStatement {
        let mut select = Query::select().from(self.table.table_ref()).and_where(self.subtree.clone()).to_owned();
        if !self.is_unfiltered() {
            select.cond_where(self.filters.clone());
        }
        select
    }

    /// How many rows there are, counted up to the bound.
    pub(crate) async fn count(&self, db: &impl ConnectionTrait) -> Result<BoundedCount> {
        let bounded = self.select().expr(Expr::val(1)).limit(u64::from(BoundedCount::BOUND) + 1).to_owned();
        Ok(BoundedCount::counted(sql::lists::count(db, bounded, &self.table, E::INDEX).await?))
    }

    /// The first rows in order.
    pub(crate) async fn first(&self, db: &impl ConnectionTrait, limit: u32) -> Result<Vec<E::Row>> {
        self.rows(db, limit, None).await
    }

    /// Whether there are more rows than this number.
    pub(crate) async fn has_more_than(&self, db: &impl ConnectionTrait, number: u32) -> Result<bool> {
        let bounded = self.select().expr(Expr::val(1)).limit(u64::from(number) + 1).to_owned();
        Ok(sql::lists::count(db, bounded, &self.table, E::INDEX).await? > number)
    }

    /// The rows behind a row in order, or the first rows. It is for transactions in which that row cannot vanish.
    pub(crate) async fn rows_behind(
        &self,
        db: &impl ConnectionTrait,
        row: Option<E::Id>,
        limit: u32,
    ) -> Result<Vec<E::Row>> {
        match row {
            None => self.first(db, limit).await,
            Some(id) => match self.position(db, Cursor::behind(id)).await? {
                Some(position) => self.rows(db, limit, Some(&position)).await,
                None => Ok(Vec::new()),
            },
        }
    }

    /// The page that begins at a cursor. It is the first page if the cursor's row is gone, if fewer rows than a page stand
    /// before the row, or if none stands behind it.
    pub(crate) async fn page(&self, db: &impl ConnectionTrait, cursor: Option<&str>) -> Result<Page<E>> {
        let position = match cursor.and_then(Cursor::parse) {
            Some(cursor) => self.position(db, cursor).await?,
            None => None,
        };
        // One more than is shown tells whether there is another page.
        let limit = E::PER_PAGE + 1;
        let is_full = |rows: &[E::Row]| rows.len() > E::PER_PAGE as usize;
        let at_cursor = match position {
            Some(position) => Some((position.cursor.before, self.rows(db, limit, Some(&position)).await?)),
            None => None,
        };
        let (mut rows, previous, next) = match at_cursor {
            Some((true, mut rows)) if is_full(&rows) => {
                rows.remove(0);
                (rows, true, true)
            }
            Some((false, rows)) if !rows.is_empty() => {
                let next = is_full(&rows);
                (rows, true, next)
            }
            _ => {
                let rows = self.first(db, limit).await?;
                let next = is_full(&rows);
                (rows, false, next)
            }
        };
        rows.truncate(E::PER_PAGE as usize);
        Ok(Page {
            previous: rows.first().filter(|_| previous).map(|row| Cursor::before(row.id()).to_string()),
            next: rows.last().filter(|_| next).map(|row| Cursor::behind(row.id()).to_string()),
            rows,
        })
    }

    /// The position of a cursor in this order; none if the subtree has no such row any more.
    async fn position(&self, db: &impl ConnectionTrait, cursor: Cursor<E::Id>) -> Result<Option<Position<E::Id>>> {
        let row = E::find()
            .select_only()
            .expr_as(self.sort.expr.clone(), PAGE_KEY)
            .filter(self.subtree.clone())
            .filter(E::ID.eq(cursor.id));
        let key = match self.sort.kind {
            KeyKind::Text => row.into_tuple::<String>().one(db).await?.map(Value::from),
            KeyKind::Number => row.into_tuple::<i64>().one(db).await?.map(Value::from),
        };
        Ok(key.map(|key| Position { cursor, key }))
    }

    /// The rows behind a position or, in reverse, before it. The index finds their ids; the tables are read for these alone.
    async fn rows(
        &self,
        db: &impl ConnectionTrait,
        limit: u32,
        position: Option<&Position<E::Id>>,
    ) -> Result<Vec<E::Row>> {
        let before = position.is_some_and(|position| position.cursor.before);
        let backwards = self.descending != before;
        let order = if backwards { Order::Desc } else { Order::Asc };
        let (key, id) = (&self.sort.expr, E::ID.into_expr());
        let mut page = self.select();
        page.expr_as(id.clone(), PAGE_ID)
            .expr_as(key.clone(), PAGE_KEY)
            .order_by_expr(key.clone(), order.clone())
            .order_by_expr(id.clone(), order.clone())
            .limit(limit.into());
        if let Some(Position { cursor, key: key_of_cursor }) = position {
            let (row, cursor) = if self.sort.unique {
                (key.clone(), Expr::val(key_of_cursor.clone()))
            } else {
                (
                    Expr::tuple([key.clone(), id.clone()]),
                    Expr::tuple([Expr::val(key_of_cursor.clone()), Expr::val(cursor.id)]),
                )
            };
            page.and_where(if backwards { row.lt(cursor) } else { row.gt(cursor) });
        }
        let mut select = E::find().select_only();
        QuerySelect::query(&mut select)
            .from_clear()
            .from_subquery(page, PAGE)
            .join(JoinType::InnerJoin, self.table.table_ref(), Expr::col((PAGE, PAGE_ID)).eq(id))
            .order_by((PAGE, PAGE_KEY), order.clone())
            .order_by((PAGE, PAGE_ID), order);
        let select = E::Row::select_cols(E::join(select, self.year)).into_query();
        let mut rows = sql::lists::all::<E::Row>(db, &select, &self.table, self.sort.index).await?;
        if before {
            rows.reverse();
        }
        Ok(rows)
    }
}
