//! The web client is embedded by a macro that does not see when a file is added.

fn main() {
    let built = "../../web/dist";
    // A watched path that is not there would make every build a new one. Where it cannot be made, that is what happens.
    let _ = std::fs::create_dir_all(built);
    println!("cargo:rerun-if-changed={built}");
}
