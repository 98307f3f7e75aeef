"""What the app registry knows of the rooms: which way keys point, who looks at a clock, what was migrated."""

import io
import tomllib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey


@pytest.fixture(scope="module")
def floor_of(repository):
    """Each room's floor, from the layers contract: the one place where the order is written."""
    with (repository / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["id"] == "rooms")["layers"]
    return {
        room.strip().strip("()"): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def our_models():
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model.__module__.startswith("wishmi.")]


def room(model):
    return model.__module__.split(".")[1]


def test_keys_point_down_or_sideways(floor_of):
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model.__module__.startswith("wishmi.")
        and floor_of[room(field.related_model)] > floor_of[room(model)]
    ]
    assert upward == []


def test_no_column_reads_a_clock():
    """`auto_now` would write the machine's moment where the action's moment belongs."""
    found = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert found == []


@pytest.mark.django_db
def test_migrations_are_complete():
    output = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output, stderr=output)
    except SystemExit:
        pytest.fail(output.getvalue())
