//! Judging takes no memory when nothing is on a list: counted by an allocator of its own, so this file is a test binary of its own.

use lifeguard::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use lifeguard::config::{ListFiles, RealFiles, SAMPLE, Written, builtin_list, check_text};
use lifeguard::engine::Engine;
use lifeguard::feeds;
use lifeguard::model::{Generation, GroupId, IdentitySource, Reason, Subject, Timestamp};
use lifeguard::policy::{Acts, Ask, Decision, Grounds, PolicySet, Used};
use std::path::Path;
use std::sync::Arc;

fn engine(more: &str, folder: &Path) -> Engine {
    let text = format!("{SAMPLE}\n{more}");
    let environment = [("LIFEGUARD__LISTS__FOLDER".to_owned(), folder.to_str().unwrap().to_owned())];
    let written = Written { name: "t.toml", text: &text, environment: &environment, files: &RealFiles, list_files: ListFiles::Needed };
    let config = check_text(&written).unwrap_or_else(|faults| panic!("{}", faults.render(false))).config;
    let image = feeds::load(&config.lists, builtin_list, true).unwrap().image;
    let policy = PolicySet::build(config.policy, &image).unwrap();
    Engine::new(Arc::clone(&image), policy, Generation(1), Wrappers::built_in())
}

fn url(text: &str) -> CanonicalUrl {
    canonicalise(RawTarget::Absolute(text.as_bytes()), &Wrappers::built_in()).unwrap()
}

#[test]
fn a_verdict_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let keywords = "[[keyword]]\nname = 'k'\nwords = ['zebra', 'two words']\nexpressions = ['zeb[r]+a[0-9]']\n\
        [[group]]\nname = 'timed'\nhours = 'daily 00:00-24:00'\n[group.category_hours]\ngames = 'daily 12:00-13:00'\n";
    let site = "name = 's'\nnetworks = ['10.0.0.0/8']\nexceptions = '{folder}/s.tsv'\n[[group]]\nname = 'here'\nhours = 'daily 00:00-24:00'\n\
        [[layer]]\nlevel = 'site'\ntitle = 't'\nsigned_by = 'a'\nreason = 'b'\nreview = 2031-01-01\nblock_hosts = ['shut.test']\n";
    std::fs::create_dir(folder.path().join("sites")).unwrap();
    let place = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("sites/s.toml"), site.replace("{folder}", place)).unwrap();
    std::fs::write(folder.path().join("s.tsv"), "allow\tallowed.blocked.example.test\ta\tb\nblock\tno.test/page?x=1\ta\tb\n").unwrap();
    let sites = format!("[sites]\nfiles = '{place}/sites/*.toml'\n");
    for more in ["", keywords, &sites] {
        let engine = engine(more, folder.path());
        let group = GroupId(u16::try_from(engine.policy.rules().groups.len()).unwrap() - 1);
        let peer = "192.0.2.1:1".parse().unwrap();
        let subject = Subject { peer, asserted: None, group, source: IdentitySource::Unknown, user: None, device: None };
        for (address, allowed) in [
            ("http://www.free.example.test/a/long/way/down.html?q=some+words&x=1", true),
            ("http://free.example.test/", true),
            ("http://allowed.blocked.example.test/", true),
            ("http://blocked.example.test/", !more.is_empty()),
            ("http://illegal.example.test/", false),
        ] {
            let url = url(address);
            let ask = Ask {
                subject: &subject,
                url: &url,
                method: b"GET",
                now: Timestamp::from_seconds(1_767_787_200),
                warned: false,
                acts: Acts::none(),
                used: Used::none(),
            };
            // The first look builds the expressions' caches.
            drop(engine.judge(&ask));
            let mut open = false;
            let info = allocation_counter::measure(|| open = matches!(engine.judge(&ask).decision, Decision::Allow(_)));
            assert_eq!(info.count_total, 0, "{address}");
            assert_eq!(open, allowed, "{address}");
        }
    }
}

#[test]
fn what_of_files_is_closed_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let layer = "[[layer]]\nlevel = 'authority'\ntitle = 't'\nsigned_by = 'a'\nreason = 'b'\nreview = 2031-01-01\n\
        files = { block_extensions = ['exe'], largest_download = '50 KB' }\n[[group]]\nname = 'held'\n\
        files = { block_types = ['video/*'], largest_download = '20 KB' }\n";
    let engine = engine(layer, folder.path());
    let held = engine.policy.group_named("held").unwrap();
    for (reason, most) in [(Reason::Allowed, 20 << 10), (Reason::AllowedLocally, 50 << 10), (Reason::Released, 50 << 10)] {
        let mut seen = None;
        let info = allocation_counter::measure(|| {
            let limits = engine.policy.files(held, Grounds { reason, category: None });
            seen = limits.map(|limits| (limits.largest_download(), limits.has_kinds()));
        });
        assert_eq!((info.count_total, seen), (0, Some((Some(most), true))), "{reason:?}");
    }
}
