"""Manuals: what a definition means, for those who use it, in Chinese and English; with state diagrams."""

from zhulian.language.manual.book import manual, manual_of
from zhulian.language.manual.svg import diagram_svg, every_svg, record_svg

__all__ = ["diagram_svg", "every_svg", "manual", "manual_of", "record_svg"]
