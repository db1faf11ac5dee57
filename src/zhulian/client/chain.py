"""The two faces of the client, blocking and awaiting, over the same flows; and how to open one."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from zhulian.client import capturing, evidence, govern, identity, lists, mandate, reading, scenario, searching, webhooks
from zhulian.client import submit as sending
from zhulian.client.answers import as_refusal, path_of
from zhulian.client.apps import reading as app_reading
from zhulian.client.bundles import bundling
from zhulian.client.core import Core
from zhulian.client.credentials.handle import AsyncCredentials, Credentials
from zhulian.client.custody_faces import AsyncCustody, Custody
from zhulian.client.devices.part import AsyncDevices, Devices
from zhulian.client.drawing.parts import AsyncDrawing, Drawing
from zhulian.client.errors import FromNode, StrangeAnswer
from zhulian.client.events import BlockEvents, Reader
from zhulian.client.flow import Answer, AsyncLine, Call, Flow, Line, awaiting, blocking, call, drive, drive_async
from zhulian.client.journal import Journal
from zhulian.client.keys import Key, Keys
from zhulian.client.line import AsyncHttpLine, HttpLine
from zhulian.client.linking.parts import AsyncLinks, Links
from zhulian.client.part import Part
from zhulian.client.proving import flows as proving
from zhulian.client.quoting.part import AsyncQuoting, Quoting
from zhulian.client.reporting import flows as reporting
from zhulian.client.sealed import access, catalogue
from zhulian.client.sealed import deposit as sealing
from zhulian.client.sealed import opening as sealed_opening
from zhulian.client.supervising.parts import Alerts, AsyncAlerts, AsyncCases, Cases
from zhulian.client.tracing import flows as tracing
from zhulian.client.voting.parts import AsyncVoting, Voting
from zhulian.errors import Words
from zhulian.home import Home
from zhulian.ledger.receipts import Trusted, trust

if TYPE_CHECKING:
    from zhulian.client.apps.handle import App, AsyncApp
    from zhulian.client.epcis.handle import AsyncTracing, Tracing
    from zhulian.client.light.handle import AsyncLight, Light

__all__ = ["AsyncChain", "Chain", "connect", "connect_async"]

_STREAM_QUIET_S = 60.0
_RESUME_S = 1.0


class Evidence(Part):
    """Deposit files and captured pages, find and remake receipts, witness and withdraw."""

    core: Core
    line: Line
    deposit = blocking(evidence.deposit)
    deposit_many = blocking(evidence.deposit_many)
    deposit_batch = blocking(evidence.deposit_batch)
    capture = blocking(capturing.capture)
    find = blocking(evidence.find)
    remake = blocking(evidence.remake)
    witness = blocking(evidence.witness)
    bundle = blocking(bundling.make_bundle)
    withdraw = blocking(evidence.withdraw)


class AsyncEvidence(Part):
    """Deposit files and captured pages, find and remake receipts, witness and withdraw."""

    core: Core
    line: AsyncLine
    deposit = awaiting(evidence.deposit)
    deposit_many = awaiting(evidence.deposit_many)
    deposit_batch = awaiting(evidence.deposit_batch)
    capture = awaiting(capturing.capture)
    find = awaiting(evidence.find)
    remake = awaiting(evidence.remake)
    witness = awaiting(evidence.witness)
    bundle = awaiting(bundling.make_bundle)
    withdraw = awaiting(evidence.withdraw)


class Sealed(Part):
    """Seal content for readers or behind keepers, open it, and say who may read it from now on."""

    core: Core
    line: Line
    deposit = blocking(sealing.deposit_sealed)
    open = blocking(sealed_opening.open_content)
    read = blocking(sealed_opening.open_to_memory)
    find = blocking(sealed_opening.find_content)
    look = blocking(sealed_opening.look)
    rewrap = blocking(access.rewrap)
    grant = blocking(access.grant)
    withdraw = blocking(access.withdraw)
    restrict = blocking(access.restrict)
    erase = blocking(access.erase)
    break_glass = blocking(access.break_glass)
    review = blocking(access.review)
    offer = blocking(catalogue.offer)
    offers = blocking(catalogue.offers)
    request = blocking(catalogue.request)
    requests = blocking(catalogue.requests)
    decline = blocking(catalogue.decline)


class AsyncSealed(Part):
    """Seal content for readers or behind keepers, open it, and say who may read it from now on."""

    core: Core
    line: AsyncLine
    deposit = awaiting(sealing.deposit_sealed)
    open = awaiting(sealed_opening.open_content)
    read = awaiting(sealed_opening.open_to_memory)
    find = awaiting(sealed_opening.find_content)
    look = awaiting(sealed_opening.look)
    rewrap = awaiting(access.rewrap)
    grant = awaiting(access.grant)
    withdraw = awaiting(access.withdraw)
    restrict = awaiting(access.restrict)
    erase = awaiting(access.erase)
    break_glass = awaiting(access.break_glass)
    review = awaiting(access.review)
    offer = awaiting(catalogue.offer)
    offers = awaiting(catalogue.offers)
    request = awaiting(catalogue.request)
    requests = awaiting(catalogue.requests)
    decline = awaiting(catalogue.decline)


class Members(Part):
    """Register, renew and revoke signers of one's own organisation."""

    core: Core
    line: Line
    enrol = blocking(identity.enrol)
    add_key = blocking(identity.add_key)
    revoke = blocking(identity.revoke)
    set_duties = blocking(identity.set_duties)
    set_encryption_key = blocking(identity.set_encryption_key)


