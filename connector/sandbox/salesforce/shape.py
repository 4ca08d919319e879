"""Which objects and fields do rows from outside bring along? Those the schema lacks, typed by their columns."""

from __future__ import annotations

import pyarrow as pa

from connector.sandbox.salesforce.schema import Field, SObject

OBJECT_FLAGS = "CUDRQPTSGLB"
LONGEST_TEXT = 255
NEW_FLAGS = {"boolean": "CUFGSDP", "datetime": "CUFSNAP", "double": "CUFSNAP"}


def grown(name: str, known: SObject | None, table: pa.Table) -> SObject:
    """The object with a field for each column of the table; the very same one where nothing is missing."""
    sobject = known or SObject(name, _label(name), _label(name), _prefix(table), OBJECT_FLAGS)
    present = {field.name for field in sobject.fields}
    for column in table.schema:
        if column.name not in present:
            sobject = sobject.with_field(_field(column))
    return sobject


def _field(column: pa.Field) -> Field:
    if column.name == "Id":
        return Field("Id", "Record ID", "id", length=18, flags="FGSLAD")
    kind = column_type(column.type)
    length = LONGEST_TEXT if kind == "string" else 0
    precision = 18 if kind == "double" else 0
    flags = NEW_FLAGS.get(kind, "CUFGSNAP")
    return Field(column.name, _label(column.name), kind, length=length, precision=precision, flags=flags)


def column_type(kind: pa.DataType) -> str:
    """The Salesforce type that holds an Arrow type."""
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "int"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "double"
    if pa.types.is_date(kind):
        return "date"
    return "datetime" if pa.types.is_timestamp(kind) else "string"


def _label(name: str) -> str:
    return name.removesuffix("__c").replace("_", " ")


def _prefix(table: pa.Table) -> str:
    first = table["Id"][0].as_py() if "Id" in table.column_names and table.num_rows else None
    return str(first)[:3] if first else ""
