"""`zhulian device`: enrol and keep devices, run the edge that takes what they measure, and prove a single reading."""

import asyncio
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.days import day_end
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, ask_passphrase, node_url, open_chain
from zhulian.cli.state import home, settings
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.crypto import SoftwareSigner
    from zhulian.modules.device.state import Device

app = application("device")

Name = Annotated[str, typer.Argument(help="device.name", metavar="ORG.SERIAL")]
Until = Annotated[str, typer.Option("--until", help="device.until", metavar="DATE")]
Certificate = Annotated[Path, typer.Option("--certificate", help="device.certificate", metavar="FILE")]
Folder = Annotated[Path | None, typer.Option("--folder", help="device.folder", metavar="FOLDER")]
Mqtt = Annotated[str | None, typer.Option("--mqtt", help="device.mqtt", metavar="URL")]
REASONS = ("broken", "lost", "replaced", "tampered")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}")
_PAGE = 100


@command(app, "enrol", "device.enrol.help")
def enrol(
    name: Name,
    until: Until,
    certificate: Certificate,
    quality: Annotated[str | None, typer.Option("--quality", help="device.quality", metavar="NAME")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="device.unit", metavar="UNIT")] = None,
    scale: Annotated[int, typer.Option("--scale", help="device.scale", metavar="N", min=0, max=9)] = 0,
    low: Annotated[str, typer.Option("--low", help="device.low", metavar="VALUE")] = "0",
    high: Annotated[str | None, typer.Option("--high", help="device.high", metavar="VALUE")] = None,
    card: Annotated[Path | None, typer.Option("--card", help="device.card", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Enrol a device by the card that it signed, or make a key and a card for one that is simulated or keeps its key here."""
    from zhulian.client.devices.papers import make_card
    from zhulian.modules.device.format import CARD_PAPER, read_paper

    where = "zhulian device enrol"
    with open_chain(node, signer) as chain:
        end = day_end(until, chain.core.genesis.zone, where, "--until")
        digest = _digest(chain, certificate)
        if card is not None:
            paper = read_paper(CARD_PAPER, _text(card))
        else:
            if quality is None or unit is None or high is None:
                raise BadValue(command=where, name="--quality, --unit, --high", why="—")
            key = _make_key(chain, name)
            values = {"low": _scaled(low, scale, "--low"), "high": _scaled(high, scale, "--high")}
            paper = make_card(chain.core.hasher, key, name, quality=quality, unit=unit, scale=scale, **values)
        done = chain.devices.enrol(paper, until=end, certificate=digest)
    told = {"device": paper.card.device, "height": done.height, "transaction": done.transaction, "until": end}
    answer(told, say("device.enrolled", device=paper.card.device, height=done.height, until=until))


@command(app, "calibrate", "device.calibrate.help")
def calibrate(name: Name, until: Until, certificate: Certificate, signer: As = None, node: Node = None) -> None:
    """Record a calibration."""
    with open_chain(node, signer) as chain:
        end = day_end(until, chain.core.genesis.zone, "zhulian device calibrate", "--until")
        done = chain.devices.calibrate(name, until=end, certificate=_digest(chain, certificate))
    told = {"device": name, "height": done.height, "transaction": done.transaction, "until": end}
    answer(told, say("device.calibrated", device=name, height=done.height, until=until))


@command(app, "change-key", "device.change_key.help")
def change_key(
    name: Name,
    compromised: Annotated[bool, typer.Option("--compromised", help="device.compromised")] = False,
    signer: As = None,
    node: Node = None,
) -> None:
    """Give a device whose key lies here another one."""
    with open_chain(node, signer) as chain:
        key = _make_key(chain, name, renew=True)
        done = chain.devices.change_key(name, key, reason="compromised" if compromised else "renewed")
        path = _key_path(name)
        path.with_suffix(".next").replace(path)
    answer(
        {"device": name, "height": done.height, "transaction": done.transaction},
        say("device.key_changed", device=name, height=done.height),
    )


@command(app, "retire", "device.retire.help")
def retire(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="device.reason", metavar="REASON")],
    signer: As = None,
    node: Node = None,
) -> None:
    """End a device for good."""
    if reason not in REASONS:
        raise BadValue(command="zhulian device retire", name="--reason", why=", ".join(REASONS))
    with open_chain(node, signer) as chain:
        done = chain.devices.retire(name, reason)  # type: ignore[arg-type]  # checked above
    told = {"device": name, "height": done.height, "reason": reason, "transaction": done.transaction}
    answer(told, say("device.retired", device=name, height=done.height))


@command(app, "list", "device.list.help")
def list_(node: Node = None) -> None:
    """List devices as the node shows them."""
    with open_chain(node) as chain:
        devices = _all(chain, "device/devices")
        lines = {each["key"][-1]: each["value"] for each in _all(chain, "device/lines")}
        zone = chain.core.genesis.zone
    listed = [{"device": each["key"][-1], **each["value"], "line": lines.get(each["key"][-1])} for each in devices]
    if settings.json:
        answer({"devices": listed})
        return
    heads = [say(f"device.column.{each}") for each in ("device", "quality", "readings", "newest", "until", "status")]
    rows = []
    for each in listed:
        line = each["line"] or {"readings": 0, "newest": None, "until": 0}
        newest = "—" if line["newest"] is None else f"{_shown(line['newest'], each)} ({when(line['until'], zone)[:19]})"
        status = say("device.status.retired" if "retired" in each else "device.status.works")
        calibrated = when(each["calibration"]["until"] * 1000, zone)[:10]
        rows.append([each["device"], each["quality"], f"{line['readings']:,}", newest, calibrated, status])
    table(heads, rows)


@command(app, "show", "device.show.help")
def show(name: Name, node: Node = None) -> None:
    """Show a device as it stands on the chain, proved."""
    import msgspec

    with open_chain(node) as chain:
        found = chain.devices.find(name)
        zone = chain.core.genesis.zone
    device, line = found.device, found.line
    lines = [
        say("device.is", device=name, owner=device.owner, quality=device.quality, range=_range(device), key=device.key),
        say(
            "device.calibration",
            until=when(device.calibration.until * 1000, zone)[:10],
            certificate=device.calibration.certificate,
        ),
    ]
    if line is not None:
        newest = _shown(line.newest, msgspec.to_builtins(device))
        said = say("device.measured", readings=line.readings, batches=line.batches, missing=line.missing, last=line.last)
        lines += [said, say("device.newest", value=newest, time=when(line.until, zone))]
    if device.retired is not None:
        lines.append(
            say("device.was_retired", height=device.retired.height, reason=say(f"device.reason.{device.retired.reason}"))
        )
    answer({"device": name, "record": msgspec.to_builtins(device), "line": msgspec.to_builtins(line)}, *lines)


@command(app, "edge", "device.edge.help")
def edge(
    mqtt: Mqtt = None,
    port: Annotated[int, typer.Option("--port", help="device.port", metavar="PORT", min=0, max=65535)] = 8440,
    host: Annotated[str, typer.Option("--host", help="device.host", metavar="ADDRESS")] = "127.0.0.1",
    folder: Folder = None,
    workers: Annotated[int, typer.Option("--workers", help="device.workers", metavar="N", min=0, max=64)] = 0,
    keep_days: Annotated[int, typer.Option("--keep-days", help="device.keep_days", metavar="DAYS", min=1, max=36500)] = 400,
    signer: As = None,
    node: Node = None,
) -> None:
    """Take what devices sign, keep it on disk, and carry their batches to the chain, until Ctrl-C."""
    from zhulian.edge.running import EdgeSettings, run_edge

    chosen = acting_home(node)
    kept = EdgeSettings(
        folder=folder or chosen.root / "edge", mqtt=mqtt, host=host, port=port, workers=workers, keep_days=keep_days
    )
    asyncio.run(run_edge(node_url(node), kept, signer=signer, home=chosen, passphrase=ask_passphrase, on_ready=_ready))


@command(app, "simulate", "device.simulate.help")
def simulate(
    names: Annotated[list[str], typer.Argument(help="device.name", metavar="ORG.SERIAL…")],
    mqtt: Mqtt = None,
    http: Annotated[str | None, typer.Option("--http", help="device.http", metavar="URL")] = None,
    every: Annotated[float, typer.Option("--every", help="device.every", metavar="SECONDS", min=0.01, max=3600)] = 1.0,
    batch: Annotated[float, typer.Option("--batch", help="device.batch", metavar="SECONDS", min=0.1, max=86400)] = 60.0,
    seconds: Annotated[float | None, typer.Option("--seconds", help="device.seconds", metavar="SECONDS", min=0.1)] = None,
    node: Node = None,
) -> None:
    """Let devices whose keys lie here read, sign and send, until Ctrl-C or for so many seconds."""
    from zhulian.edge.recorder import Recorder
    from zhulian.edge.simulating import HttpLink, Link, MqttLink, wave
    from zhulian.edge.simulating import simulate as run

    if (mqtt is None) == (http is None):
        raise BadValue(command="zhulian device simulate", name="--mqtt, --http", why="1")
    with open_chain(node) as chain:
        recorders = {}
        for place, name in enumerate(names):
            found = chain.devices.find(name).device
            recorder = Recorder(chain.core.hasher, _key(chain, name), name, _key_path(name).with_suffix(".memory"))
            recorders[recorder] = wave(found.low, found.high, place)
        genesis = chain.core.genesis.name
    link: Link = (
        MqttLink(mqtt, genesis, list(recorders), f"zhulian-devices-{names[0]}"[:60])
        if mqtt is not None
        else HttpLink(http or "", list(recorders))
    )
    try:
        count = run(recorders, link, every_s=every, batch_s=batch, seconds=seconds)
    finally:
        link.close()
    waiting = sum(each.unacknowledged for each in recorders)
    answer({"readings": count, "waiting": waiting}, say("device.simulated", readings=count, waiting=waiting))


@command(app, "prove", "device.prove.help")
def prove(
    name: Name,
    sequence: Annotated[int, typer.Argument(help="device.sequence", metavar="NUMBER", min=1)],
    folder: Folder = None,
    out: Annotated[Path | None, typer.Option("--out", help="device.out", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Write a reading as a file with a receipt beside it, which `zhulian verify` checks without a node."""
    from zhulian import canonical
    from zhulian.edge.proving import prove_reading
    from zhulian.edge.store import Store
    from zhulian.files import write_atomically

    path = out or Path(f"{name}-{sequence}.reading.json")
    with open_chain(node) as chain:
        store = Store(folder or acting_home(node).root / "edge")
        try:
            proved = prove_reading(chain, store, name, sequence)
        finally:
            store.close()
        zone = chain.core.genesis.zone
    receipt = path.with_name(path.name + ".receipt.json")
    try:
        write_atomically(path, proved.content)
        write_atomically(receipt, canonical.encode(proved.receipt))
    except OSError as wrong:
        raise BadValue(command="zhulian device prove", name="--out", why=f"{path}: {wrong.strerror}") from None
    said = say(
        "device.proved", device=name, sequence=sequence, value=proved.reading.value, time=when(proved.reading.time_ms, zone)
    )
    told = {"reading": str(path), "receipt": str(receipt), "value": proved.reading.value, "time_ms": proved.reading.time_ms}
    answer(told, said, say("line.written", path=path), say("line.written", path=receipt))


def _ready(told: dict[str, Any]) -> None:
    import sys

    answer(told, say("device.ready", http=told["http"] or "—", mqtt=told["mqtt"] or "—"), say("run.stop"))
    sys.stdout.flush()


def _all(chain: "Chain", collection: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = chain.page(collection, after=after, limit=_PAGE)
        found += page.items
        after = page.next
        if after is None:
            return found


def _key_path(name: str) -> Path:
    if _NAME.fullmatch(name) is None:
        raise BadValue(command="zhulian device", name="ORG.SERIAL", why=name[:80])
    return home().root / "devices" / f"{name}.key.json"


def _make_key(chain: "Chain", name: str, *, renew: bool = False) -> "SoftwareSigner":
    """A key for a device, kept here; one that an interrupted run has left is taken up again."""
    from zhulian.crypto import SoftwareSigner, load_key, save_key

    suite = chain.core.hasher.suite
    path = _key_path(name).with_suffix(".next") if renew else _key_path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = home().passphrase() or ask_passphrase()
    if not path.exists():
        save_key(path, suite.generate(), passphrase, name=name)
    return SoftwareSigner(suite, load_key(path, passphrase))


def _key(chain: "Chain", name: str) -> "SoftwareSigner":
    from zhulian.crypto import SoftwareSigner, load_key
    from zhulian.edge.errors import DeviceNotHere

    path = _key_path(name)
    if not path.is_file():
        raise DeviceNotHere(device=name, path=str(path))
    return SoftwareSigner(chain.core.hasher.suite, load_key(path, home().passphrase() or ask_passphrase()))


def _digest(chain: "Chain", path: Path) -> str:
    from zhulian.client.files import file_digest

    if not path.is_file():
        raise FileMissing(path=str(path))
    return file_digest(chain.core.hasher.suite, path).hex()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise FileMissing(path=str(path)) from None


def _scaled(text: str, scale: int, option: str) -> int:
    """A decimal in 10^-scale of the unit."""
    try:
        found = Decimal(text).scaleb(scale)
        whole = int(found)
    except (InvalidOperation, ValueError, OverflowError):
        raise BadValue(command="zhulian device enrol", name=option, why=text[:40]) from None
    if found != whole:
        raise BadValue(command="zhulian device enrol", name=option, why=f"{text[:40]} (--scale {scale})")
    return whole


def _shown(value: int, device: dict[str, Any]) -> str:
    return f"{Decimal(value).scaleb(-device['scale'])} {device['unit']}"


def _range(device: "Device") -> str:
    return f"{Decimal(device.low).scaleb(-device.scale)} … {Decimal(device.high).scaleb(-device.scale)} {device.unit}"
