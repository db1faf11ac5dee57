"""English sentences about the gallery, alerts, supervision and sandboxes."""

__all__ = ["SUPERVISING"]

SUPERVISING: dict[str, str] = {
    # gallery
    "scenario.gallery.help": "List the packs that come with this release by industry, or show one of them.",
    "scenario.picture.help": "Draw the states of every record type as SVG, in both languages.",
    "gallery.scenario": "The pack to show in full.",
    "gallery.line": "{title} ({scenario})",
    "gallery.counts": "Roles: {roles}. Stories: {stories}. Promises: {promises}, checked at run time by every node.",
    "gallery.more": "One of them in full: zhulian scenario gallery SCENARIO",
    "gallery.head": "{title} ({scenario}) · {industry}",
    "gallery.roles": "Who takes part",
    "gallery.stories": "Stories",
    "gallery.story": "{name}  {title} (steps: {steps}, refused: {refused})",
    "gallery.promises": "Promises, checked at run time by every node after every action",
    "picture.out": "The folder to write into.",
    "picture.none": "No record type of it has states.",
}
