//! What a file is by its first bytes, for the few families whose declared type must not be believed: programs, archives, films, sound.
//!
//! Must never hold an answer up for more bytes than it takes to tell: what can be none of these is told at its first byte.

/// One kind of file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileKind {
    /// For people.
    pub name: &'static str,
    /// Types under which it goes.
    pub types: &'static [&'static str],
    /// Endings of names under which it goes.
    pub extensions: &'static [&'static str],
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// It is this.
    Kind(&'static FileKind),
    /// It is none of those that are known.
    Nothing,
    /// It could be one: more bytes will tell.
    More,
}

macro_rules! kinds {
    ($($name:ident = $words:literal, [$($type:literal),*], [$($extension:literal),*];)+) => {
        $(const $name: FileKind = FileKind { name: $words, types: &[$($type),*], extensions: &[$($extension),*] };)+
    };
}

kinds! {
    WINDOWS = "a program for Windows",
        ["application/x-msdownload", "application/vnd.microsoft.portable-executable", "application/x-dosexec", "application/x-msdos-program", "application/x-executable"],
        ["exe", "dll", "scr", "com", "sys", "cpl", "ocx"];
    ELF = "a program for Linux", ["application/x-executable", "application/x-elf", "application/x-sharedlib", "application/x-pie-executable"], ["elf", "so"];
    MACH = "a program for macOS", ["application/x-mach-binary", "application/x-executable"], ["dylib"];
    ZIP = "a ZIP archive", ["application/zip", "application/x-zip-compressed", "application/x-zip"], ["zip"];
    JAVA = "a package for Android or Java",
        ["application/vnd.android.package-archive", "application/java-archive", "application/x-java-archive"], ["apk", "jar"];
    GZIP = "a gzip archive", ["application/gzip", "application/x-gzip"], ["gz", "tgz", "tar.gz"];
    BZIP2 = "a bzip2 archive", ["application/x-bzip2", "application/x-bzip"], ["bz2", "tar.bz2"];
    XZ = "an xz archive", ["application/x-xz"], ["xz", "tar.xz"];
    SEVEN = "a 7z archive", ["application/x-7z-compressed"], ["7z"];
    RAR = "a RAR archive", ["application/vnd.rar", "application/x-rar-compressed", "application/x-rar"], ["rar"];
    CABINET = "a cabinet archive", ["application/vnd.ms-cab-compressed"], ["cab"];
    DEBIAN = "a package for Debian", ["application/vnd.debian.binary-package", "application/x-debian-package"], ["deb"];
    RPM = "an RPM package", ["application/x-rpm", "application/x-redhat-package-manager"], ["rpm"];
    MP4 = "a film (MP4)", ["video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp"], ["mp4", "m4v", "mov", "3gp"];
    M4A = "sound (MP4)", ["audio/mp4", "audio/x-m4a"], ["m4a", "m4b"];
    MATROSKA = "a film (Matroska, WebM)", ["video/webm", "video/x-matroska"], ["webm", "mkv"];
    AVI = "a film (AVI)", ["video/x-msvideo", "video/avi"], ["avi"];
    FLASH = "a film (Flash)", ["video/x-flv"], ["flv"];
    MPEG = "a film (MPEG)", ["video/mpeg"], ["mpg", "mpeg", "vob"];
    THEORA = "a film (Ogg)", ["video/ogg", "application/ogg"], ["ogv", "ogg"];
    OGG = "sound (Ogg)", ["audio/ogg", "application/ogg"], ["oga", "ogg", "opus"];
    MP3 = "sound (MP3)", ["audio/mpeg", "audio/mp3"], ["mp3"];
    FLAC = "sound (FLAC)", ["audio/flac", "audio/x-flac"], ["flac"];
    WAVE = "sound (WAVE)", ["audio/wav", "audio/x-wav", "audio/vnd.wave"], ["wav"];
}

/// What tells by its very first bytes alone.
const PLAIN: &[(&[u8], &FileKind)] = &[
    (b"MZ", &WINDOWS),
    (b"\x7fELF", &ELF),
    (b"\xfe\xed\xfa\xce", &MACH),
    (b"\xfe\xed\xfa\xcf", &MACH),
    (b"\xce\xfa\xed\xfe", &MACH),
    (b"\xcf\xfa\xed\xfe", &MACH),
    (b"\x1f\x8b\x08", &GZIP),
    (b"BZh", &BZIP2),
    (b"\xfd7zXZ\0", &XZ),
    (b"7z\xbc\xaf\x27\x1c", &SEVEN),
    (b"Rar!\x1a\x07", &RAR),
    (b"MSCF\0\0\0\0", &CABINET),
    (b"!<arch>\ndebian", &DEBIAN),
    (b"\xed\xab\xee\xdb", &RPM),
    (b"\x1a\x45\xdf\xa3", &MATROSKA),
    (b"FLV\x01", &FLASH),
    (b"\0\0\x01\xba", &MPEG),
    (b"ID3", &MP3),
    (b"\xff\xfb", &MP3),
    (b"\xff\xf3", &MP3),
    (b"\xff\xf2", &MP3),
    (b"fLaC", &FLAC),
];

