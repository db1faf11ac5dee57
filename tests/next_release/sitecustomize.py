"""The program of the next release, for processes that have this folder in PYTHONPATH: its evidence module has a version 2.

Under version 2 a deposit is a commitment; a plain digest is refused (test/90).
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_MODULE = "zhulian.modules.evidence.module"


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if name != _MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                _change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _change(module: ModuleType) -> None:
    from zhulian.errors import Refusal
    from zhulian.modules.evidence.messages import Deposit

    class NoPlainDigests(Refusal, code="test/90", zh="第 2 版不收公开摘要。", en="Version 2 takes no plain digest."):
        pass

    found = module.EvidenceModule
    begin = found.__init__

    def begin_changed(self: Any, *needs: Any) -> None:
        begin(self, *needs)
        handle = self.handlers[Deposit]

        def handle_deposit(context: Any, message: Any) -> None:
            if context.block.rules.versions["evidence"] >= 2 and message.digest is not None:
                raise NoPlainDigests()
            handle(context, message)

        self.handlers = {**self.handlers, Deposit: handle_deposit}

    found.__init__, found.versions = begin_changed, (1, 2)


sys.meta_path.insert(0, _Finder())
