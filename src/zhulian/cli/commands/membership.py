"""`zhulian network` while it runs: invite, apply, join, take a seat, leave, rotate keys, adopt a solo chain."""

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from zhulian.cli.commands.network import DuePlan, PlanFile, _load, _network, _there, app
from zhulian.cli.output import answer, remark
from zhulian.cli.parser import command
from zhulian.cli.session import ask_passphrase
from zhulian.cli.state import home
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.network.changing import Changed
    from zhulian.network.deciding import Hand

__all__: list[str] = []

_STEPS = {
    "proposed": "network.step.proposed",
    "voted": "network.step.voted",
    "keys": "network.step.keys",
    "starting": "network.step.starting",
    "caught_up": "network.step.caught_up",
    "fewer_faults": "network.step.fewer_faults",
    "copied": "network.step.copied",
}
Organisation = Annotated[str, typer.Argument(help="network.argument.organisation", metavar="ORG")]


@command(app, "invite", "network.invite.help")
def invite(
    out: Annotated[Path, typer.Option("--out", help="network.option.out", metavar="INVITATION.json")] = Path("invitation.json"),
) -> None:
    """Write an invitation from the own node."""
    from zhulian.network.newcomer import invite as make
    from zhulian.network.newcomer import save

    made = make(home())
    save(out, made)
    digest = made.document().digest().hex()
    answer({"invitation": str(out), "digest": digest}, say("network.invited", path=out, digest=digest))


@command(app, "apply", "network.apply.help")
def apply(
    invitation: Annotated[Path, typer.Argument(help="network.argument.invitation", metavar="INVITATION.json")],
    newcomer: Annotated[Path, typer.Argument(help="network.argument.newcomer", metavar="ORG.yaml")],
    out: Annotated[Path, typer.Option("--out", help="network.option.out", metavar="CARD.json")] = Path("newcomer.json"),
) -> None:
    """Make the own organisation's keys and settings in this home, and the card to hand in."""
    from zhulian.files import write_atomically
    from zhulian.network.newcomer import load_invitation, load_newcomer, make_newcomer, save
    from zhulian.network.sample import AlreadyFounded

    if home().exists:
        raise AlreadyFounded(path=str(home().root))
    told, who = load_invitation(_there(invitation)), load_newcomer(_there(newcomer))
    passphrase = home().passphrase()
    if passphrase is None:
        passphrase = secrets.token_urlsafe(24)
        write_atomically(home().passphrase_file, passphrase.encode() + b"\n", mode=0o600)
    card = make_newcomer(home(), told, who, who.entry(), int(time.time()), passphrase)
    save(out, card)
    digest = told.document().digest().hex()
    answer({"card": str(out), "digest": digest}, say("network.applied", path=out, home=home().root, digest=digest))


@command(app, "join", "network.join.help")
def join(
    newcomer: Annotated[Path, typer.Argument(help="network.argument.joining", metavar="ORG.yaml|CARD.json")],
    plan_file: PlanFile = None,
) -> None:
    """Bring an organisation in: on this machine as a whole, from a card by proposing its admission."""
    from zhulian.network.changing import join as bring
    from zhulian.network.deciding import decide, opened
    from zhulian.network.local import last_plan
    from zhulian.network.newcomer import load_newcomer, load_newcomer_card

    if _there(newcomer).suffix == ".json":
        card = load_newcomer_card(newcomer)
        hands = _hands()
        with opened(hands, ask_passphrase) as chains:
            done = decide(hands, chains, [card.admission], _said)
        answer(
            {"proposal": done.proposal, "status": done.status, "peer": card.peer},
            say("network.decided", status=say(f"proposal.{done.status}")),
            say("govern.vote_so", proposal=done.proposal),
        )
        return
    network = _network(plan_file)
    path = plan_file or last_plan(home().root) or network.root / "network.yaml"
    who = load_newcomer(newcomer)
    _tell(bring(network, who, path, _said), say("network.joined", organisation=who.organisation))


@command(app, "seat", "network.seat.help")
def seat(power: Annotated[int, typer.Option("--power", help="network.option.power", metavar="N", min=1)] = 1) -> None:
    """Propose the own node, which has caught up, as validator and sealer."""
    from zhulian.network.changing import enrol_staff, take_seat
    from zhulian.network.deciding import opened

    hands = _hands()
    own = hands[0]
    with opened(hands, ask_passphrase) as chains:
        enrol_staff(chains[0], own.home, own.organisation)
        done = take_seat(hands, chains, own.home, own.organisation, power, _said)
    _tell(done, say("network.decided", status=say(f"proposal.{done.status}")))


