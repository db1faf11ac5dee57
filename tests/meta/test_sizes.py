"""No file and no function grows beyond what one reads at a sitting, unless it says why."""

from tests.meta.source import ROOT, at, functions, python_files, tree

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
REASON = "# Longer than usual: "
"""A comment that begins so, with its reason, excuses the file (among its first 30 lines) or the function that holds it."""
FOLDERS = ("src/zhulian", "tests", "scripts", "vectors", "benchmarks")


def test_files__can_be_read_at_a_sitting() -> None:
    found = []
    for path in python_files(*FOLDERS):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > FILE_LINES_MAX and not any(REASON in line for line in lines[:30]):
            found.append(f"{path.relative_to(ROOT)} has {len(lines)} lines; split it where a reader looks for two things")
    assert found == [], "\n" + "\n".join(found)


def test_functions__can_be_read_at_a_glance() -> None:
    found = []
    for path in python_files(*FOLDERS):
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in functions(tree(path)):
            last = function.end_lineno or function.lineno
            length = last - function.lineno + 1
            if length > FUNCTION_LINES_MAX and not any(REASON in line for line in lines[function.lineno - 1 : last]):
                found.append(f"{at(path, function)} {function.name} has {length} lines; name its parts")
    assert found == [], "\n" + "\n".join(found)
