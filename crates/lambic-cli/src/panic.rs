//! What a person sees when Lambic itself is wrong.

use std::io::Write as _;
use std::panic::PanicHookInfo;

use crate::exit::Exit;

/// Runs `main`. A panic in it ends in a failure and a short message; the standard one may quote anything.
pub(crate) fn guard(main: fn() -> Exit) -> Exit {
    std::panic::set_hook(Box::new(|info| {
        // Nobody is left to tell when standard error is closed.
        let _ = std::io::stderr().write_all(apology(info).as_bytes());
    }));
    std::panic::catch_unwind(main).unwrap_or(Exit::Failed)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure() {
        assert_eq!(guard(|| Exit::Findings), Exit::Findings);
        assert_eq!(guard(|| panic!("as the test wants")), Exit::Failed);
        let _ = std::panic::take_hook();
    }
}
