"""Putting fields of a record right: old, new and reason all stay."""
