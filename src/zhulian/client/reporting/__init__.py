"""Filing a prover's report beside a definition, and seeing who has filed which."""
