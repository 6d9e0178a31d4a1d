//! Where a request comes from, and how many sockets come from there.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::HttpRequest;

/// The address to which limits apply: one IPv4 address, or an IPv6 network of 64 bits, which is what one customer has.
pub(crate) fn of(request: &HttpRequest) -> String {
    match request.peer_addr().map(|peer| peer.ip().to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

/// How many sockets are open from each address.
#[derive(Debug, Default)]
pub(crate) struct SocketCounts(Mutex<HashMap<String, u32>>);

impl SocketCounts {
    /// Counts one more from `address`, until the answer is dropped; `None` if there are `limit` already.
    pub(crate) fn take(self: &Arc<Self>, address: String, limit: u32) -> Option<CountedSocket> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address.clone()).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(CountedSocket {
            counts: self.clone(),
            address,
        })
    }
}

/// One open socket of an address.
#[derive(Debug)]
pub(crate) struct CountedSocket {
    counts: Arc<SocketCounts>,
    address: String,
}

impl Drop for CountedSocket {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_socket_makes_room_for_another() {
        let counts = Arc::new(SocketCounts::default());
        let first = counts.take("here".to_owned(), 1);
        assert!(first.is_some());
        assert!(counts.take("here".to_owned(), 1).is_none());
        assert!(counts.take("there".to_owned(), 1).is_some());
        drop(first);
        assert!(counts.take("here".to_owned(), 1).is_some());
    }
}
