//! As much of WebSocket framing (RFC 6455, section 5) as a load generator and its counterpart need.

use std::io;

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

pub(crate) const TEXT: u8 = 0x1;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;

/// A whole frame of a server.
#[derive(Debug, PartialEq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
}

/// Takes the first frame off `bytes`; `None`, and nothing taken, while it is not complete.
///
/// # Errors
/// The frame is masked or a fragment: no server that is measured here sends such frames.
pub(crate) fn take_frame<'a>(bytes: &mut &'a [u8]) -> io::Result<Option<Frame<'a>>> {
    let [first, second, rest @ ..] = *bytes else {
        return Ok(None);
    };
    if first & FINAL == 0 || second & MASKED != 0 {
        return Err(io::Error::other("the server sent a masked frame or a fragment"));
    }
    let (length, rest) = match (second, rest) {
        (126, [a, b, rest @ ..]) => (u64::from(u16::from_be_bytes([*a, *b])), rest),
        (127, [a, b, c, d, e, f, g, h, rest @ ..]) => {
            (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), rest)
        }
        (126 | 127, _) => return Ok(None),
        (length, rest) => (u64::from(*length), rest),
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let Some((payload, rest)) = rest.split_at_checked(length) else {
        return Ok(None);
    };
    *bytes = rest;
    Ok(Some(Frame {
        opcode: first & 0x0f,
        payload,
    }))
}

/// Appends a client's frame: masked with `key`, as section 5.3 demands.
pub(crate) fn push_client_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8], key: [u8; 4]) {
    push_header(out, opcode, MASKED, payload.len());
    out.extend_from_slice(&key);
    out.extend(
        payload
            .iter()
            .zip(key.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
}

/// Appends a server's frame.
pub(crate) fn push_server_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    push_header(out, opcode, 0, payload.len());
    out.extend_from_slice(payload);
}

fn push_header(out: &mut Vec<u8>, opcode: u8, masked: u8, length: usize) {
    out.push(FINAL | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.push(masked | short),
        (_, Ok(medium)) => {
            out.push(masked | 126);
            out.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_frame_is_masked_as_in_the_example_of_the_standard() {
        let mut frame = Vec::new();
        push_client_frame(&mut frame, TEXT, b"Hello", [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(
            frame,
            [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        );
    }

    #[test]
    fn server_frames_of_every_length_form_are_taken_whole_and_in_order() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut stream = Vec::new();
            push_server_frame(&mut stream, TEXT, &payload);
            push_server_frame(&mut stream, PING, b"still there?");

            let mut rest = stream.as_slice();
            let first = take_frame(&mut rest).unwrap().unwrap();
            assert_eq!((first.opcode, first.payload.len()), (TEXT, length));
            let second = take_frame(&mut rest).unwrap().unwrap();
            assert_eq!(
                (second.opcode, second.payload),
                (PING, b"still there?".as_slice())
            );
            assert_eq!(take_frame(&mut rest).unwrap(), None);
        }
    }

    #[test]
    fn a_frame_that_is_cut_anywhere_is_left_for_later() {
        let mut stream = Vec::new();
        push_server_frame(&mut stream, TEXT, &[b'x'; 300]);
        for cut in 0..stream.len() {
            let mut rest = &stream[..cut];
            assert_eq!(take_frame(&mut rest).unwrap(), None, "cut at {cut}");
            assert_eq!(rest.len(), cut);
        }
    }

    #[test]
    fn fragments_and_masked_frames_are_refused() {
        assert!(take_frame(&mut [0x01, 0x00].as_slice()).is_err());
        assert!(take_frame(&mut [0x81, 0x80, 1, 2, 3, 4].as_slice()).is_err());
    }
}
