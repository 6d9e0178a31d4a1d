//! The web client is embedded by a macro that does not see when a file is added.

fn main() {
    // Watching a path that is not there would build again each time; its parent would be all of node_modules.
    let built = "../../web/dist";
    let watched = if std::path::Path::new(built).exists() {
        built
    } else {
        "../../web/index.html"
    };
    println!("cargo:rerun-if-changed={watched}");
}
