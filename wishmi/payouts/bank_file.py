"""The bank file of a batch: SEPA credit transfers (pain.001.001.09), same bytes for the same batch, valid by schema."""

import csv
import hashlib
import io
import os
import re
import unicodedata

# It reads only what this module has just written.
import xml.etree.ElementTree as ET  # nosec B405
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml

from wishmi.core.money import minor_digits
from wishmi.payouts.treasury import Treasury

SCHEMA: Final = "pain.001.001.09"
_SPACE: Final = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
_OUTSIDE: Final = re.compile(r"[^A-Za-z0-9/?:().,'+ -]+")
"""What is not in the SEPA character set."""
_LIKE: Final = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE"}
    | {"œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Þ": "Th", "þ": "th"}
)
"""Letters and signs that no decomposition turns into one of the set."""


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment: to whom, how much, and what the payee reads."""

    end_to_end: str
    name: str
    iban: str
    amount_cents: int
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """A batch as the bank sees it; `message_id` follows from the batch's number."""

    message_id: str
    created_at: datetime
    execute_on: date
    transfers: tuple[CreditTransfer, ...]


def message_id(batch_number: str) -> str:
    """The message identification of a batch."""
    return f"WISHMI-{batch_number}"


def sepa_text(text: str, longest: int) -> str:
    """A text in the SEPA character set: accents dropped, what remains outside it a blank, no slash at an end."""
    apart = unicodedata.normalize("NFKD", text.translate(_LIKE))
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(_OUTSIDE.sub(" ", plain).split()).strip("/ ")[:longest].strip("/ ") or "-"


SEPA_CURRENCY = "EUR"
"""The currency that pain.001 of SEPA pays; any other is paid by a list that the treasury works through."""


def payment_list(transfers: Sequence[CreditTransfer], execute_on: date, currency: str) -> bytes:
    """A batch as a list, for a bank that no SEPA file reaches: UTF-8, a line for each payment, no formulas."""
    digits = minor_digits(currency)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["reference", "payee", "iban", "amount", "currency", "day", "text"])
    for one in transfers:
        whole, rest = divmod(one.amount_cents, 10**digits)
        amount = f"{whole}.{rest:0{digits}d}" if digits else str(whole)
        writer.writerow(
            [
                one.end_to_end,
                sepa_text(one.name, 70).lstrip("+-"),
                one.iban,
                amount,
                currency,
                execute_on,
                sepa_text(one.text, 140),
            ]
        )
    return lines.getvalue().encode()


def bank_file(treasury: Treasury, order: Order) -> bytes:
    """The file's bytes, in the SEPA character set; raises if the schema is not met."""
    debtor = {
        "name": sepa_text(treasury.name, 70),
        "IBAN": treasury.iban,
        "currency": SEPA_CURRENCY,
        "batch": True,
    }
    if treasury.bic:
        debtor["BIC"] = treasury.bic
    draft = SepaTransfer(debtor, schema=SCHEMA, clean=False)
    for transfer in order.transfers:
        draft.add_payment(
            {
                "name": sepa_text(transfer.name, 70),
                "IBAN": transfer.iban,
                "amount": transfer.amount_cents,
                "execution_date": order.execute_on,
                "description": sepa_text(transfer.text, 140),
                "endtoend_id": transfer.end_to_end,
            }
        )
    data = _settled(draft.export(validate=False), order)
    try_valid_xml(data, SCHEMA)
    return data


def _settled(data: bytes, order: Order) -> bytes:
    """The same document with identifications and moment of the order, where the library draws lots or reads a clock."""
    ET.register_namespace("", _SPACE)
    root = ET.fromstring(data)  # nosec B314
    for name, text in (
        ("GrpHdr/{*}MsgId", order.message_id),
        ("GrpHdr/{*}CreDtTm", order.created_at.strftime("%Y-%m-%dT%H:%M:%S")),
        ("PmtInf/{*}PmtInfId", order.message_id),
    ):
        node = root.find(f"{{*}}CstmrCdtTrfInitn/{{*}}{name}")
        assert node is not None
        node.text = text
    for agent in root.iter(f"{{{_SPACE}}}FinInstnId"):
        if not len(agent):
            other = ET.SubElement(agent, f"{{{_SPACE}}}Othr")
            ET.SubElement(other, f"{{{_SPACE}}}Id").text = "NOTPROVIDED"
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def digest(data: bytes) -> str:
    """The digest recorded with the batch."""
    return hashlib.sha256(data).hexdigest()


def write_draft(folder: Path, name: str, data: bytes) -> Path:
    """Write a file under its draft name, safely on disk; `place` gives it its own name."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{name}.draft"
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return draft


def place(folder: Path, name: str) -> Path:
    """Give a draft its name, at once and whole; does nothing if that has happened already."""
    final, draft = folder / name, folder / f".{name}.draft"
    if draft.exists():
        draft.replace(final)
    return final
