"""Numbers that are unique across the whole chain, in spaces that the members govern."""
