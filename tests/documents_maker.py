"""Made-up documents of a made-up council, with passages that answer questions of the bank.

Synthetic: no council wrote them. The passages were written before the words questions are sought by,
by the same hand; clauses about other things use many of the same words.
"""

from __future__ import annotations

from pathlib import Path

PLANTED: dict[str, tuple[str, str]] = {
    "S1-01": ("2.4", "In these Orders “social value” means the good a contract does for people, the local economy and the environment of the borough over and above what is bought, as adopted by Cabinet."),
    "S1-03": ("3.2", "The Deputy Leader and the Director of Place jointly answer for social value and shall bring results before the Strategic Leadership Team no less than once in each quarter."),
    "S1-06": ("7.1", "Before any procurement above £50,000 begins, the responsible officer shall consider how it might improve the social, economic and environmental well-being of the borough and shall file the record of that consideration with the contract papers."),
    "S1-07": ("1.6", "The Monitoring Officer shall lay amendments before Council whenever the financial thresholds or the notices under the Procurement Act 2023 change."),
    "S1-08": ("9.3", "Where three written quotations are sought, at least two shall be invited from small firms or from firms trading in the borough, unless none can be found."),
    "S1-09": ("12.5", "Not less than ten and not more than thirty marks in each hundred shall be given to social value, the figure being chosen for the category and its reason written down."),
    "S1-11": ("6.2", "A forward list of every agreement coming to an end in the next eighteen months shall be kept, and against each line it shall be noted whether there is a chance to do more for the community."),
    "S1-13": ("4.7", "By March 2028 forty pence in every pound spent outside shall go to suppliers with premises in the six boroughs, measured from a starting point of thirty-one pence."),
    "S2-01": ("5.4", "An equality analysis shall accompany each strategy and shall set out who gains and who may lose, having regard to age, disability, race, sex and the other protected characteristics."),
    "S2-04": ("15.2", "No exemption from these Orders may be granted until the applicant has shown how community benefit will still be obtained, and each grant shall be entered in the waiver log."),
    "S2-05": ("18.3", "A return from a supplier shall not be counted until the contract manager has seen proof and has signed it off; Internal Audit shall re-test one in twenty."),
    "S2-07": ("10.1", "Charities, mutuals and community groups shall be told of opportunities at the earliest stage, and larger requirements shall be divided into lots that they are able to bid for."),
    "S2-10": ("14.6", "Tenderers for cleaning, security, textiles and construction shall describe how they keep forced labour and exploitation out of every tier of their supply chain."),
    "S2-12": ("21.2", "Before the monthly list of payments is put on the website the Payments Manager shall blank out anything that identifies an individual."),
    "S3-02": ("8.2", "For requirements above £500,000 firms shall be met and sounded out before the documents are drawn up, and what they say they could offer shall be summarised."),
    "S3-04": ("12.8", "Answers shall be marked against published descriptors from 0 to 5 by at least two people working alone, who shall then agree a single mark."),
    "S3-05": ("9.6", "Bids under £100,000 need answer only two short questions, in plain words, of no more than two hundred words each."),
    "S3-06": ("16.4", "What the winner promised shall be set out in a schedule to the contract with amounts and dates, and failure to keep to it shall be a default for which sums may be withheld."),
    "S3-07": ("17.1", "A contract worth more than £5 million shall have three or more performance indicators, whose ratings are published every year."),
    "S3-08": ("16.9", "Within four weeks of signing, both sides shall meet to agree who will do what by when and shall be introduced to the employment service."),
    "S3-09": ("18.1", "Progress on promises shall be looked at with the supplier every three months, and where it lags a recovery plan shall be agreed within ten days."),
    "S3-15": ("20.4", "No order shall be raised without quoting the number of the agreement it is made under, and invoices lacking one shall be returned."),
    "S3-16": ("19.5", "When an agreement ends, what went well and badly for the community shall be written up in two pages and read by those who plan its successor."),
}  # fmt: skip
"""Question to the clause and passage that answers it in the Standing Orders."""

