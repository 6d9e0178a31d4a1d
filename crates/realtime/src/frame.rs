//! WebSocket frames as a server sends them: unmasked, never fragmented (RFC 6455, section 5.2).

use bytes::{BufMut, Bytes, BytesMut};

use chatterbox_protocol::ServerFrame;

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FINAL: u8 = 0x80;

/// The longest payload of a control frame (RFC 6455, section 5.5).
const CONTROL_PAYLOAD: usize = 125;

/// A text frame ready for the socket.
pub(crate) fn text(frame: &ServerFrame) -> Bytes {
    let json = frame.to_json();
    let mut out = BytesMut::with_capacity(json.len() + 10);
    put(&mut out, TEXT, json.as_bytes());
    out.freeze()
}

/// Appends a text frame to others.
pub(crate) fn put_text(out: &mut BytesMut, frame: &ServerFrame) {
    put(out, TEXT, frame.to_json().as_bytes());
}

/// A close frame. `reason` is cut to what fits; it is ASCII in all our uses.
pub(crate) fn close(code: u16, reason: &str) -> Bytes {
    let mut payload = BytesMut::with_capacity(2 + reason.len());
    payload.put_u16(code);
    payload.extend_from_slice(reason.as_bytes());
    control(CLOSE, &payload)
}

/// An empty ping: the answer to it is all we want.
pub(crate) const fn ping() -> Bytes {
    Bytes::from_static(&[FINAL | PING, 0])
}

/// The answer to a ping, with the ping's payload.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    control(PONG, payload)
}

fn control(opcode: u8, payload: &[u8]) -> Bytes {
    let payload = &payload[..payload.len().min(CONTROL_PAYLOAD)];
    let mut out = BytesMut::with_capacity(2 + payload.len());
    put(&mut out, opcode, payload);
    out.freeze()
}

fn put(out: &mut BytesMut, opcode: u8, payload: &[u8]) {
    out.reserve(payload.len() + 10);
    out.put_u8(FINAL | opcode);
    match payload.len() {
        len @ 0..126 => out.put_u8(len as u8),
        len @ 126..=0xFFFF => {
            out.put_u8(126);
            out.put_u16(len as u16);
        }
        len => {
            out.put_u8(127);
            out.put_u64(len as u64);
        }
    }
    out.extend_from_slice(payload);
}
