//! The first bytes inside a tunnel.

use lifeguard::proxy::hello::{LARGEST, Opening, open};

/// What is said of the start of a tunnel holds when more bytes come; and it is said in bounded time.
pub fn client_hello(data: &[u8]) {
    let whole = open(data);
    for end in [data.len() / 4, data.len() / 2, data.len().saturating_sub(1)] {
        let part = open(&data[..end]);
        assert!(part == Opening::Unfinished || part == whole, "{end} bytes: {part:?}, all {}: {whole:?}", data.len());
    }
    assert!(whole != Opening::Unfinished || data.len() <= LARGEST, "still unfinished after {} bytes", data.len());
}
