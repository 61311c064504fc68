//! Which of many address ranges holds an address: the longest that does.
//!
//! Ranges that lie in one another are cut into pieces that do not, so that a search is a few steps over numbers that stand side by
//! side: with tens of thousands of ranges a tree costs a miss of the cache at each of its nodes.

use ipnet::IpNet;
use std::cmp::Reverse;
use std::net::IpAddr;

/// Ranges, and what each means.
#[derive(Debug)]
pub(super) struct Ranges<T> {
    v4: Pieces<u32, T>,
    v6: Pieces<u128, T>,
}

/// Where each piece begins, in order, and what it means; nothing is said before the first.
#[derive(Debug)]
struct Pieces<N, T> {
    starts: Box<[N]>,
    means: Box<[Option<T>]>,
}

impl<T> Default for Ranges<T> {
    fn default() -> Self {
        Self { v4: Pieces { starts: Box::default(), means: Box::default() }, v6: Pieces { starts: Box::default(), means: Box::default() } }
    }
}

impl<T: Copy + PartialEq> Ranges<T> {
    /// Sorts them. A range that is there with two meanings is given to `twice`, and the first one stays.
    pub(super) fn new(all: impl IntoIterator<Item = (IpNet, T)>, mut twice: impl FnMut(IpNet, T, T)) -> Self {
        let mut all: Vec<(IpNet, T)> = all.into_iter().map(|(range, means)| (range.trunc(), means)).collect();
        // The sort keeps the order of what is alike.
        all.sort_by_key(|(range, _)| *range);
        all.dedup_by(|later, first| {
            let alike = later.0 == first.0;
            if alike && later.1 != first.1 {
                twice(first.0, first.1, later.1);
            }
            alike
        });
        let v4 = all.iter().filter_map(|(range, means)| match range {
            IpNet::V4(net) => Some((u32::from(net.network()), u32::from(net.broadcast()), *means)),
            IpNet::V6(_) => None,
        });
        let v6 = all.iter().filter_map(|(range, means)| match range {
            IpNet::V4(_) => None,
            IpNet::V6(net) => Some((u128::from(net.network()), u128::from(net.broadcast()), *means)),
        });
        Self { v4: Pieces::cut(v4.collect(), |end| end.checked_add(1)), v6: Pieces::cut(v6.collect(), |end| end.checked_add(1)) }
    }

    /// What the longest range means that holds this address.
    pub(super) fn find(&self, address: IpAddr) -> Option<T> {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.find(u32::from(address)),
            IpAddr::V6(address) => self.v6.find(u128::from(address)),
        }
    }
}

impl<N: Copy + Ord, T: Copy + PartialEq> Pieces<N, T> {
    /// From first and last address of each range. Two ranges lie apart or one in the other.
    fn cut(mut ranges: Vec<(N, N, T)>, after: impl Fn(N) -> Option<N>) -> Self {
        ranges.sort_by_key(|(start, end, _)| (*start, Reverse(*end)));
        let mut pieces: Vec<(N, Option<T>)> = Vec::with_capacity(2 * ranges.len());
        let mut open: Vec<(N, T)> = Vec::new();
        for (start, end, means) in ranges {
            close(&mut open, Some(start), &mut pieces, &after);
            open.push((end, means));
            begin(&mut pieces, start, Some(means));
        }
        close(&mut open, None, &mut pieces, &after);
        let (starts, means): (Vec<N>, Vec<Option<T>>) = pieces.into_iter().unzip();
        Self { starts: starts.into(), means: means.into() }
    }

    fn find(&self, address: N) -> Option<T> {
        let place = self.starts.partition_point(|start| *start <= address).checked_sub(1)?;
        self.means[place]
    }
}

/// Ends the ranges that end before `until`: what lies around them goes on.
fn close<N: Copy + Ord, T: Copy + PartialEq>(
    open: &mut Vec<(N, T)>,
    until: Option<N>,
    pieces: &mut Vec<(N, Option<T>)>,
    after: &impl Fn(N) -> Option<N>,
) {
    while let Some((end, _)) = open.pop_if(|(end, _)| until.is_none_or(|until| *end < until)) {
        if let Some(next) = after(end) {
            begin(pieces, next, open.last().map(|(_, means)| *means));
        }
    }
}

fn begin<N: Copy + Ord, T: Copy + PartialEq>(pieces: &mut Vec<(N, Option<T>)>, start: N, means: Option<T>) {
    match pieces.last_mut() {
        Some((at, known)) if *at == start => *known = means,
        Some((_, known)) if *known == means => {}
        Some(_) | None => pieces.push((start, means)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn longest(all: &[(IpNet, u8)], address: IpAddr) -> Option<u8> {
        let holds = all.iter().filter(|(range, _)| range.contains(&address));
        holds.max_by_key(|(range, _)| range.prefix_len()).map(|(_, means)| *means)
    }

    #[test]
    fn the_ends_of_the_space_and_what_lies_in_one_another_are_found() {
        let all: Vec<(IpNet, u8)> = [("0.0.0.0/0", 1), ("255.255.255.0/24", 2), ("255.255.255.255/32", 3), ("10.0.0.0/8", 4), ("::/0", 5)]
            .map(|(range, means)| (range.parse().unwrap(), means))
            .into();
        let table = Ranges::new(all, |_, _, _| panic!("none is there twice"));
        for (address, means) in
            [("0.0.0.0", 1), ("255.255.254.255", 1), ("255.255.255.7", 2), ("255.255.255.255", 3), ("10.9.9.9", 4), ("11.0.0.0", 1)]
        {
            assert_eq!(table.find(address.parse().unwrap()), Some(means), "{address}");
        }
        assert_eq!(table.find("::ffff:10.1.1.1".parse().unwrap()), Some(4), "an IPv4 address in IPv6 clothes is one of IPv4");
        assert_eq!(table.find("ffff::".parse().unwrap()), Some(5));
        assert_eq!(Ranges::<u8>::default().find("192.0.2.1".parse().unwrap()), None);
        let mut twice = Vec::new();
        let net: IpNet = "192.0.2.0/24".parse().unwrap();
        let table = Ranges::new([(net, 1), (net, 1), (net, 2)], |range, first, second| twice.push((range, first, second)));
        assert_eq!((twice, table.find("192.0.2.9".parse().unwrap())), (vec![(net, 1, 2)], Some(1)));
    }

    proptest! {
        #[test]
        fn the_longest_range_decides(ranges in prop::collection::vec((0u8..8, 0u8..8, 20u8..=32, any::<bool>()), 0..40), asked in prop::collection::vec((0u8..8, 0u8..8), 1..40)) {
            let mut all: Vec<(IpNet, u8)> = Vec::new();
            for (number, (third, last, length, wide)) in ranges.into_iter().enumerate() {
                let (address, length) = if wide {
                    (IpAddr::from([0x2001, 0xdb8, 0, u16::from(third), 0, 0, 0, u16::from(last)]), 2 * length + 64)
                } else {
                    (IpAddr::from([192, 0, third, last]), length)
                };
                let range = IpNet::new(address, length).unwrap().trunc();
                if all.iter().all(|(known, _)| *known != range) {
                    all.push((range, number as u8));
                }
            }
            let table = Ranges::new(all.clone(), |_, _, _| panic!("none is there twice"));
            for (third, last) in asked {
                let wide = IpAddr::from([0x2001, 0xdb8, 0, u16::from(third), 0, 0, 0, u16::from(last)]);
                for address in [IpAddr::from([192, 0, third, last]), wide] {
                    prop_assert_eq!(table.find(address), longest(&all, address));
                }
            }
        }
    }
}