IN_OTHERS: dict[str, tuple[str, str]] = {
    "S1-04": ("policy.docx", "Everyone who buys for the council attends a half-day course in the first six months and a refresher every second year; a short handbook says what each role must do."),
    "S2-08": ("tender.html", "Open days for suppliers are held each May and October. A plain guide to working with us and the name of a contact are on the suppliers' page."),
    "S2-11": ("guide.txt", "A new supplier is set up once only. Its registration number and the postcode of its office are asked for, and records that stand twice are merged every quarter."),
    "S3-10": ("policy.docx", "For each measure the handbook lists what proof is accepted: payslips with names removed for jobs, weighbridge tickets for waste, delivery notes for goods."),
}  # fmt: skip
"""Question to the other document and the passage in it."""

_TOPICS = [
    "Interpretation and scope", "Responsibilities of officers", "Values and duties",
    "Targets and baselines", "Strategies and plans", "Forward planning", "Before a procurement",
    "Talking to the market", "Quotations", "Community organisations", "Advertising",
    "Evaluation of tenders", "Electronic tendering", "Standards of suppliers",
    "Exemptions and waivers", "Award and contract", "Performance", "Management of contracts",
    "End of contracts", "Ordering and payment", "Publication and records", "Disposal of assets",
]  # fmt: skip
_FILLER = [
    "The responsible officer shall keep the procurement file for seven years after the contract ends and shall produce it to Internal Audit when asked.",
    "Tenders received after the closing time shall not be opened unless the delay was caused by the council's own electronic system.",
    "The value of a contract is its total estimated value over its whole life with every extension, and shall not be divided to avoid a threshold.",
    "Contracts under seal shall be signed by the Director of Law and Governance or an officer authorised in writing.",
    "Officers and members shall declare any interest in a contract before taking part in its evaluation or award.",
    "Framework agreements let by other public bodies may be used where the Head of Procurement agrees that they offer value for money.",
    "Performance bonds or parent company guarantees shall be sought where the Director of Finance considers the risk to the council to warrant it.",
    "Insurance of ten million pounds for public liability shall be held by contractors for works, and five million pounds by all others.",
    "Price shall be evaluated over the life of the contract, with the costs of operating, maintaining and disposing of what is bought.",
    "Members shall not be given information on tenders in advance of the report to Cabinet, save as the law requires.",
    "The council's reports, plans and strategies shall be available for inspection at the main offices during normal hours.",
    "Suppliers shall be paid within thirty days of an undisputed invoice, and shall pay their own sub-contractors within the same time.",
    "Records of quotations shall show the suppliers invited, the sums quoted and the reason for the choice made.",
    "A register of contracts above £5,000 shall be kept by the Head of Procurement with supplier, value, start and end.",
    "Amendments to a contract shall be in writing and shall not change its overall nature.",
    "The evaluation panel shall have not fewer than three members, of whom one shall have had no part in drawing up the requirement.",
]  # fmt: skip


