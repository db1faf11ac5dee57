"""Content that actions open or hand on: fetched for whoever opened it, wrapped anew for whom an action hands the key to."""

import os
from collections.abc import Sequence
from typing import Any

from zhulian.client.apps.errors import NothingOpened
from zhulian.client.apps.reading import AppInfo
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.reading import state
from zhulian.client.sealed.holders import holders
from zhulian.client.sealed.objects import hand_over, vaults
from zhulian.client.sealed.opening import OpenedContent, data_key, find_content, open_content
from zhulian.language.asking import Asked
from zhulian.language.definition.shapes import Lent
from zhulian.language.values import key_text

__all__ = ["fetch_opened", "handing_messages"]


def fetch_opened(
    core: Core,
    action: str,
    events: Sequence[dict[str, Any]],
    signers: Sequence[str | Identity] | None,
    out: str | os.PathLike[str] | None,
) -> Flow[OpenedContent]:
    """Fetch what a transaction with these events opened, once its keepers have released their shares, into a file or folder `out`.

    Raises:
        NothingOpened: it opened nothing; those of `open_content`.
    """
    opened = next((each for each in events if each.get("type") == "share.opened"), None)
    if opened is None:
        raise NothingOpened(action=action)
    chosen = None if signers is None else list(signers)
    return (
        yield from open_content(
            core, opened["content"], owner=opened["owner"], opening=opened["opening"], out=out, signers=chosen
        )
    )


def handing_messages(core: Core, info: AppInfo, asked: Asked, identities: Sequence[Identity]) -> Flow[list[dict[str, Any]]]:
    """The messages that hand keys of private content to whom the action's effects `rewrap` name; they go before the action.

    Raises:
        NoSealedContent, NotForYou, NoKeyOnChain, NoDecryptionKey, ObjectLost. FromNode, ProofFault, Unreachable.
    """
    found: list[dict[str, Any]] = []
    for effect in asked.action.do:
        if not isinstance(effect, Lent) or effect.name != "rewrap" or not asked.on:
            continue
        fact = yield from state(core, ("scenario/records", info.instance, asked.record, key_text(asked.on[0])))
        fields = dict((fact.value or {}).get("fields", {})) if fact.present else {}
        values = {each.name: _value(each.value, asked, fields, identities) for each in effect.values}
        file, owner, to = (values.get(name) for name in ("file", "owner", "to"))
        if file is None or owner is None or to is None:
            continue  # said by an expression that is worked out on the chain alone: the owner rewraps beforehand
        content = yield from find_content(core, file, owner)
        reader = yield from state(core, ("share/readers", file, owner, to))
        if reader.present and reader.value.get("ended") is None:
            continue
        key, _ = yield from data_key(core, content, (yield from vaults(core)), signers=list(identities))
        given = yield from hand_over(core, file, content.value["blob"], key, (yield from holders(core, [to])))
        found.append({"type": "share.rewrap", "content": file, "party": owner, "readers": given})
    return found


def _value(code: str, asked: Asked, fields: dict[str, Any], identities: Sequence[Identity]) -> str | None:
    """What a plain name of an action is worth; None for any other expression."""
    of, _, name = code.strip().partition(".")
    if code.strip() == "actor":
        signer = identities[0].name
        return asked.by.get("actor") or (signer if signer.startswith("~") else signer.partition(".")[0])
    value = {"this": fields, "input": asked.input, "by": asked.by}.get(of, {}).get(name)
    return value if isinstance(value, str) else None
