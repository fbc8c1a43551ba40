"""Who the suppliers are: names joined and why, what public registers say of them."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from IPython.display import HTML

from svlib import spend
from svlib.show import note, table
from svlib.view import OpenQuarter

_OWN = "own name"
_OUTCOMES = {
    "matched": "Found",
    "review": "To review: a person decides",
    "not_found": "Not found",
    "": "Not looked for",
}
_ACTIVE = "active"
_ZERO = Decimal("0.00")


def names_table(q: OpenQuarter) -> pd.DataFrame:
    """One row a reason for which a printed name is counted as a supplier, most names first:
    `reason`, `names`, `suppliers`, `net_gbp` of the lines printed with those names."""
    paid = q.sql(
        "SELECT supplier AS printed, sum(amount_gbp) AS net_gbp FROM payments"
        " WHERE supplier_id <> '' GROUP BY supplier"
    )
    found = q.names.merge(paid, on="printed")
    found["reason"] = found["evidence"].replace("", _OWN)
    table = found.groupby("reason", as_index=False).agg(
        names=("printed", "size"), suppliers=("supplier_id", "nunique"), net_gbp=("net_gbp", "sum")
    )
    return table.sort_values(["names", "reason"], ascending=[False, True], ignore_index=True)


def registers_table(q: OpenQuarter) -> pd.DataFrame:
    """One row an outcome of matching the quarter's suppliers to public registers: `outcome`,
    `suppliers`, `net_gbp`, `share` of their spend. Empty when no register is given."""
    if not q.parameters.sources.registers.paths:
        return pd.DataFrame(columns=["outcome", "suppliers", "net_gbp", "share"])
    found = _of_registers(q)
    table = found.groupby("outcome", as_index=False).agg(
        suppliers=("supplier_id", "size"), net_gbp=("net_gbp", "sum")
    )
    whole = sum(table["net_gbp"], _ZERO)
    table["share"] = [float(net / whole) if whole > 0 else None for net in table["net_gbp"]]
    order = list(_OUTCOMES)
    table = table.sort_values("outcome", key=lambda names: names.map(order.index))
    return table.assign(outcome=table["outcome"].map(_OUTCOMES)).reset_index(drop=True)


def registers_shown(q: OpenQuarter) -> HTML:
    """What public registers say of the quarter's suppliers, and which they do not call active; one
    note without a register."""
    title = "Suppliers sought on public registers"
    found = registers_table(q)
    if not len(found):
        return note(title, "No register is given; docs/registers.md says where to get one.")
    sought = table(
        found,
        title,
        {
            "outcome": "On a register",
            "suppliers": "Suppliers",
            "net_gbp": "Net spend",
            "share": "Share of their spend",
        },
    )
    standing = table(
        standing_table(q),
        "Suppliers that their register does not call active",
        {
            "supplier": "Supplier",
            "register_status": "Status on the register",
            "net_gbp": "Net spend",
        },
        empty="None, among the suppliers found on a register.",
    )
    return HTML(str(sought.data) + str(standing.data))


def standing_table(q: OpenQuarter) -> pd.DataFrame:
    """One row a supplier of the quarter that its register does not call active (in liquidation,
    to be struck off, dissolved), largest first: `supplier`, `register_status`, `net_gbp`."""
    found = _of_registers(q)
    status = found["register_status"]
    odd = found[(status != "") & (status.str.casefold() != _ACTIVE)]
    table = odd.rename(columns={"supplier_name": "supplier"})
    table = table.sort_values(["net_gbp", "supplier"], ascending=[False, True], ignore_index=True)
    return table[["supplier", "register_status", "net_gbp"]]


def _of_registers(q: OpenQuarter) -> pd.DataFrame:
    """Suppliers of the quarter as q.suppliers, with `net_gbp`; kinds of payee of their own left
    out."""
    paid = spend.by_supplier(q.payments)[["supplier_id", "net_gbp"]]
    known = q.suppliers[q.suppliers["supplier_class"] == "supplier"]
    return known.merge(paid, on="supplier_id")
