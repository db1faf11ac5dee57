"""Zhulian (珠联): a consortium chain with national cryptography whose every acknowledged fact can be proved offline."""

import importlib

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """`connect` and `connect_async`, loaded when they are asked for: the verifier starts without network code."""
    if name in ("connect", "connect_async"):
        found: object = getattr(importlib.import_module("zhulian.client"), name)
        return found
    raise AttributeError(name)
