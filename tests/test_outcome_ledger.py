"""Contracts, commitments, deliveries, evidence and reviews in the ledger, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from svlib import ledger
from svlib.errors import InputError, MachineError, RightsError
from svlib.ledger import ACCEPTED, QUERIED, REJECTED, Actor, Delivery, rights
from svlib.ledger.erasing import due
from svlib.ledger.schema import METADATA

A = "tiny"
ADMIN = ledger.administrator(A, "root")
SUPPLIER = Actor(A, "ash", rights.SUPPLIER, contracts=frozenset({"C1"}))
MANAGER = Actor(A, "mo", rights.MANAGER, directorates=frozenset({"Adults"}))
VIEWER = Actor(A, "vi", rights.VIEWER)
PDF = b"%PDF-1.7 a survey"
AWARD = date(2026, 4, 1)
CONTRACTS = [
    {"contract_ref": ref, "title": f"Care {ref}", "supplier": "Ash Ltd", "directorate": where,
     "category": "social_care", "value_gbp": Decimal(500_000), "start_date": AWARD,
     "end_date": date(2027, 3, 31)}
    for ref, where in (("C1", "Adults"), ("C2", "Children"))
]  # fmt: skip
PROMISES = [
    {"commitment_id": f"{ref}-JS1", "contract_ref": ref, "measure_id": "JS1",
     "unit": "claimant-year", "target": Decimal(12), "start_date": AWARD,
     "end_date": date(2027, 3, 31), "district": "E08000012", "ward": "", "profile": ""}
    for ref in ("C1", "C2")
]  # fmt: skip


class Clock:
    def __init__(self):
        self.now = datetime(2026, 7, 1, 9, tzinfo=UTC)

    def __call__(self):
        return self.now

    def on(self, day: date):
        self.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def held(ledger_place, clock):
    with ledger.open_ledger(ledger_place, clock) as opened:
        ledger.register(opened, ADMIN, CONTRACTS, AWARD)
        ledger.commit(opened, ADMIN, PROMISES, AWARD)
        yield opened


def made(quantity="3", ref="C1", **other) -> Delivery:
    given = {"period_start": date(2026, 4, 1), "delivered_on": date(2026, 6, 30)} | other
    return Delivery(f"{ref}-JS1", Decimal(quantity), **given)


def state(held, delivery, actor=ADMIN):
    table = ledger.deliveries(held, actor).set_index("delivery_id")
    return table.loc[delivery, "evidence_status"]


def seen(held, delivery) -> int:
    return int(ledger.deliveries(held, ADMIN).set_index("delivery_id").loc[delivery, "seen_seq"])


def test_migrations_make_what_the_code_expects(held):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with held._engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert [one for one in found if "alembic_version" not in str(one)] == []


def test_a_ledger_of_an_earlier_step_is_migrated_and_stays_whole(tmp_path):
    from alembic import command
    from alembic.config import Config

    from svlib.ledger import chain, migrations

    config = Config()
    folder = Path(migrations.__file__).parent
    config.set_main_option("script_location", str(folder))
    path = tmp_path / "old.sqlite"
    row = {"key": "k", "question_id": "S1-06", "decision": "accept", "page": "", "clause": "1",
           "decided_on": AWARD, "file": "a.pdf", "passage": "Words."}  # fmt: skip
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        chain.append(connection, A, [("passage", row)], datetime(2026, 7, 1, 9, tzinfo=UTC))
    engine.dispose()
    with ledger.open_ledger(path) as opened:
        assert opened.verify() == []
        again = row | {"note": "Ask Legal"}
        assert ledger.decide(opened, A, [again], AWARD) == (0, 1)
        assert ledger.decided(opened, A)["note"].tolist() == ["Ask Legal"]
        assert opened.verify() == []


def test_a_delivery_goes_from_recorded_to_queried_to_accepted(held):
    delivery = ledger.record(held, SUPPLIER, made(note="Three people in work"))
    assert state(held, delivery) == "none"
    ledger.attach_file(held, SUPPLIER, delivery, "payroll.pdf", PDF)
    assert state(held, delivery) == "submitted"
    ledger.review(
        held, MANAGER, delivery, QUERIED, of_seq=seen(held, delivery), note="Which dates?"
    )
    assert state(held, delivery) == "queried"
    ledger.attach_link(held, SUPPLIER, delivery, "https://example.org/dates")
    assert state(held, delivery) == "submitted"
    ledger.review(held, MANAGER, delivery, ACCEPTED, of_seq=seen(held, delivery))
    assert state(held, delivery) == "accepted"
    story = ledger.history(held, MANAGER, delivery)
    assert story["kind"].tolist() == ["delivery", "evidence", "review", "evidence", "review"]
    assert story["by"].tolist() == ["ash", "ash", "mo", "ash", "mo"]
    assert held.verify() == []


def test_a_correction_counts_in_place_of_the_one_before_and_its_review_falls(held):
    delivery = ledger.record(held, SUPPLIER, made("3"))
    ledger.review(held, MANAGER, delivery, ACCEPTED, of_seq=seen(held, delivery))
    cut = held.cut()[0]
    ledger.correct(held, SUPPLIER, delivery, made("2"))
    now = ledger.totals(held, ADMIN, date(2026, 6, 30))
    assert now[["quantity", "evidence_status"]].values.tolist() == [[Decimal(2), "none"]]
    then = ledger.totals(held, ADMIN, date(2026, 6, 30), at=cut)
    assert then[["quantity", "evidence_status"]].values.tolist() == [[Decimal(3), "accepted"]]


def test_two_people_reviewing_the_same_entry(held):
    delivery = ledger.record(held, SUPPLIER, made())
    both_saw = seen(held, delivery)
    ledger.review(held, MANAGER, delivery, ACCEPTED, of_seq=both_saw)
    with pytest.raises(InputError, match="was reviewed by someone else since you opened it"):
        ledger.review(held, MANAGER, delivery, REJECTED, of_seq=both_saw, note="No")
    assert state(held, delivery) == "accepted"


def test_a_review_of_what_was_corrected_meanwhile_is_refused(held):
    delivery = ledger.record(held, SUPPLIER, made("3"))
    saw = seen(held, delivery)
    ledger.correct(held, SUPPLIER, delivery, made("30"))
    with pytest.raises(InputError, match="was corrected since"):
        ledger.review(held, MANAGER, delivery, ACCEPTED, of_seq=saw)


WRONG = {
    "negative": (made("-1"), "quantity: is -1"),
    "unit": (made(unit="person"), "unit: is person, the commitment counts claimant-year"),
    "before": (made(period_start=date(2025, 4, 1)), "outside the contract"),
    "after": (made(delivered_on=date(2028, 4, 1)), "outside the contract"),
    "backwards": (made(period_start=date(2026, 7, 1)), "begins 01/07/2026, after it ends"),
    "markup": (made(note="<script>alert(1)</script>"), "note: holds markup"),
    "formula": (made(note='=HYPERLINK("https://x")'), "note: begins like a formula"),
    "unknown": (made(ref="C9"), "commitment 'C9-JS1': is not in the ledger"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_recorded(held, name):
    before = held.cut()
    wrong, said = WRONG[name]
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        ledger.record(held, ADMIN, wrong)
    assert held.cut() == before


def test_a_hundred_times_the_target_is_recorded_only_when_said_again(held):
    with pytest.raises(ledger.Unconfirmed, match="more than 100 times the whole target"):
        ledger.record(held, SUPPLIER, made("1201"))
    delivery = ledger.record(held, SUPPLIER, made("1201"), confirmed=True)
    assert ledger.deliveries(held, ADMIN)["quantity"].tolist() == [Decimal(1201)]
    assert state(held, delivery) == "none"


ACTS = {
    rights.SEE: lambda held, who, delivery: ledger.deliveries(held, who),
    rights.RECORD: lambda held, who, delivery: ledger.record(held, who, made("1")),
    rights.ATTACH: lambda held, who, delivery: ledger.attach_file(
        held, who, delivery, "a.pdf", PDF
    ),
    rights.READ_EVIDENCE: ledger.evidence,
    rights.REVIEW: lambda held, who, delivery: ledger.review(
        held, who, delivery, ACCEPTED, of_seq=seen(held, delivery)
    ),
    rights.REGISTER: lambda held, who, delivery: ledger.register(held, who, CONTRACTS, AWARD),
    rights.COMMIT: lambda held, who, delivery: ledger.commit(held, who, PROMISES, AWARD),
    rights.ERASE: lambda held, who, delivery: ledger.erase(
        held, who, seen(held, delivery), "asked"
    ),
}
MAY = {
    rights.SUPPLIER: {rights.SEE, rights.RECORD, rights.ATTACH, rights.READ_EVIDENCE},
    rights.MANAGER: {
        rights.SEE, rights.RECORD, rights.ATTACH, rights.READ_EVIDENCE, rights.REVIEW,
    },
    rights.VIEWER: {rights.SEE},
    rights.ADMINISTRATOR: set(ACTS),
    "": set(),
}  # fmt: skip
PEOPLE = {
    rights.SUPPLIER: SUPPLIER, rights.MANAGER: MANAGER, rights.VIEWER: VIEWER,
    rights.ADMINISTRATOR: ADMIN, "": Actor(A, "nobody", ""),
}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("action", ACTS)
def test_each_role_does_what_it_may_and_nothing_else(held, role, action):
    delivery = ledger.record(held, ADMIN, made(note="as asked"))
    before = held.cut()
    if action in MAY[role]:
        ACTS[action](held, PEOPLE[role], delivery)
    else:
        with pytest.raises(RightsError, match=f"may not {action}"):
            ACTS[action](held, PEOPLE[role], delivery)
        assert held.cut() == before


@pytest.mark.parametrize("role", [rights.SUPPLIER, rights.MANAGER])
@pytest.mark.parametrize(
    "action", [rights.RECORD, rights.ATTACH, rights.READ_EVIDENCE, rights.REVIEW]
)
def test_beyond_the_reach_of_a_role_nothing_is_seen_or_done(held, role, action):
    other = ledger.record(held, ADMIN, made("5", ref="C2"))
    who = PEOPLE[role]
    acts = ACTS | {rights.RECORD: lambda held, who, _: ledger.record(held, who, made(ref="C2"))}
    with pytest.raises(RightsError, match="may not"):
        acts[action](held, who, other)
    assert ledger.deliveries(held, who).empty
    assert ledger.totals(held, who, date(2026, 12, 31)).empty
    assert ledger.contracts(held, who)["contract_ref"].tolist() == ["C1"]


def test_an_actor_of_another_authority_sees_and_changes_nothing(held):
    delivery = ledger.record(held, SUPPLIER, made())
    stranger = ledger.administrator("other", "root")
    assert ledger.contracts(held, stranger).empty
    assert ledger.deliveries(held, stranger).empty
    with pytest.raises(InputError, match="is not in the ledger"):
        ledger.evidence(held, stranger, delivery)
    with pytest.raises(InputError, match="is not in the ledger of other"):
        ledger.erase(held, stranger, seen(held, delivery), "asked")


def test_two_authorities_may_use_the_same_references(held):
    other = ledger.administrator("other")
    ledger.register(held, other, CONTRACTS, AWARD)
    ledger.commit(held, other, PROMISES, AWARD)
    ledger.record(held, other, made("7"))
    ledger.record(held, ADMIN, made("2"))
    day = date(2026, 6, 30)
    assert ledger.totals(held, other, day)["quantity"].tolist() == [Decimal(7)]
    assert ledger.totals(held, ADMIN, day)["quantity"].tolist() == [Decimal(2)]


def test_commitments_are_frozen_until_the_contract_changes(held):
    more = [PROMISES[0] | {"target": Decimal(20)}]
    with pytest.raises(InputError, match=r"frozen at award, and differs: target 12\.0000 here 20"):
        ledger.commit(held, ADMIN, more, date(2026, 9, 1))
    ledger.amend(held, ADMIN, "C1", ledger.EXTENDED, date(2026, 9, 1), end_date=date(2028, 3, 31))
    assert ledger.commit(held, ADMIN, more, date(2026, 9, 1)) == 1
    assert ledger.commit(held, ADMIN, more, date(2026, 9, 1)) == 0
    now = ledger.commitments(held, ADMIN).set_index("commitment_id").loc["C1-JS1"]
    assert (now["target"], now["event"]) == (Decimal(20), "changed with the contract")


def test_the_register_again_changes_nothing_and_a_change_is_an_entry(held):
    assert ledger.register(held, ADMIN, CONTRACTS, AWARD) == 0
    longer = [CONTRACTS[0] | {"end_date": date(2028, 3, 31)}]
    assert ledger.register(held, ADMIN, longer, date(2026, 9, 1)) == 1
    ledger.amend(held, ADMIN, "C2", ledger.TERMINATED, date(2026, 10, 1))
    now = ledger.contracts(held, ADMIN).set_index("contract_ref")
    assert now["event"].to_dict() == {"C1": "extended", "C2": "terminated"}
    assert now.loc["C2", "end_date"] == date(2026, 10, 1)


def test_an_extension_that_extends_nothing_is_refused(held):
    with pytest.raises(InputError, match="extends nothing"):
        ledger.amend(held, ADMIN, "C1", ledger.EXTENDED, AWARD, end_date=date(2026, 12, 31))


FILES = {
    "type": ("macro.xlsm", b"PK\x03\x04", "of a type that is not taken"),
    "content": ("survey.pdf", b"MZ\x90", "is not what its ending says"),
    "large": ("survey.pdf", PDF + b" " * 10_000_001, "has 10.0 MB"),
    "path": ("../survey.pdf", PDF, "a name that cannot be kept"),
    "formula": ("=cmd.pdf", PDF, "a name that cannot be kept"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_not_taken(held, name):
    delivery = ledger.record(held, SUPPLIER, made())
    file, content, said = FILES[name]
    with pytest.raises(InputError, match=said):
        ledger.attach_file(held, SUPPLIER, delivery, file, content)
    assert state(held, delivery) == "none"


@pytest.mark.parametrize("url", ["http://example.org/a", "javascript:alert(1)", "file:///etc", "x"])
def test_links_that_are_not_taken(held, url):
    delivery = ledger.record(held, SUPPLIER, made())
    with pytest.raises(InputError, match="is no https address"):
        ledger.attach_link(held, SUPPLIER, delivery, url)


def test_erasure_takes_text_and_file_and_leaves_the_figures(held):
    delivery = ledger.record(held, SUPPLIER, made(note="Jo was there"))
    identity = ledger.attach_file(held, SUPPLIER, delivery, "jo.pdf", PDF)
    assert ledger.content(held, MANAGER, delivery, identity) == PDF
    entry = int(ledger.evidence(held, ADMIN, delivery)["seq"].iloc[0])
    before = ledger.totals(held, ADMIN, date(2026, 6, 30)).to_csv()
    assert ledger.erase(held, ADMIN, entry, "asked by the person") == ["by", "file", "name"]
    assert ledger.erase(held, ADMIN, seen(held, delivery), "asked by the person") == ["by", "note"]
    story = ledger.history(held, ADMIN, delivery)
    assert story["note"].tolist()[0] == story["what"].tolist()[1] == "(erased)"
    with pytest.raises(InputError, match="the file was erased"):
        ledger.content(held, ADMIN, delivery, identity)
    with pytest.raises(InputError, match="erased before"):
        ledger.erase(held, ADMIN, entry, "again")
    assert ledger.totals(held, ADMIN, date(2026, 6, 30)).to_csv() == before
    assert held.verify() == []


def test_a_file_that_two_deliveries_show_stays_until_both_are_erased(held):
    first, second = (ledger.record(held, SUPPLIER, made(str(n))) for n in (1, 2))
    for delivery in (first, second):
        identity = ledger.attach_file(held, SUPPLIER, delivery, "both.pdf", PDF)
    for delivery in (first, second):
        assert ledger.content(held, ADMIN, second, identity) == PDF
        entry = int(ledger.evidence(held, ADMIN, delivery)["seq"].iloc[0])
        ledger.erase(held, ADMIN, entry, "asked")
    with pytest.raises(InputError, match="erased"):
        ledger.content(held, ADMIN, second, identity)


def test_a_changed_text_shows(held):
    delivery = ledger.record(held, SUPPLIER, made(note="Three people"))
    entry = seen(held, delivery)
    with held._engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM texts WHERE name = 'note'"))
        connection.execute(
            sa.text("INSERT INTO texts VALUES (:seq, 'note', 's', 'Four people')"), {"seq": entry}
        )
    assert held.verify() == [f"the note of entry {entry} (delivery) is not as it was recorded"]


def test_the_database_refuses_change_and_deletion_of_every_kind(held):
    delivery = ledger.record(held, SUPPLIER, made())
    ledger.attach_file(held, SUPPLIER, delivery, "a.pdf", PDF)
    ledger.review(held, MANAGER, delivery, ACCEPTED, of_seq=seen(held, delivery))
    for table in ("entries", "contracts", "commitments", "deliveries", "evidence", "reviews"):
        for act in (f"UPDATE {table} SET seq = seq + 100", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), held._engine.begin() as c:
                c.execute(sa.text(act))
    assert held.verify() == []


def test_a_user_of_the_server_with_no_more_rights_reads_and_adds_only(postgresql):
    url = postgresql.url("granted")
    with ledger.open_ledger(url) as owner:
        ledger.register(owner, ADMIN, CONTRACTS, AWARD)
        ledger.commit(owner, ADMIN, PROMISES, AWARD)
        with owner._engine.begin() as connection:
            connection.execute(sa.text('CREATE ROLE "page server" LOGIN'))
        owner.grant("page server")
    with ledger.open_ledger(postgresql.url("granted", "page%20server")) as page:
        delivery = ledger.record(page, SUPPLIER, made(note="Jo"))
        assert state(page, delivery) == "none"
        for act in ("DELETE FROM entries", "UPDATE texts SET text = ''", "DROP TABLE texts"):
            with pytest.raises(sa.exc.ProgrammingError), page._engine.begin() as connection:
                connection.execute(sa.text(act))
        with pytest.raises(MachineError, match="may not do that"):
            ledger.erase(page, ADMIN, seen(page, delivery), "asked")
        assert page.verify() == []


def test_texts_past_their_time_are_listed(held, clock):
    clock.on(date(2026, 7, 2))
    ledger.record(held, SUPPLIER, made(note="Jo"))
    clock.on(date(2026, 8, 2))
    ledger.record(held, SUPPLIER, made("2", note="Di"))
    found = due(held, ADMIN, date(2026, 8, 1))
    assert [(day, names) for _, day, names in found] == [(date(2026, 7, 2), ["by", "note"])]


def test_a_ledger_on_a_network_drive_is_refused(tmp_path, monkeypatch):
    disk = SimpleNamespace(mountpoint=str(tmp_path), fstype="nfs4", opts="rw")
    monkeypatch.setattr("psutil.disk_partitions", lambda all: [disk])
    with pytest.raises(MachineError, match=r"lies on a network drive \(nfs4\)"):
        ledger.open_ledger(tmp_path / "ledger.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_day_resolves_to_its_last_entry(held, clock):
    clock.on(date(2026, 7, 2))
    first = ledger.record(held, SUPPLIER, made("1"))
    of_day = held.cut()
    clock.on(date(2026, 7, 5))
    ledger.record(held, SUPPLIER, made("2"))
    assert held.cut(date(2026, 7, 2)) == held.cut(date(2026, 7, 4)) == of_day
    assert held.cut(date(2026, 7, 5)) == held.cut()
    assert held.cut(date(2026, 6, 1)) == (0, "0" * 64)
    at = ledger.deliveries(held, ADMIN, at=held.cut(date(2026, 7, 4))[0])
    assert at["delivery_id"].tolist() == [first]


def test_a_clock_set_back_is_remarked_and_days_stay_in_order(held, clock):
    clock.on(date(2026, 7, 5))
    ledger.record(held, SUPPLIER, made("1"))
    clock.now -= timedelta(days=30)
    ledger.record(held, SUPPLIER, made("2"))
    rows = held.rows(sa.text("SELECT recorded_at, kind FROM entries ORDER BY seq").columns(
        sa.column("recorded_at", sa.Text), sa.column("kind", sa.Text)))  # fmt: skip
    days = [row.recorded_at for row in rows]
    assert days == sorted(days)
    assert [row.kind for row in rows][-2:] == ["remark", "delivery"]
    assert held.verify() == []
