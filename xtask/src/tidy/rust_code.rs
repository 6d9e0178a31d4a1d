//! Rust without its comments and texts, so that a rule about code doesn't stumble over somebody talking about it.

/// The source with every comment and the inside of every string and character blanked out. Line breaks stay, so that
/// line numbers do.
pub(super) fn only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let aside = aside(rest, code.chars().next_back());
        if aside == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.push(' ');
            code.extend(rest[..aside].chars().filter(|character| *character == '\n'));
            rest = &rest[aside..];
        }
    }
    code
}

/// The length in bytes of the comment, string or character literal that `rest` begins with; 0 when it begins with code.
fn aside(rest: &str, before: Option<char>) -> usize {
    let in_a_word = before.is_some_and(|character| character.is_alphanumeric() || character == '_');
    let prefixed = if in_a_word {
        rest
    } else {
        rest.trim_start_matches(['b', 'c'])
    };
    let prefix = rest.len() - prefixed.len();
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment(rest)
    } else if prefixed.starts_with('"') {
        prefix + quoted(prefixed)
    } else if prefixed.starts_with('\'') {
        let length = character(prefixed);
        if length == 0 { 0 } else { prefix + length }
    } else if !in_a_word && prefixed.starts_with('r') {
        let length = raw_string(prefixed);
        if length == 0 { 0 } else { prefix + length }
    } else {
        0
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// From the quote to its partner, which is the next one that no backslash protects.
fn quoted(rest: &str) -> usize {
    let mut protected = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if protected => protected = false,
            '\\' => protected = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `r"..."`, `r#"..."#` and so on; 0 for a raw identifier or a word that begins with r.
fn raw_string(rest: &str) -> usize {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let opening = 1 + hashes + 1;
    if rest.as_bytes().get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    rest[opening..]
        .find(&closing)
        .map_or(rest.len(), |at| opening + at + closing.len())
}

/// `'x'` or `'\n'`; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        // The second character after the backslash may be a quote itself.
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            rest[after..].find('\'').map_or(rest.len(), |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(only(source), expected, "{source}");
    }

    #[test]
    fn comments_disappear_and_lines_stay() {
        check("a(); // todo!()\nb();", "a();  \nb();");
        check("a /* x /* y */ z */ b", "a   b");
        check("/* 1\n2 */ a", " \n a");
    }

    #[test]
    fn texts_disappear_in_all_their_forms() {
        check(r#"f("a \" b // c")"#, "f( )");
        check(
            r###"f(r#"a " b"#, r"c", b"d", br"e", c"f")"###,
            "f( ,  ,  ,  ,  )",
        );
        check(
            r"f('\'', '\\', 'x', b'y', '\u{1F600}', '😀', '\n')",
            "f( ,  ,  ,  ,  ,  ,  )",
        );
    }

    #[test]
    fn code_that_only_looks_like_text_stays() {
        check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}");
        check("let r#type = number;", "let r#type = number;");
        check("crab + web\"x\"", "crab + web ");
        check(
            "struct A<'a, 'b>(&'a u8, &'b u8);",
            "struct A<'a, 'b>(&'a u8, &'b u8);",
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_the_file() {
        check("a \"b", "a  ");
        check("a /* b", "a  ");
        check("a r#\"b", "a  ");
    }
}
