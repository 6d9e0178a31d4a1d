//! The ChatterBox server: HTTP, WebSockets, configuration and commands around the domain crates.
