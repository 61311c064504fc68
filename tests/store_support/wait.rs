//! Waiting for a receipt without a runtime. The tests inside the crate use this file too: names of the crate come from `super`.

use super::{LogFault, Receipt};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a receipt; ten seconds are an error.
pub fn wait(receipt: Receipt) -> Result<(), LogFault> {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut receipt = pin!(receipt);
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Poll::Ready(answer) = receipt.as_mut().poll(&mut Context::from_waker(&waker)) {
            return answer;
        }
        assert!(Instant::now() < deadline, "no receipt within ten seconds");
        std::thread::park_timeout(Duration::from_millis(100));
    }
}
