"""`view_of`: the whole view model of a checked definition."""

from collections.abc import Callable
from typing import Any

import msgspec

from zhulian.crypto import Hasher, suite
from zhulian.language.definition.check import Checked
from zhulian.language.view.actions import action_view, timer_view
from zhulian.language.view.api import api_calls
from zhulian.language.view.fields import field_view
from zhulian.language.view.pages import chart_views, list_views, public_views
from zhulian.language.view.people import role_view
from zhulian.language.view.records import record_view
from zhulian.language.view.refusals import refusal_views
from zhulian.language.view.shapes import VERSION, Digests, View
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.stories import story_view
from zhulian.language.view.whole import (
    asset_view,
    debit_views,
    ticket_view,
    total_view,
    upgrade_view,
    use_view,
    visible_says,
    watch_view,
)
from zhulian.language.view.words import both, either

__all__ = ["view_json", "view_of", "view_schema"]


def view_of(checked: Checked, digest: Callable[[str, bytes], bytes] | None = None) -> View:
    """The view of a definition; `digest` is that of the chain, such as `Hasher.digest` (SM3 unless given)."""
    definition = checked.definition
    tree = definition.tree
    digests = definition.digests(digest or Hasher(suite("gm")).digest)
    speaker = Speaker(checked)
    actions = [action_view(speaker, each) for each in tree.actions]
    return View(
        view=VERSION,
        scenario=tree.scenario,
        version=tree.version,
        language=tree.language,
        digests=Digests(
            definition=digests.definition.hex(),
            rules=digests.rules.hex(),
            source=None if digests.source is None else digests.source.hex(),
        ),
        title=both(tree.title),
        about=either(tree.about),
        covers=list(tree.covers),
        uses=[use_view(speaker, each) for each in tree.uses],
        settings=[field_view(speaker, each) for each in tree.settings],
        roles=[role_view(speaker, each) for each in tree.roles],
        assets=[asset_view(speaker, each) for each in tree.assets],
        tickets=[ticket_view(speaker, each) for each in tree.tickets],
        records=[record_view(speaker, name, each) for name, each in speaker.records.items()],
        totals=[total_view(speaker, each) for each in tree.totals],
        actions=actions,
        timers=[timer_view(speaker, each) for each in tree.timers],
        refusals=refusal_views(speaker),
        debits=debit_views(speaker),
        watch=[watch_view(speaker, each) for each in tree.watch],
        lists=list_views(speaker),
        public=public_views(speaker),
        board=chart_views(speaker),
        assumes=[both(each) for each in tree.assumes],
        visible=visible_says(),
        upgrade=upgrade_view(speaker),
        api=api_calls(speaker, {each.name: each.form for each in actions}),
        stories=[story_view(speaker, each) for each in tree.stories],
    )


def view_json(view: View) -> dict[str, Any]:
    """The view as plain data for JSON."""
    found: dict[str, Any] = msgspec.to_builtins(view)
    return found


def view_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the view model."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(View)}
