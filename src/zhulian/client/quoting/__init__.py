"""Sources and quotes: opening, signing what was read, handing in, looking."""
