"""Applications through the client: publish and open definitions, act, propose, and read with proofs that hold offline."""
