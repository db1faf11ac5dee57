"""Custody: an agent organisation keeps the keys of people who have none of their own, and acts for whoever has signed in.

Runs beside the node as a process of its own (`process`), behind the gateway's routes `/v1/custody`. What it keeps lies sealed under keys of which
each needs a person's password and the service key together.
"""
