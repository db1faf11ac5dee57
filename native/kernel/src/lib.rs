//! The hot loops of a node, without Python: digests of lists, batches of signatures, the reading of transactions, the state tree.
//!
//! Nothing here handles a secret: no private key comes near, so nothing needs to take constant time. The Python
//! implementation is the specification; what this crate answers is held equal to it by vectors and by differential tests.

pub mod admission;
pub mod ed25519;
pub mod sm2;
pub mod sm3;
pub mod tree;