@command(app, "leave", "network.leave.help")
def leave(
    organisation: Organisation,
    stays: Annotated[bool, typer.Option("--stay", help="network.option.stay")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="network.option.stop")] = False,
) -> None:
    """Take an organisation's node out of validators and sealers, and the organisation out of the chain."""
    from zhulian.network.changing import leave as go

    done = go(_hands(), organisation, _said, release=not stays)
    if stop and done.status == "passed" and (home().root / "nodes").is_dir():
        _network(None).stop([organisation])
    _tell(done, say("network.left", organisation=organisation))


@command(app, "rotate", "network.rotate.help")
def rotate(
    organisation: Organisation,
    power: Annotated[int | None, typer.Option("--power", help="network.option.power", metavar="N", min=1)] = None,
    finish: Annotated[bool, typer.Option("--finish", help="network.option.finish")] = False,
    lost: Annotated[bool, typer.Option("--lost", help="network.option.lost")] = False,
) -> None:
    """Give a node new keys for sealing and voting, and perhaps another power."""
    from zhulian.network.changing import finish_rotation, replace_lost
    from zhulian.network.changing import rotate as turn

    local = (home().root / "nodes").is_dir()
    if finish or lost:
        its = _network(None).home(organisation) if local else home()
        kept = replace_lost(its, organisation) if lost else finish_rotation(its, organisation)
        answer({"retired": kept}, say("network.rotated", paths=", ".join(kept) or "—"))
        return
    hands = _hands()
    own = next((each.home for each in hands if each.organisation == organisation), home())
    done = turn(hands, own, organisation, _said, power=power)
    if local and done.status == "passed":
        network = _network(None)
        network.stop([organisation])
        kept = finish_rotation(own, organisation)
        network.start([organisation])
        network.wait_ready([organisation], lambda each: _said("caught_up", each))
        _tell(done, say("network.rotated", paths=", ".join(kept) or "—"))
        return
    _tell(done, say("network.rotate_next", organisation=organisation))


@command(app, "upgrade", "network.upgrade.help")
def upgrade(
    module: Annotated[str, typer.Option("--module", help="network.option.module", metavar="MODULE")],
    version: Annotated[int, typer.Option("--version", help="network.option.new_version", metavar="N", min=1)],
    height: Annotated[int, typer.Option("--height", help="network.option.height", metavar="HEIGHT", min=1)],
) -> None:
    """Propose that a module runs at another version from a height on, on all nodes at once; those who act from here vote."""
    from zhulian.network.deciding import decide, opened

    hands = _hands()
    action = {"from_height": height, "module": module, "type": "govern.set_version", "version": version}
    with opened(hands, ask_passphrase) as chains:
        done = decide(hands, chains, [action], _said)
    lines = [say("network.decided", status=say(f"proposal.{done.status}"))]
    if done.status == "passed":
        lines.append(say("network.upgraded", module=module, version=version, height=height))
    else:
        lines.append(say("govern.vote_so", proposal=done.proposal))
    answer({"proposal": done.proposal, "status": done.status}, *lines)


@command(app, "adopt", "network.adopt.help")
def adopt(plan_file: DuePlan) -> None:
    """Let the solo chain of this home go on as the network of a plan, with every record and proof."""
    from zhulian.network.adopting import adopt as go_on
    from zhulian.network.local import Network
    from zhulian.node.comet.binary import build_engine
    from zhulian.node.comet.starting import engine_cache

    build_engine(engine_cache(), lambda what: remark(say("network.building", what=what.say(language()))))
    network = Network(home().root, _load(plan_file), plan_file)
    found = go_on(network, plan_file, _said)
    states = network.status()
    answer(
        {"height": found.height, "digest": found.digest, "nodes": [msgspec.to_builtins(each) for each in states]},
        say("network.adopted", height=found.height, count=len(states)),
        say("network.tolerates", faults=found.faults, whole=len(states)),
    )


def _hands() -> "list[Hand]":
    """Who acts from here: the running nodes of this machine's network, or the one node that this home is."""
    from zhulian.errors import Words
    from zhulian.network.deciding import NotDecided, hands_of_home, hands_of_network

    if (home().root / "nodes").is_dir():
        network = _network(None)
        found = hands_of_network(network)
        if not found:
            raise NotDecided(
                proposal="—",
                why=Words(
                    "本机没有正在运行的节点。请先运行 zhulian network start", "no node runs here. Run zhulian network start first"
                ),
            )
        return found
    return hands_of_home(home())


def _said(step: str, who: str) -> None:
    remark(say(_STEPS[step], who=who))


def _tell(done: "Changed", first: str) -> None:
    passed = done.status == "passed"
    lines = [first] if passed else [say("govern.vote_so", proposal=done.proposal)]
    lines.append(say("network.tolerates" if passed else "network.would_tolerate", faults=done.faults, whole=done.sealers))
    answer(msgspec.to_builtins(done), *lines)
