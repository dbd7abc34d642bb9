"""What entries may see of the circles: frozen, chosen field by field."""

from luckychit.domain.chits.queries.views.beginnings import AddedMember, Page, PastedLine, TermsView
from luckychit.domain.chits.queries.views.draws import DrawRow, PayoutRow, PrizeRow
from luckychit.domain.chits.queries.views.groups import (
    DashboardView,
    GridCell,
    GroupRow,
    GroupView,
    MemberRow,
    MonthBar,
    PendingAction,
    SeatRow,
)
from luckychit.domain.chits.queries.views.members import (
    MemberGroupView,
    MemberHome,
    MyGroup,
    MySeat,
)
from luckychit.domain.chits.queries.views.money import BooksView, DueRow, PaymentRow, ReceiptView

__all__ = [
    "AddedMember",
    "BooksView",
    "DashboardView",
    "DrawRow",
    "DueRow",
    "GridCell",
    "GroupRow",
    "GroupView",
    "MemberGroupView",
    "MemberHome",
    "MemberRow",
    "MonthBar",
    "MyGroup",
    "MySeat",
    "Page",
    "PastedLine",
    "PaymentRow",
    "PayoutRow",
    "PendingAction",
    "PrizeRow",
    "ReceiptView",
    "SeatRow",
    "TermsView",
]
