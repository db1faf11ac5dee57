"""The queue of all that falls due: an ordered set of (time, name) in the state, which grows to millions and stays quick.

It is a B+ tree of which every node is one state value. To add, to remove and to find the first take one read a level and one
write; where a node fills up or empties, two more a level at most. There are four levels or five at a million entries. Nodes that
run low are not filled up again: what is due leaves from the front, and empties them.
"""

from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from zhulian.errors import check
from zhulian.ledger.collections import Item, Map
from zhulian.ledger.overlay import State, StateView
from zhulian.ledger.types import Wire

__all__ = ["DUE", "DUE_TOP", "NODE_MAX", "Node", "Top", "first", "insert", "remove"]

NODE_MAX: Final = 32
"""The most entries of a node; with the longest names it stays well below what a state value may have."""

Entry = tuple[int, str]
"""When (Unix seconds), and what."""


class Node(Wire, frozen=True):
    """Entries in order; in a node with others below it, the least that each of those may have (the first has no least)."""

    entries: tuple[Entry, ...]
    below: tuple[int, ...] = ()


class Top(Wire, frozen=True):
    """Where the tree begins, and the number of its next new node."""

    next: int
    root: int


DUE: Map[Node] = Map("scenario/due", Node, ("node",))
DUE_TOP: Item[Top] = Item("scenario/due_top", Top)


def first(state: StateView) -> Entry | None:
    """What falls due first, by time and then by name; None where nothing does."""
    top = DUE_TOP.find(state)
    if top is None:
        return None
    node = _node(state, top.root)
    while node.below:
        node = _node(state, node.below[0])
    return node.entries[0] if node.entries else None


def insert(state: State, time: int, name: str) -> None:
    """Add an entry; one that is there already stays."""
    top = DUE_TOP.find(state) or _begin(state)
    entry = (time, name)
    path = _descend(state, top, entry)
    number, node, place = path.pop()
    if place < len(node.entries) and node.entries[place] == entry:
        return
    node = Node(entries=(*node.entries[:place], entry, *node.entries[place:]))
    last, next_, root = place == len(node.entries) - 1, top.next, top.root
    while len(node.entries) > NODE_MAX:
        cut = NODE_MAX if last else NODE_MAX // 2  # what comes in the order of time leaves full nodes behind
        least, right, next_ = node.entries[cut], next_, next_ + 1
        _save(state, number, Node(entries=node.entries[:cut], below=node.below[:cut]))
        _save(state, right, Node(entries=node.entries[cut:], below=node.below[cut:]))
        if not path:
            node = Node(entries=(node.entries[0], least), below=(number, right))
            number, root, next_ = next_, next_, next_ + 1
            break
        number, node, place = path.pop()
        node = Node(
            entries=(*node.entries[: place + 1], least, *node.entries[place + 1 :]),
            below=(*node.below[: place + 1], right, *node.below[place + 1 :]),
        )
        last = place == len(node.entries) - 2
    _save(state, number, node)
    if next_ != top.next:
        DUE_TOP.set(state, Top(next=next_, root=root))


def remove(state: State, time: int, name: str) -> None:
    """Take an entry out, which must be there."""
    top = DUE_TOP.get(state)
    path = _descend(state, top, (time, name))
    number, node, place = path.pop()
    check(node.entries[place : place + 1] == ((time, name),), "what is taken out of the queue is in it")
    node = Node(entries=node.entries[:place] + node.entries[place + 1 :])
    while not node.entries and path:
        DUE.delete(state, str(number))
        number, node, place = path.pop()
        node = Node(entries=node.entries[:place] + node.entries[place + 1 :], below=node.below[:place] + node.below[place + 1 :])
    if path or len(node.below) != 1:
        _save(state, number, node)
        return
    below: tuple[int, ...] = node.below
    while len(below) == 1:  # a top that leads to one node only is no use
        DUE.delete(state, str(number))
        number = below[0]
        below = _node(state, number).below
    DUE_TOP.set(state, Top(next=top.next, root=number))


class _Step(NamedTuple):
    """A node on the way down, and the place in it where the way goes on (in a leaf: where the entry is or would be)."""

    number: int
    node: Node
    place: int


def _descend(state: StateView, top: Top, entry: Entry) -> list[_Step]:
    number = top.root
    path = []
    while True:
        node = _node(state, number)
        if not node.below:
            path.append(_Step(number, node, bisect_left(node.entries, entry)))
            return path
        place = max(bisect_right(node.entries, entry) - 1, 0)
        path.append(_Step(number, node, place))
        number = node.below[place]


def _begin(state: State) -> Top:
    top = Top(next=1, root=0)
    DUE_TOP.set(state, top)
    _save(state, 0, Node(entries=()))
    return top


def _node(state: StateView, number: int) -> Node:
    return DUE.get(state, str(number))


def _save(state: State, number: int, node: Node) -> None:
    DUE.set_shared(state, str(number), value=node)
