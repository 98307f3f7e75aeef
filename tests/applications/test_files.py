"""The file of applications: read strictly, reported in sentences, written back exactly."""

import csv
import io
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.applications.rows import code_of, row
from wishmi.applications import file_lines, files
from wishmi.applications.files import (
    COLUMNS,
    Severity,
    facts_of,
    iter_applications,
    read_applications,
    write_applications,
    write_problems,
)
from wishmi.core.fiscal_code import build

ROW = row()


def table(*rows) -> list[list[str]]:
    """The cells of a written file."""
    return list(csv.reader(io.StringIO(write_applications(rows).decode()), delimiter=";"))


def content(cells: list[list[str]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A file of cells."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(cells)
    return out.getvalue().encode(encoding)


def read(raw: bytes, *, demo: bool = True):
    """Read bytes."""
    return read_applications(io.BytesIO(raw), demo=demo)


def with_cell(column: str, value: str) -> bytes:
    """A file of one row with one cell changed."""
    cells = table(ROW)
    cells[1][COLUMNS.index(column)] = value
    return content(cells)


def problem(column: str, value: str):
    """The one problem a cell makes."""
    found = read(with_cell(column, value))
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


def test_reads_what_it_writes():
    rows = (ROW, row(child_given_name="Zoe", child_born_on=date(2016, 2, 29)))
    found = read(write_applications(rows))
    assert found.problems == ()
    assert found.rows == rows
    assert [one.row for one in found.rows] == [2, 3]


def test_header_is_in_the_documented_order(repository):
    text = (repository / "docs" / "files.md").read_text()
    places = [text.index(f"| `{name}` |") for name in COLUMNS]
    assert places == sorted(places)


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_takes_both_separators_with_and_without_mark(delimiter, encoding):
    found = read(content(table(ROW), delimiter, encoding))
    assert found.rows == (ROW,)
    assert found.problems == ()


def test_columns_in_any_order_and_blank_lines():
    cells = [list(reversed(line)) for line in table(ROW)]
    assert read(content(cells) + b"\r\n;;;\r\n").rows == (ROW,)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("9.999,99", 999_999),
        ("9999,99", 999_999),
        ("9999.99", 999_999),
        ("9999", 999_900),
        ("0,00", 0),
        ("0", 0),
        ("10000.00", 1_000_000),
        ("1.234.567,89", 123_456_789),
        ("27.000,01", 2_700_001),
        ("0,01", 1),
    ],
)
def test_isee_is_read_to_the_cent(text, cents):
    assert read(with_cell("isee", text)).rows[0].isee_cents == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9.999", "ambiguous"),
        ("9,999.99", "wrong_form"),
        ("9999,9", "wrong_form"),
        ("12.34,56", "wrong_form"),
        ("-1,00", "negative"),
        ("1e4", "wrong_form"),
        ("NaN", "wrong_form"),
        ("€ 100,00", "wrong_form"),
        ("123456789012.00", "too_long"),
        ("٩٩٩٩", "wrong_form"),
    ],
)
def test_isee_that_could_mislead_is_refused(text, code):
    assert problem("isee", text).code == code


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("child_born_on", "2012-02-30", "impossible_date"),
        ("child_born_on", "31/04/2012", "impossible_date"),
        ("child_born_on", "17-05-2012", "wrong_form"),
        ("child_born_on", "", "missing"),
        ("child_born_on", "2012-05-18", "birth_date_differs"),
        ("submitted_at", "2022-09-20T25:00", "impossible_date"),
        ("submitted_at", "2022-10-30T02:30:00", "ambiguous"),
        ("submitted_at", "2022-03-27T02:30:00", "ambiguous"),
        ("submitted_at", "0001-01-01T00:00:00Z", "impossible_date"),
        ("child_born_on", "1899-12-31", "impossible_date"),
        ("submitted_at", "20/09/2022 10:15", "wrong_form"),
        ("dsu_protocol", "INPS ISEE", "wrong_form"),
        ("minors", "-1", "negative"),
        ("minors", "31", "wrong_number"),
        ("minors", "9" * 900, "wrong_number"),
        ("minors", "two", "wrong_number"),
        ("lone_parent", "maybe", "wrong_word"),
        ("applicant_role", "neighbour", "wrong_word"),
        ("isee_kind", "normal", "wrong_word"),
        ("residence_municipality", "Milano", "wrong_form"),
        ("child_family_name", "", "missing"),
        ("child_family_name", "x" * 81, "too_long"),
        ("child_family_name", "x" * 1_001, "too_long"),
        ("child_family_name", "=1+1", "formula"),
        ("address", "Via\0Prova", "nul"),
        ("address", "Via\nProva", "control"),
        ("protocol", "a b", "wrong_form"),
        ("isee_valid_until", "", "isee_incomplete"),
        ("isee_valid_until", "2022-01-31", "isee_dates"),
        ("applicant_fiscal_code", "ABC", "fiscal_code_wrong_length"),
    ],
)
def test_what_is_wrong_in_a_cell_is_named(column, text, code):
    found = problem(column, text)
    assert (found.row, found.code, found.severity) == (2, code, Severity.ERROR)
    assert found.column == column
    assert found.sentence.endswith(".")


