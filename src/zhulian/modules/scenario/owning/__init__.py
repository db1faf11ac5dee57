"""Titles: records with `owned: true`, their owners in shares, pledges by rank, and seizures by order."""
