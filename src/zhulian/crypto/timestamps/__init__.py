"""Time stamps by a time-stamping authority (RFC 3161, GB/T 20520): asked for, read, and verified without trusting who hands them out."""

from zhulian.crypto.timestamps.errors import (
    ImprintDiffers,
    NotFresh,
    PolicyDiffers,
    StampForged,
    StampMalformed,
    StampRefused,
    TimestampFault,
    TsaNotTrusted,
)
from zhulian.crypto.timestamps.hashes import HASHES, hash_of
from zhulian.crypto.timestamps.token import Stamp, make_request, read_response, verify_stamp

__all__ = [
    "HASHES",
    "ImprintDiffers",
    "NotFresh",
    "PolicyDiffers",
    "Stamp",
    "StampForged",
    "StampMalformed",
    "StampRefused",
    "TimestampFault",
    "TsaNotTrusted",
    "hash_of",
    "make_request",
    "read_response",
    "verify_stamp",
]
