//! Every bound of the import in one place. A file beyond one of them is refused, never cut.

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most columns of a row.
pub const COLUMNS_MAX: usize = 512;
/// Longest cell, in bytes of UTF-8.
pub const CELL_BYTES_MAX: usize = 32 * 1024;
/// Most rows under the header.
pub const ROWS_MAX: u64 = 5_000_000;
/// Longest customer, invoice or purchase-order number, in characters.
pub const NUMBER_CHARS_MAX: usize = 200;

/// Largest size of everything in a spreadsheet's archive once unpacked, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// Most entries of a spreadsheet's archive.
pub const ARCHIVE_ENTRIES_MAX: u64 = 1_000;
/// Greatest ratio of unpacked to packed size of one entry.
pub const UNPACK_RATIO_MAX: u64 = 100;
/// Entries that unpack to no more than this are not held to the ratio, in bytes.
pub const UNPACK_RATIO_FREE_BYTES: u64 = 1024 * 1024;

/// How many bytes of a text decide its delimiter.
pub const SNIFF_BYTES: usize = 64 * 1024;
/// Among how many first rows the header is looked for.
pub const HEADER_ROWS_MAX: usize = 20;
/// How many rows of a spreadsheet decide how its columns are read. Of a text, all rows do.
pub const PROFILE_ROWS_MAX: u64 = 10_000;
/// Most rows of a preview.
pub const PREVIEW_ROWS_MAX: usize = 100;

/// Longest text of a cell that a preview shows, in characters.
pub const PREVIEW_CHARS_MAX: usize = 200;

/// How many warnings of each code are kept in detail; the others are counted.
pub const WARNINGS_KEPT_PER_CODE: u64 = 1_000;
/// How many refusals are kept in detail; the others are counted.
pub const REFUSALS_KEPT: usize = 100_000;
/// Longest offending text that a notice repeats, in characters.
pub const NOTICE_CHARS_MAX: usize = 80;
/// How many rows lie between two calls of the progress callback.
pub const PROGRESS_ROWS: u64 = 5_000;
