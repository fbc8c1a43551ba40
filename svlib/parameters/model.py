"""Every parameter declared once: type, default where there is one, and help for the person editing.

A parameter is what a person would change for an authority or a quarter; everything else is code.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from svlib import project
from svlib.parameters import codes
from svlib.parameters.base import TO_BE_CONFIRMED, Share, Strict, VatBasis
from svlib.parameters.diagnostic import Diagnostic
from svlib.parameters.guidance import Guidance
from svlib.parameters.law import Law
from svlib.parameters.opendata import OpenData
from svlib.parameters.valuation import Valuation
from svlib.quarter import Quarter


def _quarter(value: Any) -> Quarter:
    return value if isinstance(value, Quarter) else Quarter.parse(str(value))


QuarterField = Annotated[
    Quarter,
    BeforeValidator(_quarter),
    PlainSerializer(lambda quarter: quarter.slug, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-Q[1-4]$"}),
]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
DistrictCode = Annotated[str, Field(pattern=r"^[ENSW]\d{8}$")]
_CODE = {"type": "string", "pattern": r"^([EKNSW]\d{8}|all)$"}
Districts = Annotated[
    list[DistrictCode] | Literal["all"],
    BeforeValidator(codes.expand),
    WithJsonSchema({"anyOf": [_CODE, {"type": "array", "items": _CODE}]}),
]


class Area(Strict):
    """One area a supplier may lie in."""

    id: str = Field(description="Short name used in parameters, for example LCR")
    name: str = Field(description="Name to print")
    districts: Districts = Field(
        description="ONS codes of districts, or of a county, combined authority, region or country "
        "for all districts in it; `all` for every district"
    )

    def holds(self, district: str) -> bool:
        return self.districts == "all" or district in self.districts


class Areas(Strict):
    """The areas that shares are reported for, from the smallest outwards."""

    local: str = Field(description="Id of the area that counts as local in headlines and targets")
    nested: list[Area] = Field(min_length=1, description="Areas, each inside the next")
    others: list[Area] = Field(
        default_factory=list,
        description="Other definitions of local, which need not nest: a county, the districts "
        "around. Shares are reported for them too",
    )

    @model_validator(mode="after")
    def _check(self) -> Areas:
        ids = [area.id for area in self.every]
        if self.local not in ids:
            raise ValueError(f"local is '{self.local}', which is none of {', '.join(ids)}")
        if len(set(ids)) < len(ids):
            raise ValueError("two areas have the same id")
        for inner, outer in zip(self.nested, self.nested[1:], strict=False):
            stray = [code for code in _codes(inner) if not outer.holds(code)]
            if stray:
                raise ValueError(
                    f"{inner.id} has {', '.join(stray)}, which {outer.id} lacks: "
                    "each area must lie inside the next"
                )
        return self

    @property
    def local_area(self) -> Area:
        return self.area(self.local)

    def area(self, area_id: str) -> Area:
        return next(area for area in self.every if area.id == area_id)

    @property
    def every(self) -> list[Area]:
        """The nested areas from the smallest outwards, then the others."""
        return [*self.nested, *self.others]

    @property
    def home(self) -> Area:
        """The smallest area: the authority's own."""
        return self.nested[0]

    @property
    def home_districts(self) -> list[str]:
        """Districts of the smallest area; none when it is every district."""
        return _codes(self.home)


def _codes(area: Area) -> list[str]:
    return [] if area.districts == "all" else area.districts


class Directorate(Strict):
    """One directorate: the post that leads it and the names it is printed under."""

    name: str
    lead: str = Field(TO_BE_CONFIRMED, description="A post, not a person")
    aliases: list[str] = Field(
        default_factory=list, description="Names as printed in the payments, cut names included"
    )


class Priority(Strict):
    """One priority of the council, with where it is written."""

    text: str
    source: str = TO_BE_CONFIRMED
    published: date | None = None
    url: str = ""


class Target(Strict):
    """A share to be reached, its baseline and who set it."""

    share: Share
    by: QuarterField
    baseline: Share | None = None
    source: str = TO_BE_CONFIRMED


