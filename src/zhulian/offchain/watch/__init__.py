"""Watch rules at run time, off consensus: windows over events and totals, the alerts that they raise, and the desk that handles them."""
