//! Questions that people type, answered by the same judgement that the proxy makes.
//!
//! An https address is answered as the proxy sees it: page by page where the group opens it, else as a tunnel to its host; what
//! the page itself would get is then told beside it (product promise 6). Must never show an entry of a statutory list.

use super::report::{AnswerSight, Explanation, SeenAs, Sight};
use super::{Engine, Judgement};
use crate::canon::{CanonicalUrl, RawTarget, Scheme, Unreadable, canonicalise};
use crate::lists::ListKind;
use crate::model::{GroupId, IdentitySource, Reason, Subject, Timestamp, VerdictKind};
use crate::policy::{Acts, Ask, Decision, Grounds, Step, Used, entry_text};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Would this group get this address?
#[derive(Clone, Debug)]
pub struct Question {
    /// The group; without one, the group of the client's address, else the strictest.
    pub group: Option<GroupId>,
    /// A group of the site where the client is, in place of the site that its address says.
    pub near: Option<GroupId>,
    /// The client's address.
    pub client: Option<IpAddr>,
    /// The person.
    pub user: Option<Arc<str>>,
    /// The address as a person writes it; `http://` may be missing.
    pub address: String,
    /// Method.
    pub method: String,
    /// Type of the answer, if that is asked about.
    pub answer_type: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What people have decided for a while.
    pub acts: Arc<Acts>,
    /// What whoever asks has used of that day.
    pub used: Arc<Used>,
    /// Is this host a search engine? Those are opened for a group that opens selected hosts.
    pub is_search_engine: fn(&str) -> bool,
}

/// The question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    /// The address cannot be read, and so the proxy would refuse it.
    #[error("the address cannot be read, so it would be refused: {0}")]
    Unreadable(#[from] Unreadable),
}

/// What was asked, read.
struct Read {
    subject: Subject,
    /// As typed.
    whole: CanonicalUrl,
    /// As the proxy sees it, where that is less.
    tunnel: Option<CanonicalUrl>,
}

impl Engine {
    /// Answers a question in steps.
    ///
    /// # Errors
    /// [`QuestionFault`] when the address cannot be read.
    pub fn explain(&self, question: &Question) -> Result<Explanation, QuestionFault> {
        let read = self.read(question)?;
        let ask = |url| Ask {
            subject: &read.subject,
            url,
            method: question.method.as_bytes(),
            now: question.at,
            warned: false,
            acts: &question.acts,
            used: &question.used,
        };
        let whole = || self.judge_in_steps(&ask(&read.whole));
        let Some(tunnel) = &read.tunnel else {
            let (judgement, steps) = whole();
            return Ok(self.report(question, &read, (self.sight(read.subject.group, &judgement, &read.whole), judgement, steps), None));
        };
        let (judgement, steps) = self.judge_in_steps(&Ask { method: b"CONNECT", ..ask(tunnel) });
        let searches = (question.is_search_engine)(tunnel.host());
        if matches!(judgement.decision, Decision::Allow(_)) && self.policy.opens(read.subject.group, tunnel, &judgement.hits, searches) {
            let (judgement, steps) = whole();
            let sight = Sight { seen_as: SeenAs::Opened, ..self.sight(read.subject.group, &judgement, &read.whole) };
            return Ok(self.report(question, &read, (sight, judgement, steps), None));
        }
        let sight = self.sight(read.subject.group, &judgement, tunnel);
        let visible = Some(self.sight(read.subject.group, &whole().0, &read.whole))
            .filter(|visible| visible.reason != sight.reason || visible.layer != sight.layer);
        Ok(self.report(question, &read, (sight, judgement, steps), visible))
    }

    fn read(&self, question: &Question) -> Result<Read, QuestionFault> {
        let typed = question.address.trim();
        let absolute = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
        let whole = canonicalise(RawTarget::Absolute(absolute.as_bytes()), &self.wrappers)?;
        let tunnel = match whole.scheme() {
            Scheme::Https | Scheme::Wss => Some(self.tunnel_to(&whole)?),
            Scheme::Http | Scheme::Ws | Scheme::Tunnel => None,
        };
        Ok(Read { subject: self.subject(question), whole, tunnel })
    }

    fn tunnel_to(&self, url: &CanonicalUrl) -> Result<CanonicalUrl, Unreadable> {
        let host = url.host();
        let authority = if host.contains(':') { format!("[{host}]:{}", url.port()) } else { format!("{host}:{}", url.port()) };
        canonicalise(RawTarget::Authority(authority.as_bytes()), &self.wrappers)
    }

