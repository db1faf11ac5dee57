"""Votes as parts of the client, blocking and awaiting."""

from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.part import Part
from zhulian.client.voting import flows as voting

__all__ = ["AsyncVoting", "Voting"]


class Voting(Part):
    """Make the papers of a secret vote, count it, and recount it."""

    core: Core
    line: Line
    box = blocking(voting.box)
    key_paper = blocking(voting.key_paper)
    deal_paper = blocking(voting.deal_paper)
    look_at_shares = blocking(voting.look_at_shares)
    ballot_paper = blocking(voting.ballot_paper)
    part_paper = blocking(voting.part_paper)
    counts = blocking(voting.counts)
    recount = blocking(voting.recount)


class AsyncVoting(Part):
    """Make the papers of a secret vote, count it, and recount it."""

    core: Core
    line: AsyncLine
    box = awaiting(voting.box)
    key_paper = awaiting(voting.key_paper)
    deal_paper = awaiting(voting.deal_paper)
    look_at_shares = awaiting(voting.look_at_shares)
    ballot_paper = awaiting(voting.ballot_paper)
    part_paper = awaiting(voting.part_paper)
    counts = awaiting(voting.counts)
    recount = awaiting(voting.recount)
