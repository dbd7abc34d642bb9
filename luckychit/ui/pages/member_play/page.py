"""/app/profile/play."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_play.breaks import EXCLUSIONS, TIME_OUTS
from luckychit.ui.pages.member_play.state import PlayRulesState as State
from luckychit.ui.pages.member_shared.waiting import once_ready

# For the type checker: here they are Vars.
_IT: Any = State.it
_PLANNED: Any = State.planned
_REMINDERS = [("", "Never"), ("15", "15"), ("30", "30"), ("60", "60")]
HELP = "https://www.gamblingtherapy.org/"


def page() -> rx.Component:
    """Draw the limits, breaks, reminders, and where help is."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            rx.cond(_IT.age != "", _age(), rx.fragment()),
            _limits(
                "Playing",
                "What you pay for tickets. A draw that is called off does not count.",
                _IT.plays,
            ),
            _limits("Adding play credit", "What you put into your wallet.", _IT.deposits),
            _rules(),
            _breaks(),
            _reminder(),
            _help(),
        ),
        _limit_dialog(),
        _break_dialog("break", "How long should the break be?", TIME_OUTS, "7"),
        _break_dialog("exclusion", "For how long?", EXCLUSIONS, "180"),
        _confirm_dialog(),
        here="profile",
        is_below=True,
        title="Play",
        heading=shell.heading_below("Your rules of play", "Profile", "/app/profile"),
    )


def play_link() -> rx.Component:
    """Draw the line that leads here, for the profile."""
    return c.link(
        rx.el.div(
            rx.el.span("Your rules of play", class_name="strong"),
            rx.el.span("Limits, breaks from games, reminders", class_name="quiet small"),
            class_name="stack gap-0 grow",
        ),
        href="/app/profile/play",
        class_name="list-link",
    )


def _age() -> rx.Component:
    return c.notice(
        rx.el.div(
            rx.el.p("Your date of birth", class_name="strong"),
            rx.el.p(_IT.age, class_name="small"),
            class_name="stack gap-1",
        )
    )


def _limits(title: str, about: str, limits: Any) -> rx.Component:
    return c.card(
        rx.el.p(about, class_name="quiet small"),
        rx.el.ul(rx.foreach(limits, _limit), class_name="divided"),
        title=title,
    )


def _limit(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span(one.period, class_name="strong"),
                rx.el.span(one.words, class_name="quiet small num"),
                class_name="stack gap-0 grow",
            ),
            c.button(
                rx.cond(one.has_limit, "Change", "Set a limit"),
                small=True,
                on_click=State.choose(one.name),
                aria_label=rx.cond(
                    one.has_limit,
                    f"Change: {one.question}",
                    f"Set a limit: {one.question}",
                ),
            ),
            class_name="row no-wrap",
        ),
        rx.cond(one.waits != "", _waiting(one), rx.fragment()),
        class_name="stack gap-2",
        key=one.name,
    )


def _waiting(one: Any) -> rx.Component:
    return c.notice(
        rx.el.div(
            rx.el.span(one.waits, class_name="small num grow"),
            c.button(
                "Take it back",
                small=True,
                on_click=State.withdraw(one.name),
                aria_label=f"Take back: {one.question}",
            ),
            class_name="row no-wrap grow",
        )
    )


def _rules() -> rx.Component:
    return rx.el.p(
        "A lower limit counts at once, a higher one or none after 24 hours. Days, weeks from "
        "Monday and months end at 00:00 UTC.",
        class_name="quiet small",
    )


def _limit_dialog() -> rx.Component:
    it: Any = State.chosen
    return c.dialog(
        "limit",
        it.question,
        c.form(
            rx.el.div(
                c.field(
                    "Amount",
                    "amount",
                    hint=rx.el.span(State.unit, ". Leave it empty for no limit."),
                    error=State.problems["amount"],
                    default_value=it.amount,
                    input_mode="decimal",
                    max_length=14,
                    auto_complete="off",
                ),
                key=f"{it.name}{it.amount}",
            ),
            rx.el.p(
                "Lower counts at once. Higher, or none, counts after 24 hours, and until then "
                "you can take it back.",
                class_name="quiet small",
            ),
            c.dialog_actions(c.submit("Set it")),
            on_submit=State.keep,
        ),
    )


def _breaks() -> rx.Component:
    running = rx.fragment(
        c.notice(rx.el.p("No games until ", rx.el.span(_IT.break_until, class_name="strong"), ".")),
        rx.el.p(
            "Tickets you have stay in their draws, and what they win is yours. Nobody can end "
            "it early.",
            class_name="quiet small",
        ),
        c.button("Make it longer", wide=True, opens="break"),
    )
    none = rx.fragment(
        rx.el.p(
            "No tickets and no rooms for a day, a week or a month. Your circles, payments and "
            "prizes go on as they are.",
            class_name="quiet small",
        ),
        c.button("Take a break", wide=True, opens="break"),
    )
    exclusion = rx.fragment(
        rx.el.p(
            "When play does you harm: self-exclusion closes the games to you for six months or "
            "longer. Nobody can open them again before.",
            class_name="quiet small",
        ),
        c.button("Exclude myself from games", wide=True, opens="exclusion"),
    )
    return rx.fragment(
        c.card(rx.cond(_IT.break_until != "", running, none), title="A break from games"),
        c.card(exclusion, title="Self-exclusion"),
    )


def _break_dialog(
    name: str, title: str, lengths: list[tuple[str, str]], chosen: str
) -> rx.Component:
    return c.dialog(
        name,
        title,
        c.form(
            c.choices("From now on", "days", lengths, chosen=chosen),
            c.dialog_actions(c.submit("Go on")),
            on_submit=State.ask_break,
        ),
    )


def _confirm_dialog() -> rx.Component:
    return c.confirm_dialog(
        "confirm-break",
        rx.el.span("No games for ", _PLANNED.lasts, "?"),
        rx.el.p("Until ", rx.el.span(_PLANNED.until, class_name="strong"), "."),
        rx.el.p(
            "This cannot be undone. Nobody can end it early: not you, not your organiser, not us. "
            "Tickets you have already stay in their draws."
        ),
        act="No games from now on",
        on_submit=State.take_break,
        is_bad=True,
    )


def _reminder() -> rx.Component:
    return c.card(
        rx.el.p(
            "While a page of games is open we tell you how long it has been, and what you have "
            "spent and won.",
            class_name="quiet small",
        ),
        rx.el.div(
            c.segmented(
                [
                    (words, State.remind(minutes), _IT.reminder == minutes)
                    for minutes, words in _REMINDERS
                ],
                "Remind me after so many minutes",
            ),
            rx.el.span("minutes", class_name="quiet small"),
            class_name="row no-wrap gap-2",
        ),
        title="Reminder",
    )


def _help() -> rx.Component:
    return c.card(
        rx.el.p(
            "Play should cost no more than you can lose without a thought. If it does, or if you "
            "hide it from others, talk to somebody: a friend, your doctor, or people who help "
            "with just this."
        ),
        c.file_link(
            "Gambling Therapy, free and in many languages",
            href=HELP,
            target="_blank",
            rel="noopener noreferrer",
        ),
        title="When it stops being fun",
    )
