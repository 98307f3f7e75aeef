"""The median is good everywhere; what is ugly lives in the tail. So the tail is capped."""

import ast

import pytest

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONGEST_CORE_FUNCTION = 40


@pytest.fixture(scope="module")
def modules(repository):
    return [path for path in sorted(repository.glob("wishmi/**/*.py")) if "migrations" not in path.parts]


def test_no_module_is_long(repository, modules):
    lengths = {str(path.relative_to(repository)): len(path.read_text().splitlines()) for path in modules}
    assert {place: length for place, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_long(repository, modules):
    too_long = {}
    for path in modules:
        place = path.relative_to(repository)
        limit = LONGEST_CORE_FUNCTION if place.parts[1] == "core" else LONGEST_FUNCTION
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > limit:
                    too_long[f"{place}:{node.lineno} {node.name}"] = length
    assert too_long == {}


def test_a_room_s_init_is_its_docstring_only(repository):
    """It says what the room owns and what it never does; code there would be imported by accident."""
    wrong = []
    for path in sorted(repository.glob("wishmi/*/__init__.py")):
        body = ast.parse(path.read_text()).body
        if not (len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
            wrong.append(str(path.relative_to(repository)))
    assert wrong == []
