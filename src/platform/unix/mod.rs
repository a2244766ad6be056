//! Linux, macOS and their like.

pub(crate) mod files;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod sockets;
pub(crate) mod terminal;
