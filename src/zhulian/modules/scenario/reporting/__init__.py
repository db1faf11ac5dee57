"""Provers' reports beside definitions: organisations file them, and an instance opens once as many agree as the chain asks for."""
