//! Replays the fuzz corpora: what a fuzz target once read must stay readable without a panic. Looks for nothing new; that is
//! what `make fuzz` does.

use std::fs;
use std::path::Path;

#[test]
fn every_kept_input_passes_its_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, target) in crate::targets::TARGETS {
        let files: Vec<_> = fs::read_dir(corpus.join(name)).expect(name).flatten().map(|file| file.path()).collect();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            println!("{name} {}", file.display());
            target(&fs::read(&file).expect("a file of the corpus"));
        }
    }
}

#[test]
fn every_target_is_built_and_every_built_target_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/fuzz_targets");
    let mut built: Vec<String> =
        fs::read_dir(folder).expect("targets").flatten().map(|file| file.file_name().to_string_lossy().replace(".rs", "")).collect();
    let mut known: Vec<String> = crate::targets::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    built.sort();
    known.sort();
    assert_eq!(built, known);
}
