"""How definitions come onto the chain: handed in in parts, judged by the chain's own words, kept under their digest."""
