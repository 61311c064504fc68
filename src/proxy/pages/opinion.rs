//! What the page says on which people tell what they think of the filter, in English and in Welsh, and what staff did about it (standard
//! F18). Plain words, for whoever is about nine; nobody is asked for a name.

use super::code::form_value;
use super::facts::Continue;
use super::own::Own;
use super::said::Saying;
use super::show::shown;
use super::status::Template;
use crate::ports::{LONGEST_OPINION, View, WeDid};
use minijinja::Value;

/// The page.
#[derive(Clone, Copy, Debug)]
pub struct OwnOpinion<'a> {
    /// What is said.
    pub said: Saying<'a>,
    /// In Welsh.
    pub welsh: bool,
    /// The form.
    pub form: Option<Continue<'a>>,
    /// What was chosen.
    pub view: Option<View>,
    /// What was written.
    pub words: &'a str,
    /// What was written speaks of danger, and went to the safeguarding lead.
    pub danger: bool,
    /// What staff did about what people said.
    pub did: &'a [&'a WeDid],
}

/// Texts by their names in the template: English, Welsh.
const TEXTS: [(&str, [&str; 2]); 19] = [
    ("tag", ["en-GB", "cy"]),
    ("other", ["Cymraeg", "English"]),
    ("other_tag", ["cy", "en"]),
    ("choose", ["What do you think of the filter?", "Beth wyt ti'n ei feddwl o'r ffilter?"]),
    ("helps", ["It helps me", "Mae'n fy helpu i"]),
    ("in_the_way", ["It gets in my way", "Mae'n fy rhwystro i"]),
    ("no_matter", ["I do not mind it", "Does dim ots gen i"]),
    ("why", ["Do you want to say why? You can leave this empty.", "Wyt ti eisiau dweud pam? Gei di adael hwn yn wag."]),
    ("no_name", ["Please do not write your name or anybody else's.", "Paid ag ysgrifennu dy enw di nac enw neb arall."]),
    ("send", ["Send it", "Anfon"]),
    (
        "who",
        [
            "Who reads it? The people who choose which pages are open here, and the person who looks after everybody. They see your group and the day. Your name is not kept with it.",
            "Pwy sy'n ei ddarllen? Y bobl sy'n dewis pa dudalennau sydd ar agor yma, a'r person sy'n gofalu am bawb. Maen nhw'n gweld dy gr\u{175}p a'r diwrnod. Dydy dy enw ddim yn cael ei gadw gydag ef.",
        ],
    ),
    (
        "not_here",
        [
            "Is somebody hurting you? Are you scared? Please do not write it here: nobody may read it today.",
            "Oes rhywun yn dy frifo di? Oes ofn arnat ti? Paid ag ysgrifennu hynny yma: efallai na fydd neb yn ei ddarllen heddiw.",
        ],
    ),
    ("worry", ["I am worried about something", "Rydw i'n poeni am rywbeth"]),
    ("talk", ["You can ring Childline by day and by night. It is free:", "Gei di ffonio Childline ddydd a nos. Mae am ddim:"]),
    ("now", ["In danger now? Call 999.", "Mewn perygl nawr? Ffonia 999."]),
    (
        "danger",
        [
            "Your words worry us. We have given them to the person who looks after everybody here, so that they can help. They do not know your name. To help, they can find out which computer this came from. If you can, please talk to a grown-up now.",
            "Mae dy eiriau di'n ein poeni ni. Rydyn ni wedi eu rhoi i'r person sy'n gofalu am bawb yma, er mwyn iddyn nhw helpu. Dydyn nhw ddim yn gwybod dy enw. Er mwyn helpu, gallan nhw ddod o hyd i'r cyfrifiadur. Os galli di, siarada ag oedolyn nawr.",
        ],
    ),
    ("number", ["With this number you can see what they say:", "Gyda'r rhif hwn gei di weld beth maen nhw'n ei ddweud:"]),
    ("did", ["You said, we did", "Dywedoch chi, gwnaethon ni"]),
    (
        "found",
        [
            "If we think that somebody is in danger, staff can find out which computer this came from, so that they can help.",
            "Os ydyn ni'n meddwl bod rhywun mewn perygl, gall staff ddod o hyd i'r cyfrifiadur, er mwyn helpu.",
        ],
    ),
];

