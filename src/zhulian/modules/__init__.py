"""The modules, and where they are put together into the application that the ledger runs."""

from collections.abc import Iterable, Mapping

from zhulian.errors import Words
from zhulian.language.lending import Lender
from zhulian.language.registry import KERNEL, Registry
from zhulian.ledger.agreements import NO_RECOVERIES, Agreement
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import NOTHING_DUE, OPEN_DOOR, Handler, Module
from zhulian.ledger.overlay import BlockOverlay, StateView
from zhulian.ledger.transition import World
from zhulian.ledger.types import Message
from zhulian.modules.asset.module import AssetModule
from zhulian.modules.ballot.module import BallotModule
from zhulian.modules.codes.module import CodesModule
from zhulian.modules.credential.module import CredentialModule
from zhulian.modules.device.module import DeviceModule
from zhulian.modules.device.state import KEYS as DEVICE_KEYS
from zhulian.modules.earmark.module import EarmarkModule
from zhulian.modules.evidence.module import EvidenceModule
from zhulian.modules.fair.module import FairModule
from zhulian.modules.govern.module import GovernModule
from zhulian.modules.govern.queries import Decisions
from zhulian.modules.identity.module import IdentityModule
from zhulian.modules.mandate.module import MandateModule
from zhulian.modules.oracle.module import OracleModule
from zhulian.modules.registry.module import RegistryModule
from zhulian.modules.scenario.module import ScenarioModule
from zhulian.modules.scenario.opening.presenting import Presented
from zhulian.modules.scenario.reporting.handlers import ReportRules
from zhulian.modules.settle.module import SettleModule
from zhulian.modules.share.module import ShareModule
from zhulian.modules.ticket.module import TicketModule
from zhulian.modules.trace.module import TraceModule

__all__ = ["OtherKeys", "assemble", "every_word", "found_state", "lenders", "message_types", "words"]


def assemble(genesis: Genesis, skips: frozenset[str] = frozenset(), recoveries: Mapping[int, Agreement] = NO_RECOVERIES) -> World:
    """Put the application together for the chain that `genesis` founds.

    `skips` are transactions that the members skip, `recoveries` their agreements to go on without lost members, by the height
    of the block that records each.

    Raises:
        BadGenesis: if genesis names a module that this program lacks, or leaves out identity or govern.
    """
    identity = IdentityModule(
        OtherKeys(genesis.modules)
    )  # first: everybody asks it who acts, and it asks only which keys are others'
    registry = RegistryModule()  # it needs nobody, and leaves its spaces to a vote
    governed = {**identity.governed, **(registry.governed if registry.name in genesis.modules else {})}
    if ScenarioModule.name in genesis.modules:
        governed |= ReportRules(identity.membership).governed
    govern = GovernModule(identity.membership, governed)  # then: it carries out what earlier modules leave to a vote
    evidence = EvidenceModule(identity.parties)  # then the modules for use, which need the two above and not each other
    asset = AssetModule()
    ticket = TicketModule(identity.authority)
    alone = _standing_alone()
    trace = alone[-1]
    mandate = MandateModule(trace.recalling if trace.name in genesis.modules else None)
    freezes = mandate.freezes if mandate.name in genesis.modules else None
    settle = SettleModule(asset.moving, freezes)  # money moves by asset, and nothing goes out of what is frozen
    share = ShareModule(identity.parties, identity.people, identity.encryption)
    offered = (evidence, asset, registry, ticket, *alone, settle, share, *_asking(identity))
    lending = _agreed(genesis, offered)
    scenario = ScenarioModule(  # last: its definitions say what the others lend
        genesis,
        words(lending),
        lenders(lending),
        authority=identity.authority,
        parties=identity.parties,
        people=identity.people,
        calendars=govern.calendars,
        holding=asset.holding if asset in lending else None,
        claims=registry.claims if registry in lending else None,
        spaces=registry.spaces if registry in lending else None,
        members=identity.membership,
        freezes=freezes,
        contents=share.contents if share in lending else None,
        presented=(Presented(evidence.name, evidence.presented),) if evidence in lending else (),
    )

    known: tuple[Module, ...] = (identity, govern, *offered, mandate, scenario)
    modules = _agreed(genesis, known)
    _require_modules(genesis, known, modules)
    handlers: dict[type[Message], Handler] = dict.fromkeys((*governed, *govern.governed), govern.refuse_direct)
    for each in modules:
        handlers.update(each.handlers)
    return World(
        genesis=genesis,
        hasher=genesis.hasher(),
        chain=genesis.chain(),
        modules=modules,
        handlers=handlers,
        authority=identity.authority,
        governing=govern.governing,
        names=identity.names,
        skips=skips,
        recoveries=recoveries,
        clockwork=scenario.clockwork if scenario in modules else NOTHING_DUE,
        doorkeeper=scenario.doorkeeper if scenario in modules else OPEN_DOOR,
    )


