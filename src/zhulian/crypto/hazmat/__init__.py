"""DANGER: curves, raw digests and library calls without a safety rail.

Nothing outside `zhulian.crypto` imports from here: the recipes in `zhulian.crypto` choose identifiers, formats and checks.
`reference` is the executable specification; `sm2` on `openssl` is the fast path; tests hold the two equal.
"""
