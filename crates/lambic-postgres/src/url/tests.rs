//! What a URL says.
