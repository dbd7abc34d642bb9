"""Buying tickets of today's draw: choose, see the price, confirm it in words."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui.components import play
from luckychit.ui.pages.member_lottery.playing import PlayState as State
from luckychit.ui.pages.member_lottery.today import terms
from luckychit.ui.pages.member_shared.door import door
from luckychit.ui.pages.member_shared.pause import break_notice
from luckychit.ui.pots import DailyPot

_IT = State.today
_QUOTE = State.quote


def buy_card() -> rx.Component:
    """Draw what the player can do now: buy, or read kindly why not."""
    return rx.match(
        _IT.gate,
        ("open", door(_form())),
        # Who cannot buy reads the rules all the same.
        ("limit", rx.el.div(_said("luck"), terms(), class_name="stack gap-3")),
        ("break", rx.el.div(_break(), terms(), class_name="stack gap-3")),
        rx.fragment(),
    )


def _form() -> rx.Component:
    return c.card(
        c.form(
            play.stepper(
                price_minor=_IT.price_minor,
                currency=_IT.currency,
                most=_IT.most,
                balance_minor=_IT.balance_minor,
                mine=_IT.mine,
                entry_count=DailyPot.entry_count,
            ),
            rx.el.span(State.problems["quantity"], class_name="field-error", role="alert"),
            _refusal(),
            c.submit("Buy", wide=True),
            rx.el.div(
                _wallet(),
                _limit_left(),
                play.phrase(_IT.draw_id, State.problems["client_seed"]),
                terms(),
            ),
            on_submit=State.ask,
            class_name="stack buy",
        ),
        title="Buy tickets",
        action=rx.el.span(_IT.price, " each", class_name="quiet small"),
    )


def _wallet() -> rx.Component:
    return c.link(
        rx.el.span(
            rx.el.span("In your wallet ", class_name="quiet"),
            c.money(_IT.balance, class_name="strong"),
        ),
        rx.el.span(
            rx.el.span("Add play credit", class_name="short"),
            rx.el.span("Wallet", class_name="enough"),
        ),
        href="/app/wallet",
        class_name="between small wallet-line",
    )


def _limit_left() -> rx.Component:
    return rx.cond(
        _IT.limit_left != "",
        rx.el.p(
            _IT.limit_left,
            " ",
            c.link("Your rules of play", href="/app/profile/play", class_name="nowrap"),
            class_name="quiet small",
        ),
        rx.fragment(),
    )


def _refusal() -> rx.Component:
    return rx.cond(
        State.refusal.kind != "",
        rx.el.div(
            rx.el.p(State.refusal.words),
            rx.cond(
                State.refusal.kind == "funds",
                c.link("Add play credit", href="/app/wallet", class_name="strong nowrap"),
                rx.fragment(),
            ),
            class_name="notice notice-warn between",
            role="alert",
        ),
        rx.fragment(),
    )


def _said(tone: str) -> rx.Component:
    return c.notice(rx.el.p(_IT.gate_words), tone=tone)


def _break() -> rx.Component:
    return break_notice(
        _IT.gate_words, "Tickets you have stay in their draws, and what they win is yours."
    )


def confirm() -> rx.Component:
    """Ask before the money moves, with the amount in words."""
    return c.confirm_dialog(
        "buy",
        rx.el.span("Buy ", _QUOTE.tickets, " for ", _QUOTE.total, "?"),
        rx.el.p(_QUOTE.words, ", for the draw of ", _QUOTE.day, "."),
        rx.el.dl(
            rx.el.dt("Your phrase"),
            rx.el.dd(rx.el.q(_QUOTE.client_seed, class_name="phrase")),
            rx.el.dt("Left in your wallet"),
            rx.el.dd(c.money(_QUOTE.left)),
            class_name="facts small",
        ),
        act="Buy",
        on_submit=State.buy,
        fields=[
            _hidden("draw_id", _QUOTE.draw_id),
            _hidden("quantity", _QUOTE.quantity),
            _hidden("client_seed", _QUOTE.client_seed),
        ],
    )


def _hidden(name: str, value: str) -> rx.Component:
    return rx.el.input(type="hidden", name=name, value=value)
