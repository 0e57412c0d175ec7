//! The walls between the rooms, held by reading our own source.

use std::path::{Path, PathBuf};

/// Rooms and what they may name of ours.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("ui", &["ui", "api", "domain", "state::Assets"]),
    (
        "api",
        &[
            "api",
            "auth",
            "config",
            "domain",
            "import",
            "services",
            "state",
            "storage",
            "ui::format",
        ],
    ),
    ("auth", &["auth", "domain"]),
    ("storage", &["storage", "domain"]),
    ("import", &["import", "domain"]),
    ("gateways", &["gateways", "domain"]),
    ("sandbox", &["sandbox", "domain", "storage::db", "storage::error"]),
    ("pdf", &["pdf"]),
    ("vault", &["vault", "domain", "import"]),
    ("email", &["email"]),
    (
        "services",
        &[
            "services",
            "storage",
            "domain",
            "import",
            "email",
            "pdf",
            "auth",
            "gateways::gateway",
            "ui::format",
            "ui::text",
            "vault",
        ],
    ),
    (
        "jobs",
        &[
            "jobs",
            "services",
            "storage",
            "domain",
            "email",
            "pdf",
            "clock",
            "gateways::gateway",
            "vault",
        ],
    ),
    (
        "http",
        &[
            "http",
            "auth",
            "api",
            "services",
            "state",
            "ui::portal",
            "ui::shell",
            "ui::staff",
            "domain",
            "pdf",
            "jobs::follow_event",
            "gateways::gateway",
            "sandbox::router",
            "storage",
            "vault",
        ],
    ),
];

/// Files outside `storage` that may speak SQL: the sandbox processor keeps a book of its own, and the
/// benches fill a database past the product's own ways in.
const SQL_ELSEWHERE: &[&str] =
    &["sandbox/book.rs", "bench/profile/bulk.rs", "bench/profile/mod.rs"];

/// Files in which SQL may differ between the engines.
const TWO_DIALECTS: &[&str] =
    &["storage/append_only.rs", "storage/db.rs", "storage/queue.rs", "storage/search_index.rs"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn name(path: &Path) -> String {
    path.strip_prefix(source()).unwrap().display().to_string()
}

fn is_test(path: &Path) -> bool {
    let name = name(path);
    name.starts_with("tests/") || name.contains("/tests/") || name.contains("tests.rs")
}

/// The paths into our own crate that a text names, as `room::item` with at most two parts.
fn crate_paths(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: Vec<&str> =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut paths = Vec::new();
    for part in code.join("\n").split("crate::").skip(1) {
        read_tree("", &mut part.chars().peekable(), &mut paths);
    }
    paths.into_iter().map(|path| first_two(&path)).collect()
}

/// Reads `a::b`, or `a::{b, c::{d}}`, as one path for each end.
fn read_tree(
    prefix: &str,
    text: &mut std::iter::Peekable<std::str::Chars<'_>>,
    paths: &mut Vec<String>,
) {
    let mut path = prefix.to_owned();
    while let Some(next) = text.peek().copied() {
        if next == '{' {
            text.next();
            loop {
                while text.peek().is_some_and(|c| c.is_whitespace() || *c == ',') {
                    text.next();
                }
                if text.peek().is_none_or(|c| *c == '}') {
                    text.next();
                    return;
                }
                read_tree(&path, text, paths);
            }
        }
        if !(next.is_alphanumeric() || next == '_' || next == ':') {
            break;
        }
        path.push(next);
        text.next();
    }
    // What follows a path up to the next one: `as name`, or the end of the item.
    while text.peek().is_some_and(|c| !matches!(c, ',' | '}' | '{')) {
        text.next();
    }
    paths.push(path);
}

fn first_two(path: &str) -> String {
    let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [room, "self", ..] | [room] => (*room).to_owned(),
        [room, item, ..] => format!("{room}::{item}"),
        [] => String::new(),
    }
}

#[test]
fn rooms_name_only_what_they_may() {
    let mut strays = Vec::new();
    for (room, allowed) in ROOMS {
        for file in files(&source().join(room)).iter().filter(|file| !is_test(file)) {
            let text = std::fs::read_to_string(file).unwrap();
            for path in crate_paths(&text) {
                let is_allowed = allowed.iter().any(|allowed| {
                    path == *allowed
                        || path.starts_with(&format!("{allowed}::"))
                        || (!allowed.contains("::") && path.split("::").next() == Some(allowed))
                });
                if !is_allowed {
                    strays.push(format!("{} names {path}", name(file)));
                }
            }
        }
    }
    assert!(strays.is_empty(), "rooms reach past their walls:\n{}", strays.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_them() {
    let text = "use crate::{\n    domain::{ids::A, money},\n    storage,\n    a::{b::{c, d}, self},\n};\nfn f() { crate::ui::text::x() }";
    let seen = ["domain::ids", "domain::money", "storage", "a::b", "a::b", "a", "ui::text"];
    assert_eq!(crate_paths(text), seen);
}

#[test]
fn sql_is_spoken_in_storage_only() {
    for file in files(&source()).iter().filter(|file| !is_test(file)) {
        let name = name(file);
        if name.starts_with("storage/") || SQL_ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(file).unwrap();
        for word in ["sqlx::query", "sql!(", "INSERT INTO ", "SELECT COUNT"] {
            assert!(!text.contains(word), "{name} speaks SQL: {word}");
        }
    }
}

#[test]
fn only_listed_files_know_the_dialect() {
    for file in files(&source().join("storage")) {
        let name = name(&file);
        let text = std::fs::read_to_string(&file).unwrap();
        let differs = text.contains("Dialect::")
            || text.contains("Exec::Postgres(connection) => {\n            sqlx");
        assert!(!differs || TWO_DIALECTS.contains(&name.as_str()), "{name}");
    }
}

/// Domain, api and ui never ask which world they are compiled for, but for the gates of modules.
#[test]
fn the_domain_knows_no_features() {
    for file in files(&source().join("domain")) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("cfg(feature"), "{}", name(&file));
        for word in ["leptos::", "sqlx::", "tokio::", "async fn"] {
            assert!(!text.contains(word), "{} names {word}", name(&file));
        }
    }
}

#[test]
fn no_file_is_a_monster() {
    for file in files(&source()) {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 700, "{} has {lines} lines", name(&file));
    }
}

/// What `Cargo.toml` tells the build and `Leptos.toml` tells the installed program is the same.
#[test]
fn both_settings_of_the_framework_agree() {
    let read = |file: &str| -> toml::Table {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        std::fs::read_to_string(path).unwrap().parse().unwrap()
    };
    let build = read("Cargo.toml")["package"]["metadata"]["leptos"].clone();
    let installed = read("Leptos.toml")["package"]["metadata"]["leptos"].clone();
    for (key, value) in installed.as_table().unwrap() {
        assert_eq!(build.get(key), Some(value), "{key}");
    }
    for key in ["output-name", "site-root", "site-pkg-dir", "hash-files"] {
        assert!(installed.get(key).is_some(), "{key} is missing in Leptos.toml");
    }
}
