//! What only a browser can do. Each hook says what it answers on the server.

pub mod clipboard;
pub mod cover;
pub mod focus;
pub mod forms;
pub mod interval;
pub mod keys;
pub mod live;
pub mod marker;
pub mod unsaved;
pub mod upload;
