//! What several screens use.

pub mod chip;
pub mod field;
pub mod icon;
pub mod not_found;
pub mod notice;
pub mod portal_frame;
