"""Values between people and the chain: what is written is read, judged and refused with help; what stands on chain is shown.

On chain a value is what the evaluator holds: money in fen, dates as days since 1970-01-01, times in Unix seconds, what is private
as its commitment. People write and read yuan, dates and titles, in Chinese or English.
"""

from zhulian.language.values.errors import InputsWrong, ValueFault
from zhulian.language.values.forms import explain_pattern, pattern_example
from zhulian.language.values.judging import judge_value
from zhulian.language.values.keys import key_parts, key_text, key_values, show_key, split_key
from zhulian.language.values.moment import Commit, Keys, Moment, keys_of
from zhulian.language.values.reading import read_value, read_values
from zhulian.language.values.showing import show_value, shown

__all__ = [
    "Commit",
    "InputsWrong",
    "Keys",
    "Moment",
    "ValueFault",
    "explain_pattern",
    "judge_value",
    "key_parts",
    "key_text",
    "key_values",
    "keys_of",
    "pattern_example",
    "read_value",
    "read_values",
    "show_key",
    "show_value",
    "shown",
    "split_key",
]