class AsyncMembers(Part):
    """Register, renew and revoke signers of one's own organisation."""

    core: Core
    line: AsyncLine
    enrol = awaiting(identity.enrol)
    add_key = awaiting(identity.add_key)
    revoke = awaiting(identity.revoke)
    set_duties = awaiting(identity.set_duties)
    set_encryption_key = awaiting(identity.set_encryption_key)


class Governance(Part):
    """Propose to the members, and vote."""

    core: Core
    line: Line
    propose = blocking(govern.propose)
    vote = blocking(govern.vote)


class AsyncGovernance(Part):
    """Propose to the members, and vote."""

    core: Core
    line: AsyncLine
    propose = awaiting(govern.propose)
    vote = awaiting(govern.vote)


class Supervision(Part):
    """Freeze, thaw and recall as the regulator, under the mandate in genesis."""

    core: Core
    line: Line
    freeze = blocking(mandate.freeze)
    recall = blocking(mandate.recall)
    thaw = blocking(mandate.thaw)


class AsyncSupervision(Part):
    """Freeze, thaw and recall as the regulator, under the mandate in genesis."""

    core: Core
    line: AsyncLine
    freeze = awaiting(mandate.freeze)
    recall = awaiting(mandate.recall)
    thaw = awaiting(mandate.thaw)


class Lists(Part):
    """Roots of lists that stay here, and proofs of their entries."""

    core: Core
    line: Line
    codes_root = blocking(lists.codes_root)
    code_proof = blocking(lists.code_proof)
    bulk_root = blocking(lists.bulk_root)
    bulk_proof = blocking(lists.bulk_proof)


class AsyncLists(Part):
    """Roots of lists that stay here, and proofs of their entries."""

    core: Core
    line: AsyncLine
    codes_root = awaiting(lists.codes_root)
    code_proof = awaiting(lists.code_proof)
    bulk_root = awaiting(lists.bulk_root)
    bulk_proof = awaiting(lists.bulk_proof)


class Scenarios(Part):
    """Have definitions proved, publish them, open instances of them, and admit to their roles."""

    core: Core
    line: Line
    publish = blocking(scenario.publish)
    open = blocking(scenario.open_instance)
    admit = blocking(scenario.admit)
    definitions = blocking(scenario.definitions)
    gallery = blocking(scenario.gallery)
    file_report = blocking(reporting.file_report)
    reports = blocking(reporting.reports)
    prove = blocking(proving.prove)
    start_proof = blocking(proving.start_proof)
    proof = blocking(proving.proof)
    end_proof = blocking(proving.end_proof)


