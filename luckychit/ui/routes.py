"""Every page in one list: address, page, title, what fills it, who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.ui import shell
from luckychit.ui.live import LiveState
from luckychit.ui.pages.admin.page import page as admin_page
from luckychit.ui.pages.admin.state import AdminState
from luckychit.ui.pages.admin_draws.page import page as admin_draws_page
from luckychit.ui.pages.admin_draws.state import AdminDrawsState
from luckychit.ui.pages.admin_people.page import page as admin_people_page
from luckychit.ui.pages.admin_people.state import PeopleState
from luckychit.ui.pages.admin_profile.page import page as admin_profile_page
from luckychit.ui.pages.admin_profile.state import AdminProfileState
from luckychit.ui.pages.admin_trail.page import page as admin_trail_page
from luckychit.ui.pages.admin_trail.state import AdminTrailState
from luckychit.ui.pages.change_password.page import page as change_password_page
from luckychit.ui.pages.change_password.state import ChangePasswordState
from luckychit.ui.pages.demo_mail.page import page as demo_mail_page
from luckychit.ui.pages.demo_mail.state import DemoMailState
from luckychit.ui.pages.draw.page import page as draw_page
from luckychit.ui.pages.draw.state import DrawState
from luckychit.ui.pages.draws.page import page as draws_page
from luckychit.ui.pages.draws.state import DrawsState
from luckychit.ui.pages.home.page import page as home_page
from luckychit.ui.pages.home.state import HomeState
from luckychit.ui.pages.manage_collect.page import page as collect_page
from luckychit.ui.pages.manage_collect.state import CollectState
from luckychit.ui.pages.manage_dashboard.page import page as dashboard_page
from luckychit.ui.pages.manage_dashboard.state import DashboardState
from luckychit.ui.pages.manage_group.joining import JoiningState
from luckychit.ui.pages.manage_group.page import page as group_page
from luckychit.ui.pages.manage_group.payments import PaymentsState
from luckychit.ui.pages.manage_group.state import GroupState
from luckychit.ui.pages.manage_group_new.page import page as new_group_page
from luckychit.ui.pages.manage_group_new.state import NewGroupState
from luckychit.ui.pages.manage_groups.page import page as groups_page
from luckychit.ui.pages.manage_groups.state import GroupsState
from luckychit.ui.pages.manage_members.page import page as members_page
from luckychit.ui.pages.manage_members.state import MembersState
from luckychit.ui.pages.manage_payouts.page import page as payouts_page
from luckychit.ui.pages.manage_payouts.state import PayoutsState
from luckychit.ui.pages.manage_profile.page import page as manage_profile_page
from luckychit.ui.pages.manage_profile.state import ManageProfileState
from luckychit.ui.pages.manage_trail.page import page as manage_trail_page
from luckychit.ui.pages.manage_trail.state import ManageTrailState
from luckychit.ui.pages.member_group.page import page as member_group_page
from luckychit.ui.pages.member_group.state import MemberGroupState
from luckychit.ui.pages.member_home.page import page as member_home_page
from luckychit.ui.pages.member_home.state import MemberHomeState
from luckychit.ui.pages.member_lottery.page import page as member_lottery_page
from luckychit.ui.pages.member_lottery.playing import PlayState
from luckychit.ui.pages.member_lottery.state import LotteryState
from luckychit.ui.pages.member_payments.page import page as member_payments_page
from luckychit.ui.pages.member_payments.state import MemberPaymentsState
from luckychit.ui.pages.member_play.page import page as member_play_page
from luckychit.ui.pages.member_play.state import PlayRulesState
from luckychit.ui.pages.member_profile.page import page as member_profile_page
from luckychit.ui.pages.member_profile.state import MemberProfileState
from luckychit.ui.pages.member_room.page import page as member_room_page
from luckychit.ui.pages.member_room.state import RoomState
from luckychit.ui.pages.member_rooms.page import page as member_rooms_page
from luckychit.ui.pages.member_rooms.state import RoomsState
from luckychit.ui.pages.member_shared.door import DoorState
from luckychit.ui.pages.member_shared.reality import RealityState
from luckychit.ui.pages.member_wallet.page import page as member_wallet_page
from luckychit.ui.pages.member_wallet.state import WalletState
from luckychit.ui.pages.receipt.page import page as receipt_page
from luckychit.ui.pages.receipt.state import ReceiptState
from luckychit.ui.pages.reset.page import page as reset_page
from luckychit.ui.pages.reset.state import ResetState
from luckychit.ui.pages.reset_new.page import page as reset_new_page
from luckychit.ui.pages.reset_new.state import ResetNewState
from luckychit.ui.pages.sign_in.page import page as sign_in_page
from luckychit.ui.pages.sign_in.state import SignInState
from luckychit.ui.pages.sign_in_code.page import page as sign_in_code_page
from luckychit.ui.pages.sign_in_code.state import SignInCodeState
from luckychit.ui.pages.sign_up.page import page as sign_up_page
from luckychit.ui.pages.sign_up.state import SignUpState
from luckychit.ui.pages.ticket.page import page as ticket_page
from luckychit.ui.pages.ticket.state import TicketState
from luckychit.ui.pages.verify.page import page as verify_page
from luckychit.ui.pages.verify_email.page import page as verify_email_page
from luckychit.ui.pages.verify_email.state import VerifyEmailState
from luckychit.ui.pots import DailyPot, RoomPot

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page.

    Args:
        route: Its address.
        page: The function that draws it.
        title: Of the browser's tab, without our name.
        loads: Handlers that fill it: at load, at reconnect, and after each nudge.
        who: ``public``, ``admin``, ``manager``, ``member`` or ``anyone`` (signed in). The
            handlers check it; this line is what the tests hold them to.
        description: For search engines; public pages only.
    """

    route: str
    page: Callable[[], rx.Component]
    title: str
    loads: tuple[Any, ...]
    who: str
    description: str = ""

    @property
    def on_load(self) -> list[Any]:
        """What runs when the page opens: rooms first, then the page's own data."""
        ear = LiveState.visit if self.who == PUBLIC else LiveState.enter
        return [ear, *self.loads]


