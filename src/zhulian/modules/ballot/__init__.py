"""Secret votes whose result anyone can recount: additive encryption, a key in several hands, proofs for everything."""
