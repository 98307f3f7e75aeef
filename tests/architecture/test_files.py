"""What may stand in the project's files, and which of them stand in step with each other."""

import re
import subprocess
import tomllib

import pytest
from ruamel.yaml import YAML

# Written in pieces, so that this file does not find itself.
MACHINE_PLACES = re.compile(
    "|".join(
        [f"/{name}/" for name in ("work", "root", "farm", "Users")]
        + [r"/home/\w", r"\.py" + "env/"]
        + [rf"\b{name}\.org\b" for name in ("py" + "pi", "python" + "hosted", "deb" + "ian")]
        + [rf"\b{'npm' + 'js'}\.com\b"]
    )
)


@pytest.fixture(scope="module")
def tracked(repository):
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [path for name in listing.split("\0") if name and (path := repository / name).is_file()]


def test_no_file_knows_the_machine_it_was_written_on(repository, tracked):
    found = []
    for path in tracked:
        data = path.read_bytes()
        if b"\0" in data:
            continue
        found += [
            f"{path.relative_to(repository)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(data.decode().splitlines(), 1)
            if MACHINE_PLACES.search(line)
        ]
    assert found == []


def test_publiccode_has_the_version_of_the_package(repository):
    with (repository / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    publiccode = YAML(typ="safe").load(repository / "publiccode.yml")
    assert publiccode["softwareVersion"] == version
    assert f"## {version}" in (repository / "CHANGELOG.md").read_text()


def test_no_template_is_unused(repository):
    """A template is named in code, or by another template, or stands for a component tag."""
    package = repository / "wishmi"
    templates = sorted(package.glob("**/templates/**/*.html"))
    texts = {path: path.read_text() for path in [*templates, *package.glob("**/*.py")]}
    unused = []
    for template in templates:
        name = str(template).rpartition("/templates/")[2]
        if re.fullmatch(r"(\d{3}|admin/.*)\.html", name):
            continue  # Django itself asks for these by name.
        if name.startswith("cotton/"):
            tag = name.removeprefix("cotton/").removesuffix(".html").removesuffix("/index")
            wanted = re.compile(r"<c-" + re.escape(tag.replace("/", ".")).replace("_", "[-_]") + r"[\s/>]")
        else:
            wanted = re.compile(r"[\"']" + re.escape(name) + r"[\"'#]")
        if not any(wanted.search(text) for path, text in texts.items() if path != template):
            unused.append(str(template.relative_to(repository)))
    assert unused == []
