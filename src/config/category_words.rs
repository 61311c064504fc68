//! Words for people for the categories that lists commonly bring: those of UT1, and our own.
//!
//! Facts about names only; what happens to a category is said by groups and presets.

use crate::policy::{CategoryWords, Risk};
use std::collections::BTreeMap;
use std::sync::Arc;

use Risk::{Commerce, Conduct, Contact, Content, None as Harmless};

/// The category that entries of statutory lists belong to.
pub(super) const STATUTORY: &str = "illegal";

/// The words of every category that is known by name.
pub(super) fn known() -> BTreeMap<Arc<str>, CategoryWords> {
    let row = |(name, title, words, risk): &(&str, &str, &str, Risk)| {
        (Arc::from(*name), CategoryWords { title: (*title).into(), words: (*words).into(), risk: *risk })
    };
    TABLE.iter().map(row).collect()
}

/// Name, title, one sentence, risk (standards B15).
const TABLE: &[(&str, &str, &str, Risk)] = &[
    // UT1
    ("adult", "Adult", "Nudity and pornography.", Content),
    ("agressif", "Hatred and violence", "Sites that insult, threaten or call for violence against people.", Content),
    ("ai", "Artificial intelligence", "Assistants and generators of text, pictures and sound.", Content),
    ("arjel", "Licensed gambling", "Gambling sites licensed in France.", Commerce),
    ("associations_religieuses", "Religious associations", "Sites of religious associations.", Harmless),
    ("astrology", "Astrology", "Horoscopes and fortune-telling.", Content),
    ("audio-video", "Audio and video", "Music, films and streams.", Harmless),
    ("bank", "Banks", "Online banking.", Harmless),
    ("bitcoin", "Cryptocurrency", "Trade in and mining of cryptocurrencies.", Commerce),
    ("blog", "Blogs", "Personal pages and diaries.", Contact),
    ("celebrity", "Celebrities", "Famous people and magazines about them.", Harmless),
    ("chat", "Chat", "Talking with people, also with strangers.", Contact),
    ("child", "For children", "Sites made for young children.", Harmless),
    ("cleaning", "Computer care", "Virus scanners, updates and repair tools.", Harmless),
    ("cooking", "Cooking", "Recipes and food.", Harmless),
    ("cryptojacking", "Hidden mining", "Sites that use a visitor's computer to mine cryptocurrency.", Commerce),
    ("dangerous_material", "Dangerous material", "How to make explosives, poisons and weapons.", Content),
    ("dating", "Dating", "Meeting partners.", Contact),
    ("ddos", "Attack services", "Services that attack other computers for money.", Conduct),
    ("dialer", "Diallers", "Programs that run up telephone bills.", Commerce),
    ("doh", "Hidden name look-ups", "Services that look up names where the filter cannot see it.", Conduct),
    ("download", "Downloads", "Programs to download.", Conduct),
    ("drogue", "Drugs", "Sale and praise of drugs.", Content),
    ("dynamic-dns", "Changing addresses", "Names for addresses that change, often used to hide.", Conduct),
    ("educational_games", "Learning games", "Games that teach.", Harmless),
    ("examen_pix", "Exam: PIX", "A list for one French exam.", Harmless),
    ("exceptions_liste_bu", "Library exceptions", "Exceptions to a list of French libraries.", Harmless),
    ("fakenews", "Misleading news", "Sites known for made-up news.", Content),
    ("filehosting", "File hosting", "Storing and sharing files.", Conduct),
    ("financial", "Finance", "Shares, credit and money.", Commerce),
    ("forums", "Forums", "Discussions among visitors.", Contact),
    ("gambling", "Gambling", "Betting, casinos and games for money.", Commerce),
    ("games", "Games", "Games to play online.", Harmless),
    ("hacking", "Hacking", "How to break into computers and get round protection.", Conduct),
    ("jobsearch", "Jobs", "Looking for work.", Harmless),
    ("lingerie", "Lingerie", "Underwear and swimwear.", Content),
    ("liste_blanche", "Chosen sites", "A list of chosen sites.", Harmless),
    ("liste_bu", "Learning (France)", "Learning sites chosen by French libraries.", Harmless),
    ("malware", "Harmful software", "Sites that spread viruses and the like.", Commerce),
    ("manga", "Manga", "Comics and cartoons.", Harmless),
    ("marketingware", "Doubtful marketing", "Sites with doubtful marketing.", Commerce),
    ("mixed_adult", "Partly adult", "Sites with some adult parts.", Content),
    ("mobile-phone", "Mobile phones", "Ringtones and other things for telephones.", Commerce),
    ("phishing", "Phishing", "Sites that pretend to be others to steal passwords and money.", Commerce),
    ("press", "News", "Newspapers and news.", Harmless),
    ("publicite", "Advertisements", "Advertising and tracking.", Commerce),
    ("radio", "Radio", "Radio stations on the internet.", Harmless),
    ("reaffected", "Changed owners", "Sites that now belong to somebody else and show something else.", Content),
    ("redirector", "Ways round the filter", "Sites that fetch other sites to get round a filter.", Conduct),
    ("remote-control", "Remote control", "Programs that let others control a computer.", Contact),
    ("residential-proxies", "Borrowed connections", "Services that send traffic through other people's homes.", Conduct),
    ("sect", "Sects", "Sects and their followers.", Contact),
    ("sexual_education", "Sex education", "Facts about sex, growing up and health.", Harmless),
    ("shopping", "Shopping", "Shops and auctions.", Commerce),
    ("shortener", "Short links", "Short links that hide where they lead.", Harmless),
    ("social_networks", "Social networks", "Sharing and meeting people.", Contact),
    ("special", "Special", "Sites set aside by the list's makers.", Harmless),
    ("sports", "Sports", "Sport and results.", Harmless),
    ("stalkerware", "Spying software", "Programs to spy on other people.", Conduct),
    ("strict_redirector", "Ways round the filter, strict", "Proxies, and caches and image searches that can serve as one.", Conduct),
    ("strong_redirector", "Ways round the filter, strong", "Proxies, and some uses of search engines as one.", Conduct),
    ("translation", "Translation", "Translating texts and pages.", Harmless),
    ("tricheur", "Cheating", "Cheating in exams.", Conduct),
    ("tricheur_pix", "Cheating: PIX", "A list for one French exam.", Conduct),
    ("update", "Updates", "Updates for programs.", Harmless),
    ("verisign", "Certificates", "Checking certificates.", Harmless),
    ("vpn", "VPN", "Private networks that get round the filter.", Conduct),
    ("warez", "Copied software", "Programs, films and music copied without permission.", Conduct),
    ("webhosting", "Web hosting", "Places where anyone can put a site.", Harmless),
    ("webmail", "Webmail", "E-mail in the browser.", Contact),
    // Ours; the first is the category of statutory lists, which no group can name
    (STATUTORY, "Illegal material", "Material that is against the law.", Content),
    ("alcohol-tobacco", "Alcohol and tobacco", "Sale and praise of alcohol, tobacco and vapes.", Commerce),
    ("drugs", "Drugs", "Sale and praise of drugs.", Content),
    ("eating-disorders", "Eating disorders", "Sites that praise starving.", Content),
    ("extremism", "Extremism", "Sites that win people over to violence.", Content),
    ("piracy", "Copied films and music", "Films, music and programs copied without permission.", Conduct),
    ("proxy-avoidance", "Ways round the filter", "Relays and proxies that get round a filter.", Conduct),
    ("scam", "Fraud", "Sites that cheat people out of money.", Commerce),
    ("self-harm", "Self-harm", "Sites that praise hurting oneself.", Content),
    ("torrent", "File sharing", "Sharing of files among many people.", Conduct),
    ("violence", "Violence", "Cruelty and gore.", Content),
    ("weapons", "Weapons", "Sale and praise of weapons.", Content),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_there_once_with_a_title_and_a_sentence() {
        assert_eq!(known().len(), TABLE.len());
        assert!(TABLE.iter().all(|(name, title, words, _)| !name.is_empty() && !title.is_empty() && words.ends_with('.')));
    }
}
