//! Evidence for boards from the running system: agreements with those who accepted them, and the settings of keeping in force.

use super::App;
use crate::admin::{AgreementSight, EvidenceWorks, GroupKept, KeepingSight, KeptFor};
use crate::config::{Config, HandingOut, Reveal};
use crate::model::GroupId;
use crate::policy::Agreement;
use crate::record::retention::Class;

fn kept(config: &Config) -> Vec<KeptFor> {
    let of_log = Class::ALL.into_iter().zip(config.log.retention.spans);
    let mut kept: Vec<_> =
        of_log.map(|(class, span)| KeptFor { class: class.code(), keep: span.keep, at_most: Some(span.at_most) }).collect();
    kept.push(KeptFor { class: "console_incidents", keep: config.incidents.keep, at_most: None });
    kept
}

fn groups(config: &Config) -> Vec<GroupKept> {
    let own = &config.log.retention.groups;
    let kept = |group: &crate::policy::Group| GroupKept {
        name: group.name.to_string(),
        group: group.title.to_string(),
        detail: group.log.code(),
        keep: own.get(&*group.name).copied(),
    };
    config.policy.groups.iter().map(kept).collect()
}

impl EvidenceWorks for App {
    fn agreements(&self) -> Vec<AgreementSight> {
        let config = self.feeding.settings().1;
        let all = (0..u16::MAX).map(GroupId).zip(&config.policy.groups).map(|(id, group)| (group, Agreement::of(&config.policy, id)));
        let sight = |(group, agreement): (&crate::policy::Group, Agreement)| AgreementSight {
            name: group.name.to_string(),
            group: agreement.title.to_string(),
            clauses: agreement.clauses.len(),
            needed: agreement.needed,
            accepted: self.proxy.agreed.count(&agreement.version),
        };
        all.map(sight).collect()
    }

    fn handing_out(&self) -> HandingOut {
        self.feeding.settings().1.admin.handing_out.clone()
    }

    fn keeping(&self) -> KeepingSight {
        let config = self.feeding.settings().1;
        KeepingSight {
            node: config.site.node.clone(),
            kept: kept(&config),
            reason: config.log.retention.reason.clone(),
            groups: groups(&config),
            encrypted: !config.log.encrypt_to.is_empty(),
            heads_copied: !config.log.heads_copy.as_os_str().is_empty(),
            recipients: config.mail.iter().flat_map(|mail| mail.recipients.keys().map(ToString::to_string)).collect(),
            two: config.admin.reveal == Reveal::Two,
            notice: config.notice.iter().map(ToString::to_string).collect(),
        }
    }
}
