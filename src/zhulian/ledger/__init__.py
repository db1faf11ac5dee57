"""The pure core: types, limits, overlays, collections, `apply_block`, genesis, and the proofs of all that.

Start with `transition.apply_block`; everything else is called from there in reading order. Nothing in here knows a clock,
chance, a disk or a network.
"""
