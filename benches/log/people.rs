//! Who asks in the measured proxy: nobody, people with a password in each request, or people of whom the network has told.

use crate::proxied::Mode;
use lifeguard::config::{RadiusSettings, SignInSettings};
use lifeguard::credential::PasswordHash;
use lifeguard::identity::{Account, AccountFile, Accounts, AccountsFault, Lasting, Notices, Sources, Ways, radius};
use lifeguard::ports::{Clock, LogStore};
use lifeguard::record::base64;
use md5::{Digest, Md5};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;

/// Sessions that the network has told of, those of the load's clients among them.
const SESSIONS: u32 = 100_000;
const SECRET: &str = "a secret of the bench";
const PASSWORD: &str = "a password of the bench";

/// The address of a client of the load.
pub(crate) const fn address(client: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, client as u8 + 1)
}

/// What a client of the load sends with each request.
pub(crate) fn fields(mode: Mode, client: usize) -> String {
    match mode {
        Mode::Basic => format!("Proxy-Authorization: Basic {}\r\n", base64::encode(format!("person{client}:{PASSWORD}").as_bytes())),
        Mode::Null | Mode::Store | Mode::Radius => String::new(),
    }
}

/// The sources of this mode, filled.
pub(crate) async fn sources(mode: Mode, folder: &Path, log: Arc<dyn LogStore>, clock: Arc<dyn Clock>) -> Sources {
    let lasting = Arc::new(Lasting::new(Notices::new(log)));
    match mode {
        Mode::Null | Mode::Store => Sources::nobody(),
        Mode::Basic => {
            let path = folder.join("accounts");
            let settings = SignInSettings { accounts: path.clone(), needed_for: vec!["everyone".into()], ..SignInSettings::default() };
            Sources::new(settings, Ways { accounts: Some(Arc::new(accounts(&path))), ..Ways::default() }, lasting)
        }
        Mode::Radius => {
            let secret_file = folder.join("secret");
            std::fs::write(&secret_file, SECRET).expect("the folder can be written");
            let listen = SocketAddr::from(([127, 0, 0, 1], 0));
            let from = vec!["127.0.0.0/8".parse().expect("a range")];
            let settings = RadiusSettings { listen, from, secret_file, group: Some("everyone".into()), ..RadiusSettings::default() };
            let sessions = Arc::new(radius::Sessions::new(u64::from(SESSIONS), Duration::from_secs(3600)));
            let bound = radius::bind(&settings).await.expect("a port");
            let place = bound.address().expect("it is bound");
            let listening = tokio::spawn(radius::serve(bound, Arc::clone(&sessions), clock));
            tell(place).await;
            listening.abort();
            let settings = SignInSettings { radius: Some(settings), ..SignInSettings::default() };
            Sources::new(settings, Ways { network: Some(sessions), ..Ways::default() }, lasting)
        }
    }
}

fn accounts(path: &Path) -> AccountFile {
    let hash = Arc::new(PasswordHash::of(PASSWORD.as_bytes()).expect("a hash"));
    Accounts::change(path, |all| {
        for client in 0..crate::serve::CLIENTS {
            let (name, groups) = (format!("person{client}").into(), ["everyone".into()].into());
            all.put(Account { name, groups, active: true, hash: Arc::clone(&hash) });
        }
        Ok::<_, AccountsFault>(())
    })
    .expect("the folder can be written");
    AccountFile::open(path).expect("it was written")
}

/// Tells of every session as a Wi-Fi controller does, and waits for each answer.
async fn tell(place: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    socket.connect(place).await.expect("loopback");
    let mut answer = [0; 64];
    for number in 0..SESSIONS {
        let at = if number < crate::serve::CLIENTS as u32 { address(number as usize) } else { Ipv4Addr::from(0x0a00_0000 + number) };
        socket.send(&start(number, at)).await.expect("loopback");
        socket.recv(&mut answer).await.expect("it is answered");
    }
}

/// Accounting-Request (RFC 2866): somebody is at an address from now on.
fn start(number: u32, at: Ipv4Addr) -> Vec<u8> {
    let mut bytes = vec![4, number as u8, 0, 0];
    bytes.extend([0; 16]);
    for (kind, value) in [
        (1, format!("person{number}").into_bytes()),
        (40, vec![0, 0, 0, 1]),
        (44, format!("s{number}").into_bytes()),
        (32, b"controller".to_vec()),
        (8, at.octets().to_vec()),
    ] {
        bytes.extend([kind, value.len() as u8 + 2]);
        bytes.extend(value);
    }
    let length = u16::try_from(bytes.len()).expect("a short packet").to_be_bytes();
    bytes[2..4].copy_from_slice(&length);
    let made = Md5::new().chain_update(&bytes).chain_update(SECRET).finalize();
    bytes[4..20].copy_from_slice(&made);
    bytes
}
