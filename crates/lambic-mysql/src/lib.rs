//! The MySQL and MariaDB driver of Lambic.
