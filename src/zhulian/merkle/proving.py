"""Making a proof: one way down through the pages of one version."""

from zhulian.errors import Bug
from zhulian.merkle.pages import (
    BUCKET_MAX,
    CHILDREN,
    COUNTS,
    LEVELS,
    RECORD,
    VERSIONS,
    WAYS,
    PageHasher,
    count_below,
    digits,
    page_key,
)
from zhulian.merkle.proof import DEPTH, StateProof
from zhulian.merkle.records import NodeStore, Root

__all__ = ["prove"]


def prove(hashing: PageHasher, nodes: NodeStore, root: Root, key: bytes) -> StateProof:
    """The proof of what stands at the key digest `key` in the version whose root record is `root`."""
    siblings: list[bytes] = []
    way = digits(key)
    path = b""
    digest, count, version = root.digest, root.size, root.written
    depth = 0
    while count > BUCKET_MAX:
        page = hashing.open_branch(_page(nodes, version, path), digest)
        child = _through_branch(page, way[depth] & 7, siblings)
        path += b"%o" % child
        at = CHILDREN + 32 * child
        digest = bytes(page[at : at + 32])
        count = page[COUNTS + child]
        at = VERSIONS + 8 * child
        version = int.from_bytes(page[at : at + 8], "big")
        depth += 1
    records = _page(nodes, version, path) if count else b""
    return _through_bucket(hashing, records, key, LEVELS * depth, siblings)


def _through_branch(page: bytearray, child: int, siblings: list[bytes]) -> int:
    """Add the siblings on the way from the top of a branch to `child`, as far down as leaves are not alone.

    The child to go on with: `child`, or where the one leaf stands that is met before.
    """
    node = 1
    for level in range(LEVELS - 1, -1, -1):
        alone = count_below(page, node)
        if alone <= 1:
            first = (node << level + 1) - WAYS
            counts = page[COUNTS + first : COUNTS + first + (1 << level + 1)]
            return first + counts.index(1) if alone else child
        node = 2 * node + (child >> level & 1)
        at = 32 * ((node ^ 1) - 1)
        siblings.append(bytes(page[at : at + 32]))
    return child


def _through_bucket(hashing: PageHasher, records: bytes, key: bytes, depth: int, siblings: list[bytes]) -> StateProof:
    """Go on inside a bucket at `depth` until at most one leaf is left, and tell what it is."""
    number = int.from_bytes(key, "big")
    while len(records) > RECORD:
        shift = DEPTH - 1 - depth
        cut = next((at for at in range(0, len(records), RECORD) if records[at + depth // 8] >> (7 - depth % 8) & 1), len(records))
        left, right = records[:cut], records[cut:]
        depth += 1
        if number >> shift & 1:
            siblings.append(hashing.bucket(left, depth))
            records = right
        else:
            siblings.append(hashing.bucket(right, depth))
            records = left
    if not records or records[:32] == key:
        return StateProof(tuple(siblings))
    return StateProof(tuple(siblings), (records[:32], records[32:64]))


def _page(nodes: NodeStore, version: int, path: bytes) -> bytes:
    data = nodes.get_many([page_key(version, path)])[0]
    if data is None:
        raise Bug(f"broken promise: the store holds page {path.decode()} of version {version}")
    return data
