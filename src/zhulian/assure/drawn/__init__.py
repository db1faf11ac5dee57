"""Random valid definitions of applications, random actions on them, and a plain model of what must come of each."""
