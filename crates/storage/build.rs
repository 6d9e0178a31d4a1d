//! The migrations are embedded by a macro that does not see when a file is added.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
