"""The client's part for credentials, blocking and awaiting, over the same flows."""

from zhulian.client.core import Core
from zhulian.client.credentials import flows as credentials
from zhulian.client.credentials import holding
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking

__all__ = ["AsyncCredentials", "Credentials"]


class Credentials:
    """Define, issue by, publish, hold, show and ask for credentials."""

    def __init__(self, core: Core, line: Line) -> None:
        self.core = core
        self.line = line

    define = blocking(credentials.define)
    add_key = blocking(credentials.add_key)
    retire_key = blocking(credentials.retire_key)
    set_status = blocking(credentials.set_status)
    list_content = blocking(credentials.list_content)
    publish = blocking(credentials.publish)
    upload = blocking(credentials.upload)
    resolve = blocking(credentials.resolve)
    proof = blocking(credentials.proof)
    schema_of = blocking(credentials.schema_of)
    issuer_of = blocking(credentials.issuer_of)
    holder_keys = blocking(holding.holder_keys)
    receive = blocking(holding.receive)
    wallet = blocking(holding.wallet)
    answer_request = blocking(holding.answer_request)
    ask = blocking(holding.ask)


class AsyncCredentials:
    """Define, issue by, publish, hold, show and ask for credentials."""

    def __init__(self, core: Core, line: AsyncLine) -> None:
        self.core = core
        self.line = line

    define = awaiting(credentials.define)
    add_key = awaiting(credentials.add_key)
    retire_key = awaiting(credentials.retire_key)
    set_status = awaiting(credentials.set_status)
    list_content = awaiting(credentials.list_content)
    publish = awaiting(credentials.publish)
    upload = awaiting(credentials.upload)
    resolve = awaiting(credentials.resolve)
    proof = awaiting(credentials.proof)
    schema_of = awaiting(credentials.schema_of)
    issuer_of = awaiting(credentials.issuer_of)
    holder_keys = awaiting(holding.holder_keys)
    receive = awaiting(holding.receive)
    wallet = awaiting(holding.wallet)
    answer_request = awaiting(holding.answer_request)
    ask = awaiting(holding.ask)
