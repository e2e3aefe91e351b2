//! What a person sees when Lambic itself is wrong.

use std::io::Write as _;
use std::panic::PanicHookInfo;

/// Replaces the standard message, whose text may quote anything, by a short one that quotes only the place.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        // Nobody is left to tell when standard error is closed.
        let _ = std::io::stderr().write_all(apology(info).as_bytes());
    }));
}

fn apology(info: &PanicHookInfo<'_>) -> String {
    let place =
        info.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "error: lambic stopped because of a mistake of its own{place}\n\
         sorry. Please report this line, the command you ran (without passwords) and `lambic {version}`.\n\
         If a migration was running, `lambic status` says where the database stands.\n"
    )
}
