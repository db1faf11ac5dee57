"""English sentences about freezes."""

__all__ = ["MANDATE"]

MANDATE: dict[str, str] = {
    "mandate.help": "Freeze and thaw as the regulator, under the mandate in genesis.",
    "mandate.freeze.help": "Let nothing go out of a party, an instance or a record; what comes in still may.",
    "mandate.thaw.help": "End a freeze before its time.",
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
