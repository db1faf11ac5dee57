"""One seed, from the founding to the last checker: who does what when, which faults come, and what was found."""

import asyncio
import random
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from zhulian.assure.drawn.grammar import PARTIES, draw_definition, text_of_definition
from zhulian.assure.drawn.model import Model
from zhulian.assure.drawn.moves import MoveDraw
from zhulian.assure.simulation import governing
from zhulian.assure.simulation.alone import Alone
from zhulian.assure.simulation.auditor import Auditor, Violated
from zhulian.assure.simulation.disk import PLACES, Place
from zhulian.assure.simulation.founding import CREATED, found, organisation_name
from zhulian.assure.simulation.liars import LIES, Liar
from zhulian.assure.simulation.network import Lines, Timeline
from zhulian.assure.simulation.replica import Program, Replica
from zhulian.assure.simulation.suite import quick_signatures
from zhulian.assure.simulation.workload import Campaign, Clients
from zhulian.errors import Bug, Refusal
from zhulian.ledger.transition import AppliedBlock
from zhulian.modules import assemble

__all__ = ["Outcome", "Plan", "Simulation", "run_seed"]

_CALM_MS = 240_000
"""How long the members have at the end, without faults, to come to one head with all its seals."""
_SETTING_UP_MS = 60_000
_FAULTS = ("power", "power", "power", "kill", "part", "part", "slow", "engine behind", "jump")
_FAULTS_ALONE = ("power", "power", "power", "kill", "jump")


@dataclass(frozen=True)
class Plan:
    """What a simulation is like besides its seed."""

    members: int = 4
    """How many found the network, four or more; or 1: one node makes the blocks alone, with the embedded engine."""
    active_ms: int = 30_000
    faults: bool = True
    replica: type[Replica] = Replica
    """What honest members are; tests plant faults here."""
    planted: str = "org2"
    """Where `replica` is, if it is not the usual one; empty: everywhere."""
    lie: str = ""
    """What one member lies about (`liars.LIES`); empty: chance decides whether one does, and how."""
    cut: tuple[str, int, Place] | None = None
    """A member that loses its power at the step of its disk with this number, and where in it; for going through all of them."""


