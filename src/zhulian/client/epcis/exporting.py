"""An EPCIS 2.0 document of a way: with the whole events where one has their documents, else with what the chain knows."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from zhulian.client.core import Core
from zhulian.client.epcis.documents import EpcisEvent
from zhulian.client.epcis.errors import NotTheContent
from zhulian.client.epcis.papers import salt_of
from zhulian.client.epcis.ways import Step, Way
from zhulian.identifiers.epcis import declaration, document, shown, standing
from zhulian.modules.trace.format import content_digest

__all__ = ["epcis_document"]


def epcis_document(core: Core, way: Way, originals: Iterable[EpcisEvent] = ()) -> dict[str, Any]:
    """The document; `originals` are events of which one has the documents, recorded from this home.

    Raises:
        NotTheContent: an original is not what was recorded. SecretMissing.
    """
    known = {each.event: each for each in originals}
    recorded = {each.event: msgspec.to_builtins(each.what) for each in way.steps}
    events = []
    for step in way.steps:
        what, original = recorded[step.event], known.get(step.event)
        event = shown(step.event, what) if original is None else _whole(core, step, original) | standing(what)
        events.append(event | declaration(what, recorded.get(step.what.declared_wrong_by)))
    return document(events, max([each.what.recorded_ms for each in way.steps], default=0))


def _whole(core: Core, step: Step, original: EpcisEvent) -> dict[str, Any]:
    salt = salt_of(core.salts, core.hasher, original.document)
    if content_digest(core.hasher, salt, original.document) != step.what.content:
        raise NotTheContent(event=step.event)
    found: dict[str, Any] = json.loads(original.document)
    return found | {"eventID": step.event}
