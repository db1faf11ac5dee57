"""Draws whose seed nobody can steer, and markets that clear at one price."""
