"""Measuring, simulating and auditing what the rest promises."""
