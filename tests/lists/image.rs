//! The image as bytes: what is refused, and that what is read is what was written; large images; differences.

use crate::lists_support::{category, compile, compile_with, key, statutory, told};
use lifeguard::lists::{DiffFault, Format, ImageDiff, ImageFault, InstallationKey, ListDiff, ListImage, MAX_LISTS};
use lifeguard::matcher::find_name;

fn small_image() -> ListImage {
    compile(&[
        (category("games"), Format::Urls, b"a.test\nb.test/x\nc.test/q?a=1\n"),
        (statutory("law"), Format::Urls, b"d.test\ne.test/y\nf.test/q?a=1\n"),
        (category("words"), Format::Keywords, b"poker\n"),
        (category("shapes"), Format::Expressions, b"(/banner/|/sponsor/)\n"),
    ])
    .image
}

fn bytes(image: &ListImage) -> Vec<u8> {
    let mut out = Vec::new();
    image.write(&mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Result<ListImage, ImageFault> {
    ListImage::read(bytes, &key())
}

#[test]
fn an_image_survives_the_disk() {
    let image = small_image();
    let again = read(&bytes(&image)).unwrap();
    assert_eq!(image.version(), again.version());
    assert_eq!((image.lists(), image.categories()), (again.lists(), again.categories()));
    assert_eq!(image.version().len(), 16);
    for address in [
        "http://a.test/",
        "http://b.test/x/y",
        "http://c.test/q?a=1",
        "http://d.test/",
        "http://e.test/y",
        "http://f.test/q?a=1&b",
        "http://z.test/poker/banner/",
    ] {
        let expected = told(&image, address);
        assert!(!expected.is_empty(), "{address}");
        assert_eq!(told(&again, address), expected, "{address}");
    }
    assert_eq!(bytes(&again), bytes(&image));
}

#[test]
fn half_written_images_are_refused_at_every_length() {
    let whole = bytes(&small_image());
    for length in (0..200).chain((200..whole.len()).step_by(97)).chain([whole.len() - 1]) {
        let fault = read(&whole[..length]).unwrap_err();
        let fits = match length {
            0..8 => matches!(fault, ImageFault::NotAnImage),
            8..72 => matches!(fault, ImageFault::ShortHeader),
            _ => matches!(fault, ImageFault::Short { at, .. } if at == length as u64),
        };
        assert!(fits, "{length}: {fault}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(matches!(read(&longer), Err(ImageFault::Long { at }) if at == whole.len() as u64));
}

#[test]
fn every_flipped_bit_is_found() {
    let whole = bytes(&small_image());
    let places: Vec<usize> = (0..600).chain((600..whole.len()).step_by(211)).chain(whole.len() - 700..whole.len()).collect();
    for at in places {
        for bit in 0..8 {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << bit;
            assert!(read(&damaged).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn other_formats_other_keys_and_other_files_are_told_apart() {
    let whole = bytes(&small_image());
    let mut newer = whole.clone();
    newer[8] = 9;
    assert_eq!(
        read(&newer).unwrap_err().to_string(),
        "the list image has format 9, and this program reads formats up to 2: compile the lists again"
    );
    assert!(matches!(ListImage::read(whole.as_slice(), &InstallationKey::from_bytes([1; 32])), Err(ImageFault::OtherKey)));
    assert!(matches!(read(b"PK\x03\x04 something else"), Err(ImageFault::NotAnImage)));
    assert!(matches!(read(b""), Err(ImageFault::NotAnImage)));
    let mut damaged = whole;
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert!(matches!(read(&damaged), Err(ImageFault::Checksum { .. } | ImageFault::Damaged { .. })));
}

#[test]
fn a_large_image_holds_every_entry_and_is_the_same_whatever_the_threads() {
    let texts: Vec<String> = (0..12)
        .map(|list| {
            (0..40_000)
                .filter(|n| ((n * 2_654_435_761_usize) >> 7) & (1 << list) != 0)
                .map(|n| format!("n{n}.example-{}.test\n", n % 97))
                .collect()
        })
        .collect();
    let names: Vec<String> = (0..12).map(|n| format!("c{n:02}")).collect();
    let lists: Vec<_> = names.iter().zip(&texts).map(|(name, text)| (category(name), Format::Domains, text.as_bytes())).collect();
    let image = compile_with(2, &lists).image;
    assert_eq!(image.version(), compile_with(1, &lists).image.version());
    // Twelve lists in nearly all combinations: far more sets of lists than fit a slot.
    let again = read(&bytes(&image)).unwrap();
    for n in 0..40_000_usize {
        let host = format!("www.n{n}.example-{}.test", n % 97);
        let expected: Vec<u8> = (0..12_u8).filter(|list| ((n * 2_654_435_761_usize) >> 7) & (1 << list) != 0).collect();
        let found: Vec<u8> = find_name(&again, &host).iter().map(|id| id.0).collect();
        assert_eq!(found, expected, "{host}");
    }
    assert!((0..40_000).all(|n| find_name(&image, &format!("m{n}.example-{}.test", n % 97)).is_empty()));
    let entries: u64 = image.lists().iter().map(|list| list.entries).sum();
    assert_eq!(entries, texts.iter().map(|text| text.lines().count() as u64).sum::<u64>());
}

#[test]
fn a_large_file_is_counted_line_by_line_whatever_the_threads() {
    let mut text: String =
        (1..=100_000).map(|n| if n % 10_000 == 7 { "bad..name\n".to_owned() } else { format!("n{n}.example.test\n") }).collect();
    text.push_str("n1.example.test");
    let reports: Vec<_> = [1, 2].map(|threads| compile_with(threads, &[(category("a"), Format::Domains, text.as_bytes())]).report).into();
    assert_eq!(reports[0], reports[1]);
    let report = &reports[0].lists[0];
    assert_eq!((report.lines, report.rejected, report.entries), (100_001, 10, 99_990));
    assert_eq!(report.bad_lines.iter().map(|line| line.line).collect::<Vec<_>>(), (0..10).map(|n| n * 10_000 + 7).collect::<Vec<_>>());
}

#[test]
fn a_difference_counts_new_and_gone_entries_by_list() {
    let before =
        compile(&[(category("a"), Format::Urls, b"one.test\ntwo.test\nx.test/p\n"), (category("old"), Format::Domains, b"z.test\n")]).image;
    let now = compile(&[
        (category("new"), Format::Domains, b"one.test\n"),
        (category("a"), Format::Urls, b"one.test\nthree.test\nfour.test\nx.test/p\n"),
        (statutory("law"), Format::Urls, b"s.test\n"),
    ])
    .image;
    let diff = ImageDiff::between(&before, &now).unwrap();
    let list = |name: &str, before, now, keys| ListDiff { name: name.into(), before, now, keys };
    assert_eq!(
        diff.lists,
        [
            list("a", Some(3), Some(4), Some((2, 1))),
            list("law", None, Some(1), None),
            list("new", None, Some(1), Some((1, 0))),
            list("old", Some(1), None, Some((0, 1))),
        ]
    );
    let mut other = lifeguard::lists::Compiler::new(&InstallationKey::from_bytes([1; 32]));
    other.add_list(category("a")).unwrap();
    assert_eq!(ImageDiff::between(&before, &other.finish().image), Err(DiffFault::OtherKey));
}

#[test]
fn an_image_has_room_for_so_many_lists_and_no_more() {
    let mut compiler = lifeguard::lists::Compiler::new(&key());
    for n in 0..MAX_LISTS {
        compiler.add_list(category(&n.to_string())).unwrap();
    }
    assert!(compiler.add_list(category("one more")).is_err());
    assert!(compiler.add_list(category("0")).is_err());
}
