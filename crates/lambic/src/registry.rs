//! The drivers of a run, found by URL scheme or by dialect.

use std::sync::Arc;

use lambic_core::{DatabaseUrl, Dialect, Driver, Error, ErrorKind, Result, ServerVersion};
use lambic_revision::suggest;

/// The drivers that a program has.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    drivers: Vec<Arc<dyn Driver>>,
}

impl Registry {
    /// Takes the drivers; where two answer to one scheme or dialect, the first is asked.
    pub fn new(drivers: Vec<Arc<dyn Driver>>) -> Self {
        Self { drivers }
    }

    /// The drivers, in order.
    pub fn drivers(&self) -> &[Arc<dyn Driver>] {
        &self.drivers
    }

    /// The driver that answers to a URL's scheme.
    ///
    /// # Errors
    /// `Config`, naming the schemes there are.
    pub fn resolve(&self, url: &DatabaseUrl) -> Result<Arc<dyn Driver>> {
        let scheme = url.scheme();
        let found = self.drivers.iter().find(|driver| driver.info().schemes.contains(&scheme));
        found.cloned().ok_or_else(|| {
            let known = self.named(|driver| &driver.info().schemes);
            let message = format!("no driver answers to the URL scheme `{scheme}`");
            unknown("url.unknown-scheme", message, &scheme, &known, "schemes")
        })
    }

    /// A dialect by name, for work without a server. `None`: the newest version known.
    ///
    /// # Errors
    /// `Config`, naming the dialects there are, or what the driver says of the version.
    pub fn dialect(&self, name: &str, version: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
        let speaks = |driver: &&Arc<dyn Driver>| driver.info().dialects.iter().any(|dialect| dialect == name);
        if let Some(driver) = self.drivers.iter().find(speaks) {
            return driver.dialect(name, version);
        }
        let message = format!("no driver speaks the dialect `{}`", name.escape_debug());
        Err(unknown("dialect.unknown", message, name, &self.dialect_names(), "dialects"))
    }

    /// The names of all dialects.
    pub fn dialect_names(&self) -> Vec<String> {
        self.named(|driver| &driver.info().dialects)
    }

    fn named<'r>(&'r self, names: impl Fn(&'r Arc<dyn Driver>) -> &'r Vec<String>) -> Vec<String> {
        self.drivers.iter().flat_map(names).cloned().collect()
    }
}

fn unknown(code: &str, message: String, name: &str, known: &[String], what: &str) -> Error {
    let all = format!("known {what}: {}", known.join(", "));
    let hint = match suggest::did_you_mean(name, known.iter().map(String::as_str)) {
        Some(guess) => format!("{guess} {all}"),
        None => all,
    };
    Error::new(ErrorKind::Config, code, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use lambic_core::{DriverInfo, Session};

    use super::*;

    #[derive(Debug)]
    struct Named(DriverInfo);

    #[async_trait]
    impl Driver for Named {
        fn info(&self) -> &DriverInfo {
            &self.0
        }
        fn dialect(&self, _: &str, _: Option<&ServerVersion>) -> Result<Arc<dyn Dialect>> {
            Err(Error::unsupported(&self.0.name, "versions"))
        }
        async fn connect(&self, _: &DatabaseUrl) -> Result<Session> {
            Err(Error::unsupported(&self.0.name, "sessions"))
        }
    }

    fn registry() -> Registry {
        let driver = |name: &str, schemes: &[&str]| -> Arc<dyn Driver> {
            Arc::new(Named(DriverInfo {
                name: name.to_owned(),
                title: name.to_owned(),
                schemes: schemes.iter().copied().map(str::to_owned).collect(),
                dialects: vec![name.to_owned()],
                version: "1".to_owned(),
            }))
        };
        Registry::new(vec![driver("apple", &["apple", "apples"]), driver("pear", &["pear"])])
    }

    #[test]
    fn a_scheme_finds_its_driver_or_says_which_there_are() {
        let registry = registry();
        let url = |text| DatabaseUrl::parse(text).unwrap();
        assert_eq!(registry.resolve(&url("APPLES+wire://u:s3cret@h")).unwrap().info().name, "apple");
        let error = registry.resolve(&url("pera://u:s3cret@h")).unwrap_err();
        assert_eq!(error.message, "no driver answers to the URL scheme `pera`");
        assert_eq!(error.hint.as_deref(), Some("did you mean `pear`? known schemes: apple, apples, pear"));
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[test]
    fn a_dialect_is_asked_of_its_driver_or_told_which_there_are() {
        let registry = registry();
        assert_eq!(registry.dialect("pear", None).unwrap_err().message, "pear does not support versions");
        let error = registry.dialect("plum", None).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.hint.as_deref()),
            ("dialect.unknown", Some("known dialects: apple, pear"))
        );
        assert_eq!(registry.dialect_names(), ["apple", "pear"]);
    }
}
