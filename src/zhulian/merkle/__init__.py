"""Merkle trees: a list tree over what a block holds, a state tree over what the ledger knows, and their proofs."""

from zhulian.merkle.build import load_tree
from zhulian.merkle.errors import ProofFault, ProofMalformed, VersionGone
from zhulian.merkle.list_tree import ListPath, ListTree, list_root, verify_list_path
from zhulian.merkle.proof import StateProof, verify_absence, verify_presence
from zhulian.merkle.records import NodeStore
from zhulian.merkle.state_tree import StateTree, TreePrune, TreeUpdate

__all__ = [
    "ListPath",
    "ListTree",
    "NodeStore",
    "ProofFault",
    "ProofMalformed",
    "StateProof",
    "StateTree",
    "TreePrune",
    "TreeUpdate",
    "VersionGone",
    "list_root",
    "load_tree",
    "verify_absence",
    "verify_list_path",
    "verify_presence",
]
