"""English sentences about secret votes."""

__all__ = ["VOTING"]

VOTING: dict[str, str] = {
    "ballot.help": "Secret votes: make the papers of trustees and voters, count, and recount from the chain.",
    "ballot.instance": "The application.",
    "ballot.record": "The type of the record that the box belongs to, and the parts of its key.",
    "ballot.out": "The file to write; RECORD-KEY and the kind of paper where left out.",
    "ballot.mark": "A choice by its number, from 1; may be repeated.",
    "ballot.voter": "The voter: the handle (~…) or organisation that will hand it in.",
    "ballot.key.help": "A trustee's key for shares, which it hands in first.",
    "ballot.deal.help": "A trustee's part of the key, once all trustees have enrolled.",
    "ballot.look.help": "Open what was dealt to a trustee and check it, before it accepts.",
    "ballot.fill.help": "An encrypted ballot. Nobody but you learns what you chose.",
    "ballot.part.help": "A trustee's part of the opening of a closed box.",
    "ballot.count.help": "The counts that the trustees' parts open.",
    "ballot.recount.help": "Check every ballot, the sum, the parts and the counts again from the chain.",
    "ballot.written": "Written: {path}. Hand it in with zhulian app {instance} …=@{path}",
    "ballot.sound": "All shares dealt to {party} are right. The key can be accepted.",
    "ballot.choice": "Choice {choice}: {count}",
    "ballot.recounting": "Checking ballots",
    "ballot.agrees": "Everything agrees. Ballots checked: {ballots}; boxes: {boxes}.",
    "ballot.uncounted": "The counts are not announced yet; what is there so far agrees.",
}
