//! The HTML document: head, policy, and how the script gets in.
//!
//! The hydration tags are our own (leptos issue 4843: the framework's preload carries the nonce in
//! `crossorigin`, which at times stops hydration in Firefox without a word). Staff pages load the
//! script at once. Portal pages are complete without it and fetch it at the first touch of
//! something reactive, or when the browser has nothing else to do and no wish to save data.

use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use super::{portal::app::PortalApp, staff::app::StaffApp};
use crate::state::Assets;

/// Whose pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Payers', and the page for addresses that nothing answers.
    Portal,
    /// Staff's.
    Staff,
}

/// The document around a page.
pub fn shell(side: Side, options: LeptosOptions, assets: Assets) -> impl IntoView {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let Some(response) = use_context::<ResponseOptions>() {
        let policy = content_security_policy(&nonce, &assets.form_targets);
        if let Ok(value) = HeaderValue::from_str(&policy) {
            response.insert_header(CONTENT_SECURITY_POLICY, value);
        }
    }
    let script = loader(&assets, side);
    let app = match side {
        Side::Portal => view! { <PortalApp/> }.into_any(),
        Side::Staff => view! { <StaffApp/> }.into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="stylesheet" href=assets.css.clone()/>
                <AutoReload options=options/>
                <script type="module" nonce=nonce>{script}</script>
                <MetaTags/>
            </head>
            <body>{app}</body>
        </html>
    }
}

/// `default-src 'none'`, a nonce on every script, no inline style: A+ without exceptions.
pub fn content_security_policy(nonce: &str, form_targets: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         frame-src 'self'; manifest-src 'self'; form-action 'self'{form_targets}; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// The script that fetches the script. `data-hydrated` on the root element tells tests and styles
/// that the page is alive; a failure is reported and leaves the page as it is: working.
fn loader(assets: &Assets, side: Side) -> String {
    let (js, wasm) = (&assets.js, &assets.wasm);
    let load = format!(
        "let p;const load=()=>p??=import('{js}').then(m=>m.default({{module_or_path:'{wasm}'}})\
         .then(()=>m.hydrate())).catch(e=>console.warn('hydration failed',e));"
    );
    if side == Side::Staff {
        return format!("{load}load();");
    }
    format!(
        "{load}const go=e=>{{if(e.type!='idle'&&!e.target.closest?.('[data-live]'))return;\
         for(const t of k)removeEventListener(t,go,true);load()}};\
         const k=['pointerdown','pointerover','focusin','keydown'];\
         for(const t of k)addEventListener(t,go,{{capture:true,passive:true}});\
         const idle=()=>(self.requestIdleCallback??(f=>setTimeout(f,1500)))(()=>go({{type:'idle'}}));\
         if(!navigator.connection?.saveData&&document.querySelector('[data-live]'))\
         document.readyState=='complete'?idle():addEventListener('load',idle);\
         addEventListener('submit',e=>{{const b=e.submitter;if(e.defaultPrevented||!b)return;\
         if(b.ariaDisabled){{e.preventDefault();return}}\
         b.ariaDisabled='true';setTimeout(()=>b.ariaDisabled=null,8000)}});\
         addEventListener('pageshow',e=>{{if(e.persisted)for(const b of \
         document.querySelectorAll('[aria-disabled]'))b.ariaDisabled=null}});"
    )
}
