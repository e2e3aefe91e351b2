//! New revision files.
