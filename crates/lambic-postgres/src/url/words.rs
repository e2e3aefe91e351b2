//! The words of a connection string, each with the variable that stands for it: those of PostgreSQL's own programs.

/// A word that a URL may have.
pub(crate) struct Word {
    /// The word.
    pub(crate) name: &'static str,
    /// The variable that gives it where the URL does not.
    pub(crate) variable: Option<&'static str>,
    /// What is done with it.
    pub(crate) treatment: Treatment,
}

/// What is done with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// It counts.
    Read,
    /// It counts, and names a file.
    File,
    /// Only these values can be had.
    Only(&'static [&'static str]),
    /// It cannot be had, and ignoring it would be less than what was asked for.
    Refused(&'static str),
}

use Treatment::{File, Only, Read, Refused};

const GSS: Treatment = Refused("authentication by GSSAPI or Kerberos is not available");
const OAUTH: Treatment = Refused("authentication by OAuth is not available");
const REVOCATION: Treatment = Refused("lists of revoked certificates are not read");

/// Every word that PostgreSQL's own client library knows.
pub(crate) const WORDS: &[Word] = &[
    word("host", Some("PGHOST"), Read),
    word("hostaddr", Some("PGHOSTADDR"), Read),
    word("port", Some("PGPORT"), Read),
    word("dbname", Some("PGDATABASE"), Read),
    word("user", Some("PGUSER"), Read),
    word("password", Some("PGPASSWORD"), Read),
    word("passfile", Some("PGPASSFILE"), File),
    word("service", Some("PGSERVICE"), Read),
    word("servicefile", Some("PGSERVICEFILE"), File),
    word("options", Some("PGOPTIONS"), Read),
    word("application_name", Some("PGAPPNAME"), Read),
    word("fallback_application_name", None, Read),
    word("connect_timeout", Some("PGCONNECT_TIMEOUT"), Read),
    word("sslmode", Some("PGSSLMODE"), Read),
    word("sslnegotiation", Some("PGSSLNEGOTIATION"), Read),
    word("sslrootcert", Some("PGSSLROOTCERT"), File),
    word("sslcert", Some("PGSSLCERT"), File),
    word("sslkey", Some("PGSSLKEY"), File),
    word("sslsni", Some("PGSSLSNI"), Read),
    word("sslcompression", Some("PGSSLCOMPRESSION"), Only(&["0"])),
    word("ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION"), Only(&["TLSv1", "TLSv1.1", "TLSv1.2"])),
    word("ssl_max_protocol_version", Some("PGSSLMAXPROTOCOLVERSION"), Only(&["TLSv1.3"])),
    word("channel_binding", Some("PGCHANNELBINDING"), Read),
    word("target_session_attrs", Some("PGTARGETSESSIONATTRS"), Read),
    word("load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Only(&["disable"])),
    word("keepalives", None, Read),
    word("keepalives_idle", None, Read),
    word("keepalives_interval", None, Read),
    word("keepalives_count", None, Read),
    word("tcp_user_timeout", None, Read),
    word("client_encoding", Some("PGCLIENTENCODING"), Only(&["UTF8", "UTF-8", "utf8", "utf-8", "auto"])),
    word("gssencmode", Some("PGGSSENCMODE"), Only(&["disable", "prefer"])),
    word("sslcertmode", Some("PGSSLCERTMODE"), Only(&["allow"])),
    word("sslcrl", Some("PGSSLCRL"), REVOCATION),
    word("sslcrldir", Some("PGSSLCRLDIR"), REVOCATION),
    word("sslpassword", None, Refused("an encrypted key is not read: decrypt it into a file of your own")),
    word("sslkeylogfile", None, Refused("keys are not written anywhere")),
    word("requiressl", Some("PGREQUIRESSL"), Refused("write sslmode=require")),
    word("requirepeer", Some("PGREQUIREPEER"), Refused("the server's user is not checked")),
    word("require_auth", Some("PGREQUIREAUTH"), Refused("the way to authenticate is the server's choice")),
    word("krbsrvname", Some("PGKRBSRVNAME"), GSS),
    word("gsslib", Some("PGGSSLIB"), GSS),
    word("gssdelegation", Some("PGGSSDELEGATION"), GSS),
    word("oauth_issuer", None, OAUTH),
    word("oauth_client_id", None, OAUTH),
    word("oauth_client_secret", None, OAUTH),
    word("oauth_scope", None, OAUTH),
    word("replication", None, Refused("a session for replication runs no statements")),
];

const fn word(name: &'static str, variable: Option<&'static str>, treatment: Treatment) -> Word {
    Word { name, variable, treatment }
}

/// The word of this name.
pub(crate) fn find(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}

/// What other clients write, and what it is called here.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("currentSchema", "options=-csearch_path%3Dname"),
    ("schema", "options=-csearch_path%3Dname"),
    ("search_path", "options=-csearch_path%3Dname"),
    ("statement_timeout", "options=-cstatement_timeout%3D60s"),
    ("lock_timeout", "options=-clock_timeout%3D5s"),
    ("ApplicationName", "application_name"),
    ("connectTimeout", "connect_timeout"),
    ("loginTimeout", "connect_timeout"),
    ("database", "dbname"),
    ("username", "user"),
    ("passwd", "password"),
    ("timeout", "connect_timeout"),
    ("targetServerType", "target_session_attrs"),
    ("sslcompress", "sslcompression"),
];