class Targets(Strict):
    """Targets by measure. None is assumed: a target appears only when it was set."""

    local: Target | None = Field(None, description="Share of located spend in the local area")
    sme: Target | None = Field(None, description="Share of spend of known size with SMEs")
    vcse: Target | None = Field(None, description="Share of spend of known status with VCSEs")


class Source(Strict):
    """Where files of one kind lie."""

    folder: Path = Field(description="Folder, from the project root unless absolute")
    files: list[str] = Field(min_length=1, description="File names or patterns, e.g. *.xlsx")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Canonical column to header as printed, where the reader needs to be told",
    )

    @property
    def path(self) -> Path:
        return project.resolve(self.folder)


class Register(Source):
    """Where the contracts register or OCDS release packages lie."""

    vat_basis: VatBasis = Field(
        "unknown", description="Whether values include VAT, where the register does not say"
    )

    buyers: list[str] = Field(
        default_factory=list,
        description="OCDS: names of the buyers whose contracts count; empty for all",
    )


class Registers(Strict):
    """Public registers to match suppliers to, as `svlib fetch` brings them."""

    companies: Path | None = Field(None, description="BasicCompanyData of Companies House")
    charities: Path | None = Field(None, description="publicextract.charity, text file or zip")
    use_registered_office: bool = Field(
        True, description="Place a supplier by its registered office where no other is known"
    )

    @property
    def paths(self) -> list[Path]:
        """The files named, companies first."""
        return [project.resolve(path) for path in (self.companies, self.charities) if path]


class Sources(Strict):
    """The authority's inputs. Only payments are required."""

    payments: Source
    suppliers: Source | None = Field(None, description="The council's supplier directory")
    registers: Registers = Field(
        default_factory=lambda: Registers(
            companies=None, charities=None, use_registered_office=True
        ),
        description="Public registers to match suppliers to",
    )
    categories: Path | None = Field(
        None,
        description="Rules that say what was bought; categories.csv in the authority's parameter "
        "folder unless named here",
    )
    contracts: Register | None = Field(
        None, description="Contracts register, or an OCDS release package"
    )
    respend: Source | None = Field(
        None, description="Local suppliers' answers on what they spend again in the area"
    )


class Retention(Strict):
    """How long texts and evidence are kept, as the council decides (docs/data_protection.md)."""

    texts_years: int | None = Field(
        None,
        ge=1,
        le=50,
        description="Years after which notes, names and evidence are due for erasure",
    )


class PlaceFiles(Strict):
    """Lookups of wards and deprivation, as the ONS and the ministry publish them in CSV. Without
    them those tables are left out."""

    postcodes: list[Path] = Field(
        default_factory=list,
        description="Postcode to LSOA or ward (or the ONS Postcode Directory): columns such as "
        "pcds, lsoa21cd, lsoa11cd, wd24cd",
    )
    wards: Path | None = Field(None, description="Names of wards: columns such as WD24CD, WD24NM")
    deprivation: Path | None = Field(
        None,
        description="Decile by LSOA: IMD 2019 (LSOA of 2011) or IoD 2025 (LSOA of 2021)",
    )

    @property
    def every(self) -> list[Path]:
        """All files given, as paths."""
        given = [*self.postcodes, self.wards, self.deprivation]
        return [project.resolve(path) for path in given if path is not None]


class Exclusion(Strict):
    """A rule that leaves payments out, and why. Every line it takes is counted in the report."""

    id: str
    column: Literal["supplier", "directorate", "service", "expense_type", "description"]
    equals: list[str] = Field(default_factory=list)
    contains: list[str] = Field(default_factory=list)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _has_a_test(self) -> Exclusion:
        if not self.equals and not self.contains:
            raise ValueError(f"rule '{self.id}' needs `equals` or `contains`")
        return self


class Population(Strict):
    """How many people live in the authority's area, for figures per head."""

    people: int = Field(gt=0)
    year: int = Field(description="Year of the estimate")
    source: str = Field(description="Title and publisher, printed beside each figure per head")


class WhatIf(Strict):
    """Local shares that categories are imagined to reach: an illustration, not a target."""

    local_share: Share | None = Field(
        None, description="Share of placed spend, 0 to 1, for categories not named"
    )
    categories: dict[str, Share] = Field(
        default_factory=dict, description="Id of a category (data/reference/categories.csv): share"
    )


