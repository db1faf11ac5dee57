"""Stories of a definition, played on a throw-away chain in memory: real modules, real signatures, a simulated clock.

Begin at `playing.play_all`; `packs.read_pack` reads a definition without any of the rest.
"""
