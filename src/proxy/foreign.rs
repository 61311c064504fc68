//! What else may come out of a tunnel: protocols told by the first bytes that their clients send, so that the log can name them
//! (standards AB6).
//!
//! Must never be what lets a tunnel through or shuts it: policy decides by TLS, HTTP or neither. A name is a hint for people. What makes
//! itself look like TLS or like chance is not told: Tor speaks TLS, its obfs4 and Shadowsocks look like noise, SoftEther, SSTP and
//! most VPN apps of today speak TLS or HTTPS. Where the server speaks first (VNC, SMTP, FTP) a client says nothing here, and the tunnel ends as
//! too slow.

/// A protocol with a face of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// SSH.
    Ssh,
    /// OpenVPN over TCP.
    OpenVpn,
    /// WireGuard in a wrapper for TCP.
    WireGuard,
    /// IKE and IPsec over TCP.
    Ipsec,
    /// PPTP.
    Pptp,
    /// SOCKS, version 4 or 5.
    Socks,
    /// Remote Desktop.
    Rdp,
    /// VNC.
    Vnc,
    /// BitTorrent.
    BitTorrent,
    /// STUN or TURN over TCP: a call, or a game.
    Turn,
    /// Windows file sharing.
    Smb,
}

impl Foreign {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Ssh,
        Self::OpenVpn,
        Self::WireGuard,
        Self::Ipsec,
        Self::Pptp,
        Self::Socks,
        Self::Rdp,
        Self::Vnc,
        Self::BitTorrent,
        Self::Turn,
        Self::Smb,
    ];

    /// Its code, for metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::OpenVpn => "openvpn",
            Self::WireGuard => "wireguard",
            Self::Ipsec => "ipsec",
            Self::Pptp => "pptp",
            Self::Socks => "socks",
            Self::Rdp => "rdp",
            Self::Vnc => "vnc",
            Self::BitTorrent => "bittorrent",
            Self::Turn => "turn",
            Self::Smb => "smb",
        }
    }

    /// The note of a record.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ssh => "SSH inside the tunnel",
            Self::OpenVpn => "OpenVPN inside the tunnel",
            Self::WireGuard => "WireGuard inside the tunnel",
            Self::Ipsec => "IPsec inside the tunnel",
            Self::Pptp => "PPTP inside the tunnel",
            Self::Socks => "SOCKS inside the tunnel",
            Self::Rdp => "Remote Desktop inside the tunnel",
            Self::Vnc => "VNC inside the tunnel",
            Self::BitTorrent => "BitTorrent inside the tunnel",
            Self::Turn => "STUN or TURN inside the tunnel",
            Self::Smb => "Windows file sharing inside the tunnel",
        }
    }
}

/// The protocol that a client speaks, by what it sent first; `None`: not told, or not enough was sent.
#[must_use]
pub fn recognise(first: &[u8]) -> Option<Foreign> {
    Some(match first {
        // RFC 4253 section 4.2.
        [b'S', b'S', b'H', b'-', ..] => Foreign::Ssh,
        // RFC 6143 section 7.1.1: the client repeats the server's line.
        [b'R', b'F', b'B', b' ', b'0', b'0', b'3', b'.', ..] => Foreign::Vnc,
        // RFC 9329 section 4.
        [b'I', b'K', b'E', b'T', b'C', b'P', ..] => Foreign::Ipsec,
        // bittorrent.org, BEP 3.
        [19, rest @ ..] if rest.starts_with(b"BitTorrent protocol") => Foreign::BitTorrent,
        // [MS-RDPBCGR] section 2.2.1.1: TPKT version 3 (RFC 1006), then an X.224 connection request.
        [3, 0, high, low, _, 0xe0, ..] if within(*high, *low, 11, 4096) => Foreign::Rdp,
        // [MS-SMB2] section 2.1: a length, then the mark of SMB 1 or 2.
        [0, _, _, _, 0xff | 0xfe, b'S', b'M', b'B', ..] => Foreign::Smb,
        // RFC 2637 section 2.1: length 156, control message, magic cookie.
        [0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, ..] => Foreign::Pptp,
        // openvpn.net, "OpenVPN Protocol": a length, then P_CONTROL_HARD_RESET_CLIENT_V1, _V2 or _V3 with key 0.
        [high, low, 0x08 | 0x38 | 0x50, ..] if within(*high, *low, 14, 2048) => Foreign::OpenVpn,
        // The WireGuard paper, section 5.4.2: type 1, three zeros, 148 bytes; bare, or behind a length as mullvad's udp-over-tcp sends it.
        [0, 148, 1, 0, 0, 0, ..] => Foreign::WireGuard,
        [1, 0, 0, 0, rest @ ..] if rest.len() >= 144 => Foreign::WireGuard,
        // RFC 8489 section 5: a request, a length in fours, the magic cookie.
        [0, 1 | 3, _, low, 0x21, 0x12, 0xa4, 0x42, ..] if low.is_multiple_of(4) => Foreign::Turn,
        // RFC 1928 section 3: version 5, that many methods, and nothing more.
        [5, count, methods @ ..] if *count > 0 && methods.len() == usize::from(*count) => Foreign::Socks,
        // The SOCKS 4 memo (Y. Lee): connect or bind, port, address, a name that ends with zero.
        [4, 1 | 2, rest @ .., 0] if rest.len() >= 6 => Foreign::Socks,
        _ => return None,
    })
}

