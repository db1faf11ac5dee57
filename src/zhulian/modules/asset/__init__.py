"""Fungible asset classes in whole units, with balances of parties and records, and shares that are collected."""
