"""The manual of a definition, made once for each language."""

from functools import lru_cache

from zhulian.gateway.apps.definitions import Loaded

__all__ = ["manual_of"]


def manual_of(loaded: Loaded, language: str) -> str:
    """The manual in `language`, as Markdown."""
    return _manual(loaded.digest, language, _Same(loaded))


class _Same:
    """Carries a definition past the cache, which goes by the digest alone."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)


@lru_cache(maxsize=64)
def _manual(digest: str, language: str, same: _Same) -> str:
    from zhulian.language.manual import manual

    _ = digest
    return manual(same.loaded.checked, language)
