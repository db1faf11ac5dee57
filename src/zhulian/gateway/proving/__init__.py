"""Proving definitions for whoever asks, each in a process of its own."""
