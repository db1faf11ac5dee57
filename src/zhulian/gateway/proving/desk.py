"""Who waits for a proof, which one is under way, and what became of those before: all of it bounded, in memory."""

import asyncio
import functools
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from zhulian.errors import Refusal
from zhulian.gateway.proving.errors import NoSuchProof, ProofBroken, ProofRuns, ProofsFull
from zhulian.gateway.proving.process import Before, prove
from zhulian.gateway.settings import Settings

__all__ = ["Proof", "Proofs"]

_KEPT_EACH = 4
"""How many results one party has here at once; its older ones make room for its newer."""
_RETRY_S = 30

State = Literal["waiting", "running", "done", "refused", "failed", "ended"]


@dataclass(eq=False)
class Proof:
    """One job: `found` is the report or the faults once there is either, `why` the refusal where it failed."""

    id: str
    party: str
    text: bytes
    before: Before | None = None
    state: State = "waiting"
    done: int = 0
    total: int = 0
    found: dict[str, Any] | None = None
    why: dict[str, Any] | None = None
    over_at: float = 0.0
    task: "asyncio.Task[None] | None" = None

    @property
    def is_going(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")

    def tell(self, done: int, total: int) -> None:
        """Take down how many questions are answered, of how many."""
        self.done, self.total = done, total


class Proofs:
    """Takes definitions in, proves so many at once in the order in which they came, and keeps what was found for a while."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._every: dict[str, Proof] = {}
        self._waiting: deque[Proof] = deque()
        self._running: set[Proof] = set()
        self._closed = False

    def ask(self, party: str, text: bytes, before: Before | None = None) -> Proof:
        """Take a definition in for a party, and the version before if promises are asked over the upgrade too.

        Raises:
            ProofRuns: an earlier one of this party is not over. ProofsFull: too many wait.
        """
        self._forget()
        for each in self._every.values():
            if each.party == party and each.is_going:
                raise ProofRuns(id=each.id)
        if len(self._waiting) >= self._settings.proofs_waiting_max:
            raise ProofsFull(most=self._settings.proofs_waiting_max, retry_after_s=_RETRY_S)
        made = Proof(secrets.token_hex(8), party, text, before)
        self._every[made.id] = made
        self._waiting.append(made)
        self._start()
        return made

    def find(self, party: str, name: str) -> Proof:
        """A job of this party.

        Raises:
            NoSuchProof: it has none of this name, or no more.
        """
        self._forget()
        found = self._every.get(name)
        if found is None or found.party != party:
            raise NoSuchProof(id=name)
        return found

    def place(self, proof: Proof) -> int:
        """How many are taken up before it, itself counted; 0 where it does not wait."""
        return self._waiting.index(proof) + 1 if proof in self._waiting else 0

    async def end(self, party: str, name: str) -> Proof:
        """End a job, however far it is, and forget it.

        Raises:
            NoSuchProof.
        """
        found = self.find(party, name)
        del self._every[found.id]
        if found in self._waiting:
            self._waiting.remove(found)
        if found.is_going:
            found.state = "ended"
        if found.task is not None:
            found.task.cancel()
            await asyncio.wait([found.task])
        return found

    async def close(self) -> None:
        """End everything, with the gateway."""
        self._closed = True
        tasks = [each.task for each in self._running if each.task is not None]
        for each in tasks:
            each.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _start(self) -> None:
        while self._waiting and len(self._running) < self._settings.proofs_at_once and not self._closed:
            proof = self._waiting.popleft()
            proof.state = "running"
            self._running.add(proof)
            proof.task = asyncio.create_task(self._run(proof))
            proof.task.add_done_callback(functools.partial(self._over, proof))

    async def _run(self, proof: Proof) -> None:
        seconds, memory = self._settings.proof_s, self._settings.proof_memory_bytes
        try:
            found = await prove(proof.text, proof.tell, seconds=seconds, memory_bytes=memory, before=proof.before)
        except Refusal as no:
            proof.state, proof.why = "failed", no.as_problem()
        else:
            proof.state = "done" if "proved" in found else "refused"
            proof.found = found.get("proved") or found["refused"]

    def _over(self, proof: Proof, _: "asyncio.Task[None]") -> None:
        if proof.is_going:  # a fault of ours, which the loop's log tells
            proof.state, proof.why = "failed", ProofBroken(status=-1).as_problem()
        proof.text, proof.before, proof.task, proof.over_at = b"", None, None, self._clock()
        self._running.discard(proof)
        self._forget()
        self._start()

    def _forget(self) -> None:
        """Let go of results that are old or too many, the oldest first."""
        over = sorted((each for each in self._every.values() if not each.is_going), key=lambda each: each.over_at, reverse=True)
        kept: dict[str, int] = {}
        since = self._clock() - self._settings.proofs_kept_s
        for place, each in enumerate(over):
            kept[each.party] = kept.get(each.party, 0) + 1
            if each.over_at < since or kept[each.party] > _KEPT_EACH or place >= self._settings.proofs_kept_max:
                del self._every[each.id]
