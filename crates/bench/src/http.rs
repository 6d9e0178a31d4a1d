//! The few HTTP requests that prepare a measurement.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Asks `address` once, over a connection of its own; a null `body` is none.
///
/// # Errors
/// The answer is no success (it is quoted) or no JSON.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> io::Result<Value> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = exchange(address, method, path, token, &body)?;
    let unexpected = || io::Error::other(format!("{method} {path} was answered:\n{answer}"));
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(unexpected)?;
    if !head.starts_with("HTTP/1.1 2") {
        return Err(unexpected());
    }
    serde_json::from_str(body).map_err(|_| unexpected())
}

/// Whether `GET path` is answered with 200.
pub(crate) fn is_answered(address: SocketAddr, path: &str) -> io::Result<bool> {
    Ok(exchange(address, "GET", path, None, "")?.starts_with("HTTP/1.1 200 "))
}

fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let authorization = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{authorization}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use super::*;

    fn answer_once(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"{}") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
        });
        address
    }

    #[test]
    fn an_answer_is_read_as_json_and_a_refusal_is_quoted() {
        let empty = serde_json::json!({});
        let address = answer_once("HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":7}");
        assert_eq!(ask(address, "POST", "/made", None, &empty).unwrap()["id"], 7);
        let address = answer_once("HTTP/1.1 429 Too Many Requests\r\n\r\n{\"code\":\"rate_limited\"}");
        let error = ask(address, "POST", "/made", Some("token"), &empty)
            .unwrap_err()
            .to_string();
        assert!(error.contains("POST /made") && error.contains("rate_limited"));
    }
}
