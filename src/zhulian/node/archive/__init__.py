"""Backups of a home: one archive, made while the node runs, and put back on this machine or another."""

from zhulian.node.archive.making import Made, back_up
from zhulian.node.archive.restoring import Restored, restore, restore_ledger

__all__ = ["Made", "Restored", "back_up", "restore", "restore_ledger"]
