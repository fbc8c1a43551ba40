"""The ledger: whole, in order, refusing change, and forms that can be left and come back to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from svlib import ledger
from svlib.errors import InputError, MachineError
from svlib.ledger import AGREED, FULL, INDIVIDUAL, SHORT, Answer

DAY, LATER = date(2026, 9, 9), date(2026, 10, 1)
VERSION = "2026.2"


@pytest.fixture
def held(tmp_path: Path):
    with ledger.open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def begin(held, kind=AGREED, directorate="Adults", length=FULL, authority="tiny"):
    return ledger.start(
        held, authority, answers_are=kind, directorate=directorate, length=length,
        bank_version=VERSION, on=DAY,
    )  # fmt: skip


def raw(held) -> sqlite3.Connection:
    return sqlite3.connect(held._engine.url.database)


def test_a_new_ledger_is_empty_and_whole(held):
    assert held.cut() == (0, "0" * 64)
    assert held.verify() == []
    assert ledger.agreed(held, "tiny").empty
    assert ledger.individual(held, "tiny").empty


def test_entries_are_numbered_without_a_gap_and_chained(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("3", "Plan", DAY), "S1-02": Answer("don't know")}, DAY)
    ledger.finish(held, form, DAY)
    with raw(held) as connection:
        found = connection.execute("SELECT seq, kind FROM entries ORDER BY seq").fetchall()
    assert found == [(1, "form"), (2, "answer"), (3, "answer"), (4, "finish")]
    assert held.cut()[0] == 4
    assert held.verify() == []


@pytest.mark.parametrize("table", ["entries", "forms", "answers", "finishes"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET seq = seq + 100", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete(held, table, statement):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("3")}, DAY)
    ledger.finish(held, form, DAY)
    with raw(held) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement.format(table))
    assert held.verify() == []


def test_a_change_behind_the_guards_shows(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("3"), "S1-02": Answer("1")}, DAY)
    with raw(held) as connection:
        connection.execute("DROP TRIGGER answers_no_update")
        connection.execute("UPDATE answers SET answer = '5' WHERE question_id = 'S1-01'")
    assert held.verify() == ["entry 2 is not as it was recorded"]


def test_an_entry_taken_out_shows(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("3"), "S1-02": Answer("1")}, DAY)
    with raw(held) as connection:
        connection.execute("DROP TRIGGER answers_no_delete")
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM answers WHERE seq = 2")
        connection.execute("DELETE FROM entries WHERE seq = 2")
    assert held.verify() == ["entry 2 is missing"]


def test_text_can_be_erased_and_the_chain_stays_whole(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("4", "Minute of a meeting", DAY)}, DAY)
    ledger.finish(held, form, DAY)
    with raw(held) as connection:
        connection.execute("DELETE FROM texts")
    assert held.verify() == []
    assert ledger.agreed(held, "tiny")["evidence"].tolist() == [ledger.ERASED]


def test_all_of_a_save_or_nothing(held):
    _, form = begin(held)
    with pytest.raises(sa.exc.IntegrityError):
        held.append("tiny", [
            ("finish", {"form_id": form.form_id, "finished_on": DAY}),
            ("finish", {"form_id": None, "finished_on": DAY}),
        ])  # fmt: skip
    assert held.cut()[0] == 1


def test_a_form_is_left_and_come_back_to_by_its_code(held):
    code, form = begin(held, length=SHORT)
    ledger.save(held, form, {"S1-01": Answer("3", "Plan", DAY)}, DAY)
    typed = f"  {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    back = ledger.resume(held, "tiny", typed)
    assert back == form
    assert ledger.latest(held, back) == {"S1-01": Answer("3", "Plan", DAY)}


def test_codes_differ_and_are_kept_nowhere(held, tmp_path):
    codes = [begin(held, INDIVIDUAL)[0] for _ in range(20)]
    assert len(set(codes)) == 20
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for code in codes:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored


def test_an_unknown_code_and_one_of_another_council_are_refused(held):
    code, _ = begin(held)
    with pytest.raises(InputError, match="no form of this council has it"):
        ledger.resume(held, "tiny", "0000-0000-0000-0000")
    with pytest.raises(InputError, match="no form of this council has it"):
        ledger.resume(held, "other", code)


def test_saving_the_same_again_records_nothing(held):
    _, form = begin(held)
    given = {"S1-01": Answer("3", "Plan", DAY)}
    assert ledger.save(held, form, given, DAY) == 1
    assert ledger.save(held, form, given, LATER) == 0


def test_answers_count_once_handed_in_and_the_latest_counts_while_both_are_kept(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("2")}, DAY)
    assert ledger.agreed(held, "tiny").empty
    form = ledger.finish(held, form, DAY)
    ledger.save(held, form, {"S1-01": Answer("4", "Plan", LATER)}, LATER)
    assert ledger.agreed(held, "tiny")["answer"].tolist() == ["2"]  # not handed in again yet
    ledger.finish(held, form, LATER)
    found = ledger.agreed(held, "tiny")
    assert found[["answer", "answered_on"]].values.tolist() == [["2", DAY], ["4", LATER]]


def test_an_answer_mended_on_the_same_day_stands_for_the_day(held):
    _, form = begin(held)
    ledger.save(held, form, {"S1-01": Answer("2")}, DAY)
    ledger.save(held, form, {"S1-01": Answer("3")}, DAY)
    ledger.finish(held, form, DAY)
    assert ledger.agreed(held, "tiny")["answer"].tolist() == ["3"]
    assert held.cut()[0] == 4  # both are kept


def test_of_two_forms_of_one_directorate_the_one_handed_in_last_counts(held):
    """Also where it was begun, and its answer saved, before the other."""
    _, early = begin(held)
    ledger.save(held, early, {"S1-01": Answer("2"), "S1-02": Answer("1")}, DAY)
    _, late = begin(held)
    ledger.save(held, late, {"S1-01": Answer("4")}, LATER)
    ledger.finish(held, late, LATER)
    ledger.finish(held, early, LATER)
    found = ledger.agreed(held, "tiny").set_index("question_id")["answer"]
    assert found.to_dict() == {"S1-01": "2", "S1-02": "1"}


def test_an_individual_answer_takes_no_evidence(held):
    _, form = begin(held, INDIVIDUAL)
    before = held.cut()
    with pytest.raises(ValueError, match="anonymous"):
        ledger.save(held, form, {"S1-01": Answer("5", "My own memo", DAY)}, DAY)
    assert held.cut() == before


def test_an_individual_form_handed_in_again_is_of_that_later_day(held):
    """So it speaks in the later quarter's report only, with all of its answers."""
    _, form = begin(held, INDIVIDUAL)
    ledger.save(held, form, {"S1-01": Answer("1"), "S1-02": Answer("2")}, DAY)
    form = ledger.finish(held, form, DAY)
    first = held.cut()[0]
    ledger.save(held, form, {"S1-01": Answer("3")}, LATER)
    ledger.finish(held, form, LATER)
    for at, day in ((first, DAY), (None, LATER)):
        found = ledger.individual(held, "tiny", at)
        assert set(found["handed_in_on"]) == {day}
        assert len(found) == 2