/// Names with which the first entry of an Office document, an OpenDocument or an e-book begins: archives that nobody means by the word.
const DOCUMENTS: &[&[u8]] = &[b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype"];
/// The same of a package for Android or Java.
const PACKAGES: &[&[u8]] = &[b"AndroidManifest.xml", b"META-INF/", b"classes.dex"];
/// Brands of ISO media that are pictures.
const PICTURES: &[&[u8]] = &[b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"];
const ZIP_NAME_AT: usize = 30;
const OGG_CODEC: usize = 40;

/// Looks at the first bytes of a file.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Sniffed {
    if let Some((_, kind)) = PLAIN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Sniffed::Kind(kind);
    }
    for (magic, look) in [(&b"PK\x03\x04"[..], zip as fn(&[u8]) -> Sniffed), (b"RIFF", riff), (b"OggS", ogg)] {
        if bytes.starts_with(magic) {
            return look(bytes);
        }
        if magic.starts_with(bytes) {
            return Sniffed::More;
        }
    }
    match iso_media(bytes) {
        Sniffed::Nothing if PLAIN.iter().any(|(magic, _)| magic.starts_with(bytes)) => Sniffed::More,
        told @ (Sniffed::Kind(_) | Sniffed::Nothing | Sniffed::More) => told,
    }
}

/// The name of the first entry tells a document or a package from an archive.
fn zip(bytes: &[u8]) -> Sniffed {
    let Some(length) = bytes.get(26..28) else { return Sniffed::More };
    let length = usize::from(u16::from_le_bytes([length[0], length[1]])).min(DOCUMENTS[0].len());
    let Some(name) = bytes.get(ZIP_NAME_AT..ZIP_NAME_AT + length) else { return Sniffed::More };
    if DOCUMENTS.iter().any(|known| name.starts_with(known)) {
        return Sniffed::Nothing;
    }
    Sniffed::Kind(if PACKAGES.iter().any(|known| name.starts_with(known)) { &JAVA } else { &ZIP })
}

fn riff(bytes: &[u8]) -> Sniffed {
    match bytes.get(8..12) {
        None => Sniffed::More,
        Some(b"AVI ") => Sniffed::Kind(&AVI),
        Some(b"WAVE") => Sniffed::Kind(&WAVE),
        Some(_) => Sniffed::Nothing,
    }
}

/// The first page names its codec.
fn ogg(bytes: &[u8]) -> Sniffed {
    let Some(page) = bytes.get(..OGG_CODEC) else { return Sniffed::More };
    Sniffed::Kind(if memchr::memmem::find(page, b"theora").is_some() { &THEORA } else { &OGG })
}

/// ISO base media (MP4 and its kin): a box of less than 64 KB with the name `ftyp`, then the brand.
fn iso_media(bytes: &[u8]) -> Sniffed {
    let begins = bytes.iter().take(2).all(|byte| *byte == 0);
    match (bytes.get(4..8), bytes.get(8..12)) {
        _ if !begins => Sniffed::Nothing,
        (Some(b"ftyp"), None) | (None, _) => Sniffed::More,
        (Some(b"ftyp"), Some(brand)) if PICTURES.contains(&brand) => Sniffed::Nothing,
        (Some(b"ftyp"), Some(b"M4A " | b"M4B ")) => Sniffed::Kind(&M4A),
        (Some(b"ftyp"), Some(_)) => Sniffed::Kind(&MP4),
        (Some(_), _) => Sniffed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_with(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(name.as_bytes());
        bytes
    }

    #[test]
    fn each_family_is_told_by_its_first_bytes_and_never_before_they_are_there() {
        let iso = |brand: &[u8]| [b"\0\0\0\x20ftyp", brand, b"\0\0\0\0"].concat();
        let ogg = |codec: &[u8]| [&[b'O', b'g', b'g', b'S'][..], &[0; 25], codec, &[0; 20]].concat();
        let table: Vec<(Vec<u8>, Option<&FileKind>)> = vec![
            (b"MZ\x90\0".to_vec(), Some(&WINDOWS)),
            (b"\x7fELF\x02".to_vec(), Some(&ELF)),
            (zip_with("setup/readme.txt"), Some(&ZIP)),
            (zip_with("AndroidManifest.xml"), Some(&JAVA)),
            (zip_with("META-INF/MANIFEST.MF"), Some(&JAVA)),
            (zip_with("[Content_Types].xml"), None),
            (zip_with("mimetype"), None),
            (b"\x1f\x8b\x08\0".to_vec(), Some(&GZIP)),
            (iso(b"isom"), Some(&MP4)),
            (iso(b"M4A "), Some(&M4A)),
            (iso(b"avif"), None),
            (b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), Some(&WAVE)),
            (b"RIFF\x24\0\0\0AVI LIST".to_vec(), Some(&AVI)),
            (b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), None),
            (ogg(b"\x80theora"), Some(&THEORA)),
            (ogg(b"\x01vorbis"), Some(&OGG)),
            (b"\x1a\x45\xdf\xa3".to_vec(), Some(&MATROSKA)),
            (b"ID3\x04".to_vec(), Some(&MP3)),
            (b"<!doctype html>".to_vec(), None),
            (b"{\"a\":1}".to_vec(), None),
            (b"\x89PNG\r\n\x1a\n".to_vec(), None),
            (b"data: 1\n\n".to_vec(), None),
            (vec![0; 64], None),
        ];
        for (bytes, expected) in table {
            let wanted = expected.map_or(Sniffed::Nothing, Sniffed::Kind);
            assert_eq!(sniff(&bytes), wanted, "{}", bytes.escape_ascii());
            for end in 0..bytes.len() {
                let told = sniff(&bytes[..end]);
                assert!(told == Sniffed::More || told == wanted, "{}: {told:?}", bytes[..end].escape_ascii());
            }
        }
        assert_eq!(sniff(b"d"), Sniffed::Nothing, "a stream of events is not held up");
        assert_eq!(sniff(b"<"), Sniffed::Nothing);
    }
}
