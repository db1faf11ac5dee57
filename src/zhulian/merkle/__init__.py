"""Merkle trees: a list tree over what a block holds, a state tree over what the ledger knows, and their proofs."""

from zhulian.merkle.errors import ProofFault, ProofMalformed
from zhulian.merkle.list_tree import ListPath, ListTree, list_root, verify_list_path

__all__ = ["ListPath", "ListTree", "ProofFault", "ProofMalformed", "list_root", "verify_list_path"]
