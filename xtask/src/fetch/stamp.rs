//! Stamp files: a folder that was filled once is not filled again while what it was made from is the same.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

const NAME: &str = ".stamp";

/// Fills a folder, unless it already holds what `made_from` describes.
///
/// The stamp is written last, so that an interrupted fill starts afresh.
///
/// # Errors
/// When the folder cannot be written, or when `fill` fails.
pub(crate) fn fill_once(folder: &Path, made_from: &str, fill: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = folder.join(NAME);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fill()?;
    fs::write(&stamp, made_from).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills `folder` and says whether that did anything.
    fn filled(folder: &Path, made_from: &str) -> bool {
        let mut ran = false;
        fill_once(folder, made_from, || {
            ran = true;
            Ok(fs::write(folder.join("file"), made_from)?)
        })
        .unwrap();
        ran
    }

    #[test]
    fn filled_once_and_again_when_the_origin_changes() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/b");
        assert!(filled(&folder, "one"));
        assert!(!filled(&folder, "one"));
        fs::write(folder.join("leftover"), "").unwrap();
        assert!(filled(&folder, "two"));
        assert!(!folder.join("leftover").exists());
    }

    #[test]
    fn a_failed_fill_is_tried_again() {
        let temp = tempfile::tempdir().unwrap();
        assert!(fill_once(temp.path(), "one", || anyhow::bail!("no luck")).is_err());
        assert!(filled(temp.path(), "one"));
    }
}