class AsyncScenarios(Part):
    """Have definitions proved, publish them, open instances of them, and admit to their roles."""

    core: Core
    line: AsyncLine
    publish = awaiting(scenario.publish)
    open = awaiting(scenario.open_instance)
    admit = awaiting(scenario.admit)
    definitions = awaiting(scenario.definitions)
    gallery = awaiting(scenario.gallery)
    file_report = awaiting(reporting.file_report)
    reports = awaiting(reporting.reports)
    prove = awaiting(proving.prove)
    start_proof = awaiting(proving.start_proof)
    proof = awaiting(proving.proof)
    end_proof = awaiting(proving.end_proof)


class Webhooks(Part):
    """Subscribe programmes outside to events, at one's own organisation's node."""

    core: Core
    line: Line
    add = blocking(webhooks.add)
    list = blocking(webhooks.every)
    remove = blocking(webhooks.remove)
    test = blocking(webhooks.try_out)
    deliveries = blocking(webhooks.deliveries)


class AsyncWebhooks(Part):
    """Subscribe programmes outside to events, at one's own organisation's node."""

    core: Core
    line: AsyncLine
    add = awaiting(webhooks.add)
    list = awaiting(webhooks.every)
    remove = awaiting(webhooks.remove)
    test = awaiting(webhooks.try_out)
    deliveries = awaiting(webhooks.deliveries)


