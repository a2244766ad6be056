//! Python's recursion limit: how many calls deep the reference implementation would be.
//!
//! The AWS CLI answers a query that nests too deep with `maximum recursion depth exceeded`. Parser and interpreter hand the
//! depth of the Python call they stand for down with them, so that the same queries fail, and ours never runs out of stack.

/// `sys.getrecursionlimit()`.
const LIMIT: usize = 1000;

/// How deep the AWS CLI is when the parser begins with an expression.
pub const AT_PARSER: usize = 21;

/// How deep it is when the interpreter visits the first node.
pub const AT_INTERPRETER: usize = 16;

/// Whether Python still makes a call at this depth.
#[must_use]
pub fn allows(depth: usize) -> bool {
    depth <= LIMIT
}
