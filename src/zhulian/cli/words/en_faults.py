"""The sentences for bad days in English."""

__all__ = ["FAULTS"]

FAULTS: dict[str, str] = {
    "agree.help": "Agree outside the chain while it stands still: skip a transaction, or go on without lost members. The node must be stopped.",
    "agree.skip.help": "Draw up, and sign, that a transaction which makes the program fail is not executed.",
    "agree.recover.help": "Draw up, and sign, that the chain goes on without members that are lost for good. It breaks what proofs rest on.",
    "agree.sign.help": "Add this node's signature to an agreement, after you have read it (zhulian agree show).",
    "agree.show.help": "Show what an agreement says, who has signed it, and who must still.",
    "agree.apply.help": "Put an agreement that enough members have signed in force on this node. Every node does so, then starts.",
    "agree.file": "The agreement.",
    "agree.reason": "Why, for those who read it later; it is public.",
    "agree.out": "The file to write.",
    "agree.transaction": "The transaction's id, as the node named it when it stopped.",
    "agree.without": "A sealer that is lost for good; give it once for each.",
    "agree.is_skip": "Agreement: the transaction {transaction} is not executed; a block records it as refused (ledger/4)",
    "agree.is_recovery": "Agreement: after height {height} the chain goes on without {lost}; {going_on} go on",
    "agree.why": "Reason: {reason} (drawn up {made})",
    "agree.digest": "Digest: {digest}",
    "agree.signed": "Signed by: {names} (power {power} of {whole})",
    "agree.due": "Still to sign: {names}. Each with its own node: zhulian agree sign {file}",
    "agree.enough": "Enough have signed. On every node: zhulian agree apply {file}, then start it",
    "agree.applied": "In force on this node; its chain stands at height {height}",
    "agree.publish": "Publish {file} where your genesis digest is published: whoever verifies newer receipts needs it (zhulian verify --agreement)",
    "verify.agreement": "An agreement to go on without lost members, which the members have published; give it once for each.",
    "verify.break": "BREAK after height {height}: no two thirds of the sealers led on from there. {members} (power {power} of {whole}) went on by an agreement of {made}: “{reason}” ({agreement}). What is recorded later rests on their word.",
}
