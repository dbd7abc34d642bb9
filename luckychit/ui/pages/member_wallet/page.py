"""/app/wallet."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_shared.door import door
from luckychit.ui.pages.member_shared.waiting import once_ready
from luckychit.ui.pages.member_wallet.history import HEIGHT, WIDTH
from luckychit.ui.pages.member_wallet.state import OWN_AMOUNT
from luckychit.ui.pages.member_wallet.state import WalletState as State
from luckychit.ui.pages.member_wallet.texts import KINDS, LONGEST_SEARCH

_IT = State.wallet
# For the type checker: here they are Vars.
_WALLETS: Any = State.wallets
_WANTED: Any = State.wanted
_LINES: Any = State.lines
_WORDS: Any = State.wanted_words

AMOUNTS = [("5", "5"), ("10", "10"), ("25", "25"), (OWN_AMOUNT, "Another amount")]


def page() -> rx.Component:
    """Draw what the member holds, how it went, and every movement."""
    return shell.member_frame(
        once_ready(State.is_ready, _several(), _face(), _statement(), _zone()),
        _filter_dialog(),
        _credit_dialog(),
        _confirm_dialog(),
        here="profile",
        is_below=True,
        title="Wallet",
        heading=shell.heading_below("Wallet", "Profile", "/app/profile"),
    )


def _several() -> rx.Component:
    """One button a wallet, when there are several."""
    return rx.cond(
        _WALLETS.length() > 1,
        rx.el.div(
            rx.foreach(State.wallets, _choice),
            class_name="segmented wallets",
            role="group",
            aria_label="Wallets",
        ),
        rx.fragment(),
    )


def _choice(one: Any) -> rx.Component:
    is_here = one.currency == _IT.currency
    return rx.el.button(
        one.tab,
        type="button",
        on_click=State.show(one.currency),
        class_name="segment",
        custom_attrs={"aria-pressed": rx.cond(is_here, "true", "false")},
        key=one.currency,
    )


def _face() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(_IT.title, class_name="eyebrow"),
            c.money(_IT.balance, size="huge"),
            rx.el.p(_IT.words, class_name="quiet small"),
            class_name="stack gap-2",
        ),
        rx.cond(_IT.pending != "", c.notice(rx.el.p(_IT.pending)), rx.fragment()),
        _picture(),
        rx.cond(_IT.is_for_play, door(_more(), is_in_card=True), rx.fragment()),
        class_name="card card-lift stack",
    )


def _more() -> rx.Component:
    return rx.cond(
        _IT.can_add,
        c.button(c.icon("plus"), "Add play credit", look="primary", wide=True, opens="credit"),
        rx.el.p(
            "Your wallet holds as much play credit as it may. There is room again once some of "
            "it is spent.",
            class_name="quiet small",
        ),
    )


def _picture() -> rx.Component:
    history = State.history
    drawn = rx.el.figure(
        rx.el.svg(
            rx.el.path(d=history.area, class_name="history-area"),
            rx.el.path(d=history.line, class_name="history-line"),
            view_box=f"0 0 {WIDTH} {HEIGHT}",
            class_name="history",
            role="img",
            aria_label=history.label,
            custom_attrs={"preserveAspectRatio": "none"},
        ),
        rx.el.figcaption(
            rx.el.span(history.since),
            rx.el.span(history.highest),
            rx.el.span("Now"),
            class_name="between no-wrap quiet tiny num",
            custom_attrs={"aria-hidden": "true"},
        ),
        class_name="stack gap-1",
    )
    return rx.cond(history.line != "", drawn, rx.fragment())


def _statement() -> rx.Component:
    return c.card(
        rx.cond(_WORDS != "", _asked(), rx.fragment()),
        c.rows_or(
            State.is_ready,
            State.lines,
            rx.el.ul(rx.foreach(State.lines, _line)),
            rx.cond(_WORDS != "", _nothing_found(), _nothing_yet()),
        ),
        c.older_newer(State, "Pages of the statement"),
        title="Statement",
        action=rx.cond((_LINES.length() > 0) | (_WORDS != ""), _tools(), rx.fragment()),
        flush=True,
        class_name="receipts statement",
    )


def _zone() -> rx.Component:
    words = rx.el.p("Times are those of India.", class_name="quiet tiny")
    return rx.cond(_LINES.length() > 0, words, rx.fragment())


def _tools() -> rx.Component:
    return rx.el.div(
        c.button(c.icon("list-filter"), "Filter", small=True, opens="filter"),
        c.file_link(
            c.icon("download"),
            rx.el.span("Export", rx.el.span(" as CSV", class_name="sr-only")),
            href=State.export_href,
            class_name="btn btn-small",
            download=True,
        ),
        class_name="row gap-2",
    )


def _asked() -> rx.Component:
    return rx.el.div(
        rx.el.p("Only: ", rx.el.span(_WORDS, class_name="strong"), class_name="small grow"),
        c.button("Show all", look="quiet", small=True, on_click=State.show_all),
        class_name="row no-wrap statement-asked",
        role="status",
    )


def _nothing_found() -> rx.Component:
    return c.empty_state(
        "Nothing matches",
        "No movement of this wallet is like that.",
        c.button("Show all", on_click=State.show_all),
    )


def _nothing_yet() -> rx.Component:
    return c.empty_state(
        "Nothing has moved yet",
        rx.cond(
            _IT.is_for_play,
            "Add some play credit: then tickets, prizes and refunds are listed here.",
            "What comes in and goes out is listed here.",
        ),
    )


def _line(line: Any) -> rx.Component:
    words = rx.el.div(
        rx.cond(
            line.href != "",
            c.link(line.title, href=line.href, class_name="strong movement-link"),
            rx.el.span(line.title, class_name="strong"),
        ),
        rx.el.span(
            rx.el.time(line.when, date_time=line.moment),
            rx.cond(line.detail != "", rx.el.span(line.detail, class_name="reference"), ""),
            class_name="quiet tiny num movement-facts",
        ),
        rx.cond(line.remark != "", rx.el.span(line.remark, class_name="bad tiny"), rx.fragment()),
        class_name="stack gap-0 grow",
    )
    amounts = rx.el.div(
        c.money(line.amount, class_name=f"strong way-{line.way}"),
        rx.el.span(line.words, class_name="quiet tiny num"),
        class_name="stack gap-0 end",
    )
    return rx.el.li(
        rx.cond(line.day != "", rx.el.h3(line.day, class_name="eyebrow day"), rx.fragment()),
        rx.el.div(words, amounts, class_name="movement"),
        class_name="movement-line",
        key=line.entry_id,
    )


def _filter_dialog() -> rx.Component:
    kinds = [rx.el.option("Everything", value="")]
    kinds += [rx.el.option(words, value=kind) for kind, words in KINDS.items()]
    fields = rx.el.div(
        c.select_field("What", "kind", rx.fragment(*kinds), default_value=_WANTED.kind),
        rx.el.div(
            c.field(
                "From",
                "since",
                kind="date",
                default_value=_WANTED.since,
                error=State.problems["since"],
            ),
            c.field(
                "To",
                "until",
                kind="date",
                default_value=_WANTED.until,
                error=State.problems["until"],
            ),
            class_name="two-fields",
        ),
        c.field(
            "Ticket, draw or room",
            "search",
            default_value=_WANTED.search,
            max_length=LONGEST_SEARCH,
            auto_complete="off",
            hint="Part of its number is enough.",
        ),
        class_name="stack",
        key=f"{_WANTED.kind}{_WANTED.since}{_WANTED.until}{_WANTED.search}",
    )
    return c.dialog(
        "filter",
        "Show only",
        c.form(fields, c.dialog_actions(c.submit("Show")), on_submit=State.find),
    )


def _credit_dialog() -> rx.Component:
    own = rx.el.div(
        c.field("Amount", "own", input_mode="decimal", auto_complete="off", max_length=12),
        class_name="own-amount",
    )
    return c.dialog(
        "credit",
        "Add play credit",
        rx.el.p(
            "For trying the games. Nobody pays for it, and it cannot be taken out.",
            class_name="quiet",
        ),
        c.form(
            c.choices("How much", "amount", AMOUNTS, chosen="10"),
            own,
            rx.el.p(State.problems["amount"], class_name="field-error", role="alert"),
            c.dialog_actions(c.submit("Go on")),
            on_submit=State.ask_credit,
        ),
    )


def _confirm_dialog() -> rx.Component:
    return c.confirm_dialog(
        "confirm-credit",
        "Add this play credit?",
        c.money(State.credit, size="large"),
        rx.el.p(State.credit_words, class_name="spoken"),
        rx.el.p("It is for playing only: not money, and never paid out."),
        act="Add it",
        on_submit=State.add_credit,
    )
