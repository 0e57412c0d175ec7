//! Ageing: open balances by how late they are.

use serde::{Deserialize, Serialize};

/// The two sets of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BucketSet {
    /// Current, 1–30, 31–60, 61–90, over 90: what accountants print.
    Classic,
    /// Seven buckets that also tell what falls due soon: what the screens show.
    Detailed,
}

/// One bucket: days past due from `first` to `last`, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Stable name for files and addresses.
    pub key: &'static str,
    /// Smallest number of days past due; none is unbounded.
    pub first: Option<i64>,
    /// Largest number of days past due; none is unbounded.
    pub last: Option<i64>,
}

const fn bucket(key: &'static str, first: Option<i64>, last: Option<i64>) -> Bucket {
    Bucket { key, first, last }
}

const CLASSIC: [Bucket; 5] = [
    bucket("current", None, Some(0)),
    bucket("1-30", Some(1), Some(30)),
    bucket("31-60", Some(31), Some(60)),
    bucket("61-90", Some(61), Some(90)),
    bucket("90+", Some(91), None),
];

const DETAILED: [Bucket; 7] = [
    bucket("due-30+", None, Some(-31)),
    bucket("due-30", Some(-30), Some(0)),
    bucket("1-30", Some(1), Some(30)),
    bucket("31-60", Some(31), Some(60)),
    bucket("61-90", Some(61), Some(90)),
    bucket("91-120", Some(91), Some(120)),
    bucket("120+", Some(121), None),
];

impl BucketSet {
    /// The buckets, from the farthest future to the longest past.
    pub const fn buckets(self) -> &'static [Bucket] {
        match self {
            Self::Classic => &CLASSIC,
            Self::Detailed => &DETAILED,
        }
    }

    /// The bucket of a number of days past due, as an index into [`Self::buckets`].
    pub fn index_of(self, days_past_due: i64) -> usize {
        self.buckets().iter().position(|bucket| bucket.holds(days_past_due)).unwrap_or(0)
    }

    /// The bucket of a name.
    pub fn by_key(self, key: &str) -> Option<&'static Bucket> {
        self.buckets().iter().find(|bucket| bucket.key == key)
    }
}

impl Bucket {
    /// Whether a number of days past due falls into it.
    pub fn holds(&self, days_past_due: i64) -> bool {
        self.first.is_none_or(|first| days_past_due >= first)
            && self.last.is_none_or(|last| days_past_due <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invoice::days_past_due;

    #[test]
    fn classic_buckets_follow_the_table_of_section_7() {
        for (due, late, key) in [
            ("2026-11-23", -1, "current"),
            ("2026-11-22", 0, "current"),
            ("2026-11-21", 1, "1-30"),
            ("2026-10-23", 30, "1-30"),
            ("2026-10-22", 31, "31-60"),
            ("2026-09-23", 60, "31-60"),
            ("2026-09-22", 61, "61-90"),
            ("2026-08-24", 90, "61-90"),
            ("2026-08-23", 91, "90+"),
        ] {
            let days = days_past_due(due.parse().unwrap(), "2026-11-22".parse().unwrap());
            assert_eq!(days, late, "{due}");
            let index = BucketSet::Classic.index_of(days);
            assert_eq!(BucketSet::Classic.buckets()[index].key, key, "{due}");
        }
    }

    #[test]
    fn every_day_falls_into_exactly_one_bucket() {
        for set in [BucketSet::Classic, BucketSet::Detailed] {
            for days in -500..500 {
                let holding = set.buckets().iter().filter(|b| b.holds(days)).count();
                assert_eq!(holding, 1, "{set:?} {days}");
            }
        }
        let detailed = |days| BucketSet::Detailed.buckets()[BucketSet::Detailed.index_of(days)].key;
        assert_eq!(
            [-31, -30, 0, 1, 91, 120, 121].map(detailed),
            ["due-30+", "due-30", "due-30", "1-30", "91-120", "91-120", "120+"]
        );
    }
}
