"""Doing things as whoever is signed in: with an own key at once, or in custody by the agent, under the person's handle."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhulian.client.apps.handle import AsyncApp
from zhulian.client.chain import AsyncChain
from zhulian.client.errors import FromNode
from zhulian.client.sealed.describing import Describing
from zhulian.console.context import Page
from zhulian.console.errors import NoHandle

__all__ = ["Deposited", "Intent", "Result", "act", "deposit"]


@dataclass
class Intent:
    """What a form is about to do, once: sent again after a lost answer or a second click, it is the same transaction."""

    name: str = field(default_factory=lambda: secrets.token_hex(16))

    def key(self, *what: object) -> str:
        """The name by which the journal knows this form with just these values; other values are something else."""
        return f"console:{self.name}:{hashlib.sha256(repr(what).encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"

    def renew(self) -> None:
        """After a rule said no, the same values may be tried again."""
        self.name = secrets.token_hex(16)


@dataclass(frozen=True)
class Result:
    """A transaction that was applied, and the record that it is about, where there is one."""

    transaction: str
    height: int
    record: str = ""
    key: str = ""


@dataclass(frozen=True)
class Deposited:
    """A deposit with its receipt; `found` where the file was deposited before."""

    receipt: dict[str, Any]
    found: bool


async def act(
    page: Page, app: AsyncApp, action: str, on: Sequence[str], others: Sequence[str], given: Mapping[str, object], intent: Intent
) -> Result:
    """Do what an action says, and wait until it is sealed.

    Raises:
        Refusal: a rule said no, and nothing was applied; or what came of it is not known yet, and the same may be sent again.
    """
    chain, visitor = await page.chain(), page.present()
    key = intent.key(app.instance, action, list(on), sorted(others), sorted(given.items()))
    try:
        if visitor.is_person:
            return await _in_custody(chain, visitor.token, app, action, on, given)
        done = await app.act(action, *on, signers=[*page.signers(), *others], given=given, intent=key)
    except FromNode as why:
        if why.retry_after_s is None:
            intent.renew()
        raise
    return Result(done.transaction, done.height, done.record, done.key or "")


async def deposit(page: Page, path: Path, name: str) -> Deposited:
    """Deposit a file as the visitor, who then finds it by its name where it is asked for no further signature.

    Raises:
        NoHandle: a person without any handle. Refusal: a rule said no.
    """
    chain, visitor = await page.chain(), page.present()
    if not visitor.is_person:
        describing = (
            Describing(name=name) if page.reads_signed else None
        )  # a vault asks who brings: each time in a window of its own
        made = await chain.evidence.deposit(path, describing=describing)
        return Deposited(made.receipt.document, made.found)
    held = [each for each in await chain.custody.handles(visitor.token) if each["state"] == "custody"]
    if not held:
        raise NoHandle()
    done = await chain.custody.deposit(visitor.token, str(held[0]["handle"]), path, describing=Describing(name=name))
    return Deposited((await chain.receipt(_sent(done))).document, False)


async def _in_custody(
    chain: AsyncChain, token: str, app: AsyncApp, action: str, on: Sequence[str], given: Mapping[str, object]
) -> Result:
    """Act under the person's handle in the application, which is opened at first need."""
    held = {each["instance"]: each for each in await chain.custody.handles(token) if each["state"] == "custody"}
    inputs: dict[str, Any] = dict(given)
    handle = held.get(app.instance) or await chain.custody.open_handle(token, app.instance)
    done = await chain.custody.do(token, str(handle["handle"]), app.instance, action, *on, **inputs)
    proved = (await chain.receipt(_sent(done))).proved
    changed = [each for each in proved.result.get("events", []) if each.get("type") == "scenario.record_changed"]
    record, key = (str(changed[0]["record"]), str(changed[0]["key"])) if changed else ("", "")
    return Result(str(done["transaction"]), proved.height, record, key)


def _sent(done: Mapping[str, Any]) -> str:
    if done["status"] not in ("applied", "sent"):
        raise FromNode(dict(done["refusal"]))
    return str(done["transaction"])
