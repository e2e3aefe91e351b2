//! A server that is none: it lets everybody in, answers what it is told to, warns of every `INSERT`, and is cancelled
//! when it is asked for the warnings.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// What it says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Fake {
    pub(crate) version: &'static str,
    pub(crate) comment: &'static str,
}

impl Fake {
    /// Serves one client after the other, in a thread that ends with the tests. Returns the URL.
    pub(crate) fn start(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that goes away is none of a test's business.
                let _ = self.serve(client);
            }
        });
        format!("mysql://ann@127.0.0.1:{port}/shop")
    }

    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        client.write_all(&packet(0, &self.greeting()))?;
        read_packet(&mut client)?;
        client.write_all(&packet(2, OK))?;
        loop {
            let question = read_packet(&mut client)?;
            let asks = |text: &str| question.windows(text.len()).any(|part| part == text.as_bytes());
            let answer = match () {
                () if asks("version_comment") => self.rows(),
                () if asks("INSERT") => packet(1, WARNED),
                () if asks("SHOW WARNINGS") => packet(1, CANCELLED),
                () => packet(1, OK),
            };
            client.write_all(&answer)?;
        }
    }

    fn greeting(&self) -> Vec<u8> {
        // CLIENT_PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_WITH_DB; no encryption.
        let (low, high) = (0x8208_u16, 0x0008_u16);
        let mut text = vec![10];
        text.extend(self.version.as_bytes());
        text.extend([0, 1, 0, 0, 0]);
        text.extend(*b"scramble\0");
        text.extend(low.to_le_bytes());
        text.extend([45, 2, 0]);
        text.extend(high.to_le_bytes());
        text.extend([21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        text.extend(*b"more of it..\0mysql_native_password\0");
        text
    }

    fn rows(&self) -> Vec<u8> {
        let cells = [self.version, self.comment, "STRICT_TRANS_TABLES", "0", "shop"];
        let mut packets = vec![vec![u8::try_from(cells.len()).unwrap()]];
        packets.extend(cells.iter().map(|_| column()));
        packets.push(END.to_vec());
        packets.push(cells.iter().flat_map(|cell| text(cell)).collect());
        packets.push(END.to_vec());
        (1..).zip(&packets).flat_map(|(number, payload)| packet(number, payload)).collect()
    }
}

const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
const WARNED: &[u8] = &[0, 1, 0, 2, 0, 1, 0];
const CANCELLED: &[u8] = b"\xff\x25\x05#70100Query execution was interrupted";
const END: &[u8] = &[0xfe, 0, 0, 2, 0];

fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&length[..3], &[number], payload].concat()
}

fn text(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// The definition of a column of text.
fn column() -> Vec<u8> {
    let names: Vec<u8> = ["def", "", "", "", "a", "a"].iter().flat_map(|name| text(name)).collect();
    [&names[..], &[12, 45, 0, 0, 4, 0, 0, 0xfd, 0, 0, 0, 0, 0]].concat()
}

fn read_packet(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut head = [0; 4];
    client.read_exact(&mut head)?;
    let mut payload = vec![0; u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize];
    client.read_exact(&mut payload)?;
    Ok(payload)
}
