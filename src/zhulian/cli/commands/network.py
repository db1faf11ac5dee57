"""`zhulian network`: plan, found, start, watch and stop a network of organisations."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, remark, table
from zhulian.cli.parser import application, command
from zhulian.cli.state import home, settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.network.local import Network, NodeState
    from zhulian.network.plan import Plan

app = application("network")

PlanFile = Annotated[Path | None, typer.Argument(help="network.argument.plan", metavar="PLAN.yaml")]
DuePlan = Annotated[Path, typer.Argument(help="network.argument.plan", metavar="PLAN.yaml")]
Nodes = Annotated[list[str] | None, typer.Argument(help="network.argument.nodes", metavar="NODE…")]
Cards = Annotated[list[Path], typer.Argument(help="network.argument.cards", metavar="CARD.json…")]
Organisation = Annotated[str, typer.Option("--org", help="network.option.organisation", metavar="ORG")]


@command(app, "plan", "network.plan.help")
def plan(
    orgs: Annotated[int, typer.Option("--orgs", help="network.option.orgs", metavar="N", min=1, max=64)] = 4,
    out: Annotated[Path, typer.Option("--out", help="network.option.out", metavar="PLAN.yaml")] = Path("network.yaml"),
    name: Annotated[str, typer.Option("--name", help="network.option.name", metavar="NAME")] = "zl-net",
    suite: Annotated[str, typer.Option("--suite", help="network.option.suite", metavar="gm|intl")] = "gm",
) -> None:
    """Write a plan of organisations on this machine, to be edited."""
    from zhulian.network.plan import make_plan, save_plan
    from zhulian.network.sample import MODULES

    if suite not in ("gm", "intl"):
        raise BadValue(command="zhulian network plan", name="--suite", why=suite[:20])
    made = make_plan(orgs, MODULES, name=name, suite_name=suite)  # type: ignore[arg-type]  # checked above
    save_plan(out, made)
    faults = (sum(each.power for each in made.organisations) - 1) // 3
    answer(
        {"plan": str(out), "organisations": orgs, "faults": faults, "digest": made.digest()},
        say("network.planned", path=out, count=orgs, faults=faults),
        say("network.next_up", path=out),
    )


@command(app, "digest", "network.digest.help")
def digest(plan_file: DuePlan) -> None:
    """Print the digest of a plan."""
    found = _load(plan_file).digest()
    answer({"digest": found}, found)


@command(app, "up", "network.up.help")
def up(plan_file: PlanFile = None) -> None:
    """Found the network of a plan where it is not yet founded, start its nodes, and wait until they are ready."""
    from zhulian.node.comet.binary import build_engine
    from zhulian.node.comet.starting import engine_cache

    network = _network(plan_file)
    build_engine(engine_cache(), lambda what: remark(say("network.building", what=what.say(language()))))
    network.found(int(time.time()))
    _start(network, network.names)


@command(app, "start", "network.start.help")
def start(plan_file: PlanFile = None, nodes: Nodes = None) -> None:
    """Start nodes of a founded network, and wait until they are ready."""
    network, chosen = _nodes(plan_file, nodes)
    _start(network, chosen)


@command(app, "down", "network.down.help")
def down(plan_file: PlanFile = None, nodes: Nodes = None) -> None:
    """Stop nodes in order."""
    network, chosen = _nodes(plan_file, nodes)
    ran = network.stop(chosen)
    answer({"stopped": ran}, say("network.stopped", nodes=", ".join(ran)) if ran else say("network.none_ran"))


@command(app, "status", "network.status.help")
def status(plan_file: PlanFile = None) -> None:
    """Show how each node stands, in one table."""
    from zhulian.cli.commands.watch import states_of

    plan_name, found = states_of(plan_file)
    if settings.json:
        answer({"plan": plan_name, "nodes": [msgspec.to_builtins(each) for each in found]})
        return
    table(say("network.heads").split("|"), [_row(each) for each in found])


@command(app, "accept", "network.accept.help")
def accept(
    plan_file: DuePlan,
    organisation: Organisation,
    out: Annotated[Path, typer.Option("--out", help="network.option.out", metavar="CARD.json")] = Path("member.json"),
) -> None:
    """Make the own organisation's keys in this home and write its card."""
    import secrets

    from zhulian.files import write_atomically
    from zhulian.network.ceremony import accept as make_card
    from zhulian.network.ceremony import save_card
    from zhulian.network.sample import AlreadyFounded

    if home().exists:  # with a genesis, its keys are in use
        raise AlreadyFounded(path=str(home().root))
    agreed = _load(plan_file)
    entry = agreed.entry(organisation)
    if entry is None:
        raise BadValue(command="zhulian network accept", name="--org", why=organisation[:40])
    passphrase = home().passphrase()
    if passphrase is None:
        passphrase = secrets.token_urlsafe(24)
        write_atomically(home().passphrase_file, passphrase.encode() + b"\n", mode=0o600)
    save_card(out, make_card(home(), agreed, entry, int(time.time()), passphrase))
    answer({"card": str(out), "plan": agreed.digest()}, say("network.accepted", path=out))