def _nothing_page() -> rx.Component:
    return shell.public_frame(shell.not_found())


PAGES = [
    PageSpec(
        "/",
        home_page,
        "Save together, draw in the open",
        (DailyPot.load, HomeState.load),
        PUBLIC,
        "Chit circles and a daily draw that anyone can check.",
    ),
    PageSpec(
        "/draws",
        draws_page,
        "Draws",
        (DrawsState.load,),
        PUBLIC,
        "Every draw that ended, with its proof.",
    ),
    PageSpec(
        "/draws/[draw_id]",
        draw_page,
        "A draw",
        (DrawState.load,),
        PUBLIC,
        "One draw with its proof: watch the pick, check it in your browser.",
    ),
    PageSpec(
        "/tickets/[ticket_id]",
        ticket_page,
        "A ticket",
        (TicketState.load,),
        PUBLIC,
        "One ticket: its seal, its place in the list, what came of it.",
    ),
    PageSpec(
        "/verify",
        verify_page,
        "Check a draw",
        (),
        PUBLIC,
        "Check the bundle of any draw on your own device.",
    ),
    PageSpec(
        "/receipts/[code]", receipt_page, "Receipt", (ReceiptState.load,), PUBLIC, "A receipt."
    ),
    PageSpec("/sign-in", sign_in_page, "Sign in", (SignInState.load,), PUBLIC, "Sign in."),
    PageSpec(
        "/sign-up",
        sign_up_page,
        "Create an account",
        (SignUpState.load,),
        PUBLIC,
        "Create an account.",
    ),
    PageSpec("/reset", reset_page, "Lost password", (ResetState.load,), PUBLIC, "Lost password."),
    PageSpec("/reset/new", reset_new_page, "New password", (ResetNewState.load,), PUBLIC),
    PageSpec(
        "/verify-email", verify_email_page, "Confirm an address", (VerifyEmailState.load,), PUBLIC
    ),
    PageSpec("/demo/mail", demo_mail_page, "Mail of the demo", (DemoMailState.load,), PUBLIC),
    PageSpec(
        "/sign-in/code",
        sign_in_code_page,
        "One more step",
        (SignInCodeState.load,),
        PUBLIC,
        "Code.",
    ),
    PageSpec(
        "/change-password",
        change_password_page,
        "New password",
        (ChangePasswordState.load,),
        "anyone",
    ),
    PageSpec("/admin", admin_page, "Organisers", (AdminState.load,), "admin"),
    PageSpec("/admin/people", admin_people_page, "People", (PeopleState.load,), "admin"),
    PageSpec(
        "/admin/draws",
        admin_draws_page,
        "Daily draws",
        (DailyPot.load, AdminDrawsState.load),
        "admin",
    ),
    PageSpec("/admin/trail", admin_trail_page, "Audit trail", (AdminTrailState.load,), "admin"),
    PageSpec(
        "/admin/profile", admin_profile_page, "Your account", (AdminProfileState.load,), "admin"
    ),
    PageSpec("/manage", dashboard_page, "Dashboard", (DashboardState.load,), "manager"),
    PageSpec("/manage/groups", groups_page, "Groups", (GroupsState.load,), "manager"),
    PageSpec("/manage/groups/new", new_group_page, "New group", (NewGroupState.load,), "manager"),
    PageSpec(
        "/manage/groups/[group_id]",
        group_page,
        "Group",
        (GroupState.load, PaymentsState.load, JoiningState.load),
        "manager",
    ),
    PageSpec("/manage/members", members_page, "Members", (MembersState.load,), "manager"),
    PageSpec("/manage/collect", collect_page, "Collect", (CollectState.load,), "manager"),
    PageSpec("/manage/payouts", payouts_page, "Payouts", (PayoutsState.load,), "manager"),
    PageSpec(
        "/manage/trail", manage_trail_page, "Audit trail", (ManageTrailState.load,), "manager"
    ),
    PageSpec(
        "/manage/profile",
        manage_profile_page,
        "Your account",
        (ManageProfileState.load,),
        "manager",
    ),
    PageSpec("/app", member_home_page, "Home", (MemberHomeState.load,), "member"),
    PageSpec(
        "/app/payments", member_payments_page, "Payments", (MemberPaymentsState.load,), "member"
    ),
    PageSpec(
        "/app/lottery",
        member_lottery_page,
        "Lottery",
        (DoorState.load, DailyPot.load, PlayState.load, LotteryState.load, RealityState.load),
        "member",
    ),
    PageSpec(
        "/app/groups/[group_id]",
        member_group_page,
        "Your circle",
        (MemberGroupState.load,),
        "member",
    ),
    PageSpec(
        "/app/wallet", member_wallet_page, "Wallet", (DoorState.load, WalletState.load), "member"
    ),
    PageSpec(
        "/app/rooms",
        member_rooms_page,
        "Rooms",
        (DoorState.load, RoomsState.load, RealityState.load),
        "member",
    ),
    PageSpec(
        "/app/rooms/[code]",
        member_room_page,
        "A room",
        (DoorState.load, RoomState.load, RoomPot.load, RealityState.load),
        "member",
    ),
    PageSpec("/app/profile", member_profile_page, "Profile", (MemberProfileState.load,), "member"),
    PageSpec("/app/profile/play", member_play_page, "Play", (PlayRulesState.load,), "member"),
    PageSpec("404", _nothing_page, "Nothing here", (), PUBLIC),
]
