"""The sample council: near the figures it should be near, the same everywhere, never half made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from svlib import framework, ledger, places, questions, sample
from svlib.quarter import Quarter
from svlib.sample import make, payments, recorded
from svlib.sample.names import CUT, LOOKALIKES
from svlib.tables import ANSWERS, SUPPLIERS

REGION = {"E06000006", *(f"E080000{number}" for number in range(11, 16))}
LIVERPOOL = "E08000012"
SLUGS = [quarter.slug for quarter in sample.QUARTERS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("council") / "sample"
    sample.generate(made)
    return made


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return sample.ledger()


def cells(path: Path) -> list[list[object]]:
    """Every cell of a file, as a reader that knows nothing of the sample sees it."""
    if path.suffix == ".xlsx":
        frame = pd.read_excel(path, header=None, engine="calamine", keep_default_na=False)
        return frame.to_numpy().tolist()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("cp1252")
    lines = pd.read_csv(pd.io.common.StringIO(text), header=None, dtype=str, keep_default_na=False)
    return lines.to_numpy().tolist()


def table(path: Path) -> pd.DataFrame:
    """The rows beneath the header of a payments file, with the header's own texts."""
    rows = cells(path)
    header = next(at for at, row in enumerate(rows) if sum(1 for cell in row if cell) > 4)
    return pd.DataFrame(rows[header + 1 :], columns=rows[header])


def pence(cell: object) -> int:
    text = re.sub(r"[£,]", "", str(cell))
    return round(float(text) * 100) if re.fullmatch(r"-?\d+(\.\d+)?", text) else 0


def amounts(frame: pd.DataFrame) -> list[int]:
    named = next(name for name in frame.columns if re.search("Amount|Value", name))
    return [pence(cell) for cell in frame[named]]


def supplier_cells(frame: pd.DataFrame) -> pd.Series:
    return frame[next(name for name in frame.columns if re.search("Supplier|Vendor|Benef", name))]


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def register(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "contracts.csv", skiprows=1, dtype=str, keep_default_na=False)


def located(folder: Path, truth: pd.DataFrame) -> pd.DataFrame:
    """Lines whose supplier the directory gives a full postcode, with that postcode's district."""
    known = read(folder, "suppliers.csv").merge(places.postcodes("LCWM"), on="postcode")
    lines = truth.drop(columns="district")
    return lines.merge(known[["supplier", "district"]], on="supplier")


def by_quarter(lines: pd.DataFrame) -> pd.Series:
    return lines.groupby("quarter")["amount_gbp"].sum()


def test_another_process_writes_the_same_bytes_and_cells(folder, tmp_path):
    again = tmp_path / "again"
    elsewhere = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    code = "import sys, pathlib, svlib.sample as s; s.generate(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(again)], env=elsewhere, check=True)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
    assert names == sorted(path.relative_to(again) for path in again.rglob("*.*"))
    for name in names:
        if name.suffix == ".xlsx":
            assert cells(folder / name) == cells(again / name), name
        elif name.suffix == ".sqlite":  # hashes are salted, and entries say when they were made
            assert answered(folder).equals(answered(again))
            assert promised(folder).equals(promised(again))
            assert delivered(folder).equals(delivered(again))
        else:
            assert (folder / name).read_bytes() == (again / name).read_bytes(), name


def test_every_file_says_that_it_is_synthetic(folder):
    for path in folder.rglob("*.*"):
        if path.suffix == ".xlsx":
            sheets = pd.ExcelFile(path, engine="calamine").sheet_names
            assert all("Synthetic" in sheet for sheet in sheets), path.name
        else:
            assert b"synthetic" in path.read_bytes().lower(), path.name
    for path in (folder / "payments").glob("*.csv"):
        assert "SYNTHETIC" in "".join(map(str, cells(path)[0])), path.name


