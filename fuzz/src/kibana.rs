//! A Kibana that answers every request with the same thing, until it is told another.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) struct Kibana {
    pub(crate) address: SocketAddr,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Kibana {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let answer = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&shared);
                // A connection that breaks is the client's affair.
                std::thread::spawn(move || drop(serve(stream, &answer)));
            }
        });
        Self { address, answer }
    }

    /// What it answers from now on.
    pub(crate) fn answer(&self, status: u16, content_type: &str, body: &[u8]) {
        let mut answer = format!("HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\nlocation: /x\r\n");
        if status == 204 {
            answer.push_str("\r\n");
        } else {
            answer.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        }
        let mut bytes = answer.into_bytes();
        if status != 204 {
            bytes.extend_from_slice(body);
        }
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }
}

fn serve(stream: TcpStream, answer: &Mutex<Vec<u8>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        let bytes = answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        reader.get_mut().write_all(&bytes)?;
    }
}
