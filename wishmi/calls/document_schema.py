"""The JSON Schema of a call document: what an editor of YAML, or a form, needs to know to help its author.

It describes how a document is *written*: an amount is a text with two decimals here, whatever the program keeps. What
no schema can say (contradictions between parts) is found by `parse_call` alone.
"""

from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from wishmi.calls.document_sections import CallBody
from wishmi.calls.document_values import how_written

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Puts what a reader says of its value in place of the type the program keeps."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        said = how_written(schema["function"]["function"])
        return dict(said) if said is not None else super().function_before_schema(schema)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Defaults stand in docs/call-document.md in words; here they would be in the program's own units."""
        return self.generate_inner(schema["schema"])


@cache
def call_schema() -> dict[str, Any]:
    """The schema of a whole document; every part is closed, so an unknown key is a fault."""
    made = CallBody.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    return {"$schema": DIALECT, **made, "title": "A call of wishmi, format 1"}