class Report(Strict):
    """What a report shows."""

    top_suppliers: int = Field(15, ge=3, le=50, description="Suppliers listed by value")
    history: int = Field(8, ge=1, le=40, description="Quarters in the trend, this one included")
    weakest_questions: int = Field(5, ge=3, le=20, description="Questions listed as weakest")
    price_year: int = Field(2024, ge=1990, description="Price year in which values are shown")


class Parameters(Strict):
    """All parameters of one quarter of one authority, resolved."""

    slug: str = Field(description="Name of the authority's folder in parameters/")
    name: str = Field(description="Name to print")
    code: str = Field(description="ONS code of the authority, or one of its own")
    synthetic: bool = Field(False, description="Invented data: every page will say so")
    source_statement: str = Field("", description="Publisher and licence, printed on each page")
    quarter: QuarterField = Field(description="Financial quarter, written 2026-27-Q2")
    as_of: date = Field(description="Day the report speaks for")
    quarter_by: Literal["publication", "payment_date"] = Field(
        description="publication: the period a file was published for, as publishers' totals do"
    )
    accept_missing_months: list[Month] = Field(
        default_factory=list,
        description="Months of this quarter known to be missing; the report carries a warning",
    )
    commentary: str = Field("", description="The analysts' own words for this quarter")
    areas: Areas
    directorates: list[Directorate] = Field(default_factory=list)
    priorities: list[Priority] = Field(default_factory=list)
    targets: Targets = Field(default_factory=lambda: Targets(local=None, sme=None, vcse=None))
    sources: Sources
    ledger: str = Field(
        "data/ledger/ledger.sqlite",
        description="Where answers, commitments and deliveries are recorded: a file or an address",
    )
    retention: Retention = Field(
        default_factory=lambda: Retention(texts_years=None),
        description="How long what people wrote is kept",
    )
    places: PlaceFiles = Field(
        default_factory=lambda: PlaceFiles(wards=None, deprivation=None),
        description="Lookups of wards and deprivation",
    )
    exclusions: list[Exclusion] = Field(default_factory=list)
    population: Population | None = Field(None, description="For spend per head")
    what_if: WhatIf = Field(
        default_factory=lambda: WhatIf(local_share=None),
        description="What would stay in the local area if a category reached a share",
    )
    law: Law = Field(
        default_factory=lambda: Law.model_validate({}),
        description="What the law tables are asked with",
    )
    diagnostic: Diagnostic = Field(
        default_factory=lambda: Diagnostic.model_validate({}),
        description="Weights, targets and efforts of the diagnostic",
    )
    guidance: Guidance = Field(
        default_factory=lambda: Guidance.model_validate({}),
        description="The council's own limits, ranges and weights for guidance",
    )
    valuation: Valuation = Field(
        default_factory=lambda: Valuation.model_validate({}),
        description="How values are reckoned: scenario, own factors, unverified values",
    )
    open_data: OpenData = Field(
        default_factory=lambda: OpenData.model_validate({}),
        description="What is printed with the downloads",
    )
    report: Report

    @field_validator("law")
    @classmethod
    def _area_is_known(cls, law: Law, known: ValidationInfo) -> Law:
        areas = known.data.get("areas")
        ids = [] if areas is None else [area.id for area in areas.every]
        if areas is not None and law.local_area is not None and law.local_area not in ids:
            raise ValueError(f"local_area '{law.local_area}' is none of {', '.join(ids)}")
        return law

    @field_validator("accept_missing_months")
    @classmethod
    def _in_the_quarter(cls, months: list[str], known: ValidationInfo) -> list[str]:
        quarter = known.data.get("quarter")
        strays = [] if quarter is None else sorted(set(months) - set(quarter.months))
        if quarter is not None and strays:
            raise ValueError(f"{', '.join(strays)} is not in {quarter.label}")
        return sorted(set(months))

    @field_validator("as_of")
    @classmethod
    def _not_too_early(cls, as_of: date, known: ValidationInfo) -> date:
        quarter = known.data.get("quarter")
        if quarter is not None and as_of < quarter.start:
            raise ValueError(f"is before {quarter.label} begins ({quarter.start})")
        return as_of
