"""What an application is: its instance proved by the chain, its definition held against the digest that the proof names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.errors import NoSuchApp, NoSuchDefinition
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, NotOurs, StrangeAnswer
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.reading import page, state
from zhulian.errors import Words
from zhulian.zones import offset_of

if TYPE_CHECKING:
    from zhulian.language.definition.reading import Definition
    from zhulian.language.definition.views import Tree
    from zhulian.language.values import Moment
    from zhulian.language.view import View

__all__ = ["AppInfo", "apps", "definition", "find_definition", "moment", "open_app", "titled_apps", "view"]

INSTANCES = "scenario/instances"
_NO_BLOCK = "ledger/12"
"""Nothing can be proved yet: the chain has no sealed block."""


@dataclass(frozen=True)
class AppInfo:
    """An open instance. `definition` is the digest (hex) of the definition that it follows now, `value` what the chain keeps of it."""

    instance: str
    definition: str
    value: dict[str, Any]
    tree: "Tree"


def apps(core: Core) -> Flow[list[dict[str, Any]]]:
    """The instances that are open, by name, as the node shows them: `{"instance", …}` each.

    Raises:
        FromNode, Unreachable.
    """
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        got = yield from page(core, INSTANCES, after=after, limit=100)
        found += [{"instance": each["key"][1], **each["value"]} for each in got.items]
        after = got.next
        if after is None:
            return found


def titled_apps(core: Core) -> Flow[list[dict[str, Any]]]:
    """The instances that are open and the modules that work like one, with their titles in both languages, for those who show them.

    Raises:
        StrangeAnswer: it has another shape. FromNode, Unreachable.
    """
    found = as_json((yield from call(Call("GET", path_of("apps")))), core.url)
    try:
        return list(found["items"])
    except (KeyError, TypeError) as wrong:
        raise StrangeAnswer(url=core.url, why=Words.quote(wrong)) from None


def view(core: Core, instance: str) -> Flow["View"]:
    """The view model of an open instance's definition, as the node makes it: for those who show, and prove nothing by it.

    Raises:
        StrangeAnswer: it is of another version. FromNode, Unreachable.
    """
    from zhulian.language.view import View

    found = as_json((yield from call(Call("GET", path_of("apps", instance)))), core.url)
    try:
        return msgspec.convert(found["view"], View)
    except (KeyError, TypeError, msgspec.ValidationError) as wrong:
        raise StrangeAnswer(url=core.url, why=Words.quote(wrong)) from None


def open_app(core: Core, instance: str) -> Flow[AppInfo]:
    """The instance with its definition, both proved: nothing is signed by a definition that a node made up.

    Raises:
        NoSuchApp: with the nearest name. NotOurs: the definition is another. ProofFault, FromNode, Unreachable.
    """
    try:
        fact = yield from state(core, (INSTANCES, instance))
    except FromNode as no:
        if no.code != _NO_BLOCK:
            raise
        yield from _require_known(core, instance)
        raise
    if not fact.present:
        yield from _require_known(core, instance)
        raise NoSuchApp(instance=instance[:64], near=Words("", ""))
    value = dict(fact.value)
    coming = value.get("coming")
    if coming is not None and coming["since"] <= core.clock():
        value |= {each: coming[each] for each in ("definition", "settings", "uses", "version")}
    read = yield from definition(core, str(value["definition"]))
    return AppInfo(instance, str(value["definition"]), value, read.tree)


def _require_known(core: Core, instance: str) -> Flow[None]:
    """Refuse with the nearest name where the node does not show the instance either."""
    from zhulian.language.asking.errors import nearest

    names = [each["instance"] for each in (yield from apps(core))]
    if instance not in names:
        raise NoSuchApp(instance=instance[:64], near=nearest(instance, names))


def definition(core: Core, digest: str) -> Flow["Definition"]:
    """The published definition of a digest.

    Raises:
        NotOurs: what the node shows has another digest. FromNode, Unreachable.
    """
    known = core.definitions.get(digest)
    if known is not None:
        return known
    got = yield from page(core, "scenario/parts", prefix=(digest,), limit=100)
    parts = {int(each["key"][2]): str(each["value"]) for each in got.items}
    read = yield from work(_load, core, digest, "".join(parts[number] for number in sorted(parts)))
    core.definitions[digest] = read
    return read


def find_definition(core: Core, scenario: str) -> Flow[str]:
    """The digest of a scenario's newest version; `name@3` names a version, and a digest stands for itself.

    Raises:
        NoSuchDefinition. FromNode, Unreachable.
    """
    if len(scenario) == 64 and all(each in "0123456789abcdef" for each in scenario):
        return scenario
    name, _, version = scenario.partition("@")
    got = yield from page(core, "scenario/versions", prefix=(name, *((version,) if version else ())), limit=100)
    found = {int(each["key"][2]): str(each["value"]) for each in got.items}
    if not found:
        raise NoSuchDefinition(scenario=scenario[:64])
    return found[max(found)]


def moment(core: Core) -> "Moment":
    """Now, in the chain's zone."""
    from zhulian.language.expressions.dates import Calendar
    from zhulian.language.values import Moment

    now = int(core.clock())
    return Moment(now, Calendar(offset=offset_of(core.genesis.zone, now)))


def _load(core: Core, digest: str, text: str) -> "Definition":
    from zhulian.language.definition.reading import load_definition

    data = text.encode()
    if core.hasher.digest("definition", data).hex() != digest:
        raise NotOurs(what=f"definition {digest}")
    return load_definition(data)
