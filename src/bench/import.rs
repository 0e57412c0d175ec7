//! Online Retail: 541,909 lines of one file.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::{Outcome, binary::Binary};

/// What the file holds, by how it was counted (`SOURCES.md` beside it).
const EXPECTED: &[(&str, u64)] = &[
    ("/invoices/new", 22_061),
    ("/credit_memos/new", 3_836),
    ("/adjustments/new", 3),
    ("/zero_documents", 2_102),
    ("/refused", 0),
];

/// Imports it, checks the counts and the books, and prints time and memory.
pub fn online_retail(binary: &Binary) -> Outcome<()> {
    let packed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/online-retail/online-retail-2010-2011.csv.gz");
    if !packed.exists() {
        println!("import: skipped, {} is absent", packed.display());
        return Ok(());
    }
    fs::create_dir_all(&binary.folder)?;
    let file = binary.folder.join("online-retail.csv");
    let unpacked =
        Command::new("gzip").arg("-dc").arg(packed).stdout(fs::File::create(&file)?).status()?;
    if !unpacked.success() {
        return Err("gzip cannot unpack the file".into());
    }
    let file = file.display().to_string();
    let import = binary.run(&[
        "import",
        "--json",
        "--kind=invoices",
        "--currency=GBP",
        "--terms=Net 30",
        "--number-prefix=C=credit-memo,A=adjustment",
        "--default-customer=UNASSIGNED",
        "--file",
        &file,
    ])?;
    let report: Value = serde_json::from_str(&import.printed)?;
    for (pointer, expected) in EXPECTED {
        let found = report.pointer(pointer).and_then(Value::as_u64);
        if found != Some(*expected) {
            return Err(format!("{pointer} is {found:?} and not {expected}").into());
        }
    }
    let verify = binary.run(&["verify"])?;
    println!(
        "import: {:<10} 541,909 lines in {:.1} s, {} MB at most; verified in {:.1} s",
        binary.engine,
        import.took.as_secs_f64(),
        import.peak_megabytes,
        verify.took.as_secs_f64(),
    );
    Ok(())
}
