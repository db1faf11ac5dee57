"""The way of things through many hands: EPCIS events, who holds what, what was made of what, and recalls."""