impl OwnOpinion<'_> {
    fn at(&self) -> usize {
        usize::from(self.welsh)
    }

    pub(super) fn heading(&self) -> &'static str {
        let both = match self.said {
            Saying::Ask => ["What do you think?", "Beth yw dy farn di?"],
            Saying::Thanks(_) => ["Thank you", "Diolch"],
            Saying::Open | Saying::Empty | Saying::Again | Saying::NoForm | Saying::Paused | Saying::Unavailable => {
                ["That did not work", "Wnaeth hynny ddim gweithio"]
            }
        };
        both[self.at()]
    }

    /// What is said, in a sentence.
    #[must_use]
    pub fn lead(&self) -> &'static str {
        let both = match self.said {
            Saying::Ask => [
                "Some pages are closed here, to keep people safe. Tell us what you think of that.",
                "Mae rhai tudalennau ar gau yma, i gadw pobl yn ddiogel. Dyweda wrthon ni beth yw dy farn di.",
            ],
            Saying::Thanks(_) => {
                ["Thank you for telling us. The staff will read it.", "Diolch am ddweud wrthon ni. Bydd y staff yn ei ddarllen."]
            }
            Saying::Empty => ["Please choose one of the three.", "Dewisa un o'r tri."],
            Saying::Again => {
                ["This page was open for a long time. Please send it again.", "Roedd y dudalen hon ar agor am amser hir. Anfona eto."]
            }
            Saying::Paused => [
                "A lot was sent in a short time. Please try again later, or tell the staff.",
                "Cafodd llawer ei anfon mewn amser byr. Tria eto'n nes ymlaen, neu dyweda wrth y staff.",
            ],
            Saying::Open | Saying::NoForm | Saying::Unavailable => [
                "This could not be sent. It is not your fault. Please tell the staff.",
                "Doedd dim modd anfon hwn. Nid dy fai di yw hynny. Dyweda wrth y staff.",
            ],
        };
        both[self.at()]
    }

    pub(super) fn values(&self, heading: (&'static str, Value), time: impl Fn(crate::model::Timestamp) -> String) -> Value {
        let texts = TEXTS.iter().map(|(name, both)| (*name, Value::from(both[self.at()])));
        let did = |one: &&WeDid| {
            Value::from_pairs([
                ("on", Value::from(time(one.at).split(',').next().unwrap_or_default())),
                ("said", Value::from(shown(&one.said))),
                ("did", Value::from(shown_whole(&one.did))),
            ])
        };
        let number = if let Saying::Thanks(number) = self.said { number } else { "" };
        Value::from_pairs([
            heading,
            ("said", Value::from(self.said.code())),
            ("lead", Value::from(self.lead())),
            ("t", Value::from_pairs(texts)),
            ("opinion", form_value(self.form)),
            ("view", Value::from(self.view.map_or("", View::word))),
            ("words_typed", Value::from(self.words)),
            ("longest", Value::from(LONGEST_OPINION)),
            ("danger", Value::from(self.danger)),
            ("number", Value::from(number)),
            ("did", self.did.iter().map(did).collect()),
            ("other_way", Value::from(if self.welsh { "/opinion?lang=en" } else { "/opinion?lang=cy" })),
        ])
    }
}

/// What staff write is longer than an address.
fn shown_whole(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    signs.chunks(100).map(|piece| shown(&piece.iter().collect::<String>()).into_owned()).collect()
}

/// The page with much and with little known, for the trial before it goes live.
pub(super) fn each(tried: &mut impl FnMut(Template, &Own<'_>)) {
    let done = WeDid { said: "Sample.".to_owned(), did: "Sample.".to_owned(), ..WeDid::default() };
    let form = Some(Continue { action: "/opinion", token: "sample" });
    let much =
        OwnOpinion { said: Saying::Empty, welsh: true, form, view: Some(View::Helps), words: "Sample.", danger: false, did: &[&done] };
    let thanks = OwnOpinion { said: Saying::Thanks("sample"), welsh: false, danger: true, form: None, ..much };
    let none = OwnOpinion { said: Saying::Unavailable, view: None, words: "", did: &[], ..thanks };
    for page in [much, thanks, none] {
        tried(Template::Opinion, &Own::Opinion(&page));
    }
}
