//! The value types as columns of a database, for SeaORM. Each type is stored as exactly one SQL type, and a value that the
//! type does not allow is an error when it is read, not a wrong value.

use crate::{
    calendar::{Day, Timestamp},
    ids::{AccountId, ApiKeyId, BatchId, DisputeId, JobId, NoticeId, OrderId, PurchaserId, UnitId},
    level::{AdminLevel, BudgetLevel},
    money::{Money, Ratio},
    purchases::PurchaseClass,
};
use sea_orm::{
    ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr, postgres_array::NotU8},
};

/// Implements the traits that SeaORM requires of a column's type: `$type` is stored as `$stored`.
macro_rules! column {
    ($type:ty as $stored:ty, $to:expr, $from:expr $(,)?) => {
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                let to: fn($type) -> $stored = $to;
                to(value).into()
            }
        }

        impl TryGetable for $type {
            fn try_get_by<I: ColIdx>(result: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let from: fn($stored) -> Option<$type> = $from;
                let stored = <$stored as TryGetable>::try_get_by(result, index)?;
                from(stored)
                    .ok_or_else(|| TryGetError::DbErr(DbErr::Type(format!("{stored} is no {}", stringify!($type)))))
            }
        }

        impl ValueType for $type {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                let from: fn($stored) -> Option<$type> = $from;
                from(<$stored as ValueType>::try_from(value)?).ok_or(ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($type).to_owned()
            }

            fn array_type() -> ArrayType {
                <$stored as ValueType>::array_type()
            }

            fn column_type() -> ColumnType {
                <$stored as ValueType>::column_type()
            }
        }

        impl Nullable for $type {
            fn null() -> Value {
                <$stored as Nullable>::null()
            }
        }

        impl NotU8 for $type {}
    };
}

/// A number that identifies a row.
macro_rules! id_columns {
    ($($type:ident),* $(,)?) => {$(
        column!($type as i64, |id| id.0, |id| Some($type(id)));

        impl TryFromU64 for $type {
            fn try_from_u64(n: u64) -> Result<Self, DbErr> {
                i64::try_from_u64(n).map(Self)
            }
        }
    )*};
}

id_columns!(UnitId, AccountId, PurchaserId, BatchId, JobId, DisputeId, OrderId, ApiKeyId, NoticeId);
column!(Timestamp as i64, |time| time.0, |time| Some(Timestamp(time)));
column!(Day as i32, Day::number, Day::from_number);
column!(PurchaseClass as i16, PurchaseClass::number, PurchaseClass::from_number);
column!(Money as i64, Money::fen, Money::from_fen);
column!(Ratio as i32, |ratio| i32::from(ratio.hundredths()), |hundredths| {
    Ratio::from_hundredths(hundredths.try_into().ok()?)
});
column!(AdminLevel as i16, |level| i16::from(level.index()), |index| {
    AdminLevel::from_index(index.try_into().ok()?)
});
column!(BudgetLevel as i16, |level| i16::from(level.index()), |index| {
    BudgetLevel::from_index(index.try_into().ok()?)
});

/// A key of which this is a part is never given by the database.
impl TryFromU64 for Day {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Day"))
    }
}

impl TryFromU64 for PurchaseClass {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("PurchaseClass"))
    }
}
