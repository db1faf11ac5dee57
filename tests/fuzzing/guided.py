"""Lets libFuzzer draw the cases by what code they reach (atheris; wheels for x86-64 only, so it is in no lock).

    .venv/bin/pip install atheris
    .venv/bin/python -m tests.fuzzing.guided receipt -runs=100000

What follows the parser's name goes to libFuzzer. Its corpus stays in .assurance/corpus, so that a run goes on from the one before.
"""

import sys

import atheris

with atheris.instrument_imports(include=["zhulian"], enable_loader_override=False):
    from tests.fuzzing.parsers import PARSERS
    from tests.fuzzing.running import Fuzzed, play
    from tests.resuming import FOLDER


def main() -> None:
    """Play one parser until libFuzzer has had its runs; it ends at the first finding and writes the case down."""
    name = sys.argv[1]
    corpus = FOLDER / "corpus" / name.replace(" ", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(PARSERS[name].seeds()):
        (corpus / f"seed-{number}").write_bytes(each)

    def one(data: bytes) -> None:
        found = Fuzzed()
        play(name, PARSERS[name], data, found)
        if found.findings:
            raise AssertionError(found.findings[0].what)

    atheris.Setup([sys.argv[0], *sys.argv[2:], "-max_len=98304", "-rss_limit_mb=4096", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
