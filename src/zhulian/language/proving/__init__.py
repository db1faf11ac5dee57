"""Proves what a definition promises, with z3, and finds steps that break it."""
