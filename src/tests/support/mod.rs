//! What tests need: databases of both engines, a clock and randomness of their own, the whole
//! application on a port of this machine, and browsers that only do what HTTP lets them do.

pub mod app;
pub mod autopay;
pub mod browser;
pub mod bucket;
pub mod database;
pub mod documents;
pub mod given;
pub mod jobs;
pub mod letters;
pub mod mail_cases;
pub mod processor;
pub mod promises;
pub mod world;

/// At which point the crash test asked this process to die.
pub fn crash_point() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the crash test talks to its child through it")]
    std::env::var("TEST_CRASH_POINT").ok()
}

/// How many of what is sampled are tried: all of them under `make soak`.
pub fn sampled(sample: usize, all: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "`make soak` says it to the tests through it")]
    let is_soak = std::env::var("TEST_SOAK").is_ok();
    if is_soak { all } else { sample }
}

/// Where the material shared by all lies; none when it is absent, and then a test says so and
/// ends.
pub fn shared(path: &str) -> Option<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = folder.join(path);
    if !found.exists() {
        eprintln!("skipped: {} is absent", found.display());
        return None;
    }
    Some(found)
}

/// Strings that broke other programs; none where they are absent, and then a test says so and ends.
pub fn naughty_strings() -> Option<Vec<String>> {
    let text = std::fs::read_to_string(shared("awkward/blns/blns.json")?).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Runs one test on both engines: `both_engines!(a_name, an_async_fn_of_db)`.
macro_rules! both_engines {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = crate::tests::support::database::sqlite().await;
                $body(database.db.clone()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(database) = crate::tests::support::database::postgres().await else {
                    return;
                };
                $body(database.db.clone()).await;
                database.db.close().await;
            }
        }
    };
}
pub(crate) use both_engines;
