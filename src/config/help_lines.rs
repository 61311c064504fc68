//! Help lines of the United Kingdom that are always open (standards AB9). Facts: name, number, web host, what it is for.
//!
//! Nothing in the settings can take one away; `[[help_line]]` adds more.

use crate::policy::HelpLine;

/// The built-in help lines. Those with further hosts have a line for each, of which one is shown on pages.
pub(super) fn built_in() -> Vec<HelpLine> {
    let row = |(address, name, phone, words, on_pages): &(&str, &str, &str, &str, bool)| HelpLine {
        address: (*address).into(),
        name: (*name).into(),
        phone: (*phone).into(),
        words: (*words).into(),
        on_pages: *on_pages,
        added: false,
    };
    TABLE.iter().map(row).collect()
}

const TABLE: &[(&str, &str, &str, &str, bool)] = &[
    ("", "Emergency", "999", "Somebody is in danger now.", true),
    ("childline.org.uk", "Childline", "0800 1111", "For everybody under 19, free, at any time, about anything.", true),
    ("ceop.police.uk", "CEOP", "", "Report somebody who is doing something sexual or threatening to a child online.", true),
    ("samaritans.org", "Samaritans", "116 123", "Somebody to talk to, free, at any time.", true),
    ("giveusashout.org", "Shout", "text 85258", "Somebody to text with, free, at any time.", true),
    ("nspcc.org.uk", "NSPCC", "0808 800 5000", "For adults who worry about a child.", true),
    (
        "stopitnow.org.uk",
        "Stop It Now",
        "0808 1000 900",
        "For anyone who worries about their own or another's sexual thoughts or behaviour towards children.",
        true,
    ),
    ("iwf.org.uk", "Internet Watch Foundation", "", "Report pictures of child sexual abuse, without giving a name.", false),
    ("thinkuknow.co.uk", "CEOP Education", "", "How to stay safe online, for children, parents and schools.", false),
    ("ceopeducation.co.uk", "CEOP Education", "", "How to stay safe online, for children, parents and schools.", false),
    ("reportharmfulcontent.com", "Report Harmful Content", "", "Report harm that is seen online.", false),
    ("papyrus-uk.org", "Papyrus HOPELINE247", "0800 068 4141", "For everybody under 35 who thinks of suicide.", false),
    ("beateatingdisorders.org.uk", "Beat", "0808 801 0677", "Help with eating disorders.", false),
    (
        "nationaldahelpline.org.uk",
        "National Domestic Abuse Helpline",
        "0808 2000 247",
        "For women who are hurt or threatened at home.",
        false,
    ),
    ("runawayhelpline.org.uk", "Runaway Helpline", "116 000", "For children who have run away or think of it.", false),
    ("111.nhs.uk", "NHS 111", "111", "Medical help that is not an emergency.", false),
];
