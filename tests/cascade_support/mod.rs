//! Settings and lists for the tests of the cascade: every known category is a list with one host, `NAME.example.test`.
#![allow(dead_code, reason = "each test binary uses its part")]

use lifeguard::canon::Wrappers;
use lifeguard::config::{Faults, Files, ListFiles, Loaded, RealFiles, Written, builtin_list, check_text};
use lifeguard::engine::{Engine, Explanation, Question};
use lifeguard::feeds;
use lifeguard::model::{Generation, Timestamp};
use lifeguard::policy::{Acts, PolicySet, Used};
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn check(text: &str, files: &dyn Files) -> Result<Loaded, Faults> {
    check_text(&Written { name: "t.toml", text, environment: &[], files, list_files: ListFiles::Needed })
}

/// The faults of settings that have some.
pub(crate) fn faults(text: &str, files: &dyn Files) -> Faults {
    check(text, files).expect_err(text)
}

/// Settings without a fault.
pub(crate) fn loaded(text: &str, files: &dyn Files) -> Loaded {
    check(text, files).unwrap_or_else(|faults| panic!("{}", faults.render(false)))
}

/// The host that stands for a category.
pub(crate) fn host(category: &str) -> String {
    format!("{}.example.test", category.replace('_', "--"))
}

/// Every category that the program knows.
pub(crate) fn categories() -> Vec<String> {
    let words = loaded("[[group]]\nname = 'all'\n", &RealFiles).config.policy.category_words;
    words.keys().map(ToString::to_string).filter(|name| name != "statutory").collect()
}

/// Settings -> engine, with a list for every category. `{folder}` in the text stands for the folder.
pub(crate) fn engine(text: &str, folder: &Path) -> Engine {
    let place = folder.to_str().unwrap();
    for category in categories() {
        let below = folder.join("ut1").join(&category);
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join("domains"), host(&category) + "\n").unwrap();
    }
    fs::write(folder.join("illegal.txt"), "illegal.example.test\n").unwrap();
    let text = format!(
        "[lists]\nfolder = '{place}/lists'\n\
         [[lists.source]]\nname = 'illegal'\nkind = 'statutory'\nformat = 'lines'\npath = '{place}/illegal.txt'\n\
         [[lists.source]]\nname = 'ut1'\nformat = 'ut1'\npath = '{place}/ut1'\n{}",
        text.replace("{folder}", place)
    );
    let config = loaded(&text, &RealFiles).config;
    let image = feeds::load(&config.lists, builtin_list, true).unwrap().image;
    let policy = PolicySet::build(config.policy, &image).unwrap();
    Engine::new(Arc::clone(&image), policy, Generation(1), Wrappers::built_in())
}

/// What would happen to a person of this group at this moment.
pub(crate) fn explain(engine: &Engine, who: (&str, Option<&str>), address: &str, seconds: i64) -> Explanation {
    explain_under(engine, who, (address, seconds), (&Arc::default(), &Arc::default()))
}

/// The same, with what people have decided for a while and with what was used of the day.
pub(crate) fn explain_under(
    engine: &Engine,
    (group, user): (&str, Option<&str>),
    (address, seconds): (&str, i64),
    (acts, used): (&Arc<Acts>, &Arc<Used>),
) -> Explanation {
    let question = Question {
        answer_type: None,
        group: engine.policy.group_named(group),
        near: None,
        client: None,
        user: user.map(Arc::from),
        address: address.into(),
        method: "GET".into(),
        at: Timestamp::from_seconds(seconds),
        acts: Arc::clone(acts),
        used: Arc::clone(used),
        is_search_engine: |_| false,
    };
    engine.explain(&question).unwrap()
}
