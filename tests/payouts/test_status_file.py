"""The bank's status file comes from outside: it is read, or refused; it never breaks anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.outcome import Refused
from wishmi.payouts import status_file
from wishmi.payouts.status_file import BankAnswer, read_status_file

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>'
CLOSE = "</CstmrPmtStsRpt></Document>"


def payment(name, status, reason=""):
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}</TxInfAndSts>"


def whole(status, reason=""):
    why = f"<StsRsnInf><Rsn><Prtry>{reason}</Prtry></Rsn></StsRsnInf>" if reason else ""
    return f"<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>{status}</GrpSts>{why}</OrgnlGrpInfAndSts>"


def report(*parts):
    return (HEAD + OPEN + "".join(parts) + CLOSE).encode()


def test_payments_one_by_one():
    data = report(
        whole("PART"),
        f"<OrgnlPmtInfAndSts>{payment('A', 'ACSC')}{payment('B', 'RJCT', 'AC04')}</OrgnlPmtInfAndSts>",
        f"<OrgnlPmtInfAndSts>{payment('C', 'ACSP')}{payment('D', 'ACCC')}</OrgnlPmtInfAndSts>",
    )
    assert read_status_file(data) == (
        BankAnswer("A", True),
        BankAnswer("B", False, "AC04"),
        BankAnswer("D", True),
    )


def test_the_whole_batch():
    assert read_status_file(report(whole("RJCT", "FF01"))) == (BankAnswer("", False, "FF01", "M"),)
    assert read_status_file(report(whole("ACCP"))) == ()


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<a></b>",
        b'<?xml version="1.0" encoding="no-such-code"?><a/>',
        b"<Document/>",
        report("<x>" * 40 + "</x>" * 40),
        report("<OrgnlGrpInfAndSts><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>"),
        report("<TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts>"),
        (HEAD + BOMB + OPEN + "&b;" + CLOSE).encode(),
        (HEAD + '<!DOCTYPE d SYSTEM "file:///etc/passwd">' + OPEN + CLOSE).encode(),
        report("<?php echo 1 ?>"),
        b"\xff\xfe" + report().decode().encode("utf-16-le")[:-7],
    ],
)
def test_what_cannot_be_used_is_refused(data):
    assert isinstance(read_status_file(data), Refused)


def test_a_file_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(status_file, "MOST_BYTES", 100)
    assert isinstance(read_status_file(report(payment("A", "ACSC"))), Refused)


@given(st.binary(max_size=300) | st.text(max_size=300).map(report))
def test_no_bytes_break_it(data):
    assert isinstance(read_status_file(data), tuple | Refused)
