"""Plan, found and run a consortium. Founding comes first: an organisation's keys, and the genesis that names them."""

from zhulian.network.sample import AlreadyFounded, found_sample

__all__ = ["AlreadyFounded", "found_sample"]
