//! The categories: what each holds and leaves out, where accreditation counts it, and what the names of public lists become (standards
//! A9, A12, B15, V3, V4, V10).
//!
//! Made from `config/taxonomy.toml` and `config/maps/`; `tests/lists/taxonomy.rs` holds it to them, and `LIFEGUARD_BLESS=1` writes it anew. `lifeguard
//! lists categories` shows the same with the entries of the lists at hand.
//!
//! A source takes a map with `map = "ut1"`, and words of its own over it: `categories.drogue = "drugs"`, or `""` to leave one out. Without
//! a map its categories keep their names, and a group that names ours reaches those that are other names for it. Names that are the
//! same on both sides are not shown below. A locked category is closed to everybody: no group, rule, code or release opens it.
//!
//! # Buckets
//!
//! | Bucket | In the words of its scheme | Categories |
//! |---|---|---|
//! | `becta-adult` | pornographic, adult, tasteless | intimate-image-abuse, adult, partly-adult, lingerie, tasteless |
//! | `becta-violence` | violence (including weapons and bombs) | violence, gore, weapons, dangerous-material |
//! | `becta-extremism` | racist, extremist and hate | public-order, terrorism, hate, racism, extremism |
//! | `becta-drugs` | illegal drug taking | drugs |
//! | `becta-criminal` | criminal skills, proxy avoidance and software piracy | criminal-skills, hacking, ddos, phishing, cryptojacking, stalkerware, proxy-avoidance, vpn, residential-proxies, doh, piracy, torrent |
//! | `uksic-discrimination` | discrimination | public-order, hate, discrimination, racism |
//! | `uksic-drugs` | drugs and substance abuse | drugs, alcohol-tobacco |
//! | `uksic-extremism` | extremism | terrorism, extremism |
//! | `uksic-gambling` | gambling | gambling |
//! | `uksic-hate` | hate speech | public-order, hate, racism, misogyny |
//! | `uksic-malware` | malware and hacking | hacking, ddos, malware, phishing, cryptojacking, stalkerware, scam |
//! | `uksic-pornography` | pornography | adult, partly-adult, lingerie, tasteless |
//! | `uksic-piracy` | piracy and copyright theft | piracy, torrent |
//! | `uksic-self-harm` | self-harm, suicide and eating disorders | suicide-promotion, self-harm, eating-disorders |
//! | `uksic-violence` | violence | violence, gore, weapons, dangerous-material |
//! | `uksic-misinformation` | mis- and disinformation | misinformation, health-misinformation |
//! | `uksic-harmful` | harmful content: bullying, dangerous stunts, extreme violence | gore, dangerous-material, dangerous-stunts, bullying |
//! | `uksic-vawg` | violence against women and girls | coercive-control, intimate-image-abuse, misogyny |
//! | `illegal-class` | illegal content without an official list: closed to everybody | coercive-control, fraud, intimate-image-abuse, public-order, suicide-promotion, terrorism |
//!
//! # Categories
//!
//! | Category | Title | Holds | Leaves out | For instance | Risk | DfE | Also called |
//! |---|---|---|---|---|---|---|---|
//! | `illegal` (locked) | Illegal material | What official lists name: images of the sexual abuse of children, and terrorist material on the list of the police. | Whatever no official list names. No group can name this category, and no page shows what is in it. | an entry of a statutory list | content | content: illegal |  |
//! | `coercive-control` (locked) | Controlling people | How to watch, isolate or threaten a partner; the sale of programs that say they are for spying on one. | Help for people who live with it, and news of it. Programs for spying in general are stalkerware. | a guide to reading a partner's messages in secret; a forum that trades advice on keeping a partner from friends | conduct | content: illegal | coercive-behaviour |
//! | `fraud` (locked) | Fraud | False shops, false banks and false investments; trade in stolen cards and identities; how to defraud people. | What is doubtful and may be lawful is a scam; copies of sign-in pages are phishing; advice for victims is neither. | a copy of a shop that takes money and sends nothing; a market for stolen card numbers | commerce | commerce: financial scams |  |
//! | `intimate-image-abuse` (locked) | Intimate images shared without consent | Collections of such images, places to post them, and programs that undress people in pictures. | Services that help victims to have images taken down. | a board where people post images of former partners; a generator that makes nude images of real people | conduct | conduct: sharing nudes and semi-nudes | revenge-porn |
//! | `public-order` (locked) | Stirring up hatred against a race or a religion | Racially or religiously aggravated threats, harassment and incitement. | Hateful but lawful speech is hate; debate, history and news of it are neither. | a page that calls for attacks on a place of worship | content | content: racism, anti-Semitism | aggravated-public-order |
//! | `suicide-promotion` (locked) | Encouraging suicide | Encouragement, methods, pacts, and the sale of means. | Help lines, prevention, research, news within the guidelines for the press, and places of mourning. | a forum that compares methods | content | content: suicide | suicide |
//! | `terrorism` (locked) | Terrorism | Propaganda of proscribed organisations, glorification of attacks, instructions for them, money for them. | News, research, prevention, and radical views without violence; those that lead towards violence are extremism. | the magazine of a proscribed organisation; a page that celebrates an attacker | content | content: radicalisation |  |
//! | `adult` | Adult | Pictures, films, games and texts that are made to arouse; webcam services; shops for sexual goods; escorts. | Sex education, health, breast-feeding, art, and news about sex. Sites with an adult part are partly-adult. | a portal of films for adults; a webcam service; sexual stories | content | content: pornography | porn, pornography, nudity, adult-demonstration |
//! | `partly-adult` | Partly adult | Large sites of many uses, parts of which are adult and cannot be told apart by address. | Sites whose adult parts have addresses of their own: those addresses are adult. | a picture board with adult sections; a portal that mixes humour and nudity | content | content: pornography | mixed_adult |
//! | `lingerie` | Lingerie | Shops and magazines whose pages show people in underwear or swimwear. | Clothes shops in general. | a shop for underwear | content |  |  |
//! | `tasteless` | Tasteless | Sites made to disgust: bodily functions, dead animals, cruel jokes. | Cruelty and gore are gore; humour in general is in no category. | a collection of shock pictures | content |  | shock |
//! | `sex-education` | Sex education | Facts about bodies, relationships, contraception and consent, written to inform, for any age. | Whatever is made to arouse. | a health service's pages on growing up; a charity's advice on consent | none |  | sexual_education |
//! | `violence` | Violence | Fights and attacks for show; praise of violence; calls for it. | News, history, martial arts as a sport, and games. | films of street fights; a page that urges people to hurt somebody | content |  | agressif, aggressive |
//! | `gore` | Cruelty and gore | Films and pictures of real killing, torture, accidents and cruelty, kept for show. | News and documents of war crimes with their context. | a collection of films of executions | content |  |  |
//! | `weapons` | Weapons | Shops for guns, knives and ammunition; their modification; their praise. | Kitchen knives, museums, and sports clubs. | a shop for combat knives | content |  |  |
//! | `dangerous-material` | Dangerous material | Instructions for bombs, poisons, weapons and other things that are made to hurt. | School chemistry, safety sheets and fireworks displays. | instructions for home-made explosives | content |  | dangerous_material, bombs |
//! | `hate` | Hate speech | Contempt or hostility towards people for their race, religion, sex, disability, sexual orientation or gender identity. | Debate, satire, history and news about hatred. What the law on public order forbids is public-order. | a board where people jeer at a minority; songs of a white-power label | content | content: racism, anti-Semitism | hatred, agressif, aggressive |
//! | `discrimination` | Discrimination | Promotion of the unjust treatment of people with a characteristic that the Equality Act protects. | Debate about the law, and advice for people who are discriminated against. | a campaign to keep a religion out of a town | content | content: racism |  |
//! | `racism` | Racism | Racial theories, contempt of peoples, denial of genocide. | History, research and education about racism. | a site that denies a genocide | content | content: racism, anti-Semitism |  |
//! | `misogyny` | Contempt of women and girls | Contempt of women; harassment as a sport; communities that excuse or praise violence against women and girls. | Help for victims, research, and debate about equality. | a forum of men that praises attacks on women | content | content: misogyny | vawg |
//! | `extremism` | Extremism | Movements that reject democracy and lead towards violence, of whatever colour, and what they publish to recruit. | Parties, protest and religion without violence. What promotes attacks is terrorism. | the site of a violent movement that recruits young people | content | content: radicalisation, extremism |  |
//! | `cults` | Sects | Groups that bind their members by pressure and take them from their families. | Religions and their communities. | a group that asks its members for all they own | contact | contact: grooming for exploitation | sect |
//! | `drugs` | Drugs | Sale, making, growing and praise of illegal drugs and of legal highs; how to hide their use. | Drugs education, treatment, medicine, pharmacies and policy. | a shop for seeds of forbidden plants; a diary that praises a drug | content |  | illegal-drugs, drogue |
//! | `alcohol-tobacco` | Alcohol and tobacco | Shops, brands and praise of drink, tobacco and vapes. | Pubs and restaurants, health advice, history. | a shop for vapes; a brand of spirits | commerce | commerce: inappropriate advertising | alcohol, tobacco, vaping |
//! | `self-harm` | Self-harm | Praise of self-harm, pictures of it, advice on how to do it or to hide it. | Help, recovery and advice for families. What encourages suicide is suicide-promotion. | a board that shares pictures of wounds | content | content: self-harm |  |
//! | `eating-disorders` | Eating disorders | Praise of starving and purging, tips for it, contests in weight. | Treatment, recovery, nutrition and sport. | a diary that sets goals for starving | content |  |  |
//! | `dangerous-stunts` | Dangerous stunts | Challenges to choke, jump, ride on trains or swallow things; how-tos for them. | Sport with rules and protection, circus, safety campaigns. | a collection of dares to hold one's breath until fainting | content |  |  |
//! | `bullying` | Bullying | Boards for gossip about named people, anonymous question boxes used to torment, collections of humiliations. | Help against bullying, and social networks in general. | a page that rates the pupils of a school | conduct | conduct: online bullying |  |
//! | `misinformation` | Misleading news | False news, disinformation campaigns and conspiracy theories that are passed off as fact. | Satire that says so, opinion, honest mistakes that are corrected, and sites that check facts. | a newspaper that does not exist with an invented story | content | content: misinformation, disinformation, conspiracy theories | fakenews, disinformation, conspiracy |
//! | `health-misinformation` | Misleading health advice | Cures that do not work and keep people from treatment; dangerous diets; false claims about vaccines. | Health services, research, and debate among professionals. | a shop for bleach as a cure | content | content: misinformation |  |
//! | `astrology` | Astrology | Horoscopes, cards, mediums, also for money. | Astronomy, and the history of beliefs. | a daily horoscope | content |  |  |
//! | `criminal-skills` | Criminal skills | How to pick locks to break in, forge papers, steal from shops or cheat machines. | Hacking and dangerous-material have categories of their own; crime fiction and law are in none. | a guide to forging identity cards | conduct |  |  |
//! | `hacking` | Hacking | Tools and guides for breaking in, stolen passwords, services that break in for money. | Courses in security, advisories, and the makers of protection. | a forum that trades stolen passwords | conduct |  |  |
//! | `ddos` | Attack services | Services that flood others with traffic, and their tools. | Services that protect against it, and tests of one's own machines. | a booter service | conduct |  |  |
//! | `malware` | Harmful software | Sites that spread harmful programs, control them, or were broken into for it; ransom programs. | Protection against it, and research with context. | a server that commands infected computers | commerce |  | ransomware |
//! | `phishing` | Phishing | Copies of sign-in pages and shops that are linked from false messages. | Tests of staff that the operator runs, and advice against it. | bank-sign-in.example with the look of a bank | commerce | commerce: phishing |  |
//! | `cryptojacking` | Hidden mining | Scripts and pools that mine without asking. | Trade in cryptocurrencies is cryptocurrency. | a page that mines while it is open | commerce |  |  |
//! | `stalkerware` | Spying software | Programs that report messages and places of somebody who does not know of them. | Parental controls that show themselves, and the management of devices. | a program that hides on a telephone and forwards its messages | conduct |  |  |
//! | `proxy-avoidance` | Ways round the filter | Web proxies, relays, caches and translators that are used as proxies, lists of such, and advice on getting round filters. | VPN services and hidden look-ups of names have categories of their own. | a page with a box that fetches any address | conduct | filtering standard: VPNs and proxy services | redirector, strict_redirector |
//! | `vpn` | VPN | Services that carry all traffic past the filter, their programs and entry points. | The operator's own way in from outside. | a VPN service for everybody | conduct | filtering standard: VPNs and proxy services |  |
//! | `residential-proxies` | Borrowed connections | Services that rent out the connections of private people. | VPN services. | a service that pays for the use of a home connection | conduct | filtering standard: VPNs and proxy services |  |
//! | `doh` | Hidden name look-ups | Public services that look up names over HTTPS or TLS. | The operator's own. | a public look-up service over HTTPS | conduct | filtering standard: end-to-end encryption methods |  |
//! | `dynamic-dns` | Changing addresses | Services that give a fixed name to a changing address, and the names below them. | The operator's own remote access. | anything.dyn.example | conduct |  |  |
//! | `remote-control` | Remote control | Services and programs through which somebody else sees and controls the screen. | What the operator's own support uses: allow that by name. | a remote desktop service | contact | contact |  |
//! | `piracy` | Copied films and music | Streams, downloads and indexes of copied works; cracks and keys for programs. | Licensed services, works in the public domain, free software. | a portal that streams films still in cinemas | conduct |  | warez |
//! | `torrent` | File sharing | Indexes and trackers of peer-to-peer networks, and their programs. | The downloads of free software that happen to use it. | an index of torrents | conduct |  | p2p |
//! | `cheating` | Cheating | Sale of essays, answers and hidden aids for exams. | Tutors, textbooks, past papers. | a shop for essays | conduct |  | tricheur |
//! | `gambling` | Gambling | Bets, casinos, lotteries, poker, skins and loot boxes for money, tipsters; licensed or not. | Help against addiction, mathematics of chance, games without money. | an online casino; a betting exchange | commerce | commerce: online gambling | arjel, gambling-demonstration |
//! | `scam` | Scams | Prize pop-ups, hidden subscriptions, get-rich-quick schemes, doubtful shops, false support lines. | What is plainly a crime is fraud; copies of sign-in pages are phishing. | a pop-up that says you have won a telephone | commerce | commerce: financial scams |  |
//! | `adware` | Doubtful marketing | Programs that force advertisements on people, sites that exist for redirects and clicks. | Ordinary advertising is advertising. | a toolbar that changes the start page | commerce | commerce: inappropriate advertising | marketingware |
//! | `advertising` | Advertisements | Networks of advertising, and their counters. | Companies that advertise their own goods. | ads.example | commerce | commerce: inappropriate advertising | publicite |
//! | `tracking` | Tracking | Services that record what people do across sites. | A site's own statistics. | counter.example | commerce |  |  |
//! | `cryptocurrency` | Cryptocurrency | Exchanges, wallets, pools and promotion of cryptocurrencies. | Teaching about them. Mining without asking is cryptojacking. | an exchange for cryptocurrencies | commerce | commerce: financial scams | bitcoin |
//! | `financial` | Finance | Brokers, credit, insurance, comparison of prices of money. | Banks have a category of their own; debt advice is in none. | a broker of shares | commerce |  |  |
//! | `shopping` | Shopping | Shops, auctions, small advertisements. | Makers' pages without sale; shops for what has a category of its own. | a shop for furniture | commerce | commerce |  |
//! | `mobile-phone` | Mobile phones | Ringtones, wallpapers and services that are paid through the telephone bill. | Makers and networks. | a subscription to ringtones | commerce | commerce: inappropriate advertising |  |
//! | `dialer` | Diallers | Programs and pages that dial costly numbers. | Telephony over the internet. | a page that dials a premium number | commerce | commerce: financial scams |  |
//! | `chat` | Chat | Chat rooms, messengers, video chat with strangers. | A school's own platform: allow that by name. | a chat room for everybody | contact | contact: harmful online interaction with other users |  |
//! | `social-networks` | Social networks | Networks where people show themselves and follow others. | Professional pages of an organisation that happen to be there: allow those by address. | a network for photographs | contact | contact: harmful online interaction with other users | social_networks |
//! | `dating` | Dating | Services for finding partners. | Advice about relationships. Escorts are adult. | a dating service | contact | contact: adults posing as children or young adults |  |
//! | `forums` | Forums | Boards and groups where visitors write. | Comments below articles. | a board for owners of a make of car | contact | contact: harmful online interaction with other users |  |
//! | `blog` | Blogs | Diaries and the services that host them. | Magazines with editors. | diary.example | contact | contact |  |
//! | `webmail` | Webmail | Services for private e-mail. | The operator's own: allow that by name. | mail.example | contact | contact |  |
//! | `ai` | Artificial intelligence | Assistants, companions and generators that answer in free text or make pictures and sound. | Research and teaching about it. Generators of nude images are adult or intimate-image-abuse. | an assistant that answers questions | content | content: generative AI |  |
//! | `download` | Downloads | Collections of programs. | Makers' own pages; updates. | a collection of free programs | conduct |  |  |
//! | `filehosting` | File hosting | Places where anyone can put files and pass on the link. | The operator's own storage. | a service for sending large files | conduct |  |  |
//! | `shortener` | Short links | Services that make short links. | An organisation's own short links. | go.example/7 | none |  |  |
//! | `changed-owner` | Changed owners | Names that have lapsed and were bought for something else. | Sites that have moved. | a school's old name that now shows advertisements | content |  | reaffected |
//! | `webhosting` | Web hosting | Hosts of many small sites, where the pages and not the host should be judged. | Sites that rent a host of their own. | anybody.pages.example | none |  |  |
//! | `translation` | Translation | Services that translate texts or whole pages. | Dictionaries. A translator that is used as a proxy is proxy-avoidance. | a translator of texts | none |  |  |
//! | `update` | Updates | Servers from which programs fetch their updates. | Collections of programs. | updates.example | none |  |  |
//! | `certificates` | Certificates | Servers that say whether a certificate is still good. | Shops for certificates. | ocsp.example | none |  | verisign |
//! | `cleaning` | Computer care | Makers of protection, and tools that repair computers. | False protection is a scam. | a maker of a virus scanner | none |  |  |
//! | `audio-video` | Audio and video | Services for music, films and live streams. | Copied works are piracy. | a service for films | none |  |  |
//! | `bank` | Banks | Banks and building societies. | Copies of them are phishing. | a building society | none |  |  |
//! | `celebrity` | Celebrities | Pages and magazines about famous people. | News. | a fan page of a band | none |  |  |
//! | `child` | For children | Sites with stories, pictures and tasks for young children, with an editor. | Shops for toys. | a public broadcaster's pages for children | none |  |  |
//! | `cooking` | Cooking | Recipes, kitchens, nutrition. | Diets that harm are eating-disorders or health-misinformation. | a collection of recipes | none |  |  |
//! | `educational-games` | Learning games | Games with a purpose in teaching. | Games in general. | a spelling game | none |  | educational_games |
//! | `games` | Games | Games in the browser, platforms for games, their magazines. | Games for money are gambling; games that teach are educational-games. | a page of small games | none |  | games-demonstration |
//! | `jobsearch` | Jobs | Vacancies, agencies, advice on applications. | Offers that ask for money first are scams. | a board of vacancies | none |  |  |
//! | `manga` | Manga | Comics, cartoons and their fans. | Sexual comics are adult. | a library of comics | none |  |  |
//! | `press` | News | Newspapers, broadcasters, agencies. | Invented news is misinformation. | a local newspaper | none |  |  |
//! | `radio` | Radio | Stations and their programmes. | Music services are audio-video. | a local station | none |  |  |
//! | `religion` | Religious associations | Communities and associations of any religion. | Groups that bind by pressure are cults. | a parish | none |  | associations_religieuses |
//! | `sports` | Sports | Clubs, results, magazines of sport. | Bets are gambling. | a football club | none |  |  |
//!
//! # What the names of public lists become
//!
//! | Map | Name | Becomes |
//! |---|---|---|
//! | `ut1` | ads | advertising |
//! | `ut1` | aggressive | hate, violence |
//! | `ut1` | agressif | hate, violence |
//! | `ut1` | arjel | gambling |
//! | `ut1` | associations_religieuses | religion |
//! | `ut1` | bitcoin | cryptocurrency |
//! | `ut1` | dangerous_material | dangerous-material |
//! | `ut1` | drogue | drugs |
//! | `ut1` | educational_games | educational-games |
//! | `ut1` | fakenews | misinformation |
//! | `ut1` | marketingware | adware |
//! | `ut1` | mixed_adult | partly-adult |
//! | `ut1` | porn | adult |
//! | `ut1` | proxy | proxy-avoidance |
//! | `ut1` | publicite | advertising |
//! | `ut1` | reaffected | changed-owner |
//! | `ut1` | redirector | proxy-avoidance |
//! | `ut1` | sect | cults |
//! | `ut1` | sexual_education | sex-education |
//! | `ut1` | social_networks | social-networks |
//! | `ut1` | tricheur | cheating |
//! | `ut1` | verisign | certificates |
//! | `ut1` | violence | hate, violence |
//! | `ut1` | warez | piracy |
//! | `ut1` | examen_pix | left out: the sites that one French exam needs: of no use outside of it |
//! | `ut1` | exceptions_liste_bu | left out: exceptions to a list of French university libraries |
//! | `ut1` | global_usage | left out: the description of the folders: no list |
//! | `ut1` | liste_blanche | left out: a list of chosen sites of many kinds: to be allowed by name, if at all |
//! | `ut1` | liste_bu | left out: sites that French university libraries have chosen, of many kinds |
//! | `ut1` | special | left out: sites that the makers of the list set aside for themselves |
//! | `ut1` | strict_redirector | left out: holds redirector a second time, and picture searches, which safe_search restricts |
//! | `ut1` | strong_redirector | left out: holds redirector a second time, and single words in searches, which keyword rules do |
//! | `ut1` | tricheur_pix | left out: cheating in one French exam, together with ordinary tools for texts |
//! | `squidguard` | ads | advertising |
//! | `squidguard` | aggressive | hate, violence |
//! | `squidguard` | mail | webmail |
//! | `squidguard` | porn | adult |
//! | `squidguard` | proxy | proxy-avoidance |
//! | `squidguard` | redirector | proxy-avoidance |
//! | `squidguard` | spyware | malware |
//! | `squidguard` | warez | piracy |
//! | `squidguard` | suspect | left out: guesses of a robot that nobody has looked at |
//! | `shalla` | adv | advertising |
//! | `shalla` | aggressive | hate, violence |
//! | `shalla` | alcohol | alcohol-tobacco |
//! | `shalla` | anonvpn | proxy-avoidance, vpn |
//! | `shalla` | costtraps | scam |
//! | `shalla` | downloads | download |
//! | `shalla` | dynamic | dynamic-dns |
//! | `shalla` | finance/banking | bank |
//! | `shalla` | finance/insurance | financial |
//! | `shalla` | finance/moneylending | financial |
//! | `shalla` | finance/other | financial |
//! | `shalla` | finance/realestate | financial |
//! | `shalla` | finance/trading | financial |
//! | `shalla` | fortunetelling | astrology |
//! | `shalla` | forum | forums |
//! | `shalla` | gamble | gambling |
//! | `shalla` | hobby/cooking | cooking |
//! | `shalla` | hobby/games-misc | games |
//! | `shalla` | hobby/games-online | games |
//! | `shalla` | models | lingerie |
//! | `shalla` | movies | audio-video |
//! | `shalla` | music | audio-video |
//! | `shalla` | news | press |
//! | `shalla` | podcasts | audio-video |
//! | `shalla` | porn | adult |
//! | `shalla` | radiotv | radio |
//! | `shalla` | recreation/sports | sports |
//! | `shalla` | redirector | proxy-avoidance |
//! | `shalla` | remotecontrol | remote-control |
//! | `shalla` | ringtones | mobile-phone |
//! | `shalla` | sex/education | sex-education |
//! | `shalla` | sex/lingerie | lingerie |
//! | `shalla` | socialnet | social-networks |
//! | `shalla` | spyware | malware |
//! | `shalla` | tracker | tracking |
//! | `shalla` | updatesites | update |
//! | `shalla` | urlshortener | shortener |
//! | `shalla` | warez | piracy |
//! | `shalla` | webradio | radio |
//! | `shalla` | webtv | audio-video |
//! | `shalla` | automobile | left out: cars: no risk, and no category of ours |
//! | `shalla` | education | left out: schools: no risk, and no category of ours |
//! | `shalla` | government | left out: authorities: no risk, and no category of ours |
//! | `shalla` | homestyle | left out: furniture: no risk, and no category of ours |
//! | `shalla` | hospitals | left out: hospitals: no risk, and no category of ours |
//! | `shalla` | imagehosting | left out: hosts of pictures, whose pages and not whose hosts should be judged |
//! | `shalla` | isp | left out: providers: no risk, and no category of ours |
//! | `shalla` | library | left out: libraries: no risk, and no category of ours |
//! | `shalla` | military | left out: armed forces: no risk, and no category of ours |
//! | `shalla` | politics | left out: parties: no filter's business |
//! | `shalla` | science | left out: science: no risk, and no category of ours |
//! | `shalla` | searchengines | left out: search engines: search_engines restricts them |
//! | `shalla` | webphone | left out: telephony: no category of ours |
//! | `blocklistproject` | ads | advertising |
//! | `blocklistproject` | aicharacter | ai |
//! | `blocklistproject` | crypto | cryptojacking |
//! | `blocklistproject` | facebook | social-networks |
//! | `blocklistproject` | fortnite | games |
//! | `blocklistproject` | porn | adult |
//! | `blocklistproject` | ransomware | malware |
//! | `blocklistproject` | tiktok | social-networks |
//! | `blocklistproject` | twitter | social-networks |
//! | `blocklistproject` | vaping | alcohol-tobacco |
//! | `blocklistproject` | whatsapp | chat |
//! | `blocklistproject` | youtube | audio-video |
//! | `blocklistproject` | abuse | left out: addresses from which other machines were attacked, for many reasons |
//! | `blocklistproject` | adobe | left out: one maker's checks of licences |
//! | `blocklistproject` | basic | left out: a mixture of the other files |
//! | `blocklistproject` | everything | left out: all the other files together |
//! | `blocklistproject` | redirect | left out: counters and redirects without which ordinary pages break |
//! | `blocklistproject` | smart-tv | left out: what televisions report: nothing that a person visits |
//! | `shadowwhisperer` | ads | advertising |
//! | `shadowwhisperer` | bitcoin | cryptocurrency |
//! | `shadowwhisperer` | dns | doh |
//! | `shadowwhisperer` | dynamic | dynamic-dns |
//! | `shadowwhisperer` | free | webhosting |
//! | `shadowwhisperer` | marketing | advertising |
//! | `shadowwhisperer` | pirate | piracy |
//! | `shadowwhisperer` | remote | remote-control |
//! | `shadowwhisperer` | shock | tasteless |
//! | `shadowwhisperer` | tunnels | proxy-avoidance, vpn |
//! | `shadowwhisperer` | urlshortener | shortener |
//! | `shadowwhisperer` | wild_ads | advertising |
//! | `shadowwhisperer` | wild_chat | chat |
//! | `shadowwhisperer` | wild_tracking | tracking |
//! | `shadowwhisperer` | wild_tunnel | proxy-avoidance, vpn |
//! | `shadowwhisperer` | apple | left out: one maker's services |
//! | `shadowwhisperer` | bloat | left out: what devices report: nothing that a person visits |
//! | `shadowwhisperer` | fonts | left out: fonts, without which ordinary pages break |
//! | `shadowwhisperer` | junk | left out: of no category: what the maker of the list finds useless |
//! | `shadowwhisperer` | marketing-email | left out: counters in letters: nothing that a person visits |
//! | `shadowwhisperer` | microsoft | left out: one maker's services |
//! | `shadowwhisperer` | risk | left out: suspicions of many kinds |
//! | `shadowwhisperer` | suspicious | left out: suspicions of many kinds |
//! | `shadowwhisperer` | top_level | left out: whole ends of names, such as a country's |
//! | `shadowwhisperer` | typo | left out: misspellings of well-known names, harmful or not |
