"""What the console says in English about proving definitions."""

__all__ = ["EN_PROVING"]

EN_PROVING = {
    "proving.asking": "Handing it in.",
    "proving.waits": "Waiting; ahead of it: {ahead}",
    "proving.far": "Proving: {done} of {total} questions",
    "proving.progress": "Progress of the proof",
    "proving.leave": "It goes on at the node. You may leave this page; come back within an hour and the result is here.",
    "proving.end": "End the proof",
    "proving.ended": "The proof was ended; it says nothing.",
    "proving.save": "Download the report",
    "proving.earlier": "Your organisation handed in another proof before, which is not over; this is how far it is. To prove what stands above, wait for it or end it first.",
    "proving.all.proved": "Every promise is proved",
    "proving.all.refuted": "A promise is refuted",
    "proving.all.runtime": "Some promises are not proved; the chain checks them every time",
    "proving.proved": "Proved",
    "proving.refuted": "Refuted",
    "proving.runtime": "Checked at run time",
    "proving.digest": "Digest of the report (SM3)",
    "proving.verdict": "Verdict",
    "proving.promise": "Promise",
    "proving.why": "Why",
    "proving.story": "Steps that break it",
    "proving.yaml": "As YAML, to be played among the stories of the file",
    "proving.noted": "To be noted",
    "proving.rests": "What the proofs rest on",
}