@command(app, "genesis", "network.genesis.help")
def genesis(
    plan_file: DuePlan,
    cards: Cards,
    out: Annotated[Path, typer.Option("--out", help="network.option.out", metavar="GENESIS.json")] = Path("genesis.json"),
) -> None:
    """Make the genesis of the organisations' cards."""
    from zhulian.files import write_atomically
    from zhulian.ledger.genesis import CODEC
    from zhulian.network.ceremony import load_card, make_genesis

    made = make_genesis(_load(plan_file), [load_card(_there(each)) for each in cards], int(time.time()))
    write_atomically(out, CODEC.encode(made))
    answer({"genesis": str(out), "digest": made.digest().hex()}, say("network.made", path=out, digest=made.digest().hex()))


@command(app, "install", "network.install.help")
def install(
    plan_file: DuePlan,
    genesis_file: Annotated[Path, typer.Argument(help="network.argument.genesis", metavar="GENESIS.json")],
    cards: Cards,
    organisation: Organisation,
) -> None:
    """Put genesis and peers into the own organisation's home."""
    from zhulian.ledger.genesis import parse_genesis
    from zhulian.network.ceremony import install as put
    from zhulian.network.ceremony import load_card

    found = parse_genesis(_there(genesis_file).read_bytes())
    put(home(), _load(plan_file), [load_card(_there(each)) for each in cards], found, organisation)
    answer({"home": str(home().root), "digest": found.digest().hex()}, say("network.installed", home=home().root))


def _start(network: "Network", nodes: list[str]) -> None:
    network.start(nodes)
    urls = {each.name: each.url for each in network.status(nodes)}
    network.wait_ready(nodes, lambda node: remark(say("network.ready", node=node, url=urls[node])))
    found = network.status(nodes)
    answer({"nodes": [msgspec.to_builtins(each) for each in found]}, say("network.is_up", count=len(found), node=nodes[0]))


def _network(plan_file: Path | None) -> "Network":
    from zhulian.network.local import Network, NoPlan, last_plan

    chosen = plan_file or last_plan(home().root)
    if chosen is None:
        raise NoPlan(path=str(home().root))
    return Network(home().root, _load(chosen), chosen)


def _nodes(plan_file: Path | None, nodes: list[str] | None) -> "tuple[Network, list[str]]":
    """The network, and its nodes that are meant; the plan may be left out where one was brought up."""
    from zhulian.network.local import last_plan

    if plan_file is not None and not plan_file.exists() and last_plan(home().root) is not None and not plan_file.suffix:
        nodes, plan_file = [str(plan_file), *(nodes or [])], None
    network = _network(plan_file)
    for each in nodes or ():
        network.home(each)  # which refuses a name that the plan does not have, before anything is done
    return network, nodes or network.names


def _load(path: Path) -> "Plan":
    from zhulian.network.plan import load_plan

    return load_plan(_there(path))


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileMissing(path=str(path))
    return path


def _row(node: "NodeState") -> list[str]:
    if node.pid is None:
        return [
            node.name,
            say("network.away"),
            "",
            "",
            "",
            "",
            _megabytes(node.disk_bytes),
            _or_dash(node.certificate_days),
            "",
            node.url,
        ]
    return [
        node.name,
        str(node.pid),
        _or_dash(node.height),
        (node.state_root or "—")[:12],
        _or_dash(node.peers),
        _or_dash(node.unsealed),
        _megabytes(node.disk_bytes),
        _or_dash(node.certificate_days),
        " · ".join(each for each in (node.version, node.engine_version) if each) or "—",
        node.url,
    ]


def _or_dash(value: int | None) -> str:
    return "—" if value is None else str(value)


def _megabytes(size: int | None) -> str:
    return "—" if size is None else f"{size / 1e6:.1f} MB"


from zhulian.cli.commands import membership as _membership  # noqa: E402, F401 (its commands join this group, which it needs)
from zhulian.cli.commands import rehearse as _rehearse  # noqa: E402
from zhulian.cli.commands import watch as _watch  # noqa: E402

_rehearse.register(app)
_watch.register(app)
