"""The sentences of playing a story in English."""

__all__ = ["PLAYING"]

PLAYING: dict[str, str] = {
    "scenario.play.help": "Play one story of a pack on a throw-away chain, told step by step: who acts, what is refused and why, where the record stands.",
    "play.pack": "A pack of this release, or a definition's file (.yaml)",
    "play.story": "The story; where left out, the stories are listed",
    "play.pause": "Wait for Enter behind each step",
    "play.which": "Stories, each to be played by its name:",
    "play.on": "Enter: next step",
    "play.place": "{record} is now: {state}",
    "play.came.done": "done",
    "play.came.refused": "refused, as it should be",
    "play.came.waited": "time passes",
    "play.came.seen": "looked up",
    "play.came.wrong": "not as the story says",
}
