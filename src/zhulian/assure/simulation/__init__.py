"""A whole network in one process: the real application and the real seams to the engine, everything else played from one seed."""
