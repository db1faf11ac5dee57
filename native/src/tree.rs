//! The state tree: pages are read through a function of the caller, and the interpreter lock is kept, since the process that owns
//! a ledger has one busy thread.

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};
use zhulian_kernel::tree::{Digest, Fault, Hashes, Nodes, Outcome, Path, Root, Suite, Tree};

pyo3::create_exception!(
    zhulian_native,
    PageFault,
    PyRuntimeError,
    "The store does not hold the page that the tree was built with."
);

type Base<'a> = (&'a [u8], u8, u64);

struct Read<'a, 'py>(&'a Bound<'py, PyAny>);

impl Nodes for Read<'_, '_> {
    type Page = PyBackedBytes;
    type Fault = PyErr;

    fn read(&mut self, wanted: &[(Path, u64)]) -> PyResult<Vec<Option<PyBackedBytes>>> {
        let asked =
            PyList::new(self.0.py(), wanted.iter().map(|(path, version)| PyBytes::new(self.0.py(), &path.key(*version))))?;
        let found: Vec<Option<PyBackedBytes>> = self.0.call1((asked,))?.extract()?;
        if found.len() == wanted.len() { Ok(found) } else { Err(PyValueError::new_err("each key has its answer")) }
    }
}

fn raise(fault: Fault<PyErr>) -> PyErr {
    match fault {
        Fault::Reading(error) => error,
        Fault::Broken(path, version) => {
            PageFault::new_err(path.key(version).iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        Fault::TooDeep => PyValueError::new_err("key digests that part this late do not occur"),
    }
}

fn digest(bytes: &[u8]) -> PyResult<Digest> {
    bytes.try_into().map_err(|_| PyValueError::new_err("a digest has 32 bytes"))
}

fn root(base: Base) -> PyResult<Root> {
    Ok(Root { digest: digest(base.0)?, size: base.1, written: base.2 })
}

/// A computed next version, to be committed once or thrown away.
#[pyclass(module = "zhulian_native")]
struct TreeStep {
    outcome: Option<Outcome>,
}

impl TreeStep {
    fn there(&self) -> PyResult<&Outcome> {
        self.outcome.as_ref().ok_or_else(|| PyValueError::new_err("it was committed"))
    }
}

#[pymethods]
impl TreeStep {
    /// The root's digest, its leaves (up to 255), by how many keys there are more, and how many pages are new.
    fn root<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, u8, i64, usize)> {
        let outcome = self.there()?;
        Ok((PyBytes::new(py, &outcome.root.digest), outcome.root.size, outcome.leaves, outcome.len()))
    }

    /// Key and bytes of each new page.
    fn writes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut found = Vec::with_capacity(self.there()?.len());
        self.there()?.for_each_page(|key, page| found.push((PyBytes::new(py, key), PyBytes::new(py, page))));
        PyList::new(py, found)
    }

    /// Keys of pages that the new version does not use any more, each with its length before it; `most` of them in each part.
    fn stale<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Bound<'py, PyList>> {
        let mut key = Vec::new();
        let parts = self.there()?.stale.chunks(most.max(1)).map(|part| {
            let mut packed = Vec::new();
            for (path, version) in part {
                path.write_key(*version, &mut key);
                packed.push(key.len() as u8);
                packed.extend(&key);
            }
            PyBytes::new(py, &packed)
        });
        PyList::new(py, parts.collect::<Vec<_>>())
    }
}

/// The tree of one store, as one process works on it.
#[pyclass(module = "zhulian_native")]
struct StateTree {
    tree: Tree,
}

#[pymethods]
impl StateTree {
    #[new]
    fn new(suite: &str, node: Vec<u8>, value: Vec<u8>, leaf: Vec<u8>, branches_max: usize, buckets_max: usize) -> PyResult<Self> {
        let suite = match suite {
            "gm" => Suite::Gm,
            "intl" => Suite::Intl,
            _ => return Err(PyValueError::new_err("the suite is gm or intl")),
        };
        Ok(Self { tree: Tree::new(Hashes { suite, node, value, leaf }, branches_max, buckets_max) })
    }

    /// What `version` comes to, from its base and changes: digests of keys, each once, and their new values or None.
    fn update(
        &self,
        read: &Bound<'_, PyAny>,
        base: Base,
        version: u64,
        keys: Vec<PyBackedBytes>,
        values: Vec<Option<PyBackedBytes>>,
    ) -> PyResult<TreeStep> {
        if keys.len() != values.len() {
            return Err(PyValueError::new_err("each key has a value or None"));
        }
        let keys = keys.iter().map(|key| digest(key)).collect::<PyResult<Vec<_>>>()?;
        let values: Vec<Option<&[u8]>> = values.iter().map(|value| value.as_deref()).collect();
        let outcome = self.tree.update(&mut Read(read), root(base)?, version, &keys, &values).map_err(raise)?;
        Ok(TreeStep { outcome: Some(outcome) })
    }

    /// Remember the pages of a step, which is now the newest version.
    fn commit(&mut self, step: &mut TreeStep) -> PyResult<()> {
        self.tree.commit(step.outcome.take().ok_or_else(|| PyValueError::new_err("it was committed"))?);
        Ok(())
    }

    /// Read branches from the root down while they fit; how many are remembered then.
    fn warm(&mut self, read: &Bound<'_, PyAny>, base: Base) -> PyResult<usize> {
        self.tree.warm(&mut Read(read), root(base)?).map_err(raise)
    }

    /// How many branches are remembered.
    fn __len__(&self) -> usize {
        self.tree.branches()
    }
}

pub fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("PageFault", module.py().get_type::<PageFault>())?;
    module.add_class::<TreeStep>()?;
    module.add_class::<StateTree>()
}
