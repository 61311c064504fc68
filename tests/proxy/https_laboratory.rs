//! The laboratory after badssl: every kind of bad origin is refused with the reason named, every good one passes (rules T1, T3, T5).

use crate::laboratory_support::certificates::{Identity, below, leaf, numbered, revoking, root, self_signed, through, with_key};
use crate::laboratory_support::foreign::{choosing, gnutls_serv, openssl, s_server};
use crate::laboratory_support::{Case, Laboratory, certified, origin, serving};
use crate::support::{Origin, World};
use rcgen::{
    BasicConstraints, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, NameConstraints, PKCS_ECDSA_P384_SHA384,
    PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize,
};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::{Duration, OffsetDateTime};

/// Cases with the origins that they need.
#[derive(Default)]
struct Cases {
    origins: Vec<Origin>,
    cases: Vec<Case>,
}

impl Cases {
    fn add(&mut self, what: &'static str, host: &'static str, (chain, key): Identity, refused: Option<&'static str>) {
        self.with(what, host, origin(chain, key), refused);
    }

    fn with(&mut self, what: &'static str, host: &'static str, config: Arc<rustls::ServerConfig>, refused: Option<&'static str>) {
        let origin = Origin::start(Some(config), |_| None);
        self.cases.push(Case { what, host, port: origin.port(), refused });
        self.origins.push(origin);
    }

    fn run(self, world: World, proxy: &str) {
        let ports: Vec<u16> = self.cases.iter().map(|case| case.port).collect();
        let faults = Laboratory::start(world, &ports, proxy).faults(&self.cases);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        for (case, origin) in self.cases.iter().zip(&self.origins) {
            assert_eq!(origin.targets().len(), usize::from(case.refused.is_none()), "{}: what the origin was asked", case.what);
        }
    }
}

fn world() -> World {
    World::new()
}

