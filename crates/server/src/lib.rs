//! The ChatterBox server: HTTP, WebSockets, configuration and commands around the domain crates.
//!
//! [`Application::start`](application::Application::start) takes a [`Config`](config::Config) and serves it; everything
//! else here turns requests into use cases of `chatterbox-chat` and their answers into the views of
//! `chatterbox-protocol`.

pub mod application;
pub mod commands;
pub mod config;

mod address;
mod app;
mod clock;
mod http;
mod keys;
mod ws;

pub use http::openapi::document as openapi_document;