def test_there_is_one_file_for_each_month(folder):
    months = [month for quarter in sample.QUARTERS for month in quarter.months]
    assert list(payments.FILES) == months
    printed = {path.name for path in (folder / "payments").iterdir()}
    assert printed == {name for name, _ in payments.FILES.values()}


def test_files_hold_the_ledger_to_the_penny(folder, truth):
    for month, (name, style) in payments.FILES.items():
        frame = table(folder / "payments" / name)
        if style.total is not None:
            frame = frame.iloc[:-1]
        due = truth[truth["month"] == month]
        assert len(frame) == len(due)
        assert sum(amounts(frame)) == round(due["amount_gbp"].sum() * 100)


def test_total_rows_are_the_sum_of_the_rows_above(folder):
    words = []
    for name, style in payments.FILES.values():
        frame = table(folder / "payments" / name)
        *lines, last = amounts(frame)
        if style.total is not None:
            assert last == sum(lines), name
            words.append((name[-4:], supplier_cells(frame).iloc[-1]))
        else:
            assert last != sum(lines), name
    assert ("xlsx", "Total") in words
    assert (".csv", "") in words


def test_months_are_printed_in_the_ways_councils_print_them(folder):
    paid = folder / "payments"
    with pytest.raises(UnicodeDecodeError):
        (paid / "sample-council-spend-july-2025.csv").read_text(encoding="utf-8")
    quoted = (paid / "Sep 2025 spend.csv").read_bytes()
    assert quoted.startswith(b"\xef\xbb\xbf")
    assert re.search(r",\d\d-SEP-2025,\"£\d,\d{3}\.\d\d\"", quoted.decode("utf-8-sig"))
    book = table(paid / "payments_over_500_Aug_2025.xlsx")
    vendor = book["Vendor"][~book["Vendor"].str.startswith("****")]
    assert vendor.str.len().max() == CUT
    assert vendor.str.isupper().all()
    assert book["Service Area"].str.len().max() == 20
    assert isinstance(book["Actual Value"].iloc[0], float)
    assert hasattr(book["Posting date"].iloc[0], "year")
    headers = {tuple(table(path).columns) for path in paid.iterdir()}
    assert len(headers) == 5


def test_quarters_are_a_fifth_of_a_large_city(truth):
    rows = truth.groupby("quarter").size()
    assert list(rows.index) == SLUGS
    assert rows.between(3_000, 5_000).all()
    assert by_quarter(truth).between(27e6, 32.5e6).all()
    assert (truth["amount_gbp"].abs() < 500).mean() < 0.005


def test_suppliers_come_and_go_around_a_core(truth):
    named = truth[~truth["redacted"]]
    quarters = named.groupby("supplier")["quarter"].nunique()
    assert len(quarters) >= 3_000
    assert (quarters == 5).sum() >= 150
    assert (quarters < 5).mean() > 0.5
    largest = named.groupby("supplier")["amount_gbp"].sum().nlargest(20).sum()
    assert 0.25 < largest / named["amount_gbp"].sum() < 0.5


def test_region_share_of_located_spend_drifts_up(folder, truth):
    lines = located(folder, truth)
    region = by_quarter(lines[lines["district"].isin(REGION)]) / by_quarter(lines)
    city = by_quarter(lines[lines["district"] == LIVERPOOL]) / by_quarter(lines)
    assert region.is_monotonic_increasing
    assert region.iloc[0] == pytest.approx(0.47, abs=0.015)
    assert region.iloc[-1] == pytest.approx(0.53, abs=0.015)
    assert city.between(0.29, 0.36).all()


def test_directory_covers_three_quarters_of_the_pounds(folder, truth):
    known = truth["supplier"].isin(read(folder, "suppliers.csv")["supplier"])
    share = by_quarter(truth[known]) / by_quarter(truth)
    assert share.between(0.72, 0.79).all()


