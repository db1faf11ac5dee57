"""Deliveries to programmes outside: every event of a subscription's topics by webhook, in order, at least once.

It acknowledges a height for each subscription and goes on from there; nothing in it belongs to consensus.
"""
