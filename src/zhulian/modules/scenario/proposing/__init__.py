"""Proposals: actions whose input and parties are fixed, and whose signatures come one by one."""
