"""Papers that commands write for applications to hand in."""

from pathlib import Path

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer
from zhulian.cli.words import say

__all__ = ["record_name", "write_paper"]


def record_name(instance: str, record: list[str]) -> str:
    """The full name of a record that was named by its type and the parts of its key."""
    from zhulian.language.lending import RecordName

    return RecordName(instance, record[0], tuple(record[1:])).text


def write_paper(command: str, text: str, instance: str, record: list[str], kind: str, out: Path | None) -> None:
    """Write a paper, beside where one works unless `out` says otherwise, and say how it is handed in.

    Raises:
        BadValue: if the file cannot be written.
    """
    from zhulian.files import write_atomically

    path = out or Path("-".join(each.replace("/", "-") for each in record) + f".{kind}.json")
    try:
        write_atomically(path, text.encode())
    except OSError as wrong:
        raise BadValue(command=f"{command} {kind}", name="--out", why=f"{path}: {wrong.strerror}") from None
    answer({"written": str(path)}, say("ballot.written", path=path, instance=instance))
