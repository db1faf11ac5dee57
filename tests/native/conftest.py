"""Tests of the native kernel; where there is neither a kernel nor cargo to build one, they are left out, and it is said."""

import importlib.util
import shutil

there = importlib.util.find_spec("zhulian_native") is not None
collect_ignore_glob = [] if there or shutil.which("cargo") else ["test_*.py"]
