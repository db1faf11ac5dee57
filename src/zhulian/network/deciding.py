"""Governance by those whose keys lie here: on one machine all organisations of a trial, in real life one's own alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from zhulian.client import Chain, connect
from zhulian.errors import Refusal, Words, check
from zhulian.home import Home
from zhulian.network.local import Network, UnknownNode
from zhulian.network.seats import ensure_block

__all__ = ["Decided", "Hand", "NotDecided", "decide", "hands_of_home", "hands_of_network", "opened"]


class NotDecided(
    Refusal,
    code="network/8",
    zh="提案 {proposal} 尚未通过：{why.zh}",
    en="The proposal {proposal} has not passed: {why.en}",
):
    proposal: str
    why: Words


@dataclass(frozen=True)
class Hand:
    """An organisation that acts from here: its home with its admin's key, and the gateway of its node."""

    organisation: str
    home: Home
    url: str


@dataclass(frozen=True)
class Decided:
    """A proposal and how it stands: `passed`, or `open` where other organisations' votes are still due."""

    proposal: str
    status: str


def hands_of_network(network: Network) -> list[Hand]:
    """The organisations of a trial whose nodes run on this machine."""
    found: list[Hand] = []
    for state in network.status():
        home = network.home(state.name)
        if state.accepting and (home.keys / f"{state.name}.admin.key.json").is_file():
            found.append(Hand(state.name, home, state.url))
    return found


def hands_of_home(home: Home) -> list[Hand]:
    """The one organisation whose node this home is.

    Raises:
        UnknownNode: the home is no node's.
    """
    config = home.config()
    name = config.node.name or config.node.sealer
    if not name:
        raise UnknownNode(node=str(home.root), present="—")
    return [Hand(name, home, f"http://{config.gateway.host}:{config.gateway.port}")]


@contextmanager
def opened(hands: Sequence[Hand], passphrase: Callable[[], str] | None = None) -> Iterator[list[Chain]]:
    """The chain through each one's own node, signing as its admin."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(connect(each.url, f"{each.organisation}.admin", home=each.home.root, passphrase=passphrase))
            for each in hands
        ]


def decide(
    hands: Sequence[Hand], chains: Sequence[Chain], actions: Sequence[Mapping[str, Any]], said: Callable[[str, str], None]
) -> Decided:
    """Propose by the first that has a vote, and let the others vote until it passes; `said` is told who did what.

    An organisation that has no vote yet or any more is passed over.

    Raises:
        FromNode: a rule said no, with its number. NotDecided: nobody here has a vote.
    """
    check(len(hands) == len(chains), "each one has its chain")
    proposal = ""
    ensure_block(chains[0])
    for hand, chain in zip(hands, chains, strict=True):
        members = chain.state(("identity/members",)).value["active"]
        if hand.organisation not in members:
            continue
        if not proposal:
            proposal = chain.govern.propose(actions).transaction
            said("proposed", hand.organisation)
        else:
            chain.govern.vote(proposal, "yes")
            said("voted", hand.organisation)
        status = str(chain.state(("govern/proposals", proposal)).value["status"])
        if status != "open":
            return Decided(proposal, status)
    if not proposal:
        raise NotDecided(proposal="—", why=Words("本机没有可表决的机构", "nobody here has a vote"))
    return Decided(proposal, "open")
