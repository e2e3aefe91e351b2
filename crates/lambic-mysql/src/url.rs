//! URLs: `mysql://user:password@host:port/database?parameters`, and what fills their gaps.
//!
//! `mysql` and `mariadb` mean the same: the server says which it is. What a URL leaves out comes from the variables
//! that the clients of the databases read too, `MYSQL_HOST`, `MYSQL_TCP_PORT`, `MYSQL_UNIX_PORT`, `MYSQL_PWD`, or
//! from what stands in for them. Names and values are percent-encoded. The connection is by TCP, to `localhost` too, unless `socket` names a path.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use lambic_core::{DatabaseUrl, Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;

use crate::tls::{SslMode, Tls};

/// The port of a server that nobody has configured.
const PORT: u16 = 3306;

/// How long opening a connection may take, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The parameters that a URL may have. An underscore is as good as a hyphen, and `sslmode` as `ssl-mode`.
const PARAMETERS: [&str; 7] =
    ["socket", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "connect-timeout", "charset"];

/// What a URL stands for.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The host, without brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// The socket, which takes the place of host and port.
    pub(crate) socket: Option<PathBuf>,
    /// Who connects.
    pub(crate) user: String,
    /// What proves it.
    pub(crate) password: Option<Secret>,
    /// The database.
    pub(crate) database: String,
    /// How the connection is encrypted.
    pub(crate) tls: Tls,
    /// How long opening a connection may take.
    pub(crate) connect_timeout: Duration,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Target {
    /// Takes a URL apart. `variable` gives the environment.
    pub(crate) fn parse(url: &DatabaseUrl, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        Self::parse_secrets(url, variable).map_err(|mut error| {
            error.message = url.scrub(&error.message);
            error
        })
    }

    fn parse_secrets(url: &DatabaseUrl, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (address, query) = url.rest().split_once('?').unwrap_or((url.rest(), ""));
        let Parts { user_info, host, path } = Parts::of(address)?;
        if user_info.is_empty() && path.is_empty() && query.contains('@') {
            return Err(invalid("the database URL has an `@` behind its first `?`")
                .hint("write a `?` in a user or password as %3F"));
        }
        let (user, password) = match user_info.split_once(':') {
            Some((user, password)) => (user, Some(decode(password, "the password")?)),
            None => (user_info, None),
        };
        let user = match decode(user, "the user")? {
            user if user.is_empty() => variable("USER").unwrap_or_default(),
            user => user,
        };
        let (host, port) = host_and_port(host)?;
        let port = match (port, variable("MYSQL_TCP_PORT")) {
            (Some(port), _) => port,
            (None, Some(text)) => port_of(&text, "~/.my.cnf or MYSQL_TCP_PORT")?,
            (None, None) => PORT,
        };
        let nowhere = host.is_empty() && variable("MYSQL_HOST").is_none();
        let mut target = Self {
            socket: variable("MYSQL_UNIX_PORT").filter(|_| nowhere).map(PathBuf::from),
            host: [host, variable("MYSQL_HOST").unwrap_or_default(), "localhost".to_owned()]
                .into_iter()
                .find(|host| !host.is_empty())
                .unwrap_or_default(),
            port,
            user,
            password: password.or_else(|| variable("MYSQL_PWD")).map(Secret),
            database: database(path)?,
            tls: Tls::default(),
            connect_timeout: CONNECT_TIMEOUT,
        };
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            target.set(parameter, url)?;
        }
        target.tls.check()?;
        Ok(target)
    }

    /// Where it connects to, for messages.
    pub(crate) fn place(&self) -> String {
        match &self.socket {
            Some(socket) => socket.display().to_string(),
            None if self.host.contains(':') => format!("[{}]:{}", self.host, self.port),
            None => format!("{}:{}", self.host, self.port),
        }
    }

    fn set(&mut self, parameter: &str, url: &DatabaseUrl) -> Result<()> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = decode(value, name)?;
        let path = || match url.base() {
            Some(base) => base.join(&value),
            None => PathBuf::from(&value),
        };
        match name.to_ascii_lowercase().replace('_', "-").as_str() {
            "socket" | "unix-socket" => self.socket = Some(path()),
            "ssl-mode" | "sslmode" => self.tls.mode = Some(ssl_mode(name, &value)?),
            "ssl-ca" => self.tls.ca = Some(path()),
            "ssl-cert" => self.tls.cert = Some(path()),
            "ssl-key" => self.tls.key = Some(path()),
            "connect-timeout" => {
                let seconds = value.parse::<u32>().ok().filter(|seconds| *seconds > 0);
                let seconds = seconds.ok_or_else(|| bad_value(name, "a number of seconds"))?;
                self.connect_timeout = Duration::from_secs(seconds.into());
            }
            "charset" if value.eq_ignore_ascii_case("utf8mb4") => {}
            "charset" => return Err(bad_value(name, "utf8mb4, which Lambic always uses")),
            _ => return Err(unknown_parameter(name)),
        }
        Ok(())
    }
}

