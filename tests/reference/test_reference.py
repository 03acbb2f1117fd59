"""Published files: recognized by their headers, checked by line, stored by their dates; what the edits do with them."""

import datetime
import threading
import zipfile
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.coding import Session, code_session
from needlepoint.coding.types import DrugUsed, Entered, OfficeVisit, SessionSite
from needlepoint.reference import Store, read_published
from tests.reference.files import (
    ASP,
    EVERY_FILE,
    GPCI,
    ICD_CODES,
    ICD_ORDER,
    MUE,
    POVERTY,
    PTP,
    RVU,
    TABULAR,
    rvu_line,
)

JULY = datetime.date(2026, 7, 14)


def written(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "reference.sqlite")
    for name, text in EVERY_FILE.items():
        for release in read_published(written(tmp_path, name, text)):
            made.keep(release)
    return made


@pytest.mark.parametrize(
    ("name", "kind", "from_", "to", "rows"),
    [
        ("ccipra-v322r0-f1.txt", "ncci_pairs", "2026-07-01", "2026-09-30", 6),
        ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "mue", "2026-07-01", "2026-09-30", 4),
        ("PPRRVU2026_Jul_nonQPP.csv", "fees", "2026-07-01", "2026-12-31", 4),
        ("GPCI2026.csv", "gpci", "2026-01-01", "2026-12-31", 2),
        ("26LOCCO.csv", "localities", "2026-01-01", "2026-12-31", 3),
        ("Jul 2026 ASP Pricing File.csv", "drugs", "2026-07-01", "2026-09-30", 2),
        ("icd10cm-order-2027.txt", "diagnoses", "2026-10-01", "2027-09-30", 6),
        ("icd10cm-tabular-2027.xml", "excludes", "2026-10-01", "2027-09-30", 3),
        ("poverty.csv", "poverty", "2027-01-01", "None", 24),
    ],
)
def test_each_file_is_told_apart_and_says_when_it_holds(tmp_path, name, kind, from_, to, rows):
    (release,) = read_published(written(tmp_path, name, EVERY_FILE[name]))
    assert (release.kind, str(release.from_), str(release.to)) == (kind, from_, to)
    assert len(release.rows) == rows


