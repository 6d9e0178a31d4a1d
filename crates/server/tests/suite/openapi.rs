//! The committed API document.

/// `CHATTERBOX_BLESS` writes it anew.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the generator is asked for by an environment variable"
)]
fn the_openapi_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let generated = chatterbox_server::openapi_document();
    if std::env::var("CHATTERBOX_BLESS").is_ok() {
        std::fs::write(path, &generated).expect("docs/ can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "docs/openapi.json is stale: run `cargo xtask bless`"
    );
}
