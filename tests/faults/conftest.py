"""Homes and waiting, as the tests of the node have them."""

from tests.node.conftest import founded, home, until_accepting

__all__ = ["founded", "home", "until_accepting"]