#[test]
fn every_bad_certificate_is_refused_by_name() {
    let (known, stranger) = (root("Lab root"), root("Stranger root"));
    let middle = below(&known, "Lab middle", |_| {});
    let short = below(&known, "Lab short", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let beneath = below(&short, "Lab beneath", |_| {});
    let narrow = below(&known, "Lab narrow", |params| {
        let permitted_subtrees = vec![GeneralSubtree::DnsName("elsewhere.test".to_owned())];
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    });
    let no_authority = below(&known, "Lab origin that signs", |params| params.is_ca = IsCa::ExplicitNoCa);
    let now = OffsetDateTime::now_utc();

    let mut cases = Cases::default();
    let host = "expired.lab.test";
    let expired = leaf(&known, &[host], |params| params.not_after = now - Duration::days(2));
    cases.add("expired", host, expired, Some("the certificate expired on 20"));
    let host = "early.lab.test";
    let early = leaf(&known, &[host], |params| params.not_before = now + Duration::days(2));
    cases.add("not yet valid", host, early, Some("the certificate is not good before 20"));
    let wrong = leaf(&known, &["other.lab.test"], |_| {});
    cases.add("wrong host", "wrong.lab.test", wrong, Some("for another name: other.lab.test"));
    cases.add("self-signed", "self.lab.test", self_signed(&["self.lab.test"]), Some("self-signed"));
    let untrusted = through(leaf(&stranger, &["stranger.lab.test"], |_| {}), &[&stranger]);
    cases.add("untrusted root", "stranger.lab.test", untrusted, Some("unknown issuer: CN=Stranger root"));
    let missing = leaf(&middle, &["missing.lab.test"], |_| {});
    cases.add("missing intermediate", "missing.lab.test", missing, Some("unknown issuer: CN=Lab middle; the origin sent no"));
    let revoked = leaf(&known, &["revoked.lab.test"], numbered(7));
    cases.add("revoked by CRL", "revoked.lab.test", revoked, Some("revoked"));
    let outside = through(leaf(&narrow, &["narrow.lab.test"], |_| {}), &[&narrow]);
    cases.add("name constraints", "narrow.lab.test", outside, Some("name constraints"));
    let host = "usage.lab.test";
    let usage = leaf(&known, &[host], |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    cases.add("wrong extended key usage", host, usage, Some("extended key usage"));
    let host = "common.lab.test";
    let common = leaf(&known, &[], |params| params.distinguished_name.push(rcgen::DnType::CommonName, host));
    cases.add("common name only", host, common, Some("names no host"));
    let host = "authority.lab.test";
    let authority = leaf(&known, &[host], |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    cases.add("authority as leaf", host, authority, Some("an authority's own"));
    let host = "staple.lab.test";
    let feature = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![0x30, 3, 2, 1, 5]);
    let staple = leaf(&known, &[host], |params| params.custom_extensions.push(feature));
    cases.add("must staple, and nothing is stapled", host, staple, Some("must staple"));
    cases.add("an address that the certificate does not name", "127.0.0.1", leaf(&known, &["127.0.0.2"], |_| {}), Some("for another name"));
    cases.add("a name for an address", "127.0.0.1", leaf(&known, &["site.lab.test"], |_| {}), Some("for another name"));
    let signed = through(leaf(&no_authority, &["signed.lab.test"], |_| {}), &[&no_authority]);
    cases.add("leaf as authority", "signed.lab.test", signed, Some("no authority's vouches"));
    let long = through(leaf(&beneath, &["long.lab.test"], |_| {}), &[&beneath, &short]);
    cases.add("path length", "long.lab.test", long, Some("path length"));
    for (what, host, name) in [
        ("wildcard of a top-level name", "abused.test", "*.test"),
        ("two wildcards", "a.b.lab.test", "*.*.lab.test"),
        ("wildcard in the middle", "a.middle.lab.test", "a.*.lab.test"),
        ("partial wildcard before", "prewild.lab.test", "*wild.lab.test"),
        ("partial wildcard behind", "wildpost.lab.test", "wild*.lab.test"),
        ("wildcard over two labels", "one.two.lab.test", "*.lab.test"),
        ("wildcard without a label", "lab.test", "*.lab.test"),
        ("wildcard for an address", "127.0.0.1", "*.0.0.1"),
        ("bare wildcard", "bare.test", "*"),
    ] {
        cases.add(what, host, leaf(&known, &[name], |_| {}), Some("name"));
    }
    let world = world();
    world.write("root.pem", &known.pem());
    world.write("list.pem", &revoking(&known, &[7], 30));
    cases.run(world, "extra_roots = [\"root.pem\"]\nrevocation_lists = [\"list.pem\"]");
}

#[test]
fn a_host_that_needs_a_revocation_list_is_refused_without_a_fresh_one() {
    let (known, stale, unlisted) = (root("Lab root"), root("Stale root"), root("Unlisted root"));
    let mut cases = Cases::default();
    for (what, issuer, host, serial, refused) in [
        ("a list covers it", &known, "good.strict.test", 1, None),
        ("the list names it", &known, "revoked.strict.test", 7, Some("revoked")),
        ("no list, and one is needed", &unlisted, "unlisted.strict.test", 1, Some("no revocation list covers")),
        ("no list, and none is needed", &unlisted, "unlisted.test", 1, None),
        ("an old list, and a fresh one is needed", &stale, "stale.strict.test", 1, Some("out of date since 20")),
        ("an old list, and none is needed", &stale, "stale.test", 1, None),
        ("an old list still names what it names", &stale, "stale-revoked.test", 9, Some("revoked")),
        ("a name that only ends alike", &unlisted, "notstrict.test", 1, None),
    ] {
        cases.add(what, host, leaf(issuer, &[host], numbered(serial)), refused);
    }
    let world = world();
    world.write("roots.pem", &[known.pem(), stale.pem(), unlisted.pem()].concat());
    world.write("lists.pem", &[revoking(&known, &[7], 30), revoking(&stale, &[9], -3)].concat());
    let words = "extra_roots = [\"roots.pem\"]\nrevocation_lists = [\"lists.pem\"]\nrevocation_required = [\"Strict.test\"]";
    cases.run(world, words);

    let mut cases = Cases::default();
    cases.add("there is no list at all", "any.strict.test", leaf(&known, &["any.strict.test"], |_| {}), Some("no revocation list covers"));
    let world = self::world();
    world.write("roots.pem", &known.pem());
    cases.run(world, "extra_roots = [\"roots.pem\"]\nrevocation_required = [\"strict.test\"]");
}

#[test]
fn the_operator_is_told_of_a_revocation_list_that_is_out_of_date() {
    let (fresh, stale) = (root("Fresh root"), root("Stale root"));
    let world = world();
    world.write("lists.pem", &[revoking(&fresh, &[7], 30), revoking(&stale, &[9], -3)].concat());
    let laboratory = Laboratory::start(world, &[], "revocation_lists = [\"lists.pem\"]");
    let errors = laboratory.proxy.errors();
    assert!(errors.contains("a revocation list is out of date") && errors.contains("CN=Stale root"), "{errors}");
    assert!(!errors.contains("CN=Fresh root"), "{errors}");
}

#[test]
fn every_good_certificate_passes() {
    let known = root("Lab root");
    let middle = below(&known, "Lab middle", |_| {});
    let inner = below(&middle, "Lab inner", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let narrow = below(&known, "Lab narrow", |params| {
        let permitted_subtrees = vec![GeneralSubtree::DnsName("good.test".to_owned())];
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    });
    let mut cases = Cases::default();
    cases.add("P-256", "p256.good.test", leaf(&known, &["p256.good.test"], |_| {}), None);
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    cases.add("P-384", "p384.good.test", with_key(&known, &["p384.good.test"], p384, |_| {}), None);
    let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    cases.add("RSA-2048", "rsa.good.test", with_key(&known, &["rsa.good.test"], rsa, |_| {}), None);
    let ed25519 = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    cases.add("Ed25519", "ed25519.good.test", with_key(&known, &["ed25519.good.test"], ed25519, |_| {}), None);
    cases.add("an address", "127.0.0.1", leaf(&known, &["127.0.0.1"], |_| {}), None);
    cases.add("wildcard", "any.good.test", leaf(&known, &["*.good.test"], |_| {}), None);
    cases.add("intermediate given", "middle.good.test", through(leaf(&middle, &["middle.good.test"], |_| {}), &[&middle]), None);
    let two = through(leaf(&inner, &["inner.good.test"], |_| {}), &[&inner, &middle]);
    cases.add("two intermediates", "inner.good.test", two, None);
    // Browsers take it: they build the path from whatever was sent (RFC 8446 section 4.4.2 asks for that).
    let mixed = through(leaf(&inner, &["mixed.good.test"], |_| {}), &[&known, &middle, &inner]);
    cases.add("wrong order, root included", "mixed.good.test", mixed, None);
    cases.add("inside name constraints", "narrow.good.test", through(leaf(&narrow, &["narrow.good.test"], |_| {}), &[&narrow]), None);
    let host = "sct.good.test";
    let sct = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 11129, 2, 4, 2], vec![4, 6, 0, 4, 0, 2, 9, 9]);
    cases.add("odd timestamps of transparency logs", host, leaf(&known, &[host], |params| params.custom_extensions.push(sct)), None);
    for (what, host, version) in
        [("TLS 1.2 only", "tls12.good.test", &rustls::version::TLS12), ("TLS 1.3 only", "tls13.good.test", &rustls::version::TLS13)]
    {
        let (chain, key) = leaf(&known, &[host], |_| {});
        let resolver = SingleCertAndKey::from(CertifiedKey::clone(&certified(chain, key)));
        cases.with(what, host, serving(Arc::new(resolver), &[version]), None);
    }
    let world = world();
    world.write("root.pem", &known.pem());
    cases.run(world, "extra_roots = [\"root.pem\"]");
}

/// Shows the same chain each time with another bit turned.
#[derive(Debug)]
struct Flipping {
    good: Arc<CertifiedKey>,
    shown: AtomicUsize,
}

/// A number that looks random and is the same in every run (the mixing step of SplitMix64).
fn mixed(number: usize) -> usize {
    let mut value = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((value ^ (value >> 31)) >> 8).unwrap()
}

impl ResolvesServerCert for Flipping {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let number = self.shown.fetch_add(1, Ordering::Relaxed);
        let mut turned = CertifiedKey::clone(&self.good);
        let which = number % 2;
        let mut bytes = turned.cert[which].to_vec();
        let bit = mixed(number) % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        turned.cert[which] = bytes.into();
        Some(Arc::new(turned))
    }
}

