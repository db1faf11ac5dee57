"""From the nodes of a source text to the normalised tree: shorthands expanded, places noted, shapes judged."""
