//! The option file of the databases' own client, `~/.my.cnf`: its group `[client]`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The options that stand in for a variable of the environment, as the client has them do.
const OPTIONS: [(&str, &str); 5] = [
    ("MYSQL_HOST", "host"),
    ("MYSQL_TCP_PORT", "port"),
    ("MYSQL_UNIX_PORT", "socket"),
    ("MYSQL_PWD", "password"),
    ("USER", "user"),
];

/// The options of a file by the variables that they stand in for. A file that is not there, or that everybody may
/// write, has none.
pub(super) fn read(path: &Path) -> HashMap<&'static str, String> {
    if !is_trusted(path) {
        return HashMap::new();
    }
    let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    client(&text.unwrap_or_default())
}

#[cfg(unix)]
fn is_trusted(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    const ANYBODY_WRITES: u32 = 0o002;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & ANYBODY_WRITES == 0)
}

#[cfg(not(unix))]
fn is_trusted(path: &Path) -> bool {
    path.is_file()
}

fn client(text: &str) -> HashMap<&'static str, String> {
    let mut found = HashMap::new();
    let mut group = "";
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            group = name;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| group == "client") else { continue };
        let option = OPTIONS.iter().find(|(_, option)| *option == name.trim());
        if let Some((variable, _)) = option {
            // The last one counts.
            found.insert(*variable, unquoted(value.trim()));
        }
    }
    found
}

/// A value without the quotes around it, its escapes read.
fn unquoted(value: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let mut letters = inner.unwrap_or(value).chars();
    let mut read = String::with_capacity(value.len());
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('\\', Some(escaped @ ('b' | 't' | 'n' | 'r' | 's' | '\\' | '"' | '\''))) => {
                letters.next();
                read.push(match escaped {
                    'b' => '\u{8}',
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    's' => ' ',
                    other => other,
                });
            }
            _ => read.push(letter),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine\npassword=outside\n[mysqld]\nport=1\n[client]\nuser = ann\n; not this\n#host=x\n\
        password=\"p#=\\s\\\\\"\nhost=old\nhost=db\\example\n!include /etc/x\nssl\n[mysql]\nuser=bob\n";

    #[test]
    fn the_group_of_the_client_is_read() {
        let found = client(FILE);
        let get = |name: &str| found.get(name).map(String::as_str);
        assert_eq!((get("USER"), get("MYSQL_PWD")), (Some("ann"), Some("p#= \\")));
        assert_eq!((get("MYSQL_HOST"), get("MYSQL_TCP_PORT")), (Some("db\\example"), None));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_everybody_may_write_is_not_believed() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".my.cnf");
        assert!(read(&path).is_empty());
        fs::write(&path, FILE).unwrap();
        for (mode, options) in [(0o600, 3), (0o666, 0)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).len(), options);
        }
    }
}
