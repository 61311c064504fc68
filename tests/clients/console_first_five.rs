//! From the first start to "my browser is filtered, and I have seen a blocked page", by the steps that the README writes: the program with
//! its sample settings, and Chromium in the place of the person (issue 7: under five minutes).

use crate::console_support::real;
use std::path::Path;
use std::time::{Duration, Instant};

/// The numbered steps of the README.
fn steps(readme: &str) -> Vec<String> {
    let part = readme.split("a filtered browser in five steps").nth(1).unwrap().split("```").next().unwrap();
    (1..10).map_while(|number| Some(part.split_once(&format!("\n{number}. "))?.1.split("\n").next()?.to_owned())).collect()
}

/// What stands between these marks for the `at`th time.
fn marked(text: &str, mark: char, at: usize) -> &str {
    text.split(mark).nth(2 * at + 1).unwrap_or_else(|| panic!("{mark} {at}: {text}"))
}

#[test]
fn the_steps_of_the_readme_lead_to_a_blocked_page_in_less_than_five_minutes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let steps = steps(&readme);
    assert_eq!(steps.len(), 5, "{steps:?}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lifeguard.toml");
    let sample = std::fs::read_to_string(root.join("config/lifeguard.toml")).unwrap();
    // The addresses that the README names are those of the sample settings; a test takes what is free.
    let setup = marked(&steps[0], '`', 1).strip_prefix("http://127.0.0.1:8642").unwrap();
    let proxy = marked(&steps[4], '`', 0);
    assert!(sample.contains(&format!("listen = [\"{proxy}\"]")) && sample.contains("listen = \"127.0.0.1:8642\""));
    std::fs::write(&path, sample.replace(proxy, "127.0.0.1:0").replace("127.0.0.1:8642", "127.0.0.1:0")).unwrap();
    let begun = Instant::now();
    let running = real::start(&path);
    let started = begun.elapsed();
    assert!(!running.secret.is_empty(), "it prints a secret");
    let own = [&running.proxy.to_string(), marked(&steps[4], '`', 1), setup, marked(&steps[1], '"', 0), marked(&steps[3], '"', 0)];
    let Some(said) = real::journey("first_five.py", &running, &own) else { return };
    let took: Vec<f64> = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(took.len(), steps.len(), "every step was taken");
    println!("started after {started:?}");
    steps.iter().zip(&took).for_each(|(step, took)| println!("{took:5.1} s  {step}"));
    println!("{} steps, {:?} without the person", steps.len(), begun.elapsed());
    // A person needs a minute for the form and one for the app: three are left for the program.
    assert!(begun.elapsed() < Duration::from_secs(180));
}
