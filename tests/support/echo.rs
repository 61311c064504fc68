//! An origin that sends back whatever comes.

use std::net::{SocketAddr, TcpListener};
use std::thread;

/// Starts it; it lasts as long as the test.
pub fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let (mut from, mut to) = (stream.try_clone().unwrap(), stream);
                let _ended = std::io::copy(&mut from, &mut to);
            });
        }
    });
    address
}