def test_wrong_check_character_is_named_without_showing_the_code():
    code = ROW.child_fiscal_code
    wrong = code[:15] + ("A" if code[15] != "A" else "B")
    found = problem("child_fiscal_code", wrong)
    assert found.code == "fiscal_code_check_character"
    assert found.value == "AAAAAA99A99A999A"


def test_sex_is_checked_and_not_kept():
    cells = table(ROW)
    for line, value in zip(cells, ("child_sex", "M"), strict=True):
        line.append(value)
    assert [one.code for one in read(content(cells)).problems] == ["sex_differs"]
    cells[1][-1] = "F"
    assert read(content(cells)).rows == (ROW,)


def test_demo_codes_only_where_the_caller_takes_them():
    codes = {one.code for one in read(write_applications([ROW]), demo=False).problems}
    assert codes == {"fiscal_code_demo"}
    real = replace(
        ROW,
        applicant_fiscal_code=build("Prova", "Anna", date(1984, 3, 9), "F", "F205"),
        child_fiscal_code=build("Prova", "Lia", date(2012, 5, 17), "F", "F205"),
    )
    assert read(write_applications([real]), demo=False).rows == (real,)


def test_isee_of_another_year_is_a_warning():
    found = read(
        write_applications([row(isee_issued_on=date(2021, 5, 1), isee_valid_until=date(2021, 12, 31))])
    )
    assert len(found.rows) == 1
    assert found.errors == ()
    assert [(one.code, one.severity) for one in found.problems] == [("isee_of_another_year", "warning")]


def test_no_isee_at_all_is_a_valid_row():
    bare = row(isee_cents=None, isee_kind="", isee_issued_on=None, isee_valid_until=None, dsu_protocol="")
    assert read(write_applications([bare])).rows == (bare,)


def test_child_twice_names_the_first_row():
    other = row(protocol="2022/000002", applicant_fiscal_code=code_of("Prova", "Ugo", date(1980, 1, 1), "M"))
    found = read(write_applications([ROW, other]))
    assert [(one.row, one.code) for one in found.problems] == [(3, "child_twice")]
    assert "row 2" in found.problems[0].sentence
    assert found.rows == (ROW,)


def test_household_that_applies_twice():
    found = read(write_applications([ROW, row(protocol="2022/000002", child_given_name="Zoe")]))
    assert [(one.row, one.column, one.code) for one in found.problems] == [
        (3, "applicant_fiscal_code", "household_twice")
    ]


def test_rows_of_one_application_agree():
    found = read(write_applications([ROW, row(child_given_name="Zoe", minors=3, isee_cents=1)]))
    assert [(one.row, one.column, one.code) for one in found.problems] == [
        (3, "minors", "application_disagrees"),
        (3, "isee", "application_disagrees"),
    ]


def test_applicant_is_not_the_child():
    code = code_of("Prova", "Anna", date(1984, 3, 9))
    same = row(child_fiscal_code=code, child_born_on=date(1984, 3, 9))
    assert [one.code for one in read(write_applications([same])).problems] == ["same_person"]


def file_problem(raw: bytes):
    """The one problem of a file that cannot be used."""
    found = read(raw)
    assert found.rows == ()
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (write_applications([ROW]).decode().encode("utf-16"), "utf_16"),
        (write_applications([ROW]).decode().encode("utf-16-le"), "utf_16"),
        (write_applications([ROW]).decode().encode("utf-16-be"), "utf_16"),
        (b"PK\x03\x04rest", "workbook"),
        (write_applications([replace(ROW, address="Via Salò 1")]).decode().encode("latin-1"), "encoding"),
        (b"protocol;" + b"x" * 70_000, "line_too_long"),
    ],
)
def test_files_that_cannot_be_read_say_what_to_do(raw, code):
    found = file_problem(raw)
    assert found.code == code
    assert ":" in found.sentence


def test_latin_1_names_the_line():
    raw = write_applications([ROW, replace(ROW, address="Via Salò 1")]).decode().encode("latin-1")
    found = read(raw)
    assert found.problems[-1].row == 3
    assert "UTF-8" in found.problems[-1].sentence


def test_columns_missing_unknown_and_doubled():
    cells = table(ROW)
    cells[0][0], cells[0][1] = "protocoll", "applicant_role"
    found = read(content(cells))
    assert found.rows == ()
    assert [(one.column, one.code) for one in found.problems] == [
        ("protocoll", "unknown_column"),
        ("applicant_role", "doubled_column"),
        ("protocol", "missing_column"),
        ("applicant_fiscal_code", "missing_column"),
    ]
    assert "rename it protocol" in found.problems[0].sentence


