//! Devices of the last seven days, and people on many of them: one count of the log, from its index, given up after a while and kept for a
//! minute.

use super::App;
use super::figures::{OfSites, Question, kept};
use crate::admin::{DeviceSight, DeviceWorks, DevicesSeen, Reach, WorksFault};
use crate::model::Timestamp;
use crate::store::query::{By, Counts, count};
use crate::store::quietly;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Days, today among them.
const DAYS: i64 = 7;
/// Devices that are kept, and people.
const MOST: usize = 500;
/// People and groups of one device that are kept.
const OF_ONE: usize = 20;

type Key = (String, String);

fn seen(folder: &Path, now: Timestamp, zone: &TimeZone, (many, sites): (u64, OfSites)) -> Result<DevicesSeen, WorksFault> {
    let first = now.civil().to_zoned(zone.clone()).date().saturating_sub(jiff::Span::new().days(DAYS - 1));
    let question = Question::since(folder, first, zone, sites);
    let in_time = |_, _| Instant::now() < question.end;
    let by = [By::Device, By::Client, By::User, By::Group, By::Day];
    let counts = quietly(|| count(folder, &question.filter, &by, &in_time)).map_err(|fault| WorksFault(fault.to_string().into()))?;
    Ok(gathered(counts, many))
}

fn gathered(counts: Counts, many: u64) -> DevicesSeen {
    let mut incomplete = counts.cancelled || counts.overflow || !counts.damage.is_empty();
    let mut devices: BTreeMap<Key, DeviceSight> = BTreeMap::new();
    let mut used: BTreeMap<(String, Date), BTreeSet<Key>> = BTreeMap::new();
    for (key, requests) in counts.groups {
        let Ok([device, client, user, group, day]) = <[String; 5]>::try_from(key) else { continue };
        let Ok(day) = day.parse::<Date>() else { continue };
        // A device that is known by its name is the same wherever it is.
        let which = if device.is_empty() { (String::new(), client.clone()) } else { (device.clone(), String::new()) };
        if !user.is_empty() {
            used.entry((user.clone(), day)).or_default().insert(which.clone());
        }
        let blank = || DeviceSight { device, client, people: BTreeSet::new(), groups: BTreeSet::new(), days: (day, day), requests: 0 };
        let one = devices.entry(which).or_insert_with(blank);
        one.requests += requests;
        one.days = (one.days.0.min(day), one.days.1.max(day));
        if !user.is_empty() && one.people.len() < OF_ONE {
            one.people.insert(user);
        }
        if one.groups.len() < OF_ONE {
            one.groups.insert(group);
        }
    }
    let mut devices: Vec<DeviceSight> = devices.into_values().collect();
    devices.sort_by_key(|one| std::cmp::Reverse(one.requests));
    let mut most: BTreeMap<String, u64> = BTreeMap::new();
    for ((user, _), on) in used {
        let on = u64::try_from(on.len()).unwrap_or(u64::MAX);
        let known = most.entry(user).or_default();
        *known = on.max(*known);
    }
    let mut spread: Vec<(String, u64)> = most.into_iter().filter(|(_, on)| *on >= many).collect();
    spread.sort_by_key(|(_, on)| std::cmp::Reverse(*on));
    incomplete |= devices.len() > MOST || spread.len() > MOST;
    devices.truncate(MOST);
    spread.truncate(MOST);
    DevicesSeen { devices, spread, many, incomplete }
}

impl DeviceWorks for App {
    fn devices_seen(&self, reach: &Reach) -> Result<Arc<DevicesSeen>, WorksFault> {
        let now = self.clock.now().wall;
        let settings = self.feeding.settings().1;
        let many = u64::try_from(settings.alerts.many_devices).unwrap_or(u64::MAX);
        let place = self.figures.devices.of(reach.asked());
        kept(&place, now, || seen(self.standing.log_folder(), now, &settings.site.time_zone, (many, reach.asked())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_apart_by_name_and_else_by_address_and_people_on_many_in_one_day_are_named() {
        let key = |parts: [&str; 5], count: u64| (parts.map(str::to_owned).to_vec(), count);
        let counts = Counts {
            groups: vec![
                key(["tablet", "10.0.0.1", "kim", "kids", "2026-11-02"], 5),
                key(["tablet", "10.0.0.2", "jo", "kids", "2026-11-04"], 2),
                key(["", "10.0.0.3", "kim", "kids", "2026-11-02"], 1),
                key(["", "10.0.0.4", "", "guests", "2026-11-03"], 9),
                key(["", "10.0.0.4", "kim", "kids", "2026-11-03"], 1),
            ],
            ..Counts::default()
        };
        let seen = gathered(counts, 2);
        let told: Vec<_> = seen.devices.iter().map(|one| (&*one.device, &*one.client, one.people.len(), one.requests)).collect();
        assert_eq!(told, [("", "10.0.0.4", 1, 10), ("tablet", "10.0.0.1", 2, 7), ("", "10.0.0.3", 1, 1)]);
        assert_eq!(seen.devices[1].days, (Date::constant(2026, 11, 2), Date::constant(2026, 11, 4)));
        assert_eq!(seen.spread, [("kim".to_owned(), 2)], "two on one day; three in all are not three on a day");
        assert!(!seen.incomplete);
    }
}
