//! The server from outside: a real one, on both databases, with people who talk over HTTP and WebSockets.

mod openapi;
mod outsiders;
