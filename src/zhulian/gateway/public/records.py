"""What everyone with its code sees of a record: the fields that `pages.public` names, read from a proved state, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhulian.errors import Words
from zhulian.gateway.apps.definitions import App, Loaded
from zhulian.gateway.apps.showing import calendar_of, parties_of, record_type, words
from zhulian.gateway.apps.tracing import Way, read_way
from zhulian.gateway.chain import Chain
from zhulian.gateway.context import Context
from zhulian.gateway.errors import NoPublicPage, NoSuchRecord, NothingFollowed, NotTakingPart
from zhulian.gateway.public.codes import RecordCode
from zhulian.language.definition.shapes import Field, Record
from zhulian.language.values import key_text, shown
from zhulian.language.values.figures import write_time

__all__ = ["PublicRecord", "Shown", "Step", "may_share", "public_page", "read_record"]

_STEPS_MAX = 50
_HOPS_MAX = 3
_PERSON = Words("自然人", "a person")
_NONE = Words("—", "—")
_PARTIES = ("party", "person", "tag")


@dataclass(frozen=True)
class Shown:
    """One fact: what it is called, what it says, and, of the record's own fields, its name and value as the chain holds it."""

    title: dict[str, str]
    says: Words
    field: str = ""
    value: Any = None


@dataclass(frozen=True)
class Step:
    """Something that happened to the record; who did it is not told."""

    title: dict[str, str]
    time_ms: int
    height: int


@dataclass(frozen=True)
class PublicRecord:
    """A record as its public page shows it; `fact` proves it, `way` follows the thing where the application traces things."""

    app: App
    code: RecordCode
    title: dict[str, str]
    state: dict[str, str] | None
    since_ms: int
    shows: tuple[Shown, ...]
    steps: tuple[Step, ...]
    is_whole: bool
    fact: dict[str, Any]
    way: Way | None
    reports: dict[str, Any]
    """By organisation, the prover's report that it has filed about the definition which the record follows."""


def public_page(app: App, record: str) -> list[str]:
    """The paths that a record's public page shows.

    Raises:
        NoPublicPage: the definition makes none for this type.
    """
    pages = app.tree.pages.public if app.tree.pages is not None else ()
    found = next((each for each in pages if each.record == record), None)
    if found is None:
        raise NoPublicPage(instance=app.name, record=record[:64])
    return list(found.show)


async def may_share(context: Context, app: App, party: str) -> None:
    """Hold that a party takes part in an instance: it runs it or has a role in it.

    Raises:
        NotTakingPart. LedgerSilent.
    """
    if app.value["operator"] == party:
        return
    for role in app.tree.roles:
        key = [app.name, role.name, party]
        found = await context.read(context.ledger.page("scenario/members", key, None, 1))
        if any(each["key"][1:] == key for each in found["items"]):
            return
    raise NotTakingPart(instance=app.name, party=party[:64])


async def read_record(context: Context, code: RecordCode) -> PublicRecord:
    """The record behind a code.

    Raises:
        NoSuchApp, NoPublicPage, NoSuchRecord. LedgerSilent.
    """
    chain = await context.read(context.chain.get())
    app = await context.read(context.definitions.app(code.instance))
    public_page(app, code.record)
    fact = await context.read(context.ledger.state(["scenario/records", app.name, code.record, code.key], None))
    held = fact.get("value")
    if held is None:
        raise NoSuchRecord(instance=app.name, record=code.record, key=code.key[:200])
    loaded = await context.read(context.definitions.of_version(app, held["version"]))
    kind = record_type(loaded.tree, code.record)
    if kind is None:
        raise NoSuchRecord(instance=app.name, record=code.record, key=code.key[:200])
    reader = _Reader(context, chain, app, loaded)
    shows = [await reader.fact(kind, held, path) for path in public_page(app, code.record)]
    history = await context.read(context.ledger.history(app.name, code.record, code.key, 0, _STEPS_MAX))
    return PublicRecord(
        app,
        code,
        words(kind.title, kind.name),
        reader.state(kind, held),
        held["since"] * 1000,
        tuple(shows),
        tuple(_step(loaded, each) for each in history["items"]),
        history["next"] is None,
        fact,
        await _way(context, code),
        await _reports(context, loaded),
    )


