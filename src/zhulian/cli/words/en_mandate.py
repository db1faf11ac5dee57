"""English sentences about freezes."""

__all__ = ["MANDATE"]

MANDATE: dict[str, str] = {
    "mandate.help": "Freeze, thaw and recall as the regulator, under the mandate in genesis.",
    "mandate.freeze.help": "Let nothing go out of a party, an instance or a record; what comes in still may.",
    "mandate.thaw.help": "End a freeze before its time.",
    "mandate.recall.help": "Recall a thing and all that comes from it, from this block on; it is never taken back.",
    "mandate.thing": "A record that is followed (INSTANCE/TYPE/KEY).",
    "mandate.term": "Within how many days it is to be carried out, at most 366.",
    "mandate.recalled": "{target} is recalled since block {height}, to be carried out until {until}",
    "mandate.list.help": "List what is frozen now.",
    "mandate.target": "A party (org2), an instance (@NAME), or a record (INSTANCE/TYPE/KEY).",
    "mandate.document": "The legal document that orders it; only its digest goes on the chain.",
    "mandate.days": "For how many days, at most 366; another document can prolong it.",
    "mandate.officers": "The officers who sign; give it twice, for two officers of the regulator.",
    "mandate.two": "two different officers of the regulator sign; give --as twice",
    "mandate.frozen": "{target} is frozen until {until}, since block {height}",
    "mandate.thawed": "{target} is frozen no longer, since block {height}",
    "mandate.none": "Nothing is frozen",
    "column.target": "frozen",
    "column.until": "until",
    "column.officers": "officers",
    "column.document": "document",
}
