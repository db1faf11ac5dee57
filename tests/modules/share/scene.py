"""Three organisations with encryption keys, a keeper in each, a regulator, and people in custody."""

from functools import cache
from typing import Any

import msgspec

from tests.modules.lent import Stage
from tests.modules.refusals import applied
from tests.world import CREATED, DAY, YEAR, TestWorld, ca_of, certificate_of, key_of, make_genesis, make_world
from zhulian.crypto import fingerprint, suite
from zhulian.crypto.certificates import issue
from zhulian.language.lending import Caller, ContentRules, RecordName
from zhulian.ledger.genesis import CODEC, FoundingOrganisation, FoundingSigner, Genesis, Mandate, parse_genesis
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Context, Event
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules.identity.messages import OpenHandle
from zhulian.modules.share.declaring import Declared
from zhulian.modules.share.messages import Guard, KeeperShare, Reading, Register

__all__ = [
    "C1",
    "C2",
    "PERSON",
    "RECORD",
    "WRITER",
    "blob",
    "declare",
    "guard",
    "key_for",
    "private",
    "register",
    "scene",
    "sharing_genesis",
]

C1, C2 = "c1" * 32, "c2" * 32
RECORD = RecordName("ward", "visit", ("V1",))
WRITER = Caller("ward", "write", ("org1",))
PERSON = "~" + "5" * 32
"""In custody of org2."""


def blob(number: int) -> str:
    """A vault object's digest."""
    return f"{number:064x}"


def key_for(holder: str) -> str:
    """The fingerprint of a holder's encryption key."""
    return fingerprint(suite("gm"), key_of("gm", f"{holder}.encrypt").public_key)


def _encryption(holder: str) -> str:
    organisation = holder.partition(".")[0]
    key = key_of("gm", f"{holder}.encrypt").public_key
    return issue(ca_of("gm", organisation), key, organisation, holder, "encrypt", CREATED - DAY, CREATED + YEAR).hex()


def _with_keys(organisation: FoundingOrganisation) -> FoundingOrganisation:
    name = organisation.organisation
    keeper = FoundingSigner(
        certificate=certificate_of("gm", f"{name}.keeper", CREATED - DAY, CREATED + YEAR).hex(),
        duties=["keeper"],
        encryption=_encryption(f"{name}.keeper"),
        kind="service",
        signer=f"{name}.keeper",
    )
    signers = [
        msgspec.structs.replace(each, duties=sorted([*each.duties, "emergency"])) if each.signer.endswith(".second") else each
        for each in organisation.signers
    ]
    chosen = sorted([*signers, keeper], key=lambda each: each.signer)
    encryption = None if name == "org4" else _encryption(name)
    return msgspec.structs.replace(organisation, encryption=encryption, signers=chosen)


@cache
def sharing_genesis() -> Genesis:
    """org1 to org5, of which org4 has no encryption key; org3 is the regulator."""
    genesis = make_genesis(5)
    return parse_genesis(
        CODEC.encode(
            msgspec.structs.replace(
                genesis,
                modules={**genesis.modules, "share": 1},
                organisations=[_with_keys(each) for each in genesis.organisations],
                regulator=Mandate(document="", organisation="org3", powers=["open"]),
            )
        )
    )


def scene() -> TestWorld:
    """That chain, with a person in custody of org2."""
    world = make_world(genesis=sharing_genesis())
    applied(world, OpenHandle(handle=PERSON, instance="ward"), "org2.counter")
    return world


def private(reader: str, number: int, **more: str) -> Reading:
    """A reader with an envelope."""
    return Reading(**{"envelope": blob(number), "key": key_for(reader), "reader": reader, **more})


def guard(*keepers: str, threshold: int = 2, first: int = 900) -> Guard:
    """A guard of these keepers' organisations."""
    shares = [
        KeeperShare(
            check=blob(first + 50 + at), envelope=blob(first + at), keeper=f"{name}.keeper", key=key_for(f"{name}.keeper")
        )
        for at, name in enumerate(keepers)
    ]
    return Guard(shares=shares, threshold=threshold)


def register(content: str = C1, number: int = 1, **more: object) -> Register:
    """Guarded content of org1 in the vault of org1, kept by org2, org3 and org5, readable by org2, unless told otherwise."""
    given = {
        "blob": blob(number),
        "content": content,
        "guard": guard("org2", "org3", "org5", first=900 + 100 * number),
        "readers": [Reading(reader="org2")],
        "size": 1000,
        "vault": "org1",
    }
    return Register(**{**given, **more})  # type: ignore[arg-type]


def declare(
    stage: Stage,
    content: str = C1,
    record: RecordName = RECORD,
    owner: str = "org5",
    caller: Caller = WRITER,
    steps: int = 20,
    **rules: Any,
) -> list[Event]:
    """Say that the record's field holds the content of `owner`, deposited by org1, in at most so many steps; the events."""
    overlay = BlockOverlay(stage.world.state)
    state = TransactionOverlay(overlay, Limits().transaction_steps_max)
    context = Context(stage.block, "ab" * 32, (), state)
    Declared().declare(context, caller, content, owner, record, ContentRules(**{"field": "summary", "threshold": 2, **rules}))
    assert state.steps <= steps
    state.merge()
    stage.world.state.apply(dict(overlay.changes()))
    return context.events
