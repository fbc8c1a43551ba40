"""What the sample council buys: directorates, services, expense types."""

from __future__ import annotations

from dataclasses import dataclass

ADULTS = "Adults and Health"
CHILDREN = "Children and Young People"
PLACE = "Neighbourhoods and Housing"
CITY = "City Development"
CORPORATE = "Corporate Services"
DIRECTORATES = (ADULTS, CHILDREN, PLACE, CITY, CORPORATE)

SHORT = {
    ADULTS: "Adults & Health",
    CHILDREN: "Children & Young People",
    PLACE: "Neighbourhoods & Housing",
    CITY: "City Development",
    CORPORATE: "Corporate Serv",
}


@dataclass(frozen=True)
class Service:
    """One service. `weight` is its share of suppliers, `price` scales its payments.

    `trades` are the words a supplier's name may hold. Care is paid in lines of equal price;
    charities work in some services only.
    """

    directorate: str
    name: str
    weight: float
    price: float
    trades: tuple[str, ...]
    expenses: tuple[str, ...]
    purposes: tuple[str, ...]
    care: bool = False
    charities: bool = False


SERVICES = (
    Service(
        ADULTS, "Older People", 22, 3.2,
        ("Care Homes", "Residential Care", "Nursing Homes", "Homecare"),
        ("Private Contractors", "Residential Care"),
        ("Residential placements", "Nursing placements", "Home care hours"),
        care=True,
        charities=True,
    ),
    Service(
        ADULTS, "Learning Disabilities", 13, 3.4,
        ("Supported Living", "Community Support", "Day Services", "Extra Care"),
        ("Private Contractors", "Supported Living"),
        ("Supported living", "Day opportunities", "Respite care"),
        care=True,
        charities=True,
    ),
    Service(
        ADULTS, "Public Health", 5, 1.2,
        ("Wellbeing", "Health Partnership", "Recovery Services", "Advice"),
        ("Grants & Subscriptions", "Commissioned Services"),
        ("Health improvement services", "Substance misuse services"),
        charities=True,
    ),
    Service(
        CHILDREN, "Looked After Children", 10, 2.4,
        ("Children's Homes", "Fostering Services", "Family Support"),
        ("Private Contractors", "Agency Placements"),
        ("Residential placements", "Fostering agency fees", "Leaving care support"),
        care=True,
        charities=True,
    ),
    Service(
        CHILDREN, "Early Years", 9, 0.6,
        ("Day Nursery", "Nurseries", "Childcare", "Pre-School"),
        ("Private Provision", "Voluntary Provision"),
        ("Early years entitlement", "Childcare places"),
        charities=True,
    ),
    Service(
        CHILDREN, "Schools and Learning", 7, 0.9,
        ("Education", "Learning", "Tuition", "Coaches"),
        ("Educational Equipment", "Passenger Transport", "Professional Fees"),
        ("Home to school transport", "Tuition", "Educational supplies"),
    ),
    Service(
        PLACE, "Waste and Cleansing", 5, 1.3,
        ("Environmental", "Recycling", "Waste Management", "Cleansing"),
        ("Waste Disposal", "Environmental Services"),
        ("Waste disposal", "Street cleansing", "Recycling processing"),
    ),
    Service(
        PLACE, "Housing Options", 8, 1.2,
        ("Lodgings", "Housing", "Hostels", "Lettings"),
        ("Temporary Accommodation", "Supporting People"),
        ("Temporary accommodation", "Homelessness support"),
        charities=True,
    ),
    Service(
        PLACE, "Parks and Highways", 7, 1.1,
        ("Landscapes", "Surfacing", "Traffic Systems", "Plant Hire"),
        ("R&M - Highways", "Hire and Operating Leases"),
        ("Highway maintenance", "Grounds maintenance", "Plant and vehicle hire"),
    ),
    Service(
        CITY, "Capital Programme", 5, 2.2,
        ("Construction", "Building Contractors", "Civil Engineering", "Roofing"),
        ("Capital Regeneration", "Capital Education"),
        ("Main contract", "Stage payment", "Capital works"),
    ),
    Service(
        CITY, "Regeneration and Culture", 8, 0.9,
        ("Events", "Theatre", "Arts", "Planning Consultants", "Architects"),
        ("Events", "Professional Fees", "Grants & Subscriptions"),
        ("Event services", "Design fees", "Grant to organisation"),
        charities=True,
    ),
    Service(
        CORPORATE, "Property and Energy", 6, 1.2,
        ("Facilities", "Energy", "Building Services", "Security"),
        ("Electricity", "R&M - Building Works", "Security Services"),
        ("Energy costs", "Repairs and maintenance", "Security and cleaning"),
    ),
    Service(
        CORPORATE, "ICT and Finance", 8, 1.0,
        ("Software", "Systems", "Consulting", "Recruitment", "Insurance Brokers"),
        ("Computing", "Agency Staff", "Insurance", "Professional Fees"),
        ("Software licences", "Agency and contract staff", "Professional fees"),
    ),
)  # fmt: skip
