//! Batches of signatures.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use zhulian_kernel::{ed25519, sm2};

/// So few are verified with the interpreter lock held: winning it back beside a busy thread costs more than the work.
const KEEP_LOCK_JOBS: usize = 4;

/// Public key, message, signature.
type Job = (PyBackedBytes, PyBackedBytes, PyBackedBytes);

/// For each job one byte: 1 where its SM2 signature holds for the default identifier, else 0.
#[pyfunction]
fn sm2_verify_many<'py>(py: Python<'py>, jobs: Vec<Job>) -> Bound<'py, PyBytes> {
    let read: Vec<sm2::Job> =
        jobs.iter().map(|(key, message, signature)| sm2::Job { key, head: b"", body: message, signature }).collect();
    as_bytes(py, jobs.len(), || sm2::verify_many(&read))
}

/// For each job one byte: 1 where its Ed25519 signature holds, else 0.
#[pyfunction]
fn ed25519_verify_many<'py>(py: Python<'py>, jobs: Vec<Job>) -> Bound<'py, PyBytes> {
    let read: Vec<ed25519::Job> = jobs.iter().map(|(key, message, signature)| ed25519::Job { key, message, signature }).collect();
    as_bytes(py, jobs.len(), || ed25519::verify_many(&read))
}

/// How many SM2 keys are kept in this process, and how many of them have a table.
#[pyfunction]
fn sm2_cache_sizes() -> (usize, usize) {
    sm2::cache_sizes()
}

/// Forgets every SM2 key that was seen.
#[pyfunction]
fn sm2_forget() {
    sm2::forget();
}

/// How SM2 signatures are verified in this process: `avx512ifma` (eight at a time) or `portable`.
#[pyfunction]
fn sm2_path() -> &'static str {
    if sm2::uses_vectors() { "avx512ifma" } else { "portable" }
}

/// Keep to the portable code for SM2 in this process, or not any more.
#[pyfunction]
fn sm2_keep_portable(portable: bool) {
    sm2::keep_portable(portable);
}

fn as_bytes<'py>(py: Python<'py>, jobs: usize, verify: impl FnOnce() -> Vec<bool> + Send) -> Bound<'py, PyBytes> {
    let verdicts = if jobs <= KEEP_LOCK_JOBS { verify() } else { py.detach(verify) };
    PyBytes::new(py, &verdicts.into_iter().map(u8::from).collect::<Vec<u8>>())
}

pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sm2_verify_many, module)?)?;
    module.add_function(wrap_pyfunction!(ed25519_verify_many, module)?)?;
    module.add_function(wrap_pyfunction!(sm2_forget, module)?)?;
    module.add_function(wrap_pyfunction!(sm2_path, module)?)?;
    module.add_function(wrap_pyfunction!(sm2_keep_portable, module)?)?;
    module.add_function(wrap_pyfunction!(sm2_cache_sizes, module)?)
}
