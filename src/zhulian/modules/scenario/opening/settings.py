"""The settings that an instance is opened with, judged as every value from outside is, with defaults filled in."""

from collections.abc import Mapping
from typing import Any

from zhulian.errors import Words
from zhulian.language.compile import Compiled
from zhulian.modules.scenario.opening.errors import SettingWrong
from zhulian.modules.scenario.values import Unfit, read_value, wire_value

__all__ = ["read_settings"]


def read_settings(compiled: Compiled, given: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a definition, as the chain holds them; an optional one that is not given is left out.

    Raises:
        SettingWrong: for the first that is unknown, missing or unfit, in the order of the definition.
    """
    for name in given:
        if name not in compiled.settings:
            known = ", ".join(compiled.settings) or "–"
            raise SettingWrong(name=name, why=Words(f"没有这一项，只有：{known}", f"there is no such setting, only: {known}"))
    found: dict[str, Any] = {}
    for name, field in compiled.settings.items():
        if name in given:
            try:
                found[name] = wire_value(read_value(field, given[name], compiled.keys))
            except Unfit as unfit:
                raise SettingWrong(name=name, why=unfit.why) from None
        elif field.default is not None:
            found[name] = field.default
        elif not field.optional:
            raise SettingWrong(name=name, why=Words("未填写，且没有默认值", "it is not given and has no default"))
    return found
