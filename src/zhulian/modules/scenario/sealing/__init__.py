"""Sealed groups: fields that are committed to first and opened later."""