/// The parts of an address, as written.
struct Parts<'u> {
    user_info: &'u str,
    host: &'u str,
    path: &'u str,
}

impl<'u> Parts<'u> {
    fn of(address: &'u str) -> Result<Self> {
        let Some(address) = address.strip_prefix("//") else {
            return Err(invalid("the database URL has no `//` after its scheme"));
        };
        let (authority, path) = address.split_once('/').unwrap_or((address, ""));
        let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        if path.contains('@') && user_info.is_empty() && authority.contains(':') {
            return Err(invalid("the database URL has an `@` behind its first `/`").hint(
                "write a `/` in a user or password as %2F, and an `@` in the name of a database as %40",
            ));
        }
        Ok(Self { user_info, host, path })
    }
}

/// The host without brackets, and the port if there is one.
fn host_and_port(written: &str) -> Result<(String, Option<u16>)> {
    let (host, port) = match written.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => written.split_once(':').map_or((written, None), |(host, port)| (host, Some(port))),
    };
    let port = port.filter(|port| !port.is_empty()).map(|port| port_of(port, "the database URL"));
    Ok((decode(host, "the host")?, port.transpose()?))
}

fn port_of(text: &str, place: &str) -> Result<u16> {
    text.parse()
        .ok()
        .filter(|port| *port > 0)
        .ok_or_else(|| invalid(&format!("the port `{text}` in {place} is not a number from 1 to 65535")))
}

fn database(path: &str) -> Result<String> {
    let database = decode(path.trim_end_matches('/'), "the database")?;
    if database.is_empty() {
        let message = "the database URL names no database";
        return Err(Error::new(ErrorKind::Config, "mysql.no-database", message)
            .hint("write mysql://user@host/database"));
    }
    Ok(database)
}

fn decode(text: &str, what: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    match decoded.map(std::borrow::Cow::into_owned) {
        Ok(text) if !text.contains('\0') => Ok(text),
        Ok(_) => Err(invalid(&format!("{what} in the database URL contains a NUL character"))),
        Err(_) => Err(invalid(&format!("{what} in the database URL is not UTF-8"))),
    }
}