def test_small_and_medium_suppliers_have_their_share(folder, truth):
    lines = truth.drop(columns="size").merge(
        read(folder, "suppliers.csv")[["supplier", "size"]], on="supplier"
    )
    smaller = lines[lines["size"].isin(["micro", "small", "medium"])]
    assert (by_quarter(smaller) / by_quarter(lines)).between(0.30, 0.40).all()


def test_some_lines_are_redacted_credited_late_undated_or_unpriced(truth):
    groups = truth.groupby("quarter")
    assert groups["redacted"].mean().between(0.05, 0.15).all()
    assert truth["amount_gbp"].lt(0).groupby(truth["quarter"]).mean().between(0.01, 0.02).all()
    start = {quarter.slug: quarter.start for quarter in sample.QUARTERS}
    dated = truth[truth["payment_date"].notna()]
    late = dated[dated["payment_date"] < dated["quarter"].map(start)]
    assert (by_quarter(late) / by_quarter(truth)).between(0.05, 0.09).all()
    assert 5 <= truth["payment_date"].isna().sum() <= 30
    assert truth[truth["amount_gbp"].isna()]["month"].tolist() == ["2025-11", "2025-11"]


def test_repeated_lines_are_true_repeats_and_absent_from_some_months(folder):
    repeats = {
        name: table(folder / "payments" / name).duplicated().mean()
        for name, _ in payments.FILES.values()
    }
    assert repeats["July 2026 - payments.csv"] == 0
    assert 0.02 < repeats["dec_2025.xlsx"] < 0.12


def test_last_quarter_has_a_stage_payment_worth_a_sentence(truth):
    stage = truth[truth["description"].str.startswith("Stage payment 3")]
    assert stage["quarter"].tolist() == [SLUGS[-1]]
    assert stage["amount_gbp"].item() == truth["amount_gbp"].max()
    city = by_quarter(truth[truth["directorate"] == "City Development"])
    assert city.iloc[-1] - city.iloc[-2] > 1_000_000


def test_only_one_pair_of_names_is_alike_once_cut(truth):
    names = pd.Series(truth[~truth["redacted"]]["supplier"].unique())
    alike = names[names.str[:CUT].str.upper().duplicated(keep=False)]
    assert sorted(alike) == sorted(LOOKALIKES)
    assert (names.str.len() > CUT).mean() > 0.2


def test_a_name_is_spelled_ltd_in_one_month_and_limited_in_another(folder):
    first = set(supplier_cells(table(folder / "payments" / "sample-council-spend-july-2025.csv")))
    later = set(supplier_cells(table(folder / "payments" / "Sep 2025 spend.csv")))
    stems = {name.removesuffix(" Ltd") for name in first if name.endswith(" Ltd")}
    assert len({stem for stem in stems if f"{stem} LIMITED" in later}) > 50


def test_directory_keeps_the_rules_of_its_table(folder):
    known = read(folder, "suppliers.csv")
    assert list(known.columns) == SUPPLIERS.names
    assert known["supplier"].is_unique
    for name in ("size", "vcse", "how_known"):
        assert set(known[name]) <= set(SUPPLIERS.column(name).values)
    numbers = known["company_number"][known["company_number"] != ""]
    assert numbers.str.fullmatch(r"ZZ\d{6}").all()
    assert numbers.is_unique


def test_some_suppliers_have_only_an_outcode_certain_or_straddling(folder):
    known = read(folder, "suppliers.csv")["postcode"]
    outcodes = set(known[(known != "") & ~known.str.contains(" ")])
    directory = places.postcodes("LCWM")
    outcode = directory["postcode"].str.split(" ").str[0]
    districts = directory["district"].groupby(outcode).nunique()
    assert outcodes <= set(districts.index)
    assert (districts[sorted(outcodes)] == 1).any()
    assert (districts[sorted(outcodes)] > 1).any()


