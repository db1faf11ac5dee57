"""Every action both ways: as a compiled function, and by the engine that walks the tree, which says what is right.

While `twofold` holds, an action that is compiled is done twice on the same state; events, writes and steps must be the same, and only
the compiled one counts. Where the compiled one gives an action back, it must have left nothing behind.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting import act as walking
from zhulian.modules.scenario.compiled import running

__all__ = ["twofold"]


@contextmanager
def twofold() -> Iterator[Counter[str]]:
    """How many actions were `compiled` and how many `walked`."""
    count: Counter[str] = Counter()
    compiled, inside = running.act_quickly, False

    def both(context: Context, *what: Any) -> bool:
        nonlocal inside
        if inside:
            return False
        one, two = (_beside(context) for _ in range(2))
        inside = True
        try:
            if not compiled(one, *what):
                assert (one.events, one.state.steps, one.state.touched) == ([], 0, False)
                count["walked"] += 1
                return False
            walking.act(two, *what)
        finally:
            inside = False
        assert one.events == two.events
        assert one.state._writes == two.state._writes
        assert one.state.steps == two.state.steps
        assert one.ran == two.ran == []
        count["compiled"] += 1
        context.state.absorb(one.state)
        context.events += one.events
        return True

    with patch.object(running, "USES_BEFORE", 0), patch.object(walking, "act_quickly", both):
        yield count


def _beside(context: Context) -> Context:
    state = context.state.inner(context.block.rules.limits.transaction_steps_max)
    return Context(context.block, context.transaction, context.acting, state)
