//! The boundary to Python. Each function takes a whole batch; lengths are checked here, so that nothing beneath can fail.

use pyo3::prelude::*;

mod digests;
mod reading;
mod signatures;
mod tree;

/// Counts up whenever a function or the meaning of one changes; `zhulian.native` names the one that it speaks.
const INTERFACE: u32 = 4;

#[pymodule]
fn zhulian_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("INTERFACE", INTERFACE)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    digests::add_to(module)?;
    reading::add_to(module)?;
    signatures::add_to(module)?;
    tree::add_to(module)?;
    Ok(())
}
