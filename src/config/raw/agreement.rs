//! `[aup]`, its clauses, and `[notice]`: what people read and accept (standards C2-C7).

use crate::config::moment::Written;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use crate::policy::AgreementRules;
use std::time::Duration;

/// `[aup]`.
pub(in crate::config) struct RawAgreement {
    pub(in crate::config) version: Option<At<String>>,
    pub(in crate::config) signed_by: Option<At<String>>,
    pub(in crate::config) review: Option<At<Written>>,
    pub(in crate::config) accept: Vec<At<String>>,
    pub(in crate::config) easy_for: Vec<At<String>>,
    pub(in crate::config) guardian_for: Vec<At<String>>,
    pub(in crate::config) address_lasts: Duration,
    pub(in crate::config) clauses: Vec<At<RawClause>>,
}

impl Default for RawAgreement {
    fn default() -> Self {
        Self {
            version: None,
            signed_by: None,
            review: None,
            accept: Vec::new(),
            easy_for: Vec::new(),
            guardian_for: Vec::new(),
            address_lasts: AgreementRules::default().address_lasts,
            clauses: Vec::new(),
        }
    }
}

/// `[layer.aup]`, or `[aup]` in the file of a layer.
#[derive(Default)]
pub(in crate::config) struct RawLayerAgreement {
    pub(in crate::config) clauses: Vec<At<RawClause>>,
}

/// `[[aup.clause]]`.
#[derive(Default)]
pub(in crate::config) struct RawClause {
    pub(in crate::config) id: Option<At<String>>,
    pub(in crate::config) title: Option<At<String>>,
    pub(in crate::config) words: Option<At<String>>,
    pub(in crate::config) easy: Option<At<String>>,
    pub(in crate::config) sanction: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<String>>,
    pub(in crate::config) categories: Vec<At<String>>,
    pub(in crate::config) reasons: Vec<At<String>>,
}

/// `[notice]`.
#[derive(Default)]
pub(in crate::config) struct RawNotice {
    pub(in crate::config) seen_by: Vec<At<String>>,
}

const CLAUSE_HELP: &str = "Clauses. Those of a higher layer are read as they stand; an id that a layer above has used is refused.";

impl Section for RawAgreement {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "version",
            help: "What people call this version, such as \"2026/27\". A new one is accepted anew, and so are changed words.",
            slot: |aup| Slot::Name(&mut aup.version),
        },
        Opt { key: "signed_by", help: "Who signed the site's own clauses: a person by name.", slot: |aup| Slot::Name(&mut aup.signed_by) },
        Opt { key: "review", help: "The day by which somebody looks at it again.", slot: |aup| Slot::Moment(&mut aup.review) },
        Opt {
            key: "accept",
            help: "Groups whose people must accept it before anything else opens (help lines stay open). Not for devices that show no page.",
            slot: |aup| Slot::Names(&mut aup.accept),
        },
        Opt { key: "easy_for", help: "Groups that read the easy words of each clause.", slot: |aup| Slot::Names(&mut aup.easy_for) },
        Opt {
            key: "guardian_for",
            help: "Groups whose form asks for the name of a parent or another adult who agrees.",
            slot: |aup| Slot::Names(&mut aup.guardian_for),
        },
        Opt {
            key: "address_lasts",
            help: "How long an acceptance counts where nobody signed in: the address may be somebody else's next.",
            slot: |aup| Slot::Time(&mut aup.address_lasts, Duration::from_secs(600)..=Duration::from_secs(366 * 86_400)),
        },
        Opt { key: "clause", help: CLAUSE_HELP, slot: |aup| Slot::Tables(&mut aup.clauses) },
    ];
}

impl Section for RawLayerAgreement {
    const OPTIONS: &'static [Opt<Self>] = &[Opt { key: "clause", help: CLAUSE_HELP, slot: |aup| Slot::Tables(&mut aup.clauses) }];
}

impl Section for RawClause {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "id",
            help: "Short and lasting, such as \"C-3\": letters, digits, - and dots. Records name it.",
            slot: |clause| Slot::Name(&mut clause.id),
        },
        Opt { key: "title", help: "A heading.", slot: |clause| Slot::Name(&mut clause.title) },
        Opt { key: "words", help: "Its words.", slot: |clause| Slot::Name(&mut clause.words) },
        Opt { key: "easy", help: "The same in easy words, for the groups in `easy_for`.", slot: |clause| Slot::Name(&mut clause.easy) },
        Opt {
            key: "sanction",
            help: "What happens when it is broken, step by step: whom it goes to, and what follows.",
            slot: |clause| Slot::Name(&mut clause.sanction),
        },
        Opt { key: "groups", help: "Groups it is for. Without it: all.", slot: |clause| Slot::Names(&mut clause.groups) },
        Opt {
            key: "categories",
            help: "Categories that are closed or warned of because of it: block pages show it, and records name it.",
            slot: |clause| Slot::Names(&mut clause.categories),
        },
        Opt {
            key: "reasons",
            help: "The same for other refusals, by their codes, such as \"outside-hours\" or \"blocked-local\".",
            slot: |clause| Slot::Names(&mut clause.reasons),
        },
    ];
}

impl Section for RawNotice {
    const OPTIONS: &'static [Opt<Self>] = &[Opt {
        key: "seen_by",
        help: "Who may read the log, in words for people, such as \"the head teacher\". Needed before the log names people who sign in.",
        slot: |notice| Slot::Names(&mut notice.seen_by),
    }];
}
