"""The view model: one description of a definition for all who show it. docs/en/reference/view.md explains it."""

from zhulian.language.view.build import view_json, view_of, view_schema
from zhulian.language.view.shapes import VERSION, Both, View

__all__ = ["VERSION", "Both", "View", "view_json", "view_of", "view_schema"]
