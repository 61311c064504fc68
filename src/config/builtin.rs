//! What comes with the program: the sample settings, the presets, the starter lists. So `run` needs no files at all.

/// The sample settings, which are in force when there is no file.
pub const SAMPLE: &str = include_str!("../../config/lifeguard.toml");

/// The presets, by name.
pub(super) const PRESETS: &[(&str, &str)] = &[
    ("primary", include_str!("../../config/presets/primary.toml")),
    ("secondary", include_str!("../../config/presets/secondary.toml")),
    ("staff", include_str!("../../config/presets/staff.toml")),
    ("library-child", include_str!("../../config/presets/library-child.toml")),
    ("library-adult", include_str!("../../config/presets/library-adult.toml")),
    ("youth-club", include_str!("../../config/presets/youth-club.toml")),
    ("care-home", include_str!("../../config/presets/care-home.toml")),
    ("public-wifi", include_str!("../../config/presets/public-wifi.toml")),
];

/// The names of the presets.
pub fn presets() -> impl Iterator<Item = &'static str> + Clone {
    PRESETS.iter().map(|(name, _)| *name)
}

const LISTS: &[(&str, &str)] = &[
    ("statutory-demonstration", include_str!("../../blocklists/statutory-demonstration.txt")),
    ("adult-demonstration", include_str!("../../blocklists/adult-demonstration.txt")),
    ("gambling-demonstration", include_str!("../../blocklists/gambling-demonstration.txt")),
    ("games-demonstration", include_str!("../../blocklists/games-demonstration.txt")),
    ("proxy-avoidance", include_str!("../../blocklists/proxy-avoidance.txt")),
    ("doh", include_str!("../../blocklists/doh.txt")),
];

/// The text of a starter list, by the name behind `builtin:`.
#[must_use]
pub fn builtin_list(name: &str) -> Option<&'static str> {
    LISTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of the starter lists.
pub fn builtin_lists() -> impl Iterator<Item = &'static str> + Clone {
    LISTS.iter().map(|(name, _)| *name)
}
