//! Lists that are read page by page, and that stay as long as they are while they change.

use std::{future::Future, sync::Arc};

use leptos::prelude::*;
use leptos_router::hooks::{use_query_map, use_url};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    follow::{Told, follow},
    list_url::ListAddress,
};
use crate::api::{
    error::ApiError,
    staff::invoices::ListQuery,
    view::{CustomerListView, InvoiceListView},
};

/// A page of a list.
pub trait Page: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Where the next page starts; empty on the last.
    fn next(&self) -> &str;
    /// Puts the rows of the page that follows behind its own.
    fn append(&mut self, following: Self);
    /// The customers of its rows, in their order.
    fn customers(&self) -> Vec<&str>;
    /// How many customers the whole list has, where that is known.
    fn total(&self) -> Option<i64>;
}

impl Page for InvoiceListView {
    fn next(&self) -> &str {
        &self.next
    }

    fn append(&mut self, following: Self) {
        self.rows.extend(following.rows);
        self.next = following.next;
        self.totals = following.totals;
    }

    fn customers(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.customer_id.as_str()).collect()
    }

    fn total(&self) -> Option<i64> {
        None
    }
}

impl Page for CustomerListView {
    fn next(&self) -> &str {
        &self.next
    }

    fn append(&mut self, following: Self) {
        self.rows.extend(following.rows);
        self.next = following.next;
        self.count = following.count;
        self.open = following.open;
        self.credit = following.credit;
    }

    fn customers(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.id.as_str()).collect()
    }

    fn total(&self) -> Option<i64> {
        Some(self.count)
    }
}

/// What is shown of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown<P> {
    /// All pages that were read, as one.
    pub page: P,
    /// How many they are.
    pub pages: u32,
    /// Why they may be older, or fewer, than what was asked for.
    pub problem: Option<ApiError>,
}

/// Pages that were read before.
struct Kept<P> {
    query: ListQuery,
    pages: Vec<P>,
    is_fresh: bool,
}

/// A list: its pages, and how many of them are wanted.
pub struct List<P: Send + Sync + 'static> {
    /// What is shown, or why nothing is.
    pub shown: Resource<Result<Shown<P>, ApiError>>,
    query: Memo<ListQuery>,
    wanted: RwSignal<(ListQuery, u32)>,
    kept: StoredValue<ArcStoredValue<Kept<P>>>,
}

impl<P: Send + Sync + 'static> Clone for List<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Send + Sync + 'static> Copy for List<P> {}

impl<P: Page> List<P> {
    /// The list that the page's address asks for, page by page from `fetch`. To be called where
    /// the route's data is made.
    pub fn new<F, Fut>(fetch: F) -> Self
    where
        F: Fn(ListQuery) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<P, ApiError>> + Send + 'static,
    {
        let address = use_query_map();
        let query = Memo::new(move |_| {
            address.with(|map| ListAddress::read("", |name| map.get(name)).list)
        });
        let wanted = RwSignal::new((ListQuery::default(), 1));
        let kept = ArcStoredValue::new(Kept {
            query: ListQuery::default(),
            pages: Vec::new(),
            is_fresh: false,
        });
        let fetch = Arc::new(fetch);
        let shown = Resource::new_blocking(
            move || {
                let query = query.get();
                let pages = wanted_of(wanted, &query);
                (query, pages)
            },
            {
                let kept = kept.clone();
                move |(query, pages)| read(fetch.clone(), kept.clone(), query, pages)
            },
        );
        Self { shown, query, wanted, kept: StoredValue::new(kept) }
    }

    /// Reads everything again that is shown; until it came, and if it does not come, what is shown
    /// stays.
    pub fn refresh(self) {
        let kept = self.kept.try_get_value();
        if let Some(kept) = kept {
            kept.update_value(|kept| kept.is_fresh = false);
        }
        self.shown.refetch();
    }

    /// Reads everything again whenever a customer's figures changed.
    pub fn follow(self) {
        follow(Told::Figures, move || self.refresh());
    }

    /// Reads one page more than the `pages` that are shown.
    pub fn read_more(self, pages: u32) {
        let query = self.query.get_untracked();
        if wanted_untracked(self.wanted, &query) > pages {
            self.shown.refetch();
        } else {
            self.wanted.set((query, pages + 1));
        }
    }

    /// Whether more than `pages` pages are wanted.
    pub fn is_behind(self, pages: u32) -> bool {
        wanted_of(self.wanted, &self.query.get()) > pages
    }
}

fn wanted_of(wanted: RwSignal<(ListQuery, u32)>, query: &ListQuery) -> u32 {
    wanted.with(|(of, pages)| if of == query { *pages } else { 1 })
}

fn wanted_untracked(wanted: RwSignal<(ListQuery, u32)>, query: &ListQuery) -> u32 {
    wanted.with_untracked(|(of, pages)| if of == query { *pages } else { 1 })
}

async fn read<P, F, Fut>(
    fetch: Arc<F>,
    kept: ArcStoredValue<Kept<P>>,
    query: ListQuery,
    wanted: u32,
) -> Result<Shown<P>, ApiError>
where
    P: Page,
    F: Fn(ListQuery) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<P, ApiError>> + Send + 'static,
{
    let (before, is_fresh) = kept.with_value(|kept| {
        if kept.query == query { (kept.pages.clone(), kept.is_fresh) } else { (Vec::new(), false) }
    });
    let mut pages = if is_fresh { before.clone() } else { Vec::new() };
    let mut problem = None;
    while count(&pages) < wanted {
        let mut asked = query.clone();
        if let Some(last) = pages.last() {
            if last.next().is_empty() {
                break;
            }
            last.next().clone_into(&mut asked.after);
        }
        match fetch(asked).await {
            Ok(page) => pages.push(page),
            Err(error) if error == ApiError::SignInRequired => return Err(error),
            Err(error) if pages.is_empty() && before.is_empty() => return Err(error),
            Err(error) => {
                problem = Some(error);
                if pages.len() < before.len() {
                    pages = before;
                }
                break;
            }
        }
    }
    kept.set_value(Kept { query, pages: pages.clone(), is_fresh: problem.is_none() });
    let number = count(&pages);
    let mut pages = pages.into_iter();
    // The loop above leaves at least one page, or has answered why not.
    let mut page = pages.next().ok_or(ApiError::Internal)?;
    pages.for_each(|following| page.append(following));
    Ok(Shown { page, pages: number, problem })
}

fn count<P>(pages: &[P]) -> u32 {
    u32::try_from(pages.len()).unwrap_or(u32::MAX)
}

/// The address of the list that is on the screen.
pub fn use_list_address() -> Memo<ListAddress> {
    let url = use_url();
    Memo::new(move |_| {
        url.with(|url| ListAddress::read(url.path(), |name| url.search_params().get(name)))
    })
}
