//! Routes whose pages are loaded on demand, a whole tree at once.
//!
//! # Decisions
//! * 2026-11-22: one point of splitting for each tree, not one for each page. A point for each page
//!   cut the program into three hundred pieces, each with an overhead of its own, and a payer's way
//!   through the portal would have fetched dozens of them.

/// Makes a route for each page of a tree; `$load` is the function of the tree that is loaded on
/// demand and shows a page, `$preload` the one that `#[lazy]` makes beside it. Without preloading,
/// hydration would reach a page that is not there yet.
macro_rules! lazy_pages {
    ($load:path, $preload:path, $page:ident: $($(#[$doc:meta])* $name:ident)*) => {
        /// The pages of this tree.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $page {
            $($(#[$doc])* $name,)*
        }

        $(
            $(#[$doc])*
            pub struct $name;

            impl leptos_router::LazyRoute for $name {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> leptos::prelude::AnyView {
                    $load($page::$name).await
                }

                async fn preload() {
                    #[cfg(target_arch = "wasm32")]
                    $preload().await;
                }
            }
        )*
    };
}
pub(crate) use lazy_pages;
