//! The consortium: its lists, its settings, its sites, and requests from them, by a fixed rule.

use crate::names::Names;
use std::fmt::Write as _;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

const CATEGORIES: usize = 60;
const GROUPS: usize = 10;
const EXCEPTIONS: usize = 1_000;
/// Names of groups are alike from site to site, as a consortium has it.
const NAMES: [&str; GROUPS] = ["guests", "nursery", "primary", "secondary", "sixth-form", "staff", "office", "library", "club", "devices"];

/// Requests of one page.
pub(crate) const PAGE: usize = 20;

/// What is made.
pub(crate) struct Make {
    pub(crate) sites: usize,
    entries: usize,
    /// Every exception has a reason of its own, or a site has twenty.
    own_reasons: bool,
}

/// What a request finds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Nothing,
    Category,
    Exception,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Nothing, Self::Category, Self::Exception];

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "on no list",
            Self::Category => "category hit",
            Self::Exception => "exception hit",
        }
    }

    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Nothing => "allowed",
            Self::Category => "category",
            Self::Exception => "allowed-local",
        }
    }
}

/// Steele, Lea and Flood's splitmix64 step.
fn mix(n: usize) -> usize {
    let mut z = (n as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as usize
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

impl Make {
    pub(crate) fn from_environment() -> Self {
        let own_reasons =
            std::env::var("LIFEGUARD_BENCH_REASONS").is_ok_and(|word| word != "few") || std::env::var("LIFEGUARD_BENCH_REASONS").is_err();
        Self { sites: number("LIFEGUARD_BENCH_SITES", 2_500), entries: number("LIFEGUARD_BENCH_ENTRIES", 1_000_000), own_reasons }
    }

    pub(crate) fn words(&self) -> String {
        let reasons = if self.own_reasons { "a reason of its own each" } else { "twenty reasons a site" };
        format!("{} sites x {GROUPS} groups x {CATEGORIES} categories x {EXCEPTIONS} exceptions, {reasons}", self.sites)
    }

    /// Writes everything: `one.toml` and `all.toml` with the same lists and layers.
    pub(crate) fn write(&self, folder: &Path) {
        self.write_lists(folder);
        let sites = folder.join("sites");
        fs::create_dir(&sites).unwrap();
        for site in 0..self.sites {
            let rules = sites.join(format!("s{site:04}.tsv"));
            fs::write(&rules, self.exceptions(site)).unwrap();
            let name = format!("name = 's{site:04}'\ntitle = 'School {site}'\nnetworks = ['{}']\n", network(site));
            let more = format!("exceptions = '{}'\ntime_zone = 'Europe/London'\n", rules.display());
            fs::write(sites.join(format!("s{site:04}.toml")), name + &more + &groups(site) + &layer(site)).unwrap();
        }
        let common = common(folder);
        let all = format!("{common}[sites]\nfiles = '{}/*.toml'\n[[group]]\nname = 'unknown'\npreset = 'primary'\n", sites.display());
        fs::write(folder.join("all.toml"), all).unwrap();
        let rules: String = self.exceptions(0).lines().map(rule).collect();
        fs::write(folder.join("one.toml"), format!("{common}{}{}{rules}", groups(0), layer(0))).unwrap();
    }

    fn write_lists(&self, folder: &Path) {
        let mut texts = vec![String::new(); CATEGORIES];
        let mut name = String::new();
        for n in 0..self.entries {
            Names::listed(n, &mut name);
            let text = &mut texts[n % CATEGORIES];
            text.push_str(&name);
            text.push('\n');
        }
        for (number, text) in texts.into_iter().enumerate() {
            let below = folder.join("ut1").join(category(number));
            fs::create_dir_all(&below).unwrap();
            fs::write(below.join("domains"), text).unwrap();
        }
        fs::write(folder.join("illegal.txt"), "illegal.example.test\n").unwrap();
    }

    /// Three of ten are for addresses that other sites have too; one in ten has a path.
    fn exceptions(&self, site: usize) -> String {
        let mut text = String::from("# action\taddress\tauthor\treason\tlast day\tgroups\n");
        for n in 0..EXCEPTIONS {
            let action = if n.is_multiple_of(2) { "allow" } else { "block" };
            let reason = if self.own_reasons {
                format!("request {} of the year", site * EXCEPTIONS + n)
            } else {
                format!("request of class {}", n % 20)
            };
            let path = if n.is_multiple_of(10) { "/lesson" } else { "" };
            let end = ["2031-07-31", "-", "2030-12-31"][n % 3];
            writeln!(text, "{action}\t{}{path}\tA. Hill {}\t{reason}\t{end}", exception(site, n), n % 5).unwrap();
        }
        text
    }

    /// Requests of one kind, so many in a row from one site and group.
    pub(crate) fn requests(&self, kind: Kind, (sites, row): (usize, usize), count: usize) -> Vec<(IpAddr, String)> {
        (0..count).map(|n| self.request(kind, (mix(n / row) % sites, n / row % GROUPS), n)).collect()
    }

    fn request(&self, kind: Kind, (site, group): (usize, usize), n: usize) -> (IpAddr, String) {
        let mut host = String::new();
        match kind {
            Kind::Nothing => host = format!("www.page{}.example.org", mix(n) % 100_000),
            // Only the even categories are closed.
            Kind::Category => {
                Names::listed((mix(n ^ 77) % (self.entries / CATEGORIES)) * CATEGORIES + 2 * (n % (CATEGORIES / 2)), &mut host)
            }
            // Those that open: a block is as quick.
            Kind::Exception => host = format!("www.{}", exception(site, mix(n ^ 99) % (EXCEPTIONS / 2) * 2)),
        }
        (client(site, group), format!("http://{host}/lesson/{}", n % 1_000))
    }
}

fn category(number: usize) -> String {
    format!("cat{number:02}")
}

fn exception(site: usize, n: usize) -> String {
    if n % 10 < 3 {
        format!("shared{}.example.test", mix(site * 1_000 + n) % 50_000 * 1_000 + n)
    } else {
        format!("own{}.school{site}.test", n)
    }
}

fn network(site: usize) -> String {
    format!("127.{}.{}.0/24", 16 + site / 250, site % 250)
}

/// A client of the site in this group.
pub(crate) fn client(site: usize, group: usize) -> IpAddr {
    let last = u8::try_from(group * 16 + 3).unwrap();
    IpAddr::V4(Ipv4Addr::new(127, u8::try_from(16 + site / 250).unwrap(), u8::try_from(site % 250).unwrap(), last))
}

/// Every group says something of every category; one in five differs from what the others of its name say.
fn groups(site: usize) -> String {
    let mut text = String::new();
    for (number, name) in NAMES.iter().enumerate() {
        let own = if mix(site * GROUPS + number).is_multiple_of(5) { mix(site) % 30 * 2 + 1 } else { 1 };
        let (mut allow, mut warn, mut block) = (Vec::new(), Vec::new(), Vec::new());
        for category_number in 0..CATEGORIES {
            let list = match category_number {
                n if n % 2 == 0 => &mut block,
                n if n == own => &mut allow,
                _ => &mut warn,
            };
            list.push(category(category_number));
        }
        let range = format!("127.{}.{}.{}/28", 16 + site / 250, site % 250, number * 16);
        writeln!(text, "[[group]]\nname = '{name}'\ntitle = 'Group {number}'\nnetworks = ['{range}']\nallow = {allow:?}\nwarn = {warn:?}\nblock = {block:?}").unwrap();
    }
    text
}

/// Each site's own layer.
fn layer(site: usize) -> String {
    format!(
        "[[layer]]\nlevel = 'site'\ntitle = 'School {site}'\nsigned_by = 'Head {site}'\nreason = 'policy of the school'\nreview = 2031-07-31\n\
         block = ['cat02']\nblock_hosts = ['shut{site}.test', 'shut.example.test']\nsafe_search = true\n"
    )
}

fn rule(line: &str) -> String {
    let fields: Vec<&str> = line.split('\t').collect();
    if line.starts_with('#') {
        return String::new();
    }
    let end = if fields[4] == "-" { String::new() } else { format!("expires = {}\n", fields[4]) };
    format!("[[rule]]\n{} = ['{}']\nauthor = '{}'\nreason = '{}'\n{end}", fields[0], fields[1], fields[2], fields[3])
}

/// Lists, the consortium's and an authority's layers, the rule by which the origin of the load can be reached.
fn common(folder: &Path) -> String {
    let place = folder.display();
    format!(
        "[proxy]\nlisten = ['127.0.0.1:0']\n[proxy.destinations]\nallow = ['127.0.0.1']\n[admin]\nlisten = '127.0.0.1:0'\n\
         [log]\nfolder = '{place}/log'\nreserve = '1 MB'\n[lists]\nfolder = '{place}/lists'\n\
         [[lists.source]]\nname = 'illegal'\nkind = 'statutory'\nformat = 'lines'\npath = '{place}/illegal.txt'\n\
         [[lists.source]]\nname = 'ut1'\nformat = 'ut1'\npath = '{place}/ut1'\n\
         [[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'umbrella policy'\nreview = 2031-07-31\n\
         never_loosen = ['cat00']\nblock = ['cat04', 'cat06']\nblock_hosts = ['never.example.test']\n\
         [[layer]]\nlevel = 'authority'\ntitle = 'West'\nsigned_by = 'B. Lee'\nreason = 'county policy'\nreview = 2031-07-31\nblock = ['cat08']\n\
         [[rule]]\nallow = ['127.0.0.1']\nauthor = 'bench'\nreason = 'the origin'\n"
    )
}
