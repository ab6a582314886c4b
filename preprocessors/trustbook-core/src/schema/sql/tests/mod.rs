//! Tests of the SQL readers as a whole.

mod hand;
