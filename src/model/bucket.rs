//! The few buckets into which accreditation sorts the many categories: the five of Becta's scheme (002:685-689), and those of the UK Safer
//! Internet Centre's "appropriate filtering" (2016 to 2025). A fixed table on top of the finer categories, for questions and reports; it
//! must never decide anything about a request.

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u8);

/// Code of a bucket, what its scheme calls it, and the last parts of the names of its categories.
type Row = (&'static str, &'static str, &'static [&'static str]);

const ADULT: &[&str] = &["adult", "mixed_adult", "lingerie", "porn", "pornography", "nudity", "tasteless", "adult-demonstration"];
const VIOLENCE: &[&str] = &["violence", "agressif", "aggressive", "dangerous_material", "weapons", "bombs", "gore"];
const EXTREMISM: &[&str] = &["agressif", "aggressive", "extremism", "terrorism", "racism", "hate", "hatred"];
const DRUGS: &[&str] = &["drogue", "drugs", "illegal-drugs"];
const PIRACY: &[&str] = &["warez", "piracy", "torrent", "p2p"];
const MALWARE: &[&str] = &["malware", "phishing", "hacking", "cryptojacking", "ddos", "stalkerware", "scam"];
const CRIMINAL: &[&str] = &[
    "hacking",
    "ddos",
    "cryptojacking",
    "stalkerware",
    "phishing",
    "warez",
    "piracy",
    "torrent",
    "p2p",
    "proxy-avoidance",
    "vpn",
    "doh",
    "redirector",
    "strict_redirector",
    "strong_redirector",
    "residential-proxies",
    "criminal-skills",
];

/// The table. A category may be in several buckets.
#[rustfmt::skip]
const BUCKETS: &[Row] = &[
    ("becta-adult", "pornographic, adult, tasteless", ADULT),
    ("becta-violence", "violence (including weapons and bombs)", VIOLENCE),
    ("becta-extremism", "racist, extremist and hate", EXTREMISM),
    ("becta-drugs", "illegal drug taking", DRUGS),
    ("becta-criminal", "criminal skills, proxy avoidance and software piracy", CRIMINAL),
    ("uksic-discrimination", "discrimination", &["discrimination", "racism", "agressif", "aggressive"]),
    ("uksic-drugs", "drugs and substance abuse", DRUGS),
    ("uksic-extremism", "extremism", EXTREMISM),
    ("uksic-gambling", "gambling", &["gambling", "arjel", "gambling-demonstration"]),
    ("uksic-hate", "hate speech", &["hate", "hatred", "racism", "agressif", "aggressive"]),
    ("uksic-malware", "malware and hacking", MALWARE),
    ("uksic-pornography", "pornography", ADULT),
    ("uksic-piracy", "piracy and copyright theft", PIRACY),
    ("uksic-self-harm", "self-harm, suicide and eating disorders", &["self-harm", "suicide", "eating-disorders"]),
    ("uksic-violence", "violence", VIOLENCE),
    ("uksic-misinformation", "mis- and disinformation", &["misinformation", "disinformation", "fakenews", "conspiracy"]),
    ("uksic-harmful", "harmful content: bullying, dangerous stunts, extreme violence", &["bullying", "dangerous_material", "dangerous-stunts", "gore"]),
    ("uksic-vawg", "violence against women and girls", &["vawg", "misogyny"]),
];

impl Bucket {
    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(BUCKETS.len()).map(Self)
    }

    fn row(self) -> &'static Row {
        &BUCKETS[usize::from(self.0)]
    }

    /// Its name in questions: the scheme, and what it is about.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// What its scheme calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.row().1
    }

    /// The bucket with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|bucket| bucket.code() == code)
    }

    /// Does a category of this name belong to it? Of a name with `/` in it the last part counts; case does not.
    #[must_use]
    pub fn holds(self, category: &str) -> bool {
        let last = category.rsplit('/').next().unwrap_or_default();
        self.row().2.iter().any(|name| last.eq_ignore_ascii_case(name))
    }

    /// Does any category of a list, separated by commas, belong to it?
    #[must_use]
    pub fn holds_any(self, categories: &str) -> bool {
        categories.split(',').any(|name| self.holds(name.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_has_a_code_of_its_own_and_holds_its_categories_by_their_last_part() {
        for bucket in Bucket::all() {
            assert_eq!(Bucket::from_code(bucket.code()), Some(bucket));
            assert!(bucket.row().2.iter().all(|name| bucket.holds(name) && bucket.holds(&format!("ut1/{}", name.to_uppercase()))));
            assert!(!bucket.holds("education") && !bucket.holds("") && !bucket.words().is_empty());
        }
        assert_eq!(Bucket::all().filter(|bucket| bucket.code().starts_with("becta-")).count(), 5);
        let of = |categories: &str| Bucket::all().filter(|bucket| bucket.holds_any(categories)).map(Bucket::code).collect::<Vec<_>>();
        assert_eq!(of("ut1/news, ut1/gambling"), ["uksic-gambling"]);
        assert_eq!(of("ut1/drogue"), ["becta-drugs", "uksic-drugs"]);
        assert_eq!(of("mine/sexual_education,adulterated"), [""; 0]);
    }
}
