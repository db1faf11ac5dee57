"""English sentences about proving what definitions promise."""

__all__ = ["PROVING"]

PROVING: dict[str, str] = {
    "scenario.prove.help": "Prove what a definition promises over everything that can happen; exit status 1 where a promise is refuted.",
    "scenario.manual.prove": "Prove the promises first, and add a chapter that says why each holds",
    "prove.out": "The file for the report in the form that is signed (RFC 8785 JSON)",
    "prove.since": "The report of an earlier run: what depends on the same is taken from it",
    "prove.from": "The version before: promises are proved over the upgrade from it too",
    "prove.over": "Version {version}, upgraded from version {before} (SM3 of its definition: {digest})",
    "prove.why": "Say of every promise why it holds",
    "prove.sign": "Sign the report as this officer and file it on the chain, beside the published definition",
    "prove.proving": "Proving",
    "prove.contradiction": "These promises contradict one another, so nothing is proved: {names}",
    "prove.story": "Steps that show it:",
    "prove.rests": "What the proofs rest on:",
    "prove.counts": "Proved: {proved}. Refuted: {refuted}. Checked at run time only: {runtime}.",
    "prove.engine": "Solver {name} {version}, seed {seed}, limit {limit} steps a question",
    "prove.digest": "Digest of the report (SM3): {digest}",
}