def test_ragged_rows_are_named_and_the_rest_is_read():
    cells = table(ROW, row(child_given_name="Zoe"), row(child_given_name="Eva"))
    cells[1].append("more")
    cells[2].pop()
    found = read(content(cells))
    assert [(one.row, one.code) for one in found.problems] == [(2, "ragged"), (3, "ragged")]
    assert [one.child_given_name for one in found.rows] == ["Eva"]


def test_open_quote_stops_the_reading():
    raw = write_applications([ROW]) + b'"open;' + b"x\r\n" * 3
    found = read(raw)
    assert found.rows == (ROW,)
    assert [one.code for one in found.problems] == ["quotes"]


def test_too_large_a_file_is_refused_while_it_streams(monkeypatch):
    monkeypatch.setattr(file_lines, "MAX_BYTES", 1_000)
    assert read(write_applications([ROW] * 20)).problems[-1].code == "too_large"


def test_a_file_with_thousands_of_problems_is_left(monkeypatch):
    monkeypatch.setattr(files, "MAX_PROBLEMS", 10)
    cells = table(ROW)
    cells += [[*cells[1][:-1], "never"]] * 100
    problems = read(content(cells)).problems
    assert len(problems) == 12
    assert (problems[-1].row, problems[-1].code) == (13, "too_many")


def test_reading_streams():
    class Endless(io.RawIOBase):
        """A file that never ends and counts what was read of it."""

        def __init__(self):
            head, *rest = write_applications([ROW]).splitlines(keepends=True)
            self.head, self.line, self.lines = head, rest[0], 0

        def readline(self, size=-1):
            self.lines += 1
            return self.head if self.lines == 1 else self.line

    source = Endless()
    first = next(iter_applications(source, demo=True))
    assert first == ROW
    assert source.lines <= 3


def test_report_is_safe_in_a_spreadsheet():
    cells = table(ROW)
    cells[1][COLUMNS.index("child_family_name")] = '=HYPERLINK("http://x")'
    cells[1][COLUMNS.index("minors")] = "-2"
    report = write_problems(read(content(cells)).problems)
    assert report.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(report.decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == ["row", "column", "value", "severity", "code", "sentence"]
    assert lines[1][:3] == ["2", "child_family_name", '\'=AAAAAAAAA("AAAA://A")']
    assert lines[2][:3] == ["2", "minors", "'-2"]


def test_report_shows_no_personal_value():
    cells = table(ROW)
    for column in (
        "child_fiscal_code",
        "applicant_family_name",
        "address",
        "child_born_on",
        "isee",
        "dsu_protocol",
    ):
        cells[1][COLUMNS.index(column)] = "@Riservato 1987"
    report = write_problems(read(content(cells)).problems).decode()
    assert "iservato" not in report
    assert "1987" not in report


def test_facts_follow_the_calls_municipality_and_clock():
    late = replace(ROW, submitted_at=datetime(2022, 9, 20, 23, 30, tzinfo=UTC))
    facts = facts_of(late, municipality="F205", zone=ROW.submitted_at.tzinfo, applicant="h1")
    assert facts.submitted_on == date(2022, 9, 21)
    assert facts.resident is True
    assert facts.applicant == "h1"
    assert facts_of(ROW, municipality="A001", zone=ROW.submitted_at.tzinfo, applicant="h1").resident is False


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=20,
)
DAYS = st.dates(date(1990, 1, 1), date(2022, 9, 1))


@st.composite
def rows(draw):
    """A valid row whose texts are anything that a cell can keep."""

    def name():
        return "x" + unicodedata.normalize("NFC", draw(TEXTS))

    return row(
        child_born_on=draw(DAYS),
        applicant_family_name=name(),
        address=name() + " " + name(),
        district=draw(st.none() | st.integers(0, 99)),
        minors=draw(st.integers(0, 30)),
        lone_parent=draw(st.booleans()),
        disabled_members=draw(st.integers(0, 30)),
        isee_cents=draw(st.integers(0, 99_999_999_999)),
        isee_kind=draw(st.sampled_from(["ordinary", "minors", "current", "socio_health"])),
        applicant_role=draw(st.sampled_from(["parent", "guardian", "foster_parent"])),
        submitted_at=draw(
            st.datetimes(
                datetime(1990, 1, 1),
                datetime(2100, 1, 1),
                timezones=st.sampled_from(
                    [UTC, timezone(timedelta(hours=2)), timezone(timedelta(minutes=-210))]
                ),
            )
        ),
    )


@given(rows())
def test_law_reading_inverts_writing(made):
    raw = write_applications([made])
    found = read(raw)
    assert found.rows == (made,), found.problems
    assert write_applications(found.rows) == raw


@given(st.binary(max_size=400))
def test_law_no_bytes_make_a_traceback(raw):
    read(raw)
    read(write_applications([ROW]) + raw)


@given(st.lists(st.sampled_from(["", '"', ";", "\r", "\n", "\0", "x", "9.999", "=1"]), max_size=60))
def test_law_no_cells_make_a_traceback(parts):
    read((";".join(COLUMNS) + "\r\n" + "".join(parts)).encode())
