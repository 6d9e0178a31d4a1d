//! docs/PROTOCOL.md against the code: every frame has an example that is exactly what the code reads and writes.

use std::collections::{BTreeMap, BTreeSet};

use chatterbox_protocol::{ClientFrame, ServerFrame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The examples under the headings of one section, by the heading's name.
fn examples(section: &str) -> BTreeMap<String, Vec<Value>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PROTOCOL.md");
    let document = std::fs::read_to_string(path).expect("the document");
    let start = format!("\n## {section}\n");
    let (_, rest) = document.split_once(&start).expect("the section");
    let section = rest.split("\n## ").next().unwrap_or_default();
    let mut found = BTreeMap::new();
    for part in section.split("\n### `").skip(1) {
        let (name, text) = part.split_once('`').expect("a heading with a frame's name");
        let blocks = text.split("```json\n").skip(1);
        let parse = |block: &str| {
            let json = block.split("```").next().unwrap_or_default();
            serde_json::from_str(json)
                .unwrap_or_else(|error| panic!("the example of `{name}`: {error}\n{json}"))
        };
        found.insert(name.to_owned(), blocks.map(parse).collect());
    }
    found
}

fn check<F: Serialize + DeserializeOwned>(section: &str, types: &[&str]) {
    let examples = examples(section);
    let documented: BTreeSet<&str> = examples.keys().map(String::as_str).collect();
    assert_eq!(documented, types.iter().copied().collect(), "{section}");
    for (name, examples) in &examples {
        let mut of_this_type = 0;
        for example in examples.iter().filter(|example| example["type"] == name.as_str()) {
            of_this_type += 1;
            let frame: F = serde_json::from_value(example.clone())
                .unwrap_or_else(|error| panic!("the example of `{name}` is no frame: {error}\n{example}"));
            let written = serde_json::to_value(&frame).expect("frames are JSON");
            assert_eq!(written, *example, "the code writes `{name}` otherwise");
        }
        assert!(of_this_type > 0, "`{name}` has no example");
        assert_eq!(
            of_this_type,
            examples.len(),
            "an example under `{name}` is of another type"
        );
    }
}

#[test]
fn every_client_frame_has_an_example_that_the_code_understands() {
    check::<ClientFrame>("Client frames", &ClientFrame::TYPES);
}

#[test]
fn every_server_frame_has_an_example_that_the_code_writes() {
    check::<ServerFrame>("Server frames", &ServerFrame::TYPES);
}
