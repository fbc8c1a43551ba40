"""The few controls of a page, each with a label a screen reader reads."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from svlib import show
from svlib.errors import Fault, SvlibError

if TYPE_CHECKING:
    import ipywidgets as w

_STYLE = "style.css"

Act = Callable[[], None]


class Back(Protocol):
    """Shows a page again with what was found wrong."""

    def __call__(self, *faults: Fault) -> None: ...


def prose(text: str) -> w.HTML:
    """Text of our own; whatever came from elsewhere in it is escaped by the caller."""
    import ipywidgets as w

    return w.HTML(f'<div class="sv">{text}</div>')


def shown(piece: Any) -> w.HTML:
    """A table, chart or note of `svlib.show`."""
    import ipywidgets as w

    return w.HTML(piece.data)


def heading(text: str) -> w.HTML:
    return prose(f"<h2>{escape(text)}</h2>")


def faults(found: Iterable[Fault]) -> w.HTML | None:
    """What was found wrong, read out at once; nothing of none."""
    lines = "".join(f"<p>{escape(str(fault))}</p>" for fault in found)
    return prose(f'<div class="sv-note sv-warning" role="alert">{lines}</div>') if lines else None


def said(text_: str) -> w.HTML | None:
    """What was done, read out at once; nothing of none."""
    return prose(f'<p class="sv-said" role="status">{escape(text_)}</p>') if text_ else None


def options(asked: w.Dropdown, pairs: Sequence[tuple[str, str]]) -> None:
    """New options, with what was chosen kept where it is still there."""
    every = [asked.options[0], *pairs]
    if list(asked.options) == every:
        return
    kept = asked.value
    with asked.hold_trait_notifications():
        asked.options = every
        asked.value = kept if kept in {value for _, value in every} else ""


def progress(at: int, of: int, section: str) -> w.HTML:
    label = f"Question {at} of {of}"
    return prose(
        f"<h2>{label}</h2><p>{escape(section)}</p>"
        f'<progress max="{of}" value="{at}" aria-label="{label}"></progress>'
    )


def choice(
    label: str, options: Sequence[tuple[str, str]], chosen: str | None = None
) -> w.RadioButtons:
    """One of several; nothing is chosen beforehand."""
    import ipywidgets as w

    radio = w.RadioButtons(
        options=list(options), value=chosen, description=label, layout={"width": "auto"}
    )
    return _wide(radio)


def dropdown(
    label: str, options: Sequence[str] | Sequence[tuple[str, str]], first: str = "Choose one"
) -> w.Dropdown:
    """One of several, each a text or a text and its value; "" until one is chosen."""
    import ipywidgets as w

    pairs = [one if isinstance(one, tuple) else (one, one) for one in options]
    return _wide(w.Dropdown(options=[(first, ""), *pairs], value="", description=label))


def text(label: str, placeholder: str = "", value: str = "") -> w.Text:
    import ipywidgets as w

    return _wide(
        w.Text(value=value, description=label, placeholder=placeholder, continuous_update=True)
    )


def area(label: str, placeholder: str = "") -> w.Textarea:
    """Several lines of text."""
    import ipywidgets as w

    return _wide(w.Textarea(description=label, placeholder=placeholder, rows=3))


def tick(label: str) -> w.Checkbox:
    import ipywidgets as w

    return _wide(w.Checkbox(value=False, description=label, indent=False))


def upload(label: str, endings: Iterable[str]) -> w.FileUpload:
    """A button that asks the visitor for one file."""
    import ipywidgets as w

    made = w.FileUpload(
        accept=",".join(endings), multiple=False, description=label, layout={"width": "auto"}
    )
    made.add_class("sv-other")
    return made


def uploaded(asked: w.FileUpload) -> tuple[str, bytes] | None:
    """Name and bytes of the file given; None without one."""
    if not asked.value:
        return None
    given = asked.value[0]
    return str(given["name"]), bytes(given["content"])


def download(text_: str, name: str, content: bytes) -> w.HTML:
    """A link that holds a file, to be saved and never shown in the page."""
    data = base64.b64encode(content).decode("ascii")
    return prose(
        f'<p><a download="{escape(name)}" href="data:application/octet-stream;base64,{data}">'
        f"{escape(text_)}</a></p>"
    )


def day(label: str, value: date | None) -> w.DatePicker:
    import ipywidgets as w

    return _wide(w.DatePicker(value=value, description=label))


def button(label: str, act: Act, *, main: bool = False, enabled: bool = True) -> w.Button:
    import ipywidgets as w

    made = w.Button(description=label, disabled=not enabled, layout={"width": "auto"})
    made.on_click(lambda _: act())
    made.add_class("sv-main" if main else "sv-other")
    return made


def refusal(error: SvlibError) -> w.VBox:
    """A page that says why there is none, and who can mend it."""
    import ipywidgets as w

    told = faults([*error.faults])
    who = prose(f"<p>Who can mend it: {escape(error.who)}.</p>")
    box = w.VBox(page([told, who]))
    box.add_class("sv-test")
    return box


def row(pieces: Sequence[w.Widget]) -> w.Box:
    import ipywidgets as w

    return w.Box(list(pieces), layout={"flex_flow": "row wrap"})


def page(pieces: Iterable[Any]) -> tuple[w.Widget, ...]:
    """The pieces that are there, under the look of the published pages."""
    import ipywidgets as w

    own = (files("svlib.widgets") / _STYLE).read_text(encoding="utf-8")
    look = w.HTML(f"<style>{show.style()}{own}</style>")
    return (look, *(piece for piece in pieces if piece is not None))


def _wide(widget: Any) -> Any:
    """The label above its control, in full."""
    widget.style.description_width = "auto"
    widget.add_class("sv-control")
    return widget