@dataclass
class Outcome:
    """What came of a seed; `failure` is empty where every checker was content."""

    seed: int
    failure: str = ""
    trace: str = ""
    figures: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    lie: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a document."""
        return asdict(self)


def run_seed(seed: int, plan: Plan | None = None) -> Outcome:
    """Run one seed. Whatever goes wrong is in the outcome, and comes again with the same seed."""
    outcome = Outcome(seed)
    loop = asyncio.new_event_loop()
    try:
        with quick_signatures():
            simulation = Simulation(seed, plan or Plan(), loop)
            try:
                simulation.run()
            except Violated as violated:
                outcome.failure = str(violated)
            except (Refusal, Bug) as wrong:
                outcome.failure = f"a member stopped: {wrong!r}"
            except Exception as wrong:  # noqa: BLE001 - what nobody foresaw is a finding, and has a seed
                outcome.failure = f"nobody foresaw: {_where(wrong)}"
            outcome.trace = simulation.timeline.trace()
            outcome.figures = simulation.figures()
            outcome.refusals = dict(sorted(simulation.clients.turned_away.items()))
            outcome.lie = simulation.lie
    finally:
        loop.close()
    return outcome


class Simulation:
    """One network with its clients, its faults and its auditor."""

    def __init__(self, seed: int, plan: Plan, loop: asyncio.AbstractEventLoop) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same in each run
        self.seed = seed
        self.plan = plan
        self.genesis = found(plan.members)
        self.timeline = Timeline(CREATED * 1000 + 1_000)
        self.lines = Lines(self.timeline, random.Random(self.chance.random()))  # noqa: S311
        names = [organisation_name(number) for number in range(1, plan.members + 1)]
        self.lie = ""
        liar = ""
        if plan.members > 1 and plan.faults and plan.replica is Replica and self.chance.random() < 0.6:
            liar, self.lie = self.chance.choice(names), self.chance.choice(sorted(LIES))
        if plan.lie:
            liar, self.lie = names[-1], plan.lie
        self.auditor = Auditor(self.genesis, frozenset([liar] if liar else []))
        self.replicas: dict[str, Replica] = {}
        self._loop = loop
        self._program: Program = assemble
        for name in names:
            usual: type[Replica] = Alone if plan.members == 1 else Replica
            kind = plan.replica if plan.replica is not Replica and plan.planted in (name, "") else usual
            self._add(name, Liar if name == liar else kind)
        self.clients = Clients(
            self.genesis,
            self.replicas,
            self.auditor,
            self.timeline,
            random.Random(self.chance.random()),  # noqa: S311
        )
        self.faults: dict[str, int] = {}
        self._active = False
        self._busy = 0

    def _add(self, name: str, kind: type[Replica]) -> Replica:
        replica = kind(
            name,
            self.genesis,
            self._program,
            self.timeline,
            self.lines,
            self.replicas,
            self,
            random.Random(self.chance.random()),  # noqa: S311
            self._loop,
        )
        if isinstance(replica, Liar):
            replica.lie = self.lie
        if self.plan.cut is not None and self.plan.cut[0] == name:
            replica.disk.cut_at(*self.plan.cut[1:])
        self.replicas[name] = replica
        return replica

    # The whole run.

    def run(self) -> None:
        """Set the application up, act among faults, calm down, and check everything.

        Raises:
            Violated: a checker is not content.
        """
        self.lines.calm = True
        for each in list(self.replicas.values()):
            each.start()
        self._set_up()
        self.lines.calm = not self.plan.faults
        self._active = True
        end = self.timeline.elapsed_ms + self.plan.active_ms
        self._later(50, 400, self._client)
        if self.plan.faults:
            self._later(200, 1_000, self._fault)
        self._govern()
        while self.timeline.elapsed_ms < end and self.timeline.step():
            pass
        self._active = False
        self._calm_down()
        self.auditor.final(list(self.replicas.values()))

    def _set_up(self) -> None:
        """Publish a drawn definition, and open it."""
        spec = draw_definition(self.seed)
        members = {role: {party for party in PARTIES if self.chance.random() < 0.7} for role in spec["roles"]}
        ready: list[bool] = []
        campaign = governing.open_app(self.genesis, text_of_definition(spec), members, ready.append)
        self.clients.run(campaign, lambda: None)
        limit = self.timeline.elapsed_ms + _SETTING_UP_MS
        while not ready and self.timeline.elapsed_ms < limit:
            self.timeline.step()
        if not ready:
            raise Violated("progress", "nobody could publish and open a definition while all was calm")
        if ready[0]:
            newest = self.auditor.headers[len(self.auditor.headers)][1]
            self.auditor.model = Model(spec, members, newest.time_ms // 1000)
            chance = random.Random(self.chance.random())  # noqa: S311
            self.clients.draw = MoveDraw(self.auditor.model, chance, lambda: self.timeline.now_ms // 1000)

    def _calm_down(self) -> None:
        """No more faults: everybody starts, and all must come to one head that is sealed."""
        self.lines.calm = True
        self.lines.slow = None
        self.lines.part({})
        for each in self.replicas.values():
            each.disk.cut_off()
            if not each.up:
                each.start()
        self.clients.ask_again()
        end = self.timeline.elapsed_ms + _CALM_MS
        while self.timeline.elapsed_ms < end and self.timeline.step():
            if self.timeline.events % 32 == 0 and self._settled():
                return
        raise Violated("progress", f"{self._standing()} after {_CALM_MS // 1000} calm seconds")

    def _settled(self) -> bool:
        heights = {(each.accepting and each.application.head.height) for each in self.replicas.values()}
        return (
            heights == {len(self.auditor.headers)}
            and not self.clients.open()
            and not self._busy
            and all(not each.unsealed and not each.application.pool.ready for each in self.replicas.values())
        )

    def _standing(self) -> str:
        said = [
            f"{each.name} at {each.application.head.height}, unsealed {each.unsealed[:3]}" if each.up else f"{each.name} down"
            for each in self.replicas.values()
        ]
        return f"{'; '.join(said)}; {len(self.clients.open())} transactions without an end"

    # Clients.

    def _later(self, least_ms: int, most_ms: int, call: Callable[[], None]) -> None:
        self.timeline.after(self.chance.randint(least_ms, most_ms), call)

    def _client(self) -> None:
        if self._active:
            self.clients.something()
            self._later(20, 350, self._client)

    def _govern(self) -> None:
        """Begin some campaigns, one after the other: each changes what the next one finds."""
        possible = ["limits", "upgrade"] if self.plan.members == 1 else ["limits", "upgrade", "join", "leave"]
        kinds = self.chance.sample(possible, self.chance.randint(1, len(possible)))
        if "leave" in kinds and "join" in kinds:
            kinds = [each for each in kinds if each != "leave"] + ["leave"]
        elif "leave" in kinds:
            kinds.remove("leave")  # four are the least that bear a fault
        self._busy += 1
        self._next_campaign(kinds)

    def _next_campaign(self, kinds: list[str]) -> None:
        if not kinds:
            self._busy -= 1
            return
        self.clients.run(self._campaign(kinds[0]), lambda: self._next_campaign(kinds[1:]))

    def _campaign(self, kind: str) -> Campaign:
        voters = [f"org{number}" for number in (range(2, 5) if "org5" in self.replicas else range(2, 4))]
        if kind == "limits":
            most = self.chance.randint(3, 30)
            yield from self._decide(lambda: governing.change_limits(most), voters)
        elif kind == "upgrade":
            self._program = governing.next_release
            for each in list(self.replicas.values())[1:]:
                self._later(0, 3_000, lambda each=each: self._upgrade(each))  # type: ignore[misc]
            yield from self._decide(lambda: governing.upgrade(self._chain), voters)
        elif kind == "join":
            yield from self._decide(lambda: governing.join(self.genesis, "org5"), voters)
            if "org5" not in self.replicas:
                joining = self._add("org5", Replica)
                joining.syncs = self.chance.random() < 0.7
                joining.start()
            wanted = sorted({*self._sealing(), "org5"})
            yield from self._decide(lambda: self._sealers(wanted), ["org2", "org3", "org4"])
        else:
            wanted = [each for each in self._sealing() if each != "org4"]
            if len(wanted) >= 4:
                yield from self._decide(lambda: self._sealers(wanted), ["org2", "org3", "org4"])

    def _decide(self, actions: Any, voters: list[str]) -> Campaign:
        return governing.decide(actions, lambda: self.clients.finished, voters)

    def _sealers(self, wanted: list[str]) -> Any:
        return governing.change_sealers(self.genesis, self._chain, wanted, self.timeline.now_ms)

    def _sealing(self) -> list[str]:
        return [each.sealer for each in self._chain().application.sealers()]

    def _chain(self) -> Replica:
        """The member that is furthest, up or not."""
        return max((each for each in self.replicas.values() if each.opened), key=lambda each: each.application.head.height)

    def _upgrade(self, replica: Replica) -> None:
        """Install the next release at a member, and start it again."""
        replica.program = governing.next_release
        replica.stop("upgrade", power=False)
        self._restart(replica, 200, 800)

    # Faults.

    def _fault(self) -> None:
        if not self._active:
            return
        kind = self.chance.choice(_FAULTS_ALONE if self.plan.members == 1 else _FAULTS)
        self.faults[kind] = self.faults.get(kind, 0) + 1
        self.timeline.note("fault", kind)
        replica = self.chance.choice(list(self.replicas.values()))
        if kind == "power":
            replica.disk.cut_at(replica.disk.steps + self.chance.randint(1, 12), self.chance.choice(PLACES))
        elif kind == "kill":
            replica.stop("kill", power=False)
        elif kind == "part":
            self.lines.part({each: self.chance.randrange(2) for each in self.replicas})
            self._later(500, 4_000, lambda: self.lines.part({}))
        elif kind == "slow":
            self.lines.slow = replica.name
            self._later(500, 4_000, self._hurry)
        elif kind == "engine behind":
            self._set_engine_back(replica)
        else:
            replica.skew_ms = self.chance.randint(-2_000, 2_000)
        self._later(200, 2_500, self._fault)

    def _hurry(self) -> None:
        self.lines.slow = None

    def _set_engine_back(self, replica: Replica) -> None:
        """The engine of a member has lost its newest blocks with the power; it keeps what it has signed."""
        replica.stop("engine behind")
        disk = replica.engine_disk
        del disk.decisions[max(1, len(disk.decisions) - self.chance.randint(1, 3)) :]

    def _restart(self, replica: Replica, least_ms: int = 300, most_ms: int = 4_000) -> None:
        def again() -> None:
            if not replica.up:
                replica.start()

        self._later(least_ms, most_ms, again)

    # What members do (`replica.Watcher`).

    def executed(self, replica: Replica, applied: AppliedBlock) -> None:
        """To the auditor."""
        self.auditor.executed(replica, applied)

    def committed(self, replica: Replica, committed: Any) -> None:
        """To the auditor."""
        self.auditor.committed(replica, committed)

    def offered(self, replica: Replica, extension: bytes) -> None:
        """To the auditor."""
        self.auditor.offered(replica, extension)

    def synced(self, replica: Replica) -> None:
        """To the auditor."""
        self.auditor.synced(replica)

    def stopped(self, replica: Replica, why: str) -> None:
        """To the auditor; and start it again after a while."""
        self.auditor.stopped(replica, why)
        if why == "too old":
            replica.program = governing.next_release
        if why != "upgrade":
            self._restart(replica)

    def figures(self) -> dict[str, int]:
        """How much happened."""
        return {
            "blocks": len(self.auditor.headers),
            "transactions": len(self.auditor.acknowledged),
            "refused": self.auditor.refused,
            "actions": sum(each in self.auditor.acknowledged for each in self.auditor.moves),
            "receipts": self.auditor.receipts,
            "snapshots taken up": self.auditor.snapshots,
            "snapshots rejected": sum(len(each.rejected) for each in self.replicas.values()),
            "members": len(self.replicas),
            "events": self.timeline.events,
            "messages": self.lines.sent,
            "lost": self.lines.lost,
            "disk steps": sum(each.disk.steps for each in self.replicas.values()),
            **{f"fault: {name}": count for name, count in sorted(self.faults.items())},
            **{f"stop: {name}": count for name, count in sorted(self.auditor.stops.items())},
        }


def _where(wrong: BaseException) -> str:
    last = traceback.extract_tb(wrong.__traceback__)[-1]
    return f"{type(wrong).__name__}: {wrong} ({last.name}, line {last.lineno})"
