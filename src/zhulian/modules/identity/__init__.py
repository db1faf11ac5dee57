"""Organisations, signers, keys and person handles, and who may sign."""
