"""Documents as the tables keep them, read back."""

import json
from collections.abc import Sequence
from typing import Any

from zhulian.errors import Words
from zhulian.offchain.index.drafts import Draft
from zhulian.offchain.index.telling import Telling

__all__ = ["draft_of"]


def draft_of(row: Any, parties: Sequence[str] = ()) -> Draft:
    """The document of a row; the parties that it concerns lie in a table of their own."""
    content = json.loads(row.content)
    draft = Draft(
        row.kind, row.key, content, tuple(json.loads(row.place)), row.instance, row.record, row.definition, row.transaction
    )
    draft.height, draft.time_ms, draft.first_height, draft.first_ms = row.height, row.time_ms, row.first_height, row.first_ms
    draft.id, draft.holder = row.id, row.holder
    title, text = Words(row.title_zh, row.title_en), Words(row.text_zh, row.text_en)
    draft.telling = Telling(title, text, tuple(parties), row.state)
    return draft
