//! The server from outside: a real one, on both databases, with people who talk over HTTP and WebSockets.

mod accounts;
mod bad_input;
mod convergence;
mod crash;
mod documented;
mod live;
mod openapi;
mod outsiders;
mod protocol_document;
mod talking;
mod web;
