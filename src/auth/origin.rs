//! The check that a changing request comes from our own pages: browsers say so with
//! `Sec-Fetch-Site`, older ones with `Origin`. A request that says neither is refused.

/// What a request says about where it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims<'a> {
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// The address that people use.
    pub base_url: &'a str,
    /// `Host`, where that is good enough: in development. Elsewhere a proxy may have changed it,
    /// and a name that somebody else's server hands out for this machine would pass.
    pub host: Option<&'a str>,
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

/// Whether it comes from our own pages.
pub fn is_ours(claims: Claims<'_>) -> bool {
    let same_host = claims.origin.is_some_and(|origin| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        origin.eq_ignore_ascii_case(origin_of(claims.base_url))
            || (authority.is_some() && authority == claims.host)
    });
    match claims.fetch_site {
        // A page that names no referrer has no origin to name either; the other header, which no
        // page can set, says that it is ours.
        Some("same-origin") => matches!(claims.origin, None | Some("null")) || same_host,
        Some(_) => false,
        None => same_host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_change_things() {
        let (base_url, host) = ("https://pay.example/", None);
        for (fetch_site, origin, expected) in [
            (Some("same-origin"), Some("https://pay.example"), true),
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("null"), true),
            (Some("cross-site"), Some("null"), false),
            (Some("same-site"), Some("null"), false),
            (None, Some("https://pay.example"), true),
            (None, Some("https://pay.example:444"), false),
            (Some("same-origin"), Some("https://evil.example"), false),
            (Some("same-site"), Some("https://pay.example"), false),
            (Some("cross-site"), None, false),
            (Some("none"), None, false),
            (None, Some("null"), false),
            (None, Some("https://evil.example"), false),
            (None, None, false),
        ] {
            let claims = Claims { fetch_site, origin, base_url, host };
            assert_eq!(is_ours(claims), expected, "{claims:?}");
        }
        // In development any name of this machine will do.
        let (base_url, origin) = ("http://127.0.0.1:3000", Some("http://localhost:3000"));
        for (host, expected) in [(Some("localhost:3000"), true), (None, false)] {
            let claims = Claims { fetch_site: None, origin, base_url, host };
            assert_eq!(is_ours(claims), expected, "{claims:?}");
        }
        assert!(!is_ours(Claims { fetch_site: None, origin: None, base_url, host: None }));
    }
}