#[test]
fn no_chain_with_one_bit_turned_is_accepted() {
    const FLIPS: usize = 200;
    let known = root("Lab root");
    let middle = below(&known, "Lab middle", |_| {});
    let (chain, key) = through(leaf(&middle, &["flip.test"], |_| {}), &[&middle]);
    let flipping = Arc::new(Flipping { good: certified(chain, key), shown: AtomicUsize::new(0) });
    let resolver = Arc::clone(&flipping) as Arc<dyn ResolvesServerCert>;
    let origin = Origin::start(Some(serving(resolver, rustls::ALL_VERSIONS)), |_| None);
    let world = world();
    world.write("root.pem", &known.pem());
    let laboratory = Laboratory::start(world, &[origin.port()], "extra_roots = [\"root.pem\"]");
    while flipping.shown.load(Ordering::Relaxed) < FLIPS {
        let before = flipping.shown.load(Ordering::Relaxed);
        let answer = laboratory.get("flip.test", origin.port());
        assert!(answer.starts_with("HTTP/1.1 502"), "flips from {before}: {answer}");
        assert!(flipping.shown.load(Ordering::Relaxed) > before, "each try shows another chain");
    }
    println!("{} chains with one bit turned: none accepted", flipping.shown.load(Ordering::Relaxed));
    assert!(origin.targets().is_empty());
}

