"""Draws as parts of the client, blocking and awaiting."""

from zhulian.client.core import Core
from zhulian.client.drawing import flows as drawing
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.part import Part

__all__ = ["AsyncDrawing", "Drawing"]


class Drawing(Part):
    """Make the papers of a draw, and draw again."""

    core: Core
    line: Line
    draw = blocking(drawing.draw)
    key_paper = blocking(drawing.key_paper)
    deal_paper = blocking(drawing.deal_paper)
    reveal_paper = blocking(drawing.reveal_paper)
    recovery_paper = blocking(drawing.recovery_paper)
    again = blocking(drawing.again)


class AsyncDrawing(Part):
    """Make the papers of a draw, and draw again."""

    core: Core
    line: AsyncLine
    draw = awaiting(drawing.draw)
    key_paper = awaiting(drawing.key_paper)
    deal_paper = awaiting(drawing.deal_paper)
    reveal_paper = awaiting(drawing.reveal_paper)
    recovery_paper = awaiting(drawing.recovery_paper)
    again = awaiting(drawing.again)
