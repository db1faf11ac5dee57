"""Gifts and spendings as stretches of one line, so that every unit of a gift is followed to what it was spent on."""
