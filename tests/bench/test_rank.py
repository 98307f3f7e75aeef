"""The benchmark runs and says what it promises; how fast it is no test decides."""

import json

from bench.__main__ import main

PROMISED = {"bench", "engine", "load", "metric", "value", "floor", "ratio", "spread"}


def test_each_figure_is_one_line_with_what_a_reader_needs(capsys):
    assert main(["rank", "--rows", "400", "--repeats", "2"]) == 0
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [figure["metric"] for figure in figures] == ["seconds", "memory", "growth", "growth"]
    for figure in figures:
        assert set(figure) >= PROMISED
        assert (figure["bench"], figure["engine"]) == ("rank", "core")
        assert figure["value"] > 0
        assert figure["ratio"] > 0