def standing_orders(path: Path) -> int:
    """Contract Standing Orders as a PDF of forty pages and more: contents, running header and
    footer, numbered clauses, schedules with paragraphs of their own; returns the pages."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    styles = getSampleStyleSheet()
    parts = [Paragraph("Borough of Elmbridge-on-Tarn (synthetic)", styles["Title"]),
             Paragraph("Contract Standing Orders", styles["Title"]), PageBreak(),
             Paragraph("Contents", styles["Heading1"])]  # fmt: skip
    for number, topic in enumerate(_TOPICS, start=1):
        parts.append(Paragraph(f"{number} {topic} {'.' * 60} {number * 2 + 1}", styles["Normal"]))
    parts.append(PageBreak())
    planted = {clause: text for clause, text in PLANTED.values()}
    for number, topic in enumerate(_TOPICS, start=1):
        parts.append(Paragraph(f"{number} {topic}", styles["Heading1"]))
        for sub in range(1, 15):
            clause = f"{number}.{sub}"
            text = planted.get(clause, _FILLER[(number * 5 + sub * 3) % len(_FILLER)])
            parts += [Paragraph(f"{clause} {text}", styles["Normal"]), Spacer(1, 32)]
            if sub % 5 == 0:
                for letter in "abc":
                    filler = _FILLER[(number + sub + ord(letter)) % len(_FILLER)]
                    parts += [Paragraph(f"({letter}) {filler}", styles["Normal"]), Spacer(1, 32)]
    for schedule in (1, 2, 3):
        parts += [
            PageBreak(),
            Paragraph(f"Schedule {schedule} Forms and limits", styles["Heading1"]),
        ]
        for at in range(1, 12):
            filler = _FILLER[(schedule * 7 + at) % len(_FILLER)]
            parts += [Paragraph(f"{at} {filler}", styles["Normal"]), Spacer(1, 32)]
    pages = 0

    def edges(canvas: object, document: object) -> None:
        nonlocal pages
        pages += 1
        canvas.drawString(72, 810, "Contract Standing Orders, May 2026")  # type: ignore[attr-defined]
        canvas.drawString(72, 30, f"Page {pages}")  # type: ignore[attr-defined]

    SimpleDocTemplate(str(path), pagesize=A4).build(parts, onFirstPage=edges, onLaterPages=edges)
    return pages


def others(folder: Path) -> None:
    """A policy as DOCX with headings and automatic numbers, a tender template as HTML, a guide as
    text; each with its planted passages among others."""
    from docx import Document

    by_file: dict[str, list[str]] = {}
    for name, text in IN_OTHERS.values():
        by_file.setdefault(name, []).append(text)
    policy = Document()
    policy.add_heading("Procurement policy (synthetic)", 0)
    for at, topic in enumerate(("People", "Proof", "Money", "Risk")):
        policy.add_heading(topic, 1)
        for n in range(6):
            policy.add_paragraph(_FILLER[(at * 4 + n) % len(_FILLER)], style="List Number")
        for text in by_file["policy.docx"][at : at + 1]:
            policy.add_paragraph(text, style="List Number")
    policy.save(str(folder / "policy.docx"))
    items = [*_FILLER[:8], *by_file["tender.html"], *_FILLER[8:]]
    body = "".join(f"<h2>Part {n}</h2><p>{text}</p>" for n, text in enumerate(items, start=1))
    page = f"<!DOCTYPE html><html><head><title>Tender</title></head><body><nav>Home</nav>{body}"
    (folder / "tender.html").write_text(f"{page}</body></html>", encoding="utf-8")
    lines = [*_FILLER[3:9], *by_file["guide.txt"], *_FILLER[9:12]]
    (folder / "guide.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def locked_pdf(path: Path) -> None:
    """A PDF that says it is encrypted with AES-256 (PDF 2.0: version 5, revision 6), whatever its
    password: a key that opens it cannot be made without a library for it, and none is needed."""
    import io

    from pypdf import PdfWriter
    from pypdf.generic import ByteStringObject, DictionaryObject, NameObject, NumberObject

    def name(text: str) -> NameObject:
        return NameObject(f"/{text}")

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    by_aes = {name("CFM"): name("AESV3"), name("Length"): NumberObject(32)}
    keys = {"O": 48, "U": 48, "OE": 32, "UE": 32, "Perms": 16}
    numbers = {"V": 5, "R": 6, "Length": 256, "P": -4}
    lock = DictionaryObject(
        {name("Filter"): name("Standard"), name("StmF"): name("StdCF"), name("StrF"): name("StdCF")}
        | {name("CF"): DictionaryObject({name("StdCF"): DictionaryObject(by_aes)})}
        | {name(key): ByteStringObject(bytes(range(size))) for key, size in keys.items()}
        | {name(key): NumberObject(number) for key, number in numbers.items()}
    )
    held = writer._add_object(lock)
    out = io.BytesIO()
    writer.write(out)
    said = b"trailer\n<<\n/Encrypt %d 0 R\n/ID [<00112233> <00112233>]" % held.idnum
    path.write_bytes(out.getvalue().replace(b"trailer\n<<", said, 1))


def two_pages(path: Path) -> None:
    """A short PDF with text on both its pages."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    for page in (1, 2):
        for line in range(1, 21):
            canvas.drawString(60, 780 - 18 * line, f"{page}.{line} {_FILLER[line % len(_FILLER)]}")
        canvas.showPage()
    canvas.save()
