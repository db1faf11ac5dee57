"""Having definitions proved at a node."""
