"""The entry point: chooses the language, runs one command, and turns whatever goes wrong into one sentence."""

import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from zhulian.cli.errors import (
    FAULT,
    INTERRUPTED,
    WRONG_USE,
    BadValue,
    MissingValue,
    NoSuchCommand,
    NoSuchOption,
    StrayArgument,
    Unexpected,
    exit_status,
)
from zhulian.cli.state import home, settings
from zhulian.cli.words import chosen_language, say, set_language
from zhulian.errors import Bug, Refusal

__all__ = ["app", "main", "run"]


def main() -> NoReturn:
    """Run the command line of this process and end it."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a file name may be no text
    sys.exit(run(sys.argv[1:]))


app = main


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status (see `zhulian.cli.errors`)."""
    words = list(arguments)
    set_language(chosen_language(words))
    settings.json = "--json" in (words[: words.index("--")] if "--" in words else words)
    try:
        return _run(words)
    except Refusal as no:
        _refuse(no)
        return exit_status(no)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, Bug) as fault:  # noqa: BLE001 - the last line of defence; what it is goes into the log
        _refuse(Unexpected(what=type(fault).__name__, log=_log(fault, words)))
        return FAULT


def _run(words: list[str]) -> int:
    from typer.exceptions import Abort, TyperException

    from zhulian.cli.root import build

    command = build()
    try:
        done = command.main(words, prog_name="zhulian", standalone_mode=False)
    except Abort:
        return INTERRUPTED
    except TyperException as wrong:
        return _wrong_use(wrong)
    return done if isinstance(done, int) else 0


def _called(parameter: Any) -> str:
    """What a parameter is called by who types it: an option by its own name, an argument by what the help calls it."""
    return str(max(parameter.opts, key=len) if parameter.param_type_name == "option" else parameter.display_name_raw)


def _wrong_use(wrong: Any) -> int:
    """Say in our words what the parser found; where a group was called without a command, show its help."""
    name = type(wrong).__name__
    command = getattr(getattr(wrong, "ctx", None), "command_path", "zhulian")
    if name == "NoArgsIsHelpError" or wrong.message == "Missing command.":
        sys.stderr.write(wrong.ctx.get_help() + "\n")
        return WRONG_USE
    if name == "NoSuchOption":
        raise NoSuchOption(command=command, name=str(wrong.option_name))
    if name == "MissingParameter":
        raise MissingValue(command=command, name=_called(wrong.param) if wrong.param else "?")
    if name == "BadParameter" and wrong.param is not None:
        why = (
            "value.integer"
            if "integer" in wrong.message
            else "value.range"
            if "than or equal" in wrong.message
            else "value.other"
        )
        raise BadValue(command=command, name=_called(wrong.param), why=say(why))
    unknown = re.match(r"No such command '(.*?)'", wrong.message)
    if unknown is not None:
        import difflib

        near = difflib.get_close_matches(unknown[1], wrong.ctx.command.list_commands(wrong.ctx), 1)
        raise NoSuchCommand(command=command, name=unknown[1], near=say("near", name=near[0]) if near else "")
    raise StrayArgument(command=command, why=wrong.format_message().rstrip("."))


def _refuse(no: Refusal) -> None:
    from zhulian.cli.output import refuse

    refuse(no)


def _log(fault: BaseException, words: Sequence[str]) -> str:
    """Write what happened into the home's log, or beside it where the home cannot be written; its path."""
    text = f"{words!r}\n{''.join(traceback.format_exception(fault))}\n"
    for folder in (home().logs, None):
        try:
            if folder is None:
                import tempfile

                file, name = tempfile.mkstemp(prefix="zhulian-", suffix=".log")
                os.close(file)
            else:
                folder.mkdir(parents=True, exist_ok=True)
                name = str(folder / "cli.log")
            with open(name, "a", encoding="utf-8", errors="backslashreplace") as log:  # noqa: PTH123
                log.write(text)
        except OSError:
            continue
        return name
    return "-"


if __name__ == "__main__":
    main()
