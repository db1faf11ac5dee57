"""Payments that wait for each other and are settled together, and money that is paid out in a fixed order."""
