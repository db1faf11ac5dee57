"""Sets of codes for things by the million: how many may be made, which are used, and which must have been copied."""
