//! Digests of lists.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};
use zhulian_kernel::sm3::{Message, digest_many};

/// Below so many bytes the interpreter lock is kept: winning it back beside a busy thread costs more than the work.
const KEEP_LOCK_BYTES: usize = 64 * 1024;

/// SM3 of `prefix ‖ item` for each item: a list of digests of 32 bytes.
#[pyfunction]
fn sm3_many<'py>(py: Python<'py>, prefix: &[u8], items: Vec<PyBackedBytes>) -> PyResult<Bound<'py, PyList>> {
    let messages: Vec<Message> = items.iter().map(|item| Message { first: b"", head: prefix, body: item }).collect();
    let size: usize = items.iter().map(|item| item.len() + prefix.len()).sum();
    let found = if size < KEEP_LOCK_BYTES { digest_many(&messages) } else { py.detach(|| digest_many(&messages)) };
    PyList::new(py, found.iter().map(|each| PyBytes::new(py, each)))
}

pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sm3_many, module)?)
}
