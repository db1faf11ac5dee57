"""Zhulian (珠联): a consortium chain with national cryptography whose every acknowledged fact can be proved offline."""

__version__ = "0.1.0"
