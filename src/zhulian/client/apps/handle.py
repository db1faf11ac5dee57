"""`chain.app("hz-receivable")`: one application, blocking or awaiting; its actions are methods, named as the definition names them."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from zhulian.client.apps import acting, history, listing, sealing
from zhulian.client.apps.acting import AppCore, Done
from zhulian.client.apps.errors import NoSuchMethod
from zhulian.client.apps.reading import AppInfo
from zhulian.client.apps.stub import stub_of
from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.importing import running
from zhulian.language.asking.errors import nearest
from zhulian.language.definition.views import Tree

__all__ = ["App", "AsyncApp"]


class _Named:
    """What both faces know of their application."""

    core: AppCore

    def __init__(self, core: Core, line: Any, info: AppInfo) -> None:
        self.core = AppCore(core, info)
        self.line = line

    @property
    def instance(self) -> str:
        """The instance's name."""
        return self.core.info.instance

    @property
    def definition(self) -> str:
        """The digest (hex) of the definition that the instance follows."""
        return self.core.info.definition

    @property
    def tree(self) -> Tree:
        """The definition, as it was published."""
        return self.core.info.tree

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings, as the chain holds them."""
        return dict(self.core.info.value.get("settings", {}))

    @property
    def actions(self) -> list[str]:
        """The names of the actions, in the order of the definition."""
        return [each.name for each in self.tree.actions]

    def stub(self) -> str:
        """A typed description of the application's methods, as the text of a Python module for editors and type checkers."""
        return stub_of(self.core.info, is_async=isinstance(self, AsyncApp))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.actions]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.instance}: {self.tree.scenario} {self.tree.version}>"

    def _missing(self, name: str) -> NoSuchMethod:
        known = self.actions
        return NoSuchMethod(instance=self.instance, name=name, near=nearest(name, known), known=", ".join(known))


class App(_Named):
    """One application, blocking. `app.draw(number=…, …)` is `app.act("draw", number=…, …)`."""

    line: Line
    act = blocking(acting.act)
    propose = blocking(acting.propose)
    check = blocking(acting.check)
    seal = blocking(sealing.seal)
    opened = blocking(acting.opened)
    approve = blocking(acting.approve)
    withdraw = blocking(acting.withdraw)
    admit = blocking(acting.admit)
    dismiss = blocking(acting.dismiss)
    complete = blocking(acting.complete)
    correct = blocking(acting.correct)
    record = blocking(history.record)
    history = blocking(history.history)
    records = blocking(listing.records)
    roles = blocking(listing.roles)
    totals = blocking(listing.totals)
    board = blocking(listing.board)
    figures = blocking(listing.figures)
    import_try = blocking(running.dry_run)
    import_rows = blocking(running.run)
    balances = blocking(listing.balances)
    proposals = blocking(listing.proposals)

    def __getattr__(self, name: str) -> Callable[..., Done]:
        if name.startswith("_") or name not in self.actions:
            raise self._missing(name)
        return functools.partial(self.act, name)


class AsyncApp(_Named):
    """One application, awaiting."""

    line: AsyncLine
    act = awaiting(acting.act)
    propose = awaiting(acting.propose)
    check = awaiting(acting.check)
    seal = awaiting(sealing.seal)
    opened = awaiting(acting.opened)
    approve = awaiting(acting.approve)
    withdraw = awaiting(acting.withdraw)
    admit = awaiting(acting.admit)
    dismiss = awaiting(acting.dismiss)
    complete = awaiting(acting.complete)
    correct = awaiting(acting.correct)
    record = awaiting(history.record)
    history = awaiting(history.history)
    records = awaiting(listing.records)
    roles = awaiting(listing.roles)
    totals = awaiting(listing.totals)
    board = awaiting(listing.board)
    figures = awaiting(listing.figures)
    import_try = awaiting(running.dry_run)
    import_rows = awaiting(running.run)
    balances = awaiting(listing.balances)
    proposals = awaiting(listing.proposals)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Done]]:
        if name.startswith("_") or name not in self.actions:
            raise self._missing(name)
        return functools.partial(self.act, name)