async def _reports(context: Context, loaded: Loaded) -> dict[str, Any]:
    found = await context.read(context.ledger.page("scenario/reports", [loaded.digest], None, 1))
    return dict(found["items"][0]["value"]["by"]) if found["items"] else {}


async def _way(context: Context, code: RecordCode) -> Way | None:
    try:
        return await read_way(context, f"{code.instance}/{code.record}/{code.key}")
    except NothingFollowed:
        return None


def _step(loaded: Loaded, item: Mapping[str, Any]) -> Step:
    titles = {each.name: each.title for each in loaded.tree.actions} | {each.name: each.title for each in loaded.tree.timers}
    cause = item.get("cause") or next(
        (each.get("action") or each.get("cause") or each.get("timer") for each in item["events"]), None
    )
    named = words(titles[cause], cause) if cause in titles else {"zh": "变更", "en": "changed"}
    return Step(named, item["time_ms"], item["height"])


class _Reader:
    """Follows a path of a public page through records to what it says."""

    def __init__(self, context: Context, chain: Chain, app: App, loaded: Loaded) -> None:
        self._context = context
        self._chain = chain
        self._app = app
        self._loaded = loaded

    def state(self, kind: Record, held: Mapping[str, Any]) -> dict[str, str] | None:
        """What the state of a record is called; None where it has none."""
        if kind.states is None or "state" not in held:
            return None
        titles = {each.name: each.title for each in kind.states.every}
        return words(titles.get(held["state"]), str(held["state"]))

    async def fact(self, kind: Record, held: Mapping[str, Any], path: str) -> Shown:
        """The fact at a path, such as `debtor.name`."""
        title = self._title(kind.name, path)
        first = path.partition(".")[0]
        own = first if any(each.name == first for each in kind.fields) else ""
        says = await self._follow(kind, held, path.split(".")[:_HOPS_MAX])
        return Shown(title, says, own, held["fields"].get(own) if own else None)

    def _title(self, record: str, path: str) -> dict[str, str]:
        pages = self._app.loaded.view["public"]
        shows = next((each["shows"] for each in pages if each["record"] == record), ())
        return next((dict(each["title"]) for each in shows if each["path"] == path), {"zh": path, "en": path})

    async def _follow(self, kind: Record, held: Mapping[str, Any], parts: list[str]) -> Words:
        first, *rest = parts
        if first == "state":
            said = self.state(kind, held)
            return Words(said["zh"], said["en"]) if said else _NONE
        if first == "since":
            offset = calendar_of(self._chain, held["since"]).offset
            return Words(write_time(held["since"], offset, "zh"), write_time(held["since"], offset, "en"))
        if first == "owner":
            return self._party(held.get("owner"))
        field = next((each for each in kind.fields if each.name == first), None)
        value = held["fields"].get(first) if field is not None else None
        if field is None or value is None:
            return _NONE
        if rest and field.record:
            return await self._other(field, value, rest)
        if field.type in _PARTIES:
            return self._party(value)
        if field.type == "list" and field.of is not None and field.of.type in _PARTIES:
            named = list(dict.fromkeys(self._party(each) for each in value))
            return Words("、".join(each.zh for each in named), "; ".join(each.en for each in named))
        return shown(field, value, calendar_of(self._chain, held["since"]), parties_of(self._chain))

    async def _other(self, field: Field, key: Any, rest: list[str]) -> Words:
        """What another record of the same instance says."""
        kind = record_type(self._loaded.tree, field.record)
        if kind is None:
            return _NONE
        parts = [self._app.name, field.record, key if isinstance(key, str) else key_text([str(each) for each in key])]
        page = await self._context.read(self._context.ledger.page("scenario/records", parts, None, 1))
        found = next((each["value"] for each in page["items"] if each["key"][1:] == parts), None)
        return _NONE if found is None else await self._follow(kind, found, rest)

    def _party(self, party: Any) -> Words:
        """An organisation by its title; a person only as such, never by its handle."""
        if not isinstance(party, str):
            return _NONE
        if party.startswith("~"):
            return _PERSON
        return parties_of(self._chain).get(party, Words(party, party))
