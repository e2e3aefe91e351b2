//! The PostgreSQL driver of Lambic.
