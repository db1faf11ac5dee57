"""Setting up custody on a machine: service key, tables, recovery key, and codes for the two officers with whom it begins."""

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from zhulian.crypto import Hasher
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.receipts import trust
from zhulian.offchain.custody import log, recovery
from zhulian.offchain.custody.database import Database
from zhulian.offchain.custody.desk import folded
from zhulian.offchain.custody.errors import (
    AccountTaken,
    CustodyNotSetUp,
    CustodyOfAnotherChain,
    CustodySetUpAlready,
    WrongServiceKey,
)
from zhulian.offchain.custody.keys import ServiceKey, make_service_key, one_time_code, plain_code, read_service_key, seal_under
from zhulian.offchain.custody.models import Account, Service

__all__ = ["CODE_MS", "give_code", "invited", "is_set_up", "key_file", "open_custody", "open_database", "set_up"]

CODE_MS = 7 * 24 * 3_600_000
"""How long a one-time code is good."""
_CHECK = "service key"


def key_file(home: Home) -> Path:
    """Where the service key lies."""
    return home.root / home.config().custody.key_file


def is_set_up(home: Home) -> bool:
    """Whether custody may run here: an agent is named, and there is a service key."""
    return bool(home.config().custody.agent) and key_file(home).is_file()


def open_database(home: Home) -> Database:
    """The database that the home's settings name, with its tables in the newest shape.

    Raises:
        BadConfig, WrongCustodyDatabase, CustodyDatabaseFailed.
    """
    database = Database(os.environ.get("ZHULIAN_CUSTODY_DATABASE") or home.config().custody.database, home.root / "custody")
    database.migrate()
    return database


def set_up(home: Home, logins: Sequence[str]) -> dict[str, str]:
    """Set custody up with two officers; their one-time codes by name, shown this once.

    Raises:
        CustodySetUpAlready, AccountTaken: both have one name. BadConfig, CustodyDatabaseFailed.
    """
    trusted = trust(home.genesis_bytes())
    hasher, suite = trusted.hasher, trusted.hasher.suite
    if len({folded(each) for each in logins}) != recovery.LEAST_OFFICERS:
        raise AccountTaken()
    database = open_database(home)
    try:
        with database.session() as session:
            if session.get(Service, 1) is not None:
                raise CustodySetUpAlready()
        make_service_key(key_file(home))
        service = read_service_key(key_file(home), suite)
        now_ms, codes = int(time.time() * 1000), {}
        with database.session() as session:
            row = Service(id=1, chain=trusted.chain, check=service.tag(_CHECK, trusted.chain), made_ms=now_ms)
            shares = recovery.found(suite, row)
            session.add(row)
            log.write(session, hasher, now_ms, "", "set-up", "", chain=trusted.chain)
            for login, share in zip(logins, shares, strict=True):
                account, codes[login] = invited(service, login, "officer", now_ms)
                account.code_sealed = seal_under(suite, service.code_key(codes[login]), f"code/{account.id}", share)
                session.add(account)
                session.flush()
                log.write(session, hasher, now_ms, "", "officer-founded", account.id)
        return codes
    finally:
        database.close()


def invited(service: ServiceKey, login: str, kind: str, now_ms: int) -> tuple[Account, str]:
    """A new account that waits to be taken up, and its one-time code."""
    identity, name = secrets.token_hex(16), folded(login)
    account = Account(
        id=identity, kind=kind, state="invited", login=service.tag("login", name), made_ms=now_ms,
        login_sealed=service.seal("login", identity, name.encode()), salt="", verifier="", code_sealed="", totp="", totp_step=0,
    )  # fmt: skip
    return account, give_code(service, account, name, "invite", now_ms)


def give_code(service: ServiceKey, account: Account, login: str, use: str, now_ms: int) -> str:
    """A new one-time code of an account, in place of any before."""
    code = one_time_code()
    account.code, account.code_use = service.tag("one-time", f"{login}/{plain_code(code)}"), use
    account.code_until_ms = now_ms + CODE_MS
    return code


def open_custody(home: Home) -> tuple[Database, ServiceKey, Hasher, str, int]:
    """The custody of a home that is set up: database, service key, the chain's digests, its id, and its window in seconds.

    Raises:
        CustodyNotSetUp, CustodyOfAnotherChain, WrongServiceKey. BadConfig, WrongCustodyDatabase, CustodyDatabaseFailed.
    """
    genesis = parse_genesis(home.genesis_bytes())
    trusted = trust(home.genesis_bytes())
    database = open_database(home)
    try:
        with database.reading() as connection:
            row = connection.execute(sa.select(Service.chain, Service.check)).first()
        if row is None:
            raise CustodyNotSetUp()
        if row.chain != trusted.chain:
            raise CustodyOfAnotherChain(found=row.chain)
        service = read_service_key(key_file(home), trusted.hasher.suite)
        if service.tag(_CHECK, trusted.chain) != row.check:
            raise WrongServiceKey(path=str(key_file(home)))
    except BaseException:
        database.close()
        raise
    return database, service, trusted.hasher, trusted.chain, genesis.limits.expiry_window_s