def test_a_zip_is_read_with_all_that_it_holds(tmp_path):
    path = tmp_path / "rvu26c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PPRRVU2026_Jul_nonQPP.csv", RVU)
        archive.writestr("GPCI2026.csv", GPCI)
        archive.writestr("README.pdf", "no text")
    assert [release.kind for release in read_published(path)] == ["fees", "gpci"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text + "\n\n",
        lambda text: text.replace("made up", "caf\u00e9"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_line_breaks_and_encodings(tmp_path, change, encoding):
    text = change(PTP)
    if encoding == "cp1252":
        text = text.replace("\ufeff", "")
    (release,) = read_published(written(tmp_path, "ccipra-v322r0-f1.txt", text, encoding))
    assert len(release.rows) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "one of"),
        ("", "one of"),
        (PTP.replace("20100101\t*\t1\tmade up\n20552", "2010-01-01\t*\t1\tmade up\n20552", 1), "line 4.*CCYYMMDD"),
        (PTP.replace("\t0\tmade", "\t7\tmade"), "line 6.*0, 1, 9"),
        (PTP.split("20550\t")[0], "a header without rows"),
        (MUE.replace("20552,1,", "20552,many,"), "units"),
        (MUE + "20552,2,2 Date,made up\n", "twice with different values"),
        (RVU.replace("0.64,", "n/a,"), "a number in work"),
        (RVU + rvu_line("99213", "", "1", "1", "1", "1", factor="32.1"), "one factor on every line"),
        (RVU.replace("RVU,PE RVU", "PE RVU,RVU"), "column 6"),
        (GPCI.replace("1.170", "x"), "an index"),
        (ASP.replace("0.119", "free"), "a limit in USD"),
        (ICD_ORDER + "garbage\n", "line 7"),
        (TABULAR[:-40], "XML that breaks"),
        (TABULAR.replace("<ICD10CM", '<!DOCTYPE x [<!ENTITY a "b">]><ICD10CM'), "entities"),
        (POVERTY.replace("2027,us,8", "2026,us,8"), "one year"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_with_its_line(tmp_path, text, said):
    with pytest.raises(Refused, match=said):
        read_published(written(tmp_path, "file-2027.txt", text), datetime.date(2026, 7, 1))


def test_a_spreadsheet_is_sent_back_for_the_text_beside_it(tmp_path):
    path = tmp_path / "mue.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(Refused, match=r"\.txt or \.csv"):
        read_published(path)


def test_a_file_without_days_asks_for_them(tmp_path):
    path = written(tmp_path, "mue.csv", MUE)
    with pytest.raises(Refused, match="--from"):
        read_published(path)
    (release,) = read_published(path, datetime.date(2026, 10, 1))
    assert str(release.from_) == "2026-10-01"


def test_codes_only_file_of_an_april_edition(tmp_path):
    (release,) = read_published(written(tmp_path, "icd10cm-codes-April-2026.txt", ICD_CODES))
    assert str(release.from_) == "2026-04-01"
    assert {row[1] for row in release.rows} == {"1"}


def test_a_later_release_is_compared_and_the_old_one_stays(store, tmp_path):
    text = MUE.replace("97110,4", "97110,6").replace(
        "J1010,80,3 Date of Service Edit: Clinical,made up\n", ""
    ) + ("J3301,8,3 Date,made up\n")
    (release,) = read_published(written(tmp_path, "MUE_Eff_10-01-2026.csv", text))
    change = store.keep(release)
    assert (change.added, change.removed, change.changed) == (1, 1, 1)
    assert "~ 97110: 4 -> 6" in change.examples
    assert store.unlikely("97110", JULY).units == 4
    assert store.unlikely("97110", datetime.date(2026, 10, 2)).units == 6
    assert store.unlikely("97110", datetime.date(2027, 1, 1)) is None
    assert store.keep(release).already


def test_a_file_that_lost_most_of_its_rows_is_refused_whole(store, tmp_path):
    text = "\n".join(MUE.splitlines()[:4]) + "\n"
    (release,) = read_published(written(tmp_path, "MUE_Eff_10-01-2026.csv", text))
    with pytest.raises(Refused, match="--smaller"):
        store.keep(release)
    assert store.unlikely("20552", datetime.date(2026, 10, 2)) is None
    assert store.keep(release, smaller=True).removed == 3


def test_a_part_of_the_pairs_speaks_only_of_its_codes(tmp_path):
    part = Store(tmp_path / "part.sqlite")
    (release,) = read_published(written(tmp_path, "ccipra-v322r0-f1.txt", PTP))
    part.keep(release)
    assert part.pairs(["20553", "20552"], JULY) is not None
    assert part.pairs(["20553", "J2003"], JULY) is None
    rest = (
        PTP.split("20550\t")[0]
        + "A0001\tA0002\t\t20100101\t*\t1\tmade up\nJ9999\tJ9998\t\t20100101\t*\t1\tmade up\n"
    )
    (more,) = read_published(written(tmp_path, "ccipra-v322r0-f4.txt", rest))
    part.keep(more)
    assert part.pairs(["20553", "J2003"], JULY) == []


def test_two_imports_at_once_leave_one_whole_release(tmp_path):
    (release,) = read_published(written(tmp_path, "MUE_Eff_10-01-2026.csv", MUE))
    path = tmp_path / "both.sqlite"
    Store(path)
    threads = [threading.Thread(target=lambda: Store(path).keep(release)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (held,) = Store(path).held()
    assert held.rows == 4


def test_something_else_than_a_store_is_refused(tmp_path):
    with pytest.raises(Refused, match="a reference file"):
        Store(written(tmp_path, "letter.txt", "Dear patient, " * 100))


# What the edits make of the files.


def session(*muscles, **more):
    sites = [SessionSite(muscle=muscle, side="left", technique="wet") for muscle in muscles]
    return Session(on=more.pop("on", JULY), sites=sites, **more)


THREE = ("soleus", "deltoid", "infraspinatus")


def test_without_a_file_the_edit_says_that_it_does_not_know():
    coding = code_session(
        session(*THREE, entered=[Entered("96372")], drugs=[DrugUsed(drug="lidocaine", given_mg=Decimal(30))])
    )
    said = " ".join(row.en for row in coding.open)
    assert "NCCI pairs" in said
    assert "MUE of" in said
    assert "reference import" in said


def test_a_pair_takes_the_second_code_in_and_says_which_file(store):
    visit = OfficeVisit("99213", "another problem, examined and treated")
    coding = code_session(session(*THREE, visit=visit), published=store)
    assert [line.code for line in coding.lines] == ["99213", "20553"]  # modifier 25 sets it apart
    again = code_session(session("soleus", entered=[Entered("20550")]), published=store)
    assert [line.code for line in again.lines] == ["20550"]
    (fell,) = [item for item in again.dropped if item.rule == "ncci_pair"]
    assert "ccipra-v322r0-f1.txt" in fell.en
    assert "20550 takes 20552 in" in fell.en


def test_a_pair_that_has_ended_does_not_count(store):
    coding = code_session(session(*THREE, ultrasound=True, picture="IMG"), published=store)
    assert "76942" in [line.code for line in coding.lines]


def test_more_units_than_are_likely_fall_and_are_never_cut(store):
    used = DrugUsed(drug="methylprednisolone", given_mg=Decimal(81), single_dose=False)
    coding = code_session(session(*THREE, drugs=[used]), published=store)
    assert "J1010" not in [line.code for line in coding.lines]
    (fell,) = [item for item in coding.dropped if item.rule == "mue"]
    assert "81 units; at most 80 a day" in fell.en


def test_a_line_edit_counts_each_line_alone(store):
    two = [Entered("97110", 4), Entered("97110", 3)]
    assert not [
        d for d in code_session(session(*THREE, entered=two), published=store).dropped if d.rule == "mue"
    ]
    five = [Entered("97110", 5)]
    assert [d.what for d in code_session(session(*THREE, entered=five), published=store).dropped] == ["97110"]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("M79.7", "excludes1"),
        ("M54.2", None),
        ("M79.1", "diagnosis_validity"),
        ("M99.99", "diagnosis_validity"),
    ],
)
def test_diagnoses_by_the_files_of_the_day(store, code, rule):
    coding = code_session(session("soleus", on=datetime.date(2026, 11, 2), diagnoses=[code]), published=store)
    assert [item.rule for item in coding.dropped] == ([rule] if rule else [])
    assert (code in [row.code for row in coding.diagnoses]) is (rule is None)


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("M79.7", "excludes1"),
        ("M60.10", "excludes1"),
        ("M54.5", "diagnosis_validity"),
        ("7918", "diagnosis_shape"),
        ("M54.59", None),
    ],
)
def test_diagnoses_by_our_own_rows_where_no_file_is_loaded(code, rule):
    coding = code_session(session("soleus", diagnoses=[code]))
    assert [item.rule for item in coding.dropped] == ([rule] if rule else [])
