"""Definitions with one rule changed, and what notices: the check, the stories, the prover, or a promise while chance plays."""