def test_register_awards_contracts_in_every_quarter(folder):
    contracts = register(folder)
    awarded = pd.to_datetime(contracts["Award Date"], format="%d/%m/%Y")
    per_quarter = awarded.dt.date.map(Quarter.of).value_counts()
    assert all(12 <= per_quarter[quarter] <= 18 for quarter in sample.QUARTERS)
    assert 150 <= len(contracts) <= 175
    assert contracts["Contract Reference"].is_unique
    assert set(contracts["Supplier"]) <= set(read(folder, "suppliers.csv")["supplier"])
    assert contracts["Total Value"].str.fullmatch(r"£[\d,]+\.00").all()
    value = contracts["Total Value"].map(pence) / 100
    assert value.between(5_000, 12_000_000).all()
    assert value.max() > 5_000_000
    ends = pd.to_datetime(contracts["End Date"], format="%d/%m/%Y")
    assert (ends > pd.to_datetime(contracts["Start Date"], format="%d/%m/%Y")).all()
    assert ends.between("2026-09-30", "2028-03-31").sum() > 20


def answered(folder: Path) -> pd.DataFrame:
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        assert held.verify() == []
        return ledger.agreed(held, "sample")


def test_anonymous_answers_come_from_39_people_of_whom_three_are_of_one_directorate(folder):
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        opinions = ledger.individual(held, "sample")
    assert opinions["question_id"].nunique() == 12
    people = opinions.drop_duplicates("respondent")["directorate"].value_counts()
    assert sorted(people) == [3, 7, 9, 9, 11]


def test_answers_are_two_rounds_of_every_question(folder):
    given = answered(folder)
    assert list(given.columns) == [*ANSWERS.names, "bank_version"]
    assert set(given["answer"]) == set(ANSWERS.column("answer").values)
    assert not given.duplicated(list(ANSWERS.key)).any()
    assert set(given["question_id"]) == set(questions.load()["id"])
    second = given["answered_on"] > date(2026, 6, 30)
    levels = pd.to_numeric(given["answer"], errors="coerce")
    assert 0.1 < levels[second].mean() - levels[~second].mean() < 0.6
    spans = (
        levels[second].groupby(given["question_id"]).agg(lambda level: level.max() - level.min())
    )
    assert spans.max() >= 4
    assert (spans <= 2).sum() > 20


def test_some_evidence_is_missing_or_older_than_two_years(folder):
    given = answered(folder)
    shown = given[given["evidence"] != ""]
    assert 0.2 < len(shown) / len(given) < 0.8
    age = pd.to_datetime(shown["answered_on"]) - pd.to_datetime(shown["evidence_date"])
    assert 0.03 < (age.dt.days > 731).mean() < 0.25


def promised(folder: Path) -> pd.DataFrame:
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        return ledger.commitments(held, ledger.administrator("sample"))


def delivered(folder: Path) -> pd.DataFrame:
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        return ledger.deliveries(held, ledger.administrator("sample"))


def test_commitments_belong_to_contracts_and_the_framework(folder):
    found = promised(folder)
    assert found["commitment_id"].is_unique
    assert found["contract_ref"].nunique() == 40
    assert found.groupby("contract_ref").size().between(2, 5).all()
    assert set(found["contract_ref"]) <= set(register(folder)["Contract Reference"])
    units = framework.load().measures.set_index("measure_id")["unit"]
    assert found["unit"].tolist() == found["measure_id"].map(units).tolist()
    assert (found["target"] > 0).all()
    assert set(found["district"]) <= {*REGION, ""}


