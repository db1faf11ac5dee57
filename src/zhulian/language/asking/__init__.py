"""From what people fill in to the message that asks for an action: the same for the client, the command line and the gateway."""

from zhulian.language.asking.build import Asked, ask, find_action, record_of
from zhulian.language.asking.errors import ManyRecords, NotAnExpiry, SignatoriesDue, UnknownAction, UnknownRecordType
from zhulian.language.asking.expiry import read_expiry

__all__ = [
    "Asked",
    "ManyRecords",
    "NotAnExpiry",
    "SignatoriesDue",
    "UnknownAction",
    "UnknownRecordType",
    "ask",
    "find_action",
    "read_expiry",
    "record_of",
]