fn ssl_mode(name: &str, value: &str) -> Result<SslMode> {
    let known = SslMode::parse(value);
    known.ok_or_else(|| bad_value(name, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::Config, "mysql.url", message)
        .hint("write it as mysql://user:password@host:3306/database")
}

fn bad_value(name: &str, wanted: &str) -> Error {
    let message = format!("the URL parameter `{}` has a wrong value", name.escape_debug());
    Error::new(ErrorKind::Config, "mysql.url-parameter", message).hint(format!("write {wanted}"))
}

fn unknown_parameter(name: &str) -> Error {
    let message = format!("the URL parameter `{}` is not known", name.escape_debug());
    let parameters = PARAMETERS.join(", ");
    Error::new(ErrorKind::Config, "mysql.url-parameter", message).hint(format!("known are {parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_with(text: &str, variables: &[(&str, &str)]) -> Result<Target> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Target::parse(&DatabaseUrl::parse(text).unwrap(), &variable)
    }

    fn parse(text: &str) -> Result<Target> {
        parse_with(text, &[])
    }

    #[test]
    fn a_url_says_where_who_and_what() {
        let target =
            parse("mysql+pymysql://an%40n:p%3Ass%2F@db.example:3307/sh%20op?connect_timeout=3").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.user.as_str()), ("db.example", 3307, "an@n"));
        assert_eq!(target.password, Some(Secret("p:ss/".into())));
        assert_eq!((target.database.as_str(), target.connect_timeout.as_secs()), ("sh op", 3));
        let target = parse("mariadb://[::1]/shop?charset=UTF8MB4").unwrap();
        assert_eq!((target.host.as_str(), target.place().as_str()), ("::1", "[::1]:3306"));
        let target = parse("mysql://u:p@ss@h/db").unwrap();
        assert_eq!((target.host.as_str(), target.password), ("h", Some(Secret("p@ss".into()))));
        let target = parse("mysql:///db?unix_socket=/run/my.sock").unwrap();
        assert_eq!(target.place(), "/run/my.sock");
    }

    #[test]
    fn the_environment_fills_gaps_as_for_the_clients() {
        let variables = [
            ("MYSQL_HOST", "h"),
            ("MYSQL_TCP_PORT", "33"),
            ("MYSQL_UNIX_PORT", "/s"),
            ("MYSQL_PWD", "pw"),
            ("USER", "ann"),
        ];
        let target = parse_with("mysql:///db", &variables).unwrap();
        assert_eq!((target.place().as_str(), target.user.as_str()), ("h:33", "ann"));
        assert_eq!(target.password, Some(Secret("pw".into())));
        let target = parse_with("mysql://bob:x@g:1/db", &variables).unwrap();
        assert_eq!((target.place().as_str(), target.user.as_str()), ("g:1", "bob"));
        assert_eq!(target.password, Some(Secret("x".into())));
        assert_eq!(parse_with("mysql:///db", &variables[2..]).unwrap().place(), "/s");
        assert_eq!(parse_with("mysql://h/db", &variables[2..]).unwrap().place(), "h:3306");
        let error = parse_with("mysql:///db", &[("MYSQL_TCP_PORT", "x")]).unwrap_err();
        assert!(error.message.contains("MYSQL_TCP_PORT"), "{error}");
    }

    #[test]
    fn files_count_from_the_base() {
        let url =
            DatabaseUrl::parse("mysql://h/db?ssl-ca=ca.pem&SSL_MODE=verify-ca").unwrap().with_base("/shop");
        let target = Target::parse(&url, &|_| None).unwrap();
        assert_eq!(target.tls.ca, Some("/shop/ca.pem".into()));
        assert_eq!(target.tls.mode, Some(SslMode::VerifyCa));
    }

    #[test]
    fn a_wrong_url_is_refused_with_what_is_right() {
        let cases = [
            ("mysql:db", "mysql.url", "mysql://user:password@host"),
            ("mysql://h", "mysql.no-database", "mysql://user@host/database"),
            ("mysql://h/", "mysql.no-database", "mysql://user@host/database"),
            ("mysql://h:x/db", "mysql.url", "mysql://user:password@host"),
            ("mysql://h:0/db", "mysql.url", "mysql://user:password@host"),
            ("mysql://h/d%00b", "mysql.url", ""),
            ("mysql://h/d%ffb", "mysql.url", ""),
            ("mysql://ann:s3cret/x@h/db", "mysql.url", "%2F"),
            ("mysql://ann:s3cret?x@h/db", "mysql.url", "%3F"),
            ("mysql://h/db?ssl-mod=x", "mysql.url-parameter", "ssl-mode, ssl-ca"),
            ("mysql://h/db?ssl-mode=on", "mysql.url-parameter", "VERIFY_IDENTITY"),
            ("mysql://h/db?charset=latin1", "mysql.url-parameter", "utf8mb4"),
            ("mysql://h/db?connect_timeout=0", "mysql.url-parameter", "seconds"),
            ("mysql://h/db?ssl-cert=a", "mysql.url-parameter", "ssl-key"),
            ("mysql://h/db?ssl-mode=disabled&ssl-ca=a", "mysql.url-parameter", "REQUIRED"),
        ];
        for (text, code, hint) in cases {
            let error = parse(text).unwrap_err();
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Config, code), "{text}: {error}");
            assert!(error.hint.as_deref().unwrap().contains(hint), "{text}: {error:?}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let target = parse("mysql://ann:s3cret@h/db").unwrap();
        assert!(!format!("{target:?}").contains("s3cret"));
    }
}