def test_kinds_of_answer_and_councils_are_kept_apart(held):
    for kind, authority in ((AGREED, "tiny"), (INDIVIDUAL, "tiny"), (AGREED, "other")):
        _, form = begin(held, kind, authority=authority)
        ledger.save(held, form, {"S1-01": Answer("1" if kind == AGREED else "5")}, DAY)
        ledger.finish(held, form, DAY)
    assert ledger.agreed(held, "tiny")["answer"].tolist() == ["1"]
    assert ledger.individual(held, "tiny")["answer"].tolist() == ["5"]
    assert ledger.individual(held, "other").empty


def test_nothing_of_an_individual_form_tells_the_hour(held):
    _, form = begin(held, INDIVIDUAL)
    ledger.save(held, form, {"S1-01": Answer("5")}, DAY)
    ledger.finish(held, form, DAY)
    with raw(held) as connection:
        times = [row[0] for row in connection.execute("SELECT recorded_at FROM entries")]
    assert all(len(when) == len("2026-09-09") for when in times)


_WRITER = """
import sys
from datetime import date
from svlib import ledger
day = date(2026, 9, 9)
with ledger.open_ledger(sys.argv[1]) as held:
    for n in range(15):
        _, form = ledger.start(
            held, "tiny", answers_are="individual", directorate="Adults", length="short",
            bank_version="2026.2", on=day)
        ledger.save(held, form, {"S1-01": ledger.Answer("3")}, day)
        ledger.finish(held, form, day)
"""


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path):
    path = tmp_path / "ledger.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path)]) for _ in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    with ledger.open_ledger(path) as held:
        assert held.cut()[0] == 3 * 15 * 3
        assert held.verify() == []
        assert len(ledger.individual(held, "tiny")) == 45


def test_a_file_that_is_no_ledger_is_refused_in_words(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_text("not a database, but long enough to be taken for one" * 40, encoding="utf-8")
    with pytest.raises(MachineError, match="the ledger cannot be opened"):
        ledger.open_ledger(path)