class Chain:
    """One chain through one node, blocking. May be used from several threads at once."""

    def __init__(self, core: Core, line: HttpLine) -> None:
        self.core = core
        self.line = line
        self.evidence = Evidence(core, line)
        self.sealed = Sealed(core, line)
        self.identity = Members(core, line)
        self.govern = Governance(core, line)
        self.mandate = Supervision(core, line)
        self.lists = Lists(core, line)
        self.scenario = Scenarios(core, line)
        self.webhooks = Webhooks(core, line)
        self.alerts = Alerts(core, line)
        self.custody = Custody(core, line)
        self.supervise = Cases(core, line)
        self.voting = Voting(core, line)
        self.drawing = Drawing(core, line)
        self.links = Links(core, line)
        self.credentials = Credentials(core, line)
        self.devices = Devices(core, line)
        self.quoting = Quoting(core, line)

    submit = blocking(sending.submit)
    resume = blocking(sending.resume)
    receipt = blocking(reading.receipt)
    state = blocking(reading.state)
    page = blocking(reading.page)
    trace = blocking(tracing.trace)
    transaction = blocking(reading.transaction)
    block = blocking(reading.block)
    blocks = blocking(reading.blocks)
    head = blocking(reading.head)
    status = blocking(reading.status)
    check_chain = blocking(reading.check_chain)
    apps = blocking(app_reading.apps)
    titled_apps = blocking(app_reading.titled_apps)
    view = blocking(app_reading.view)
    search = blocking(searching.search)

    def app(self, instance: str) -> "App":
        """The open instance of that name, its definition held against the chain's proof.

        Raises:
            NoSuchApp: with the nearest name. NotOurs, ProofFault, FromNode, Unreachable.
        """
        from zhulian.client.apps.handle import App  # with the language behind it, which most commands do without

        return App(self.core, self.line, drive(app_reading.open_app(self.core, instance), self.line))

    @property
    def tracing(self) -> "Tracing":
        """EPCIS events and the ways of things."""
        from zhulian.client.epcis.handle import Tracing  # with the language behind it

        return Tracing(self.core, self.line)

    def light(self, urls: Sequence[str], *, max_age_s: float = 60.0, certain: bool = False, checkpoint: Any = None) -> "Light":
        """A reader that trusts none of the nodes at `urls`: every value is proved, and no older than `max_age_s` seconds.

        Nodes of organisations with more than a third of the sealing power must say, signed, which header is newest, so that at
        least one honest one does; with `certain` more than two thirds, so that nothing that was sealed before can be missing.
        It starts from the genesis, or from a checkpoint that you hold.

        Raises:
            UnsafeAddress. ProofFault: naming `checkpoint`.
        """
        from zhulian.client.light.handle import open_light

        return open_light(self.core, urls, max_age_s=max_age_s, certain=certain, checkpoint=checkpoint)

    def events(self, after_height: int | None = None) -> Iterator[BlockEvents]:
        """Events block by block, without end; a broken stream goes on where it was. None begins with the next block.

        Raises:
            FromNode: the node refuses the stream. StrangeAnswer.
        """
        reader = Reader(after_height)
        while True:
            try:
                with self.line.stream(_stream(reader)) as response:
                    if response.status_code != 200:
                        raise as_refusal(Answer(response.status_code, response.read()), self.line.url)
                    for chunk in response.iter_bytes():
                        yield from _fed(reader, chunk, self.line.url)
            except FromNode as no:
                if no.retry_after_s is None:
                    raise
            except httpx.TransportError:
                pass
            reader.restart()
            time.sleep(_RESUME_S)

    def close(self) -> None:
        """Close connections and the journal."""
        self.line.close()
        self.core.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncChain:
    """One chain through one node, awaiting."""

    def __init__(self, core: Core, line: AsyncHttpLine) -> None:
        self.core = core
        self.line = line
        self.evidence = AsyncEvidence(core, line)
        self.sealed = AsyncSealed(core, line)
        self.identity = AsyncMembers(core, line)
        self.govern = AsyncGovernance(core, line)
        self.mandate = AsyncSupervision(core, line)
        self.lists = AsyncLists(core, line)
        self.scenario = AsyncScenarios(core, line)
        self.webhooks = AsyncWebhooks(core, line)
        self.alerts = AsyncAlerts(core, line)
        self.custody = AsyncCustody(core, line)
        self.supervise = AsyncCases(core, line)
        self.voting = AsyncVoting(core, line)
        self.drawing = AsyncDrawing(core, line)
        self.links = AsyncLinks(core, line)
        self.credentials = AsyncCredentials(core, line)
        self.devices = AsyncDevices(core, line)
        self.quoting = AsyncQuoting(core, line)

    submit = awaiting(sending.submit)
    resume = awaiting(sending.resume)
    receipt = awaiting(reading.receipt)
    state = awaiting(reading.state)
    page = awaiting(reading.page)
    trace = awaiting(tracing.trace)
    transaction = awaiting(reading.transaction)
    block = awaiting(reading.block)
    blocks = awaiting(reading.blocks)
    head = awaiting(reading.head)
    status = awaiting(reading.status)
    check_chain = awaiting(reading.check_chain)
    apps = awaiting(app_reading.apps)
    titled_apps = awaiting(app_reading.titled_apps)
    view = awaiting(app_reading.view)
    search = awaiting(searching.search)

    async def app(self, instance: str) -> "AsyncApp":
        """The open instance of that name, its definition held against the chain's proof.

        Raises:
            NoSuchApp: with the nearest name. NotOurs, ProofFault, FromNode, Unreachable.
        """
        from zhulian.client.apps.handle import AsyncApp

        return AsyncApp(self.core, self.line, await drive_async(app_reading.open_app(self.core, instance), self.line))

    @property
    def tracing(self) -> "AsyncTracing":
        """EPCIS events and the ways of things."""
        from zhulian.client.epcis.handle import AsyncTracing

        return AsyncTracing(self.core, self.line)

    def light(
        self, urls: Sequence[str], *, max_age_s: float = 60.0, certain: bool = False, checkpoint: Any = None
    ) -> "AsyncLight":
        """A reader that trusts none of the nodes at `urls`: every value is proved, and no older than `max_age_s` seconds.

        Nodes of organisations with more than a third of the sealing power must say, signed, which header is newest, so that at
        least one honest one does; with `certain` more than two thirds, so that nothing that was sealed before can be missing.
        It starts from the genesis, or from a checkpoint that you hold.

        Raises:
            UnsafeAddress. ProofFault: naming `checkpoint`.
        """
        from zhulian.client.light.handle import open_async_light

        return open_async_light(self.core, urls, max_age_s=max_age_s, certain=certain, checkpoint=checkpoint)

    async def events(self, after_height: int | None = None) -> AsyncIterator[BlockEvents]:
        """Events block by block, without end; a broken stream goes on where it was. None begins with the next block.

        Raises:
            FromNode: the node refuses the stream. StrangeAnswer.
        """
        reader = Reader(after_height)
        while True:
            try:
                async with self.line.stream(_stream(reader)) as response:
                    if response.status_code != 200:
                        raise as_refusal(Answer(response.status_code, await response.aread()), self.line.url)
                    async for chunk in response.aiter_bytes():
                        for event in _fed(reader, chunk, self.line.url):
                            yield event
            except FromNode as no:
                if no.retry_after_s is None:
                    raise
            except httpx.TransportError:
                pass
            reader.restart()
            await asyncio.sleep(_RESUME_S)

    async def close(self) -> None:
        """Close connections and the journal."""
        await self.line.close()
        self.core.journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


