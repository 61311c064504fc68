//! What each action is, for people: the sheet of roles says it.

use super::roles::Action;

/// Each action, and the key of its words.
const WORDS: &[(Action, &str)] = &[
    (Action::SeeStatus, "may.see_status"),
    (Action::SetUp, "may.set_up"),
    (Action::SignIn, "may.sign_in"),
    (Action::Enrol, "may.enrol"),
    (Action::OwnAccount, "may.own_account"),
    (Action::SeeDashboard, "may.see_dashboard"),
    (Action::AskWhy, "may.ask_why"),
    (Action::ManageAccounts, "may.manage_accounts"),
    (Action::SearchLog, "may.search_log"),
    (Action::RevealName, "may.reveal_name"),
    (Action::ExportLog, "may.export_log"),
    (Action::ReadAudit, "may.read_audit"),
    (Action::CloseAtOnce, "may.close_at_once"),
    (Action::RunSuites, "may.run_suites"),
    (Action::SeeLists, "may.see_lists"),
    (Action::ChangeLists, "may.change_lists"),
    (Action::SeeHosts, "may.see_hosts"),
    (Action::CategoriseHosts, "may.categorise_hosts"),
    (Action::SeeExceptions, "may.see_exceptions"),
    (Action::MakeExceptions, "may.make_exceptions"),
    (Action::SeeSites, "may.see_sites"),
    (Action::ReadPlan, "may.read_plan"),
    (Action::ReadPolicy, "may.read_policy"),
    (Action::ChangePolicy, "may.change_policy"),
    (Action::ApprovePolicy, "may.approve_policy"),
    (Action::AnswerQueue, "may.answer_queue"),
    (Action::AnswerWorries, "may.answer_worries"),
    (Action::ReadOpinions, "may.read_opinions"),
    (Action::AnswerOpinions, "may.answer_opinions"),
    (Action::ReadIncidents, "may.read_incidents"),
    (Action::KeepIncidents, "may.keep_incidents"),
    (Action::SeeIllegal, "may.see_illegal"),
    (Action::BoardFigures, "may.board_figures"),
    (Action::SeeAlerts, "may.see_alerts"),
    (Action::TakeAlerts, "may.take_alerts"),
    (Action::SeeDuties, "may.see_duties"),
    (Action::SetDuties, "may.set_duties"),
    (Action::Disclose, "may.disclose"),
    (Action::ReleaseDisclosure, "may.release_disclosure"),
    (Action::SeeReviews, "may.see_reviews"),
    (Action::HoldReview, "may.hold_review"),
    (Action::SeeFigures, "may.see_figures"),
    (Action::SeeSettings, "may.see_settings"),
    (Action::SeeHelp, "may.see_help"),
    (Action::SeeEvidence, "may.see_evidence"),
    (Action::StateEvidence, "may.state_evidence"),
    (Action::SeeJobs, "may.see_jobs"),
    (Action::KeepRooms, "may.keep_rooms"),
    (Action::LetConsortium, "may.let_consortium"),
];

/// The key of its words; one that has none yet is shown by its word.
pub(super) fn key_of(action: Action) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == action).map_or(action.word(), |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_words() {
        for action in Action::ALL {
            assert!(key_of(action).starts_with("may."), "no words for {}: add a line here and in words/help.*.txt", action.word());
        }
    }
}
