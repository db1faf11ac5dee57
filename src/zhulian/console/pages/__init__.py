"""A page a file; each module registers its addresses when it is handed the console's context."""
