"""Follow gifts to what they were spent on, from the chain (modules/earmark/README.md)."""
