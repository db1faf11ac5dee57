"""Looking after a home's index from outside: how far it has come, and building it anew beside the running node."""

from collections.abc import Callable
from typing import Any

from zhulian.home import Home
from zhulian.node.rpc import LedgerClient
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.methods import IndexClient
from zhulian.offchain.index.process import holder_of, open_database
from zhulian.offchain.index.texts import JournalTexts, NoTexts
from zhulian.offchain.index.writing import Writer
from zhulian.offchain.watch.own import OwnRules
from zhulian.offchain.watch.watcher import Watcher

__all__ = ["look", "rebuild"]


async def look(home: Home) -> dict[str, Any]:
    """What the home's index process says of itself.

    Raises:
        IndexSilent: it does not run.
    """
    client = IndexClient(home.index_socket)
    try:
        return await client.status()
    except ConnectionError:
        raise IndexSilent() from None
    finally:
        await client.close()


async def rebuild(home: Home, progress: Callable[[int, int], None]) -> int:
    """Empty the index and follow the running ledger up to the height that it has now; answers the height reached.

    The index process may run beside it: both write batch by batch under the same lock, and what one has written the other
    leaves out. `progress` is told the height and the goal.

    Raises:
        NodeUnreachable: the node does not run. BadConfig, WrongDatabase, IndexDatabaseFailed.
    """
    ledger = LedgerClient(home.socket)
    try:
        chain = str((await ledger.status())["chain"])
        database: Database = open_database(home)
        try:
            holder = holder_of(home)
            texts = JournalTexts(home.client, chain) if holder else NoTexts()
            follower = Follower(
                ledger, Writer(database, holder, Watcher(OwnRules(home.watch_rules))), texts, lambda *_, **__: None
            )
            await follower.begin_anew()
            return await follower.catch_up(progress)
        finally:
            database.close()
    finally:
        await ledger.close()