def connect(
    url: str,
    key: Key = None,
    *,
    home: str | os.PathLike[str] | None = None,
    genesis: bytes | None = None,
    genesis_digest: str | None = None,
    passphrase: Callable[[], str] | str | None = None,
    headers: dict[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Chain:
    """Open a chain through the node at `url`.

    The genesis that everything is verified against is `genesis`, else the home's `genesis.json`, else what the node shows
    (hold its digest against the published one: `genesis_digest`). Journal, client secret and named keys are the home's.

    Raises:
        Unreachable: the genesis is to come from the node, and it does not answer. AnotherChain: `genesis_digest` differs.
        Refusal: `crypto/n` where a key file cannot be opened.
    """
    line = HttpLine(url, headers, transport)
    at = _home(home)
    known = genesis or _kept_genesis(at)
    trusted = _trusted(known if known is not None else drive(_shown_genesis(line.url), line), genesis_digest, at)
    core = _core(line.url, trusted, key, at, passphrase)
    line.signer.use(core.hasher, lambda: core.find_identity(None), core.clock)
    return Chain(core, line)


async def connect_async(
    url: str,
    key: Key = None,
    *,
    home: str | os.PathLike[str] | None = None,
    genesis: bytes | None = None,
    genesis_digest: str | None = None,
    passphrase: Callable[[], str] | str | None = None,
    headers: dict[str, str] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncChain:
    """Open a chain through the node at `url`, for asyncio; parameters and refusals as in `connect`."""
    line = AsyncHttpLine(url, headers, transport)
    at = _home(home)
    known = genesis or await asyncio.to_thread(_kept_genesis, at)
    trusted = _trusted(known if known is not None else await drive_async(_shown_genesis(line.url), line), genesis_digest, at)
    core = _core(line.url, trusted, key, at, passphrase)
    line.signer.use(core.hasher, lambda: core.find_identity(None), core.clock)
    return AsyncChain(core, line)


def _home(named: str | os.PathLike[str] | None) -> Home:
    return Home.default() if named is None else Home(Path(named).absolute())


def _kept_genesis(home: Home) -> bytes | None:
    return home.genesis_bytes() if home.exists else None


def _trusted(genesis: bytes, digest: str | None, home: Home) -> Trusted:
    """What the client believes; agreements that lie in the home were put there by people."""
    there = sorted(home.agreements.glob("*.json")) if home.agreements.is_dir() else []
    return trust(genesis, genesis_digest=digest, agreements=[each.read_bytes() for each in there])


def _shown_genesis(url: str) -> Flow[bytes]:
    answer = yield from call(Call("GET", path_of("genesis")))
    if answer.status >= 300:
        raise as_refusal(answer, url)
    return answer.body


def _core(url: str, trusted: Trusted, key: Key, home: Home, passphrase: Callable[[], str] | str | None) -> Core:
    keys = Keys(home, trusted.genesis.suite, key, passphrase)
    return Core(
        url, trusted, keys.find, Journal(home.client / "journal"), home.client / "secret", find_decryption=keys.decryption
    )


def _stream(reader: Reader) -> Call:
    query = [] if reader.after_height is None else [("after_height", str(reader.after_height))]
    return Call("GET", path_of("events"), query, media="text/event-stream", timeout_s=_STREAM_QUIET_S)


def _fed(reader: Reader, chunk: bytes, url: str) -> Iterator[BlockEvents]:
    try:
        yield from reader.feed(chunk)
    except ValueError as wrong:
        raise StrangeAnswer(url=url, why=Words.quote(wrong)) from None
