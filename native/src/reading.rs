//! Transactions on the wire.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use zhulian_kernel::admission::{Chain, Frame, Suite, read_many};

/// Id, preimage, messages, expires, signers, keys, signatures.
type Read<'py> = (
    Bound<'py, PyString>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    u64,
    Bound<'py, PyTuple>,
    Bound<'py, PyTuple>,
    Bound<'py, PyTuple>,
);

/// For each transaction of a chain None, or what its frame says: id in hex, preimage of the body, the bytes of the messages, expires,
/// and tuples of signers, keys and signatures. None says nothing about why; the messages' extent is known, and no more of them.
#[pyfunction]
fn read_transactions<'py>(
    py: Python<'py>,
    suite: &str,
    name: &str,
    prefix: &[u8],
    bytes_max: usize,
    depth_max: usize,
    raws: Vec<PyBackedBytes>,
) -> PyResult<Bound<'py, PyList>> {
    let suite = match suite {
        "gm" => Suite::Gm,
        "intl" => Suite::Intl,
        _ => return Err(PyValueError::new_err("the suite is gm or intl")),
    };
    let bytes: Vec<&[u8]> = raws.iter().map(|raw| &raw[..]).collect();
    let found = read_many(&Chain { suite, name, prefix, bytes_max, depth_max }, &bytes);
    let answers: PyResult<Vec<Option<Read>>> =
        found.iter().map(|frame| frame.as_ref().map(|frame| as_tuple(py, prefix, frame)).transpose()).collect();
    PyList::new(py, answers?)
}

fn as_tuple<'py>(py: Python<'py>, prefix: &[u8], frame: &Frame) -> PyResult<Read<'py>> {
    let id: String = frame
        .id
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect();
    let preimage = PyBytes::new_with(py, prefix.len() + frame.body.len(), |room| {
        room[..prefix.len()].copy_from_slice(prefix);
        room[prefix.len()..].copy_from_slice(frame.body);
        Ok(())
    })?;
    Ok((
        PyString::new(py, &id),
        preimage,
        PyBytes::new(py, frame.messages),
        frame.expires,
        PyTuple::new(py, &frame.signers)?,
        PyTuple::new(py, &frame.keys)?,
        PyTuple::new(py, frame.signatures.iter().map(|each| PyBytes::new(py, each)))?,
    ))
}

pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_transactions, module)?)
}
