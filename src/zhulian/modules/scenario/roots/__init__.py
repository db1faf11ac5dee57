"""Codes and bulks: many things under one root, records that exist from their first touch, and what single proofs show."""
