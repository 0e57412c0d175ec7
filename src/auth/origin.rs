//! The check that a changing request comes from our own pages: browsers say so with
//! `Sec-Fetch-Site`, older ones with `Origin`. A request that says neither is refused.

/// What a request says about where it comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims<'a> {
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
}

/// Whether it comes from our own pages.
pub fn is_ours(claims: Claims<'_>) -> bool {
    let same_host = claims.origin.is_some_and(|origin| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some() && authority == claims.host
    });
    match claims.fetch_site {
        Some("same-origin") => claims.origin.is_none() || same_host,
        Some(_) => false,
        None => same_host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_change_things() {
        let host = Some("pay.example");
        for (fetch_site, origin, expected) in [
            (Some("same-origin"), Some("https://pay.example"), true),
            (Some("same-origin"), None, true),
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
            let claims = Claims { fetch_site, origin, host };
            assert_eq!(is_ours(claims), expected, "{claims:?}");
        }
        assert!(!is_ours(Claims { fetch_site: None, origin: None, host: None }));
    }
}
