"""DANGER: SM2, SM3 and SM4 in plain Python, written to be read beside the standards.

This is the executable specification: slow, not constant in time, used by tests, vectors and whoever ports the verifier.
"""
