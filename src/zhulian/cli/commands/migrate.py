"""`zhulian migrate`: which form the store has; and back to the one before, for an older program."""

from typing import Annotated

import typer

from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import language, say

app, register = subcommand("migrate", "migrate.help")


@register
def migrate(back: Annotated[bool, typer.Option("--back", help="migrate.back")] = False) -> None:
    """Bring the stopped node's store to this program's form, or with `--back` one form back."""
    from zhulian.errors import Words
    from zhulian.node.lock import FolderLock
    from zhulian.node.migrations import bring_forward, go_back, store_format
    from zhulian.node.rocks import RocksStore

    home().genesis_bytes()
    steps: list[tuple[int, Words]] = []
    with FolderLock.take(home().lock), RocksStore(home().database) as store:
        before = store_format(store)
        if back:
            steps.append(go_back(store))
        else:
            bring_forward(store, home().database, lambda form, what: steps.append((form, what)))
        now = store_format(store)
    lines = [say("migrate.step", form=form, what=what.say(language())) for form, what in steps]
    lines.append(say("migrate.back_done" if back else "migrate.now", form=now))
    answer({"before": before, "format": now, "steps": [form for form, _ in steps]}, *lines)
