"""The two faces of custody, blocking and awaiting."""

from zhulian.client import custody
from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking

__all__ = ["AsyncCustody", "Custody"]


class Custody:
    """Sign in where one's keys are kept, act through the agent there, take a key home."""

    def __init__(self, core: Core, line: Line) -> None:
        self.core = core
        self.line = line

    about = blocking(custody.about)
    accounts = blocking(custody.accounts)
    act = blocking(custody.act)
    acts = blocking(custody.acts)
    ask = blocking(custody.ask)
    bind_name = blocking(custody.bind_name)
    change_password = blocking(custody.change_password)
    decide = blocking(custody.decide)
    deposit = blocking(custody.deposit)
    deposit_log = blocking(custody.deposit_log)
    directory_begin = blocking(custody.directory_begin)
    directory_finish = blocking(custody.directory_finish)
    directory_unlink = blocking(custody.directory_unlink)
    do = blocking(custody.do)
    enrol = blocking(custody.enrol)
    export = blocking(custody.export)
    hand_over = blocking(custody.hand_over)
    handles = blocking(custody.handles)
    invite = blocking(custody.invite)
    log = blocking(custody.log)
    me = blocking(custody.me)
    one_act = blocking(custody.one_act)
    open_handle = blocking(custody.open_handle)
    recovery_codes = blocking(custody.recovery_codes)
    requests = blocking(custody.requests)
    sign_in = blocking(custody.sign_in)
    sign_out = blocking(custody.sign_out)
    take_home = blocking(custody.take_home)


class AsyncCustody:
    """Sign in where one's keys are kept, act through the agent there, take a key home."""

    def __init__(self, core: Core, line: AsyncLine) -> None:
        self.core = core
        self.line = line

    about = awaiting(custody.about)
    accounts = awaiting(custody.accounts)
    act = awaiting(custody.act)
    acts = awaiting(custody.acts)
    ask = awaiting(custody.ask)
    bind_name = awaiting(custody.bind_name)
    change_password = awaiting(custody.change_password)
    decide = awaiting(custody.decide)
    deposit = awaiting(custody.deposit)
    deposit_log = awaiting(custody.deposit_log)
    directory_begin = awaiting(custody.directory_begin)
    directory_finish = awaiting(custody.directory_finish)
    directory_unlink = awaiting(custody.directory_unlink)
    do = awaiting(custody.do)
    enrol = awaiting(custody.enrol)
    export = awaiting(custody.export)
    hand_over = awaiting(custody.hand_over)
    handles = awaiting(custody.handles)
    invite = awaiting(custody.invite)
    log = awaiting(custody.log)
    me = awaiting(custody.me)
    one_act = awaiting(custody.one_act)
    open_handle = awaiting(custody.open_handle)
    recovery_codes = awaiting(custody.recovery_codes)
    requests = awaiting(custody.requests)
    sign_in = awaiting(custody.sign_in)
    sign_out = awaiting(custody.sign_out)
    take_home = awaiting(custody.take_home)
