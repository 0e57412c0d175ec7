//! Speeds, printed and never judged: `make bench`.

use std::time::Instant;

use super::support::{
    database, shared,
    world::{assert_books_hold, world},
};
use crate::services::import::{Choices, ImportFile, run::read, store_batch};

/// Most memory this process ever held, in megabytes.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let kilobytes: u64 =
        line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    kilobytes / 1024
}

/// Online Retail: 541,909 lines.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a bench: make bench"]
async fn bench_import_of_online_retail() {
    let Some(packed) = shared("online-retail/online-retail-2010-2011.csv.gz") else { return };
    let folder = database::temporary_folder();
    let path = folder.join("online-retail.csv");
    let file = std::fs::File::create(&path).unwrap();
    let unpacked = std::process::Command::new("gzip").arg("-dc").arg(packed).stdout(file).status();
    assert!(unpacked.unwrap().success());
    let database = database::sqlite().await;
    let world = world(&database.db);
    let choices = Choices {
        kind: "invoices".to_owned(),
        currency: "GBP".to_owned(),
        terms: "Net 30".to_owned(),
        prefixes: "C=credit-memo,A=adjustment".to_owned(),
        default_customer: "UNASSIGNED".to_owned(),
        ..Choices::default()
    };
    let options = choices.options(crate::domain::money::Currency::GBP).unwrap();
    let start = Instant::now();
    let batch = read(&ImportFile { path, name: "retail".to_owned() }, options).await.unwrap();
    let reading = start.elapsed();
    let report =
        store_batch(&world, &batch, false, "bench", None, &mut |_, _| Ok(())).await.unwrap();
    println!(
        "online retail: read in {reading:.1?}, all in {:.1?}, peak {} MB",
        start.elapsed(),
        peak_memory_mb()
    );
    assert_eq!(report.invoices.new, 22_061);
    assert_eq!(report.credit_memos.new, 3_836);
    assert_eq!(report.adjustments.new, 3);
    assert_eq!(report.zero_documents, 2_102);
    assert_eq!(report.refused, 0);
    drop(batch);
    assert_books_hold(&database.db).await;
    let _ = std::fs::remove_dir_all(folder);
}
