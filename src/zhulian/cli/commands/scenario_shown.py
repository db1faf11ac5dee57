"""More of `zhulian scenario` that shows without a chain: the gallery of packs, and the pictures of a definition's states."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import NO, BadValue
from zhulian.cli.output import answer
from zhulian.cli.parser import command
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.language.definition.check import Checked

__all__ = ["attach_shown"]

_MARKS = {"proved": "✓", "refuted": "✗", "runtime": "○", "": " "}
"""By which a promise shows what the prover found."""


def attach_shown(app: typer.Typer, read: Callable[[Path], "Checked"]) -> None:
    """Add these commands to the group; `read` reads and checks a definition, and ends the command where it is not sound."""

    def picture(
        file: Annotated[Path, typer.Argument(help="scenario.file", metavar="FILE")],
        out: Annotated[Path, typer.Option("--out", help="picture.out", metavar="FOLDER")],
    ) -> None:
        """Draw the states of every record type, in both languages."""
        checked = read(file)
        from zhulian.files import write_atomically
        from zhulian.language.manual import every_svg
        from zhulian.language.view.build import view_of

        drawn = every_svg(view_of(checked))
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, text in drawn.items():
                write_atomically(out / name, text.encode())
        except OSError as wrong:
            raise BadValue(command="zhulian scenario picture", name="--out", why=f"{out}: {wrong.strerror}") from None
        written = [str(out / name) for name in drawn]
        answer({"written": written}, *([say("line.written", path=each) for each in written] or [say("picture.none")]))

    def play(
        pack: Annotated[str, typer.Argument(help="play.pack", metavar="PACK")],
        story: Annotated[str | None, typer.Argument(help="play.story", metavar="STORY")] = None,
        pause: Annotated[bool, typer.Option("--pause", help="play.pause")] = False,
    ) -> None:
        """Play one story on a throw-away chain and tell it while it plays; exit status 1 where it is not as it says."""
        path = Path(pack) if pack.endswith((".yaml", ".yml")) else _shipped(pack)
        checked = read(path)
        if story is None:
            stories = checked.definition.tree.stories
            named: list[dict[str, Any]] = [
                {"name": each.name, "title": {"zh": each.title.zh, "en": each.title.en}} for each in stories
            ]
            answer({"stories": named}, say("play.which"), *(f"  {each['name']}  {_in(each['title'])}" for each in named))
            return
        _perform(path, checked, story, pause=pause)

    command(app, "play", "scenario.play.help")(play)
    command(app, "gallery", "scenario.gallery.help")(gallery)
    command(app, "picture", "scenario.picture.help")(picture)


def _shipped(pack: str) -> Path:
    """The file of a pack of this release.

    Raises:
        NoSuchPack.
    """
    from importlib import resources

    folder = Path(str(resources.files("zhulian") / "scenarios"))
    known = sorted(each.name for each in folder.iterdir() if (each / "scenario.yaml").is_file())
    if pack.replace("-", "_") not in known:
        from zhulian.client.supervising.errors import NoSuchPack

        raise NoSuchPack(scenario=pack[:64], known=", ".join(known))
    return folder / pack.replace("-", "_") / "scenario.yaml"


def _perform(path: Path, checked: "Checked", name: str, *, pause: bool) -> None:
    from zhulian.assure.stories.packs import Packs
    from zhulian.assure.stories.showing import play_of, raise_curtain, scene_of, story_of

    play = raise_curtain(checked, story_of(checked, name), Packs(path), folder=path.resolve().parent)
    told = {**play_of(play), "scenes": []}
    if not settings.json:
        answer(None, _in(told["title"]), "", _in(told["opening"]), "")
    wrong = False
    for scene in map(scene_of, play.scenes()):
        told["scenes"].append(scene)
        wrong = scene["came"] == "wrong"
        if settings.json:
            continue
        answer(None, *_scene_lines(scene))
        if pause and scene["number"] < play.length:
            typer.prompt(say("play.on"), default="", show_default=False, prompt_suffix="")
    if settings.json:
        answer(told)
    if wrong:
        raise typer.Exit(NO)


def _scene_lines(scene: dict[str, Any]) -> list[str]:
    came = say(f"play.came.{scene['came']}")
    lines = [f"{scene['number']:>3}  [{came}] {_in(scene['told'])}"]
    place = scene["place"]
    if place is not None and place["state"]:
        at = say("play.place", record=f"{place['record']} {place['key']}", state=_in(place["title"]))
        lines.append(f"       {at}")
    if scene["came"] == "wrong":
        lines.append(f"       {_in(scene['why'])}")
    return lines


def gallery(
    scenario: Annotated[str | None, typer.Argument(help="gallery.scenario", metavar="SCENARIO")] = None,
) -> None:
    """List the packs that come with this release by industry, or show one of them in full."""
    from zhulian.language.gallery import shipped_cards

    cards = shipped_cards()
    if scenario is None:
        answer({"packs": cards}, *_listed(cards))
        return
    found = next((each for each in cards if each["scenario"] == scenario.replace("-", "_")), None)
    if found is None:
        from zhulian.client.supervising.errors import NoSuchPack

        raise NoSuchPack(scenario=scenario[:64], known=", ".join(each["scenario"] for each in cards))
    answer(found, *_shown(found))


def _listed(cards: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    industry = ""
    for each in cards:
        if _in(each["industry"]) != industry:
            industry = _in(each["industry"])
            lines += ["", industry] if lines else [industry]
        lines.append("  " + say("gallery.line", title=_in(each["title"]), scenario=each["scenario"]))
        lines.append("    " + _in(each["about"]))
        counts = {name: len(each[name]) for name in ("roles", "stories", "promises")}
        lines.append("    " + say("gallery.counts", **counts))
        lines += [f"    {line}" for line in _proof(each)]
    return [*lines, "", say("gallery.more")]


def _shown(card: dict[str, Any]) -> list[str]:
    head = say("gallery.head", title=_in(card["title"]), industry=_in(card["industry"]), scenario=card["scenario"])
    lines = [head, _in(card["about"]), "", say("gallery.roles")]
    lines += [f"  {each['name']}  {_in(each['title'])}" for each in card["roles"]]
    lines += ["", say("gallery.stories")]
    for each in card["stories"]:
        lines.append("  " + say("gallery.story", name=each["name"], title=_in(each["title"]), **_counted(each)))
    lines += ["", say("gallery.promises")]
    lines += [f"  {_MARKS[each['proof']]} {each['record']}.{each['name']}  {_in(each['says'])}" for each in card["promises"]]
    return [*lines, *(f"  {line}" for line in _proof(card))]


def _proof(card: dict[str, Any]) -> list[str]:
    """How many promises the prover has proved, in one line; none where it was not asked about this version."""
    proof = card["proof"]
    return [] if proof is None else [say("gallery.proof", **{name: proof[name] for name in ("proved", "refuted", "run_time")})]


def _counted(story: dict[str, Any]) -> dict[str, int]:
    return {"steps": story["steps"], "refused": story["refused"]}


def _in(both: dict[str, str]) -> str:
    return both[language()]
