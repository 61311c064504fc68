//! Settings: any text is checked to its end and every fault can be shown; nothing that was checked may fail later.

use lifeguard::config::{ListFiles, MemoryFiles, Written, check_text};

/// A text of settings.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let files = MemoryFiles(vec![("list.txt".into(), b"example.test\n".to_vec()), ("folder/".into(), Vec::new())]);
    let written = Written { name: "lifeguard.toml", text: &text, environment: &[], files: &files, list_files: ListFiles::Needed };
    if let Err(faults) = check_text(&written) {
        assert!(!faults.is_empty(), "refused without a fault");
        assert!(faults.render(false).contains("lifeguard.toml") && faults.lines().len() == faults.len(), "{}", faults.render(false));
    }
}
