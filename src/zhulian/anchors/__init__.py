"""What binds a chain's headers to a clock or a witness of somebody else's: time stamps, another chain, a second organisation's seal."""

from zhulian.anchors.errors import AnchorFault, AnchorMalformed, BadCoSeal, BadOtherChain, NotOfThisHeader
from zhulian.anchors.shapes import ANCHOR, ATTACHED, Anchor, Attached, AttachedAnchor, Statement
from zhulian.anchors.statement import attach, make_statement, statement_data
from zhulian.anchors.verifying import Held, ProvedAnchor, co_seal, read_anchor, verify_anchor, verify_attached

__all__ = [
    "ANCHOR",
    "ATTACHED",
    "Anchor",
    "AnchorFault",
    "AnchorMalformed",
    "Attached",
    "AttachedAnchor",
    "BadCoSeal",
    "BadOtherChain",
    "Held",
    "NotOfThisHeader",
    "ProvedAnchor",
    "Statement",
    "attach",
    "co_seal",
    "make_statement",
    "read_anchor",
    "statement_data",
    "verify_anchor",
    "verify_attached",
]