#[test]
fn an_origin_that_chooses_what_was_not_offered_is_refused_by_name() {
    const OLD: Option<&str> = Some("no version of TLS that is safe");
    const WEAK: Option<&str> = Some("no cipher suite that is safe");
    let cases = [
        ("SSL 3.0", "ssl3.test", 0x0300, 0xc02f, OLD),
        ("TLS 1.0", "tls10.test", 0x0301, 0xc013, OLD),
        ("TLS 1.1", "tls11.test", 0x0302, 0xc013, OLD),
        ("NULL", "null.test", 0x0303, 0x003b, WEAK),
        ("RC4", "rc4.test", 0x0303, 0x0005, WEAK),
        ("3DES", "des.test", 0x0303, 0x000a, WEAK),
        ("static RSA", "static.test", 0x0303, 0x009c, WEAK),
        ("finite-field DHE", "dhe.test", 0x0303, 0x009e, WEAK),
        ("CBC with SHA-1", "cbc.test", 0x0303, 0xc013, WEAK),
        ("export", "export.test", 0x0303, 0x0003, WEAK),
        ("anonymous", "anonymous.test", 0x0303, 0x006c, WEAK),
    ]
    .map(|(what, host, version, suite, refused)| Case { what, host, port: choosing(version, suite), refused });
    let ports = cases.each_ref().map(|case| case.port);
    let faults = Laboratory::start(world(), &ports, "").faults(&cases);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Key, request and certificate by the `openssl` program, signed by the root in `root.pem` and `root.key`.
fn signed(world: &World, host: &str, key: &str, how: &str) -> bool {
    let folder = world.folder.path();
    world.write(&format!("{host}.ext"), &format!("subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n"));
    openssl(folder, &format!("genpkey {key} -out {host}.key"))
        && openssl(folder, &format!("req -new -key {host}.key -subj /CN=lab -out {host}.csr"))
        && openssl(
            folder,
            &format!(
                "x509 -req -in {host}.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile {host}.ext -out {host}.pem {how}"
            ),
        )
}

#[test]
fn what_only_openssl_makes_is_refused_by_name() {
    const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
    const SHORT: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:1024";
    const OLD: Option<&str> = Some("no version of TLS that is safe");
    const WEAK: Option<&str> = Some("no cipher suite that is safe");
    let known = root("Lab root");
    let world = world();
    world.write("root.pem", &known.pem());
    world.write("root.key", &known.key().serialize_pem());
    let table = [
        ("an ordinary one", "plain.test", RSA, "-sha256", "", None),
        ("SHA-1 signature", "sha1.test", RSA, "-sha1", "", Some("not accepted: SHA-1")),
        ("RSA-1024", "rsa1024.test", SHORT, "-sha256", "", Some("too short: RSA 1024 bits")),
        ("TLS 1.0 only", "only10.test", RSA, "-sha256", "-tls1", OLD),
        ("TLS 1.1 only", "only11.test", RSA, "-sha256", "-tls1_1", OLD),
        ("NULL suites only", "onlynull.test", RSA, "-sha256", "-tls1_2 -cipher NULL-SHA256:@SECLEVEL=0", WEAK),
        ("RC4 only", "onlyrc4.test", RSA, "-sha256", "-tls1_2 -cipher RC4-SHA:@SECLEVEL=0", WEAK),
        ("3DES only", "onlydes.test", RSA, "-sha256", "-tls1_2 -cipher DES-CBC3-SHA:@SECLEVEL=0", WEAK),
        ("static RSA only", "onlystatic.test", RSA, "-sha256", "-tls1_2 -cipher AES128-GCM-SHA256", WEAK),
        ("finite-field DHE only", "onlydhe.test", RSA, "-sha256", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", WEAK),
    ];
    let (mut cases, mut servers, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (what, host, key, how, serve, refused) in table {
        if !signed(&world, host, key, how) {
            println!("skipped: {what}: openssl does not make the certificate");
            continue;
        }
        let (certificate, key) = (format!("{host}.pem"), format!("{host}.key"));
        let weak = ["-cert", &certificate, "-key", &key];
        let serve: Vec<&str> = if serve.contains("-cipher") { Vec::new() } else { vec!["-cipher", "ALL:@SECLEVEL=0"] }
            .into_iter()
            .chain(serve.split_whitespace())
            .collect();
        let Some(server) = s_server(world.folder.path(), what, &[&weak[..], &serve].concat()) else { continue };
        cases.push(Case { what, host, port: server.port, refused });
        servers.push(server);
    }
    // What this openssl no longer speaks, GnuTLS still does.
    for (what, host, priorities, refused) in [
        ("an ordinary one, by GnuTLS", "gnutls.test", "NORMAL", None),
        ("NULL only, by GnuTLS", "gnunull.test", "NONE:+VERS-TLS1.2:+NULL:+MAC-ALL:+RSA:+COMP-NULL:+SIGN-ALL", WEAK),
        ("RC4 only, by GnuTLS", "gnurc4.test", "NONE:+VERS-TLS1.2:+ARCFOUR-128:+MAC-ALL:+RSA:+COMP-NULL:+SIGN-ALL", WEAK),
        ("3DES only, by GnuTLS", "gnudes.test", "NONE:+VERS-TLS1.2:+3DES-CBC:+MAC-ALL:+RSA:+COMP-NULL:+SIGN-ALL", WEAK),
        (
            "CBC with SHA-1 only, by GnuTLS",
            "gnucbc.test",
            "NONE:+VERS-TLS1.2:+AES-128-CBC:+SHA1:+ECDHE-RSA:+COMP-NULL:+SIGN-ALL:+GROUP-ALL",
            WEAK,
        ),
        ("TLS 1.0 only, by GnuTLS", "gnu10.test", "NORMAL:-VERS-ALL:+VERS-TLS1.0:%VERIFY_ALLOW_SIGN_WITH_SHA1", Some("safe")),
    ] {
        if !signed(&world, host, RSA, "-sha256") {
            continue;
        }
        let Some(server) = gnutls_serv(world.folder.path(), what, host, priorities) else { continue };
        cases.push(Case { what, host, port: server.port, refused });
        others.push(server);
    }
    let ports: Vec<u16> = cases.iter().map(|case| case.port).collect();
    let faults = Laboratory::start(world, &ports, "extra_roots = [\"root.pem\"]").faults(&cases);
    drop((servers, others));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
