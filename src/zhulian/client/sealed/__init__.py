"""Sealed content: seal before sending, hand over keys, open what one's own keys open."""
