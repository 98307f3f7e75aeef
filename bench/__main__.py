"""`python -m bench NAME …`: run one benchmark and print its figures, one JSON line each."""

import argparse
import importlib
import sys

NAMES = ("rank", "book", "rules")


def main(arguments: list[str]) -> int:
    """Parse the name and its options, run it."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True)
    for name in NAMES:
        module = importlib.import_module(f"bench.{name}")
        module.add_arguments(names.add_parser(name, help=(module.__doc__ or "").partition("\n")[0]))
    options = parser.parse_args(arguments)
    status: int = importlib.import_module(f"bench.{options.name}").run(options)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