class OtherKeys(Decisions):
    """Which keys seal blocks, and which devices have; of devices there are none on a chain without their module."""

    def __init__(self, modules: Iterable[str]) -> None:
        self._has_devices = DeviceModule.name in modules

    def is_device_key(self, state: StateView, fingerprint: str) -> bool:
        """Whether a device signs with the key, or ever did."""
        return self._has_devices and DEVICE_KEYS.has(state, fingerprint)


def _standing_alone() -> tuple[BallotModule, CodesModule, EarmarkModule, FairModule, TraceModule]:
    """The modules for use that need no other and are needed by none: they only lend words."""
    return BallotModule(), CodesModule(), EarmarkModule(), FairModule(), TraceModule()


def _asking(identity: IdentityModule) -> tuple[DeviceModule, OracleModule, CredentialModule]:
    """The modules for use that ask nobody but identity, and are needed by none."""
    return (
        DeviceModule(identity.parties, identity.authority),
        OracleModule(identity.parties, identity.authority),
        CredentialModule(identity.parties, identity.people),
    )


def _require_modules(genesis: Genesis, known: tuple[Module, ...], modules: tuple[Module, ...]) -> None:
    """Require that this program has every module that genesis names, and that genesis names those without which no chain runs.

    Raises:
        BadGenesis.
    """
    if len(modules) != len(genesis.modules):
        there = ", ".join(each.name for each in known)
        raise BadGenesis(why=Words(f"本程序只有以下模块：{there}", f"this program has no module but {there}"))
    if not {"identity", "govern"} <= {each.name for each in modules}:
        raise BadGenesis(why=Words("缺少 identity 或 govern 模块，链无法运行", "no chain runs without identity and govern"))


def _agreed(genesis: Genesis, modules: tuple[Module, ...]) -> tuple[Module, ...]:
    """Those of the modules that genesis names: a chain runs what its members agreed on, no more."""
    return tuple(each for each in modules if each.name in genesis.modules)


def found_state(world: World) -> dict[bytes, bytes]:
    """The state before the first block: canonical keys with canonical values.

    Raises:
        BadGenesis: if parts of the genesis document do not hold.
    """
    state = BlockOverlay(_Nothing())
    for module in world.modules:
        module.found(state, world.genesis, world.hasher)
    return {key: value for key, value in state.writes.items() if value is not None}


def lenders(modules: Iterable[Module]) -> tuple[Lender, ...]:
    """Those of the modules that lend verbs and reads to definitions."""
    return tuple(each for each in modules if isinstance(each, Lender))


def words(modules: Iterable[Module]) -> Registry:
    """What definitions may say on a chain of these modules: the kernel's words and those that the modules lend."""
    found = KERNEL
    for each in lenders(modules):
        found = each.lend(found)
    return found


def every_word() -> Registry:
    """What definitions may say to this program, whatever a chain's genesis names: for whoever checks one without a chain."""
    identity = IdentityModule(OtherKeys(()))
    lending = (
        EvidenceModule(identity.parties),
        AssetModule(),
        RegistryModule(),
        TicketModule(identity.authority),
        *_standing_alone(),
        SettleModule(AssetModule().moving, None),
        ShareModule(identity.parties, identity.people, identity.encryption),
        *_asking(identity),
    )
    return words(lending)


def message_types(world: World) -> tuple[type[Message], ...]:
    """Every message that the application takes, sorted by wire name."""
    return tuple(sorted(world.handlers, key=lambda each: str(each.__struct_config__.tag)))


class _Nothing:
    """The state before there is any."""

    def get(self, key: bytes) -> bytes | None:
        return None