def test_deliveries_are_ahead_on_track_behind_or_none(folder):
    by_id = promised(folder).set_index("commitment_id")
    kept = delivered(folder)
    assert kept["delivery_id"].is_unique
    assert kept["delivered_on"].max() == date(2026, 9, 30)
    begun, ends = pd.to_datetime(by_id["start_date"]), pd.to_datetime(by_id["end_date"])
    elapsed = ((pd.Timestamp("2026-09-30") - begun) / (ends - begun)).clip(upper=1)
    made = kept["quantity"].astype(float).groupby(kept["commitment_id"]).sum()
    rate = made.reindex(by_id.index, fill_value=0) / by_id["target"].astype(float)
    pace = rate / elapsed
    assert (pace == 0).any()
    assert (pace > 1.15).sum() >= 5
    assert pace.between(0.2, 0.7).sum() >= 5
    assert pace.between(0.85, 1.15).mean() > 0.4
    counted = kept["commitment_id"].map(by_id["unit"]).eq("organisation")
    assert counted.any()
    assert (kept["quantity"][counted].astype(float) % 1 == 0).all()
    assert kept["evidence_status"].eq("accepted").mean() == pytest.approx(0.7, abs=0.06)


def test_entries_of_the_ledger_are_recorded_on_their_day(folder):
    with ledger.open_ledger(folder / "ledger.sqlite") as held:
        cut, _ = held.cut(date(2026, 7, 31))
        council = ledger.administrator("sample")
        assert ledger.deliveries(held, council, cut)["delivered_on"].max() == date(2026, 6, 30)
        assert held.cut(date(2026, 10, 31)) == held.cut()


@pytest.fixture
def quick(monkeypatch) -> list[Path]:
    """Fills a folder with one small file and notes each time it is asked to."""
    asked: list[Path] = []

    def fill(folder: Path) -> None:
        asked.append(folder)
        (folder / "payments.csv").write_text("made", encoding="utf-8")

    monkeypatch.setattr(make, "fill", fill)
    return asked


def test_ensure_makes_a_missing_folder_and_leaves_a_fresh_one(quick, tmp_path):
    where = tmp_path / "data" / "sample"
    assert sample.ensure(where) == where
    assert (where / "payments.csv").read_text(encoding="utf-8") == "made"
    sample.ensure(where)
    assert len(quick) == 1


def test_ensure_makes_a_stale_folder_anew(quick, tmp_path):
    where = tmp_path / "sample"
    sample.ensure(where)
    (where / "stamp.txt").write_text("synthetic sample of another day\n", encoding="utf-8")
    (where / "left over.csv").write_text("old", encoding="utf-8")
    sample.ensure(where)
    assert len(quick) == 2
    assert sorted(path.name for path in where.iterdir()) == ["payments.csv", "stamp.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]


def test_ensure_follows_the_postcode_directory(quick, tmp_path, monkeypatch):
    sample.ensure(tmp_path / "sample")
    monkeypatch.setattr(sample, "version", lambda package: "another edition")
    sample.ensure(tmp_path / "sample")
    assert len(quick) == 2


def test_ensure_follows_the_framework(quick, tmp_path, monkeypatch):
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    (tmp_path / "data" / "reference").mkdir(parents=True)
    sample.ensure()
    (tmp_path / "data" / "reference" / "framework.yaml").write_text("version: 2", encoding="utf-8")
    sample.ensure()
    assert len(quick) == 2


def test_ensure_puts_it_in_the_project(quick, tmp_path, monkeypatch):
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    assert sample.ensure() == tmp_path.resolve() / "data" / "sample"
    assert (tmp_path / "data" / "sample" / "payments.csv").exists()


def test_stopped_half_way_nothing_stands_at_the_folder(tmp_path, monkeypatch):
    def stop(folder: Path, contracts: pd.DataFrame) -> None:
        assert (folder / "contracts.csv").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(recorded, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        sample.ensure(tmp_path / "sample")
    assert list(tmp_path.iterdir()) == []


def test_stopped_half_way_the_old_folder_stays(quick, tmp_path, monkeypatch):
    where = tmp_path / "sample"
    sample.ensure(where)

    def stop(folder: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(make, "fill", stop)
    with pytest.raises(OSError, match="no space left"):
        sample.generate(where)
    assert (where / "payments.csv").read_text(encoding="utf-8") == "made"
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
