"""Expressions of the scenario language: parse, check, then evaluate, compile, explain and bound; README.md has the recipe."""
