// rustls with with_single_cert. One line a connection on stdin: MODE NAME PORT CERTIFICATES KEY PKCS12.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::client::{ServerCertVerified, ServerCertVerifier};
use rustls::{Certificate, ClientConfig, ClientConnection, Error, PrivateKey, ServerName};

struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &Certificate,
        _intermediates: &[Certificate],
        _server_name: &ServerName,
        _scts: &mut dyn Iterator<Item = &[u8]>,
        _ocsp_response: &[u8],
        _now: SystemTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
}

fn problem(what: &str) -> Box<dyn std::error::Error> {
    what.into()
}

fn ask(job: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let chain = rustls_pemfile::certs(&mut BufReader::new(File::open(job[3])?))?;
    let mut keys = BufReader::new(File::open(job[4])?);
    let key = loop {
        match rustls_pemfile::read_one(&mut keys)?.ok_or_else(|| problem("no key"))? {
            rustls_pemfile::Item::RSAKey(key)
            | rustls_pemfile::Item::PKCS8Key(key)
            | rustls_pemfile::Item::ECKey(key) => break key,
            _ => continue,
        }
    };
    let config = ClientConfig::builder()
        .with_safe_defaults()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_single_cert(chain.into_iter().map(Certificate).collect(), PrivateKey(key))?;
    let mut connection = ClientConnection::new(Arc::new(config), ServerName::try_from(job[1])?)?;
    let mut socket = TcpStream::connect(format!("127.0.0.1:{}", job[2]))?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(())
}

fn main() {
    for line in io::stdin().lock().lines() {
        let line = line.expect("stdin");
        let job: Vec<&str> = line.split_whitespace().collect();
        if let Err(error) = ask(&job) {
            println!("{} {}", job[1], error);
        }
    }
}
