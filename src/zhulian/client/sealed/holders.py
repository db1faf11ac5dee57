"""Who can be sealed to, as the chain proves it: readers' and keepers' encryption keys."""

from collections.abc import Collection, Sequence
from typing import Any

from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.reading import page, state
from zhulian.client.sealed.errors import NoKeyOnChain, NoSuchReader, TooFewKeepers
from zhulian.client.sealed.making import Holder

__all__ = ["choose_keepers", "holder", "holders", "keepers_of", "reads_own", "regulator_of"]

REGULATOR = "regulator"
"""How a reader may be called that genesis appoints."""


def regulator_of(core: Core, reader: str) -> str:
    """The party that a reader's name means: `regulator` is whom genesis appoints.

    Raises:
        NoSuchReader: there is none.
    """
    if reader != REGULATOR or any(each.organisation == REGULATOR for each in core.genesis.organisations):
        return reader
    if core.genesis.regulator is None:
        raise NoSuchReader(reader=reader)
    return core.genesis.regulator.organisation


def holder(core: Core, name: str) -> Flow[Holder]:
    """The encryption key of an organisation, signer or person, proved; a person in custody reads by its agent's.

    Raises:
        NoKeyOnChain. ProofFault, FromNode, Unreachable.
    """
    found = yield from _value(core, "identity/encryption_keys", name)
    if found is None and name.startswith("~"):
        handle = yield from _value(core, "identity/handles", name)
        if handle is not None and handle.get("agent"):
            found = yield from _value(core, "identity/encryption_keys", str(handle["agent"]))
    now = core.clock()
    if found is None or not found["not_before"] <= now <= found["not_after"]:
        raise NoKeyOnChain(holder=name[:80])
    return Holder(name, bytes.fromhex(found["public_key"]), str(found["fingerprint"]))


def holders(core: Core, readers: Sequence[str]) -> Flow[list[Holder]]:
    """Readers with their keys, sorted and each once.

    Raises:
        NoSuchReader, NoKeyOnChain. ProofFault, FromNode, Unreachable.
    """
    found: list[Holder] = []
    for name in sorted({regulator_of(core, each) for each in readers}):
        found += [(yield from holder(core, name))]
    return found


def reads_own(core: Core, party: str) -> Flow[bool]:
    """Whether the owner gets the key too: an organisation has to have one, a person may act without.

    Raises:
        ProofFault, FromNode, Unreachable.
    """
    if not party.startswith("~"):
        return True
    try:
        yield from holder(core, party)
    except NoKeyOnChain:
        return False
    return True


def choose_keepers(core: Core, vault: str, named: Sequence[str], threshold: int) -> Flow[list[Holder]]:
    """The keepers that are named or, where none is, one of each organisation but the vault's; sorted.

    Raises:
        TooFewKeepers, NoKeyOnChain. ProofFault, FromNode, Unreachable.
    """
    names = sorted(set(named)) or (yield from _known_keepers(core, vault, None))
    if len(names) < max(2, threshold):
        raise TooFewKeepers(count=len(names), wanted=max(2, threshold))
    found: list[Holder] = []
    for name in names:
        found += [(yield from holder(core, name))]
    return found


def keepers_of(core: Core, vault: str, organisations: Collection[str]) -> Flow[list[str]]:
    """A keeper of each of the organisations that has one, but the vault's.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _known_keepers(core, vault, organisations))


def _known_keepers(core: Core, vault: str, among: Collection[str] | None) -> Flow[list[str]]:
    first: dict[str, str] = {}
    after: str | None = None
    while True:
        got = yield from page(core, "identity/signers", after=after, limit=100)
        for each in got.items:
            name, value = str(each["key"][-1]), each["value"]
            organisation = name.partition(".")[0]
            if "keeper" in value.get("duties", []) and value.get("revoked") is None and organisation != vault:
                if among is not None and organisation not in among:
                    continue
                first.setdefault(organisation, name)
        after = got.next
        if after is None:
            return sorted(first.values())[:32]


def _value(core: Core, *key: str) -> Flow[dict[str, Any] | None]:
    fact = yield from state(core, key)
    return fact.value if fact.present and isinstance(fact.value, dict) else None
