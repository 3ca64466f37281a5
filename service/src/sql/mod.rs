//! The statements that need SQL: each is one named function, and its documentation gives the reason. All other statements go
//! through SeaORM's entities and query builder. `cargo xtask lint` refuses SQL text anywhere else.