/// Is this length, high byte first, one that such a message may have?
fn within(high: u8, low: u8, from: u16, to: u16) -> bool {
    (from..=to).contains(&u16::from_be_bytes([high, low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_told_by_their_first_bytes_and_nothing_else_is() {
        use Foreign as F;
        let padded = |start: &[u8], length: usize| [start, &vec![7; length - start.len()]].concat();
        let table: [(&str, Vec<u8>, Option<Foreign>); 34] = [
            ("OpenSSH", b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), Some(F::Ssh)),
            ("old SSH", b"SSH-1.99-x\n".to_vec(), Some(F::Ssh)),
            ("no SSH", b"SSHX".to_vec(), None),
            ("VNC", b"RFB 003.008\n".to_vec(), Some(F::Vnc)),
            ("a method RFB", b"RFB / HTTP/1.1\r\n".to_vec(), None),
            ("IKE", b"IKETCP\x00\x00\x01".to_vec(), Some(F::Ipsec)),
            ("BitTorrent", b"\x13BitTorrent protocol\0\0\0\0".to_vec(), Some(F::BitTorrent)),
            ("half of BitTorrent", b"\x13BitTorr".to_vec(), None),
            ("RDP", vec![3, 0, 0, 43, 38, 0xe0, 0, 0, 0, 0, 0, b'C'], Some(F::Rdp)),
            ("RDP of no length", vec![3, 0, 0, 4, 38, 0xe0, 0, 0], None),
            ("TPKT that is no request", vec![3, 0, 0, 43, 38, 0xf0, 0, 0], None),
            ("SMB 2", vec![0, 0, 0, 100, 0xfe, b'S', b'M', b'B', 64, 0], Some(F::Smb)),
            ("SMB 1", vec![0, 0, 0, 100, 0xff, b'S', b'M', b'B', 0x72], Some(F::Smb)),
            ("PPTP", padded(&[0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1], 156), Some(F::Pptp)),
            ("OpenVPN", padded(&[0, 14, 0x38], 16), Some(F::OpenVpn)),
            ("OpenVPN with tls-crypt", padded(&[0, 54, 0x38], 56), Some(F::OpenVpn)),
            ("OpenVPN with tls-crypt-v2", padded(&[1, 40, 0x50], 298), Some(F::OpenVpn)),
            ("OpenVPN that is too long", vec![0x38, 0x38, 0x38, 0x38], None),
            ("a data packet", padded(&[0, 54, 0x48], 56), None),
            ("WireGuard", padded(&[1, 0, 0, 0], 148), Some(F::WireGuard)),
            ("WireGuard behind a length", padded(&[0, 148, 1, 0, 0, 0], 150), Some(F::WireGuard)),
            ("a one and zeros", vec![1, 0, 0, 0, 9, 9], None),
            ("STUN", vec![0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, 1, 2], Some(F::Turn)),
            ("TURN, allocate", vec![0, 3, 0, 36, 0x21, 0x12, 0xa4, 0x42, 1, 2], Some(F::Turn)),
            ("no cookie", vec![0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x43, 1, 2], None),
            ("SOCKS 5", vec![5, 2, 0, 2], Some(F::Socks)),
            ("SOCKS 5 with more behind it", vec![5, 1, 0, 9], None),
            ("SOCKS 4", vec![4, 1, 0, 80, 192, 0, 2, 1, b'a', 0], Some(F::Socks)),
            ("SOCKS 4 without a name", vec![4, 1, 0, 80, 192, 0, 2, 1, 0], Some(F::Socks)),
            ("a four and a one", vec![4, 1, 0], None),
            ("TLS", vec![22, 3, 1, 0, 5, 1, 0, 0, 1], None),
            ("HTTP", b"GET / HTTP/1.1\r\n".to_vec(), None),
            ("nothing", Vec::new(), None),
            ("noise", vec![0x9f, 0x3c, 0x77, 0x01, 0xe0], None),
        ];
        for (what, first, expected) in table {
            assert_eq!(recognise(&first), expected, "{what}");
        }
    }

    #[test]
    fn each_has_a_code_and_words_of_its_own() {
        for (place, one) in Foreign::ALL.iter().enumerate() {
            assert!(one.words().ends_with(" inside the tunnel"));
            assert!(Foreign::ALL[..place].iter().all(|other| other.code() != one.code() && other.words() != one.words()));
        }
    }
}
