"""The pack as a Word document that a screen reader can follow: real headings, header rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from svlib import law
from svlib.guidance.model import DRAFT
from svlib.guidance.pack import Pack, RecordLine
from svlib.quarter import day_label

_BLUE = "12436D"  # contrast on white 10 to 1
_SHADE = "DBE5EE"
_LANGUAGE = "en-GB"
_WIDE = 25.7  # centimetres between the margins of A4, landscape
_OPEN = "To fill in"


def write_document(pack: Pack, path: Path) -> None:
    """Write a pack as DOCX: heading 1 once, parts as heading 2, stages as heading 3; each table
    has a title and a header row repeated on each page; no merged cells, no empty paragraphs."""
    from docx import Document

    document = Document()
    _set_up(document, pack)
    document.add_heading(pack.title, 1)
    _opening(document, pack)
    _record(document, pack)
    _outcomes(document, pack)
    _questions(document, pack)
    _stages(document, pack)
    _commitments(document, pack)
    _law(document, pack)
    document.save(str(path))


def _set_up(document: Any, pack: Pack) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    told = document.core_properties
    told.title, told.subject, told.language = pack.title, DRAFT, _LANGUAGE
    told.author, told.last_modified_by = pack.procurement.authority, pack.procurement.authority
    told.comments, told.keywords = "", ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for name, size in (("Normal", 11), ("Heading 1", 20), ("Heading 2", 15), ("Heading 3", 12.5)):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Arial")
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(_BLUE)
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(2)
    page.header.paragraphs[0].text = f"{DRAFT}. {pack.procurement.authority}"


def _opening(document: Any, pack: Pack) -> None:
    asked, standing = pack.procurement, pack.standing
    document.add_paragraph(
        f"For: {asked.name}, {asked.pounds}, {asked.contract_type}, from "
        f"{day_label(asked.start)}. Band of this guidance: {pack.band.name}. {standing.band_reason}"
    )
    document.add_paragraph(
        "This pack is a draft made from the council's guidance and dated law tables. It is not "
        "legal advice and does not say that anything is lawful. Legal is to check it before use."
    )
    document.add_paragraph(
        "; ".join(f"{name}: {text}" for name, text in pack.versions.items()) + "."
    )


def _record(document: Any, pack: Pack) -> None:
    document.add_heading("Consideration record", 2)
    document.add_paragraph(
        "Fill in before the procurement starts, and keep it with the file. Write posts, not names."
    )
    rows = [(line.part, line.ask, _answer(line)) for line in pack.record]
    _table(document, "Consideration record", ("Part", "What to consider", "What was found"), rows,
           (3, 6, 8))  # fmt: skip


def _answer(line: RecordLine) -> str:
    if line.told:
        return line.told
    return f"{_OPEN}: {' / '.join(line.choices)}" if line.choices else _OPEN


def _outcomes(document: Any, pack: Pack) -> None:
    document.add_heading("Outcomes to choose from", 2)
    document.add_paragraph(
        f"Choose at most {pack.choose} that relate to what is bought. Measures with the same word "
        'under "May count the same change" may count one change twice: never add them up.'
    )
    found = pack.outcomes
    reasons = found[["outcome", "reason"]].drop_duplicates()
    _table(document, "Outcomes that fit", ("Outcome", "Why it fits (our reading)"),
           reasons.itertuples(index=False), (8, 9))  # fmt: skip
    document.add_heading("Measures of these outcomes", 3)
    columns = ["measure_id", "measure", "unit", "evidence", "range", "counted", "overlap_group"]
    _table(
        document,
        "Measures of these outcomes",
        ("Measure id", "Measure", "Unit", "Evidence", "Typical amount", "Counted in money",
         "May count the same change"),
        found[columns].itertuples(index=False),
        (1.7, 3.2, 1.8, 3.2, 2.5, 2.7, 1.9),
    )  # fmt: skip


def _questions(document: Any, pack: Pack) -> None:
    document.add_heading("Method statement", 2)
    for one in pack.questions:
        document.add_heading(one.name, 3)
        document.add_paragraph(one.text)
    document.add_heading("Scoring guide", 3)
    rows = [(one.score, one.word, one.meaning) for one in pack.scoring]
    _table(document, "Scoring guide", ("Score", "Word", "What earns it"), rows, (2, 3, 12))
    document.add_heading("Weighting", 3)
    document.add_paragraph(pack.weighting)


def _stages(document: Any, pack: Pack) -> None:
    document.add_heading("What to do, stage by stage", 2)
    for stage in pack.stages:
        document.add_heading(stage.name, 3)
        document.add_paragraph(stage.aim)
        rows = [(one.text, one.post, one.law or "Good practice") for one in stage.actions]
        _table(document, f"Actions: {stage.name}", ("Do", "Who", "What it rests on"), rows,
               (9, 3, 5))  # fmt: skip


def _commitments(document: Any, pack: Pack) -> None:
    document.add_heading("Commitments schedule", 2)
    document.add_paragraph(
        "Agree one line for each measure promised and take out the rest. The workbook of this pack "
        "holds the same schedule in the form that the ledger reads."
    )
    rows = [
        (row["measure_id"], row["measure"], row["unit"], _OPEN, row["start_date"].isoformat(),
         row["end_date"].isoformat() if row["end_date"] else _OPEN, row["evidence"])
        for row in pack.commitments.to_dict("records")
    ]  # fmt: skip
    _table(document, "Commitments schedule",
           ("Measure id", "Measure", "Unit", "Target", "Start date", "End date", "Evidence"),
           rows, (1.7, 3.8, 2, 1.8, 2.2, 2.2, 3.3))  # fmt: skip


def _law(document: Any, pack: Pack) -> None:
    document.add_heading("What the law tables say", 2)
    points = pack.standing.points
    rows = [(one.test, one.answer, one.source, one.confidence or law.NOT_COVERED) for one in points]
    _table(document, "Tests of the law tables", ("Test", "Answer", "Law", "How well known"), rows,
           (4, 3.5, 6.5, 3))  # fmt: skip
    notices = pack.standing.notices
    if len(notices):
        document.add_heading("Notices and their dates", 3)
        document.add_paragraph("Reckoned as if the contract were entered into on its first day.")
        dated = notices.assign(due_on=[day_label(day) for day in notices["due_on"]])
        columns = ["notice", "due_on", "applies", "source", "confidence", "note"]
        _table(document, "Notices", ("Notice", "By", "Duty", "Law", "How well known", "Remark"),
               dated[columns].itertuples(index=False), (3, 2.7, 2.3, 3.8, 2.2, 3))  # fmt: skip
    document.add_paragraph(law.CAUTION)


def _table(
    document: Any,
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float],
) -> None:
    """A table as wide as the page, in parts as `widths`, with its title for screen readers and its
    first row marked as header."""
    from docx.shared import Cm

    filled = [[str(cell) for cell in row] for row in rows]
    table = document.add_table(rows=1 + len(filled), cols=len(headings))
    table.style, table.autofit = "Table Grid", False
    shares = [Cm(width * _WIDE / sum(widths)) for width in widths]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = share
    for texts, row in zip([list(headings), *filled], table.rows, strict=True):
        _mark(row, "cantSplit")
        for text, cell, share in zip(texts, row.cells, shares, strict=True):
            cell.width = share
            cell.paragraphs[0].text = text
    _mark(table.rows[0], "tblHeader")
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
        _child(cell._tc.get_or_add_tcPr(), "shd", val="clear", color="auto", fill=_SHADE)
    _child(table._tbl.tblPr, "tblCaption", val=title)


def _mark(row: Any, name: str) -> None:
    _child(row._tr.get_or_add_trPr(), name, val="true")


def _child(parent: Any, name: str, **attributes: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