    fn subject(&self, question: &Question) -> Subject {
        let client = question.client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let (group, source) = match (question.group, question.client) {
            (Some(group), _) => (group, IdentitySource::Unknown),
            (None, Some(client)) => self.policy.group_for(client, question.near),
            (None, None) => (question.near.unwrap_or(self.policy.rules().strictest), IdentitySource::Unknown),
        };
        let peer = SocketAddr::new(client, 0);
        let mut subject = Subject { peer, asserted: None, group, source, user: question.user.clone(), device: None };
        self.policy.seat(&mut subject, &question.acts, question.at);
        subject
    }

    fn report(&self, question: &Question, read: &Read, judged: (Sight, Judgement, Vec<Step>), if_visible: Option<Sight>) -> Explanation {
        let (sight, judgement, steps) = judged;
        let listed = [Some(&sight), if_visible.as_ref()].into_iter().flatten().any(|sight| sight.reason == Reason::Statutory);
        let hits = judgement.hits;
        let seen_as = sight.seen_as;
        Explanation {
            address: (!listed).then(|| read.whole.to_text()),
            method: question.method.clone(),
            group: self.policy.group_name(read.subject.group).to_string(),
            site: self.policy.site(read.subject.group).map(|site| site.name.to_string()),
            identity: question.group.is_none().then_some(read.subject.source),
            at: question.at.to_string(),
            coverage_gap: sight.seen_as == SeenAs::Tunnel && (hits.statutory_urls_on_host || hits.urls_on_host),
            leads_to: matches!(judgement.decision, Decision::Allow(_) | Decision::Warn(_))
                .then(|| self.policy.leads_to(read.subject.group, read.whole.host()))
                .flatten(),
            sight,
            if_visible,
            list_version: self.list_version().to_string(),
            policy_version: self.policy.version().to_string(),
            generation: self.generation.0,
            answer: question
                .answer_type
                .as_deref()
                .map(|answer_type| self.answer(read.subject.group, answer_type, (judgement.decision.evidence().grounds(), seen_as))),
            demonstration: self.lists.is_demonstration(),
            steps,
        }
    }

    /// What becomes of an answer of this type, once the request may leave.
    fn answer(&self, group: GroupId, answer_type: &str, (grounds, seen_as): (Grounds, SeenAs)) -> AnswerSight {
        let told = |open: bool, words: String| AnswerSight { answer_type: answer_type.to_owned(), open, words };
        if grounds.reason.kind() != VerdictKind::Allow {
            return told(false, "The request does not leave, so that there is no answer.".to_owned());
        }
        if seen_as == SeenAs::Tunnel {
            return told(true, "https hides what kind of file it is.".to_owned());
        }
        match self.policy.files(group, grounds).and_then(|limits| limits.media_type(answer_type)) {
            Some(refused) => told(false, format!("{} ({})", Reason::TypeRefused.words(), refused.note)),
            None => told(true, "Nothing stands against this type. The first bytes and the length are looked at when they come.".to_owned()),
        }
    }

    fn sight(&self, group: GroupId, judgement: &Judgement, url: &CanonicalUrl) -> Sight {
        let evidence = judgement.decision.evidence();
        let list = evidence.matched.and_then(|matched| self.list(matched.list));
        let shown = evidence.matched.filter(|_| evidence.reason != Reason::Statutory && list.is_some_and(|l| l.kind == ListKind::Category));
        let category = evidence.category.map(|id| self.policy.category_name(id).to_owned());
        let refused = matches!(evidence.reason.kind(), VerdictKind::Block | VerdictKind::Warn);
        let names = judgement.hits.categories.iter().map(|id| self.policy.category_name(id).to_owned());
        Sight {
            seen_as: if url.scheme() == Scheme::Tunnel { SeenAs::Tunnel } else { SeenAs::Address },
            verdict: evidence.reason.kind(),
            reason: evidence.reason,
            words: evidence.reason.words(),
            layer: evidence.layer.to_string(),
            category_title: category.as_deref().map(|name| self.policy.category_title(name).to_owned()),
            category_kept_back: refused && evidence.category.is_some_and(|id| !self.policy.says_category(group, id)),
            category,
            list: list.map(|list| list.name.to_string()),
            entry: shown.and_then(|matched| entry_text(&matched, url)),
            categories: names.collect(),
        }
    }
}
