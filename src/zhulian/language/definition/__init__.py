"""Definitions: from the text of a scenario to a checked, normalised tree that has one digest on every machine."""
