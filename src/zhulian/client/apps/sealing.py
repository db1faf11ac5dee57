"""What opens a sealed group, made before anything is sent and kept by whoever made it: commit first, show later."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhulian.client.apps.acting import AppCore, as_written
from zhulian.client.apps.errors import SealedFileThere
from zhulian.client.apps.reading import moment
from zhulian.client.apps.saving import save_document
from zhulian.client.flow import Flow, work
from zhulian.language.asking import record_of
from zhulian.language.asking.sealing import make_reveal
from zhulian.language.sealing import SALT_BYTES
from zhulian.language.values import keys_of

__all__ = ["SEALED", "seal"]

SEALED = ".sealed.json"
"""How files end that open a sealed group."""


def seal(
    app: AppCore, record: str, group: str, /, *, save: str | os.PathLike[str] | None = None, given: Mapping[str, object] | None = None,
    **values: object,
) -> Flow[dict[str, Any]]:  # fmt: skip
    """Salt and values of a sealed group: handed to the action that seals it, it makes the commitment; to the one that opens it, it opens.

    `save` is a file into which it is written, readable by its owner alone; one that is there is left alone. Whoever loses it
    cannot open what it sealed.

    Raises:
        UnknownRecordType, ValueFault: if the values are not those of the group. SealedFileThere.
    """
    return (yield from work(_seal, app, record, group, save, {**values, **(given or {})}))


def _seal(
    app: AppCore, record: str, group: str, save: str | os.PathLike[str] | None, values: Mapping[str, object]
) -> dict[str, Any]:
    tree = app.info.tree
    plain = {name: as_written(value) for name, value in values.items()}
    made = make_reveal(record_of(tree, record), group, plain, moment(app.core), os.urandom(SALT_BYTES), keys_of(tree))
    if save is not None:
        path = Path(save)
        if path.exists():
            raise SealedFileThere(path=str(path))
        save_document(path, made, mode=0o600)
    return made
