//! Numbers of rows and counts in columns of type INTEGER.

use sea_orm::{
    ColIdx, QueryResult, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr, postgres_array::NotU8},
};

/// A count or a row number: 0 or more. The column is an INTEGER. PostgreSQL has no unsigned integers, so the value is
/// sent as a BIGINT, which both databases compare with and assign to an INTEGER.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(pub u32);

impl From<u32> for Count {
    fn from(count: u32) -> Self {
        Self(count)
    }
}

impl From<Count> for u32 {
    fn from(count: Count) -> Self {
        count.0
    }
}

impl From<Count> for Value {
    fn from(count: Count) -> Self {
        i64::from(count.0).into()
    }
}

impl TryGetable for Count {
    /// Reads an INTEGER and, for the results of COUNT and SUM, a BIGINT. A negative number is an error.
    fn try_get_by<I: ColIdx>(result: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let number = match <i32 as TryGetable>::try_get_by(result, index) {
            Ok(number) => i64::from(number),
            Err(TryGetError::Null(column)) => return Err(TryGetError::Null(column)),
            Err(TryGetError::DbErr(_)) => <i64 as TryGetable>::try_get_by(result, index)?,
        };
        <u32 as TryFrom<i64>>::try_from(number)
            .map(Self)
            .map_err(|_| TryGetError::DbErr(sea_orm::DbErr::Type(format!("{number} is not a count"))))
    }
}

impl ValueType for Count {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <u32 as TryFrom<i64>>::try_from(<i64 as ValueType>::try_from(value)?).map(Self).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        "Count".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::Integer
    }
}

impl Nullable for Count {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

impl NotU8 for Count {}

impl sea_orm::TryFromU64 for Count {
    fn try_from_u64(n: u64) -> Result<Self, sea_orm::DbErr> {
        <u32 as TryFrom<u64>>::try_from(n).map(Self).map_err(|_| sea_orm::DbErr::ConvertFromU64("Count"))
    }
}
