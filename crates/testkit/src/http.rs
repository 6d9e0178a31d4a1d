//! HTTP as bytes: nothing is followed, kept, decoded or repaired, so that tests see what the server does.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::PATIENCE;

/// A request, sent over a connection of its own.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    address: SocketAddr,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    announced_length: Option<usize>,
}

impl Request {
    pub(crate) fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        Self {
            address,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            announced_length: None,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds an access token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Sends this as JSON; null is no body.
    pub fn json(self, body: &Value) -> Self {
        if body.is_null() {
            return self;
        }
        self.body("application/json", body.to_string())
    }

    /// Sends these bytes and calls them `content_type`.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.header("Content-Type", content_type);
        request.body = body.into();
        request
    }

    /// Says that the body has so many bytes, whatever is sent of it.
    pub fn announcing_length(mut self, bytes: usize) -> Self {
        self.announced_length = Some(bytes);
        self
    }

    /// Sends it and reads the answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        match tokio::time::timeout(PATIENCE, self.exchange()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => panic!("{what}: {error}"),
            Err(_) => panic!("{what}: no answer"),
        }
    }

    async fn exchange(self) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.address).await?;
        let mut request = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.method, self.path, self.address
        );
        for (name, value) in &self.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.announced_length.unwrap_or(self.body.len());
        if length > 0 || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            request.push_str(&format!("Content-Length: {length}\r\n"));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(&self.body);
        stream.write_all(&bytes).await?;
        Answer::read(&mut stream, self.method == "HEAD").await
    }
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers in their order, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    async fn read(stream: &mut TcpStream, has_no_body: bool) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        let head_ends = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Err(std::io::Error::other("the connection ended before the answer"));
            }
        };
        let head = String::from_utf8_lossy(&bytes[..head_ends]).into_owned();
        let mut body = bytes.split_off(head_ends + 4);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other(format!("no status: {head}")))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            body: Vec::new(),
        };
        if has_no_body || matches!(status, 101 | 204 | 304) {
            return Ok(answer);
        }
        match answer
            .header("content-length")
            .and_then(|length| length.parse::<usize>().ok())
        {
            Some(length) => {
                while body.len() < length {
                    if stream.read_buf(&mut body).await? == 0 {
                        return Err(std::io::Error::other("the body is shorter than announced"));
                    }
                }
            }
            None => {
                stream.read_to_end(&mut body).await?;
            }
        }
        answer.body = body;
        Ok(answer)
    }

    /// The first header of this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(n, _)| n == name)?;
        Some(value)
    }

    /// All headers of this name, given in lower case.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} with a body that is no JSON: {}", self.status, self.text()))
    }

    /// The JSON of an answer with this status; null where there is no body.
    ///
    /// # Panics
    /// When it has another status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "the answer was: {}", self.text());
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// Makes sure that this is a problem with this status and code, and returns it.
    ///
    /// # Panics
    /// When it is something else.
    #[track_caller]
    pub fn refuses(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "the answer was: {problem}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], status);
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        problem
    }

    /// The value of a cookie that this answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers_named("set-cookie").find_map(|cookie| {
            let (found, rest) = cookie.split_once('=')?;
            let value = rest.split(';').next().unwrap_or_default();
            (found == name).then(|| value.to_owned())
        })
    }
}
