"""Sealed content off the chain: who may read it, on what grant, which openings there were, and its erasure."""
