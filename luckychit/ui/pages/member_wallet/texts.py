"""A wallet and its statement in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from luckychit.core.money import Money
from luckychit.domain.wallet.views import StatementFilter, StatementLine, WalletView
from luckychit.ui import days, text
from luckychit.ui.pages.member_shared.references import read_reference

KINDS = {
    "ticket_purchase": "Tickets",
    "prize_win": "Prizes of draws",
    "refund": "Paid back",
    "play_credit": "Play credit added",
    "deposit": "Money in",
    "withdrawal": "Taken out",
    "chit_instalment": "Chit instalments",
    "chit_prize": "Chit prizes",
    "commission": "Commission",
    "fee": "Fees",
    "adjustment": "Adjustments",
    "reversal": "Corrections",
}
_TITLES = {
    "play_credit": "Play credit added",
    "deposit": "Money in",
    "withdrawal": "Taken out",
    "chit_instalment": "Chit instalment",
    "chit_prize": "Chit prize",
    "commission": "Commission",
    "fee": "Fee",
    "adjustment": "Adjustment",
    "reversal": "Correction",
}
LONGEST_SEARCH = 80
MINUS = "\N{MINUS SIGN}"


@dataclass
class WalletText:
    """What a person has in one currency, ready to draw."""

    currency: str = ""
    tab: str = ""
    title: str = ""
    words: str = ""
    balance: str = ""
    pending: str = ""
    is_for_play: bool = False
    can_add: bool = False


@dataclass
class LineText:
    """One movement, ready to draw."""

    entry_id: str = ""
    day: str = ""  # on the first line of a day, else ""
    title: str = ""
    detail: str = ""
    href: str = ""
    amount: str = ""
    way: str = ""  # in | out
    words: str = ""
    remark: str = ""
    when: str = ""
    moment: str = ""


@dataclass
class Wanted:
    """What of the statement was asked for, as it was typed."""

    kind: str = ""
    since: str = ""
    until: str = ""
    search: str = ""

    def words(self) -> str:
        """Say what is left out; "" when nothing is."""
        parts = [
            KINDS.get(self.kind, ""),
            f"from {days.said_day(self.since)}" if self.since else "",
            f"to {days.said_day(self.until)}" if self.until else "",
            f"with “{self.search}”" if self.search else "",
        ]
        said = ", ".join(filter(None, parts))
        return said[:1].upper() + said[1:]

    def filter(self) -> StatementFilter:
        """Return it as the query wants it; the last day is meant whole."""
        since, until = days.span(self.since, self.until, text.DEFAULT_ZONE)
        return StatementFilter(
            kinds=(self.kind,) if self.kind in KINDS else (),
            since=since,
            until=until,
            text=self.search,
        )

    def export_href(self, currency: str) -> str:
        """Return the address of the same lines as a file."""
        found = self.filter()
        asked = {
            "currency": currency,
            "kind": self.kind,
            "since": found.since.isoformat() if found.since else "",
            "until": found.until.isoformat() if found.until else "",
            "text": self.search,
        }
        kept = {name: value for name, value in asked.items() if value}
        return f"/api/wallet/statement.csv?{urlencode(kept)}"


def read_wanted(kind: str, since: str, until: str, search: str) -> tuple[Wanted, dict[str, str]]:
    """Return what was asked for and what is wrong with it, a sentence for each field."""
    return Wanted(kind if kind in KINDS else "", since, until, search), days.problems_of(
        since, until
    )


def wallet_text(view: WalletView) -> WalletText:
    """Say what a wallet holds, and what kind of money that is."""
    pending = view.pending_withdrawal
    return WalletText(
        currency=view.currency,
        tab="Games" if view.is_for_play else f"Money ({view.currency})",
        title="Play credit" if view.is_for_play else "Your money",
        words=(
            "For the daily draw and rooms. It is not money: nobody pays for it, and it cannot "
            "be taken out. Nothing of your circles is in here."
            if view.is_for_play
            else "Money, not play credit: of your circles, and what you paid in yourself. It is "
            "never spent on games by itself."
        ),
        balance=view.balance.text(),
        pending=f"{pending.text()} is on its way out to you." if pending else "",
        is_for_play=view.is_for_play,
        can_add=view.can_add_play_credit,
    )


def line_texts(lines: Sequence[StatementLine]) -> list[LineText]:
    """Say each movement; the first one of a day names the day."""
    shown: list[LineText] = []
    day = ""
    for line in lines:
        own_day = text.day(line.happened_at)
        shown.append(_line(line, own_day if own_day != day else ""))
        day = own_day
    return shown


def _line(line: StatementLine, day: str) -> LineText:
    is_in = Money(0, line.amount.currency) < line.amount
    found = read_reference(line.reference)
    return LineText(
        entry_id=str(line.entry_id),
        day=day,
        title=_title(line),
        detail=line.reference,
        href=found.href if found else "",
        amount=f"+{line.amount.text()}" if is_in else f"{MINUS}{(-line.amount).text()}",
        way="in" if is_in else "out",
        words=f"{'makes' if is_in else 'leaves'} {line.balance_after.text()}",
        remark="Was taken back" if line.status == "reversed" else "",
        when=text.clock_time(line.happened_at),
        moment=line.happened_at.isoformat(timespec="seconds"),
    )


def _title(line: StatementLine) -> str:
    found = read_reference(line.reference)
    place = found.place if found else "a draw"
    if line.kind == "ticket_purchase":
        return f"{text.count(max(found.tickets if found else 1, 1), 'ticket')} in {place}"
    if line.kind == "prize_win":
        return f"Prize of {place}"
    if line.kind == "refund":
        return f"Paid back for {place}"
    return _TITLES.get(line.kind, line.kind.replace("_", " ").capitalize())
