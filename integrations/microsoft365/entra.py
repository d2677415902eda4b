"""Who is in which group, who manages whom, and who is away, asked for with Microsoft's own models."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.groups.item.transitive_members import (
    transitive_members_request_builder as members,
)
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.mail_tips_type import MailTipsType
from msgraph.generated.models.user import User
from msgraph.generated.users import users_request_builder as users
from msgraph.generated.users.item.calendar.get_schedule import (
    get_schedule_post_request_body as schedule,
)
from msgraph.generated.users.item.get_mail_tips import get_mail_tips_post_request_body as tips

from integrations.microsoft365.answers import AnswerLost

FIELDS = ["id", "userPrincipalName", "mail", "accountEnabled"]
PAGE, PAGES_MOST = 100, 100
SLOT_MIN = 60


class Account(NamedTuple):
    """One account of the tenant, without anybody's name. `is_on` False: it may not sign in."""

    id: str
    sign_in: str
    mail: str
    is_on: bool
    manager: "Account | None" = None


async def members_of(client: Any, group: str) -> list[str]:
    """Return the ids of the accounts in a group and in the groups inside it; raises AnswerLost."""
    asked = (
        members.TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(
            select=["id"], top=PAGE
        )
    )
    of_group = client.groups.by_group_id(group).transitive_members
    page = await of_group.get(request_configuration=RequestConfiguration(query_parameters=asked))
    found: list[str] = []
    for _ in range(PAGES_MOST):
        if page is None or page.value is None:
            raise AnswerLost("answer-unclear")
        found += [str(one.id) for one in page.value if isinstance(one, User) and one.id]
        if not page.odata_next_link:
            return found
        page = await of_group.with_url(page.odata_next_link).get()
    raise AnswerLost("too-many-pages")


async def accounts(client: Any, ids: Sequence[str]) -> list[Account]:
    """Return these accounts, each with its manager's; raises AnswerLost."""
    listed = ", ".join(f"'{one}'" for one in ids)
    asked = users.UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"id in ({listed})",
        select=FIELDS,
        expand=[f"manager($select={','.join(FIELDS)})"],
        top=len(ids),
    )
    found = await client.users.get(
        request_configuration=RequestConfiguration(query_parameters=asked)
    )
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    return [_account(one) for one in found.value]


async def replying(
    client: Any, mailbox: str, addresses: Sequence[str]
) -> dict[str, datetime | None]:
    """Return who answers by machine at present, with the moment up to which, where they have said one."""
    body = tips.GetMailTipsPostRequestBody(
        email_addresses=list(addresses), mail_tips_options=MailTipsType.AutomaticReplies
    )
    found = await client.users.by_user_id(mailbox).get_mail_tips.post(body)
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    return {
        str(one.email_address.address).casefold(): _moment(one.automatic_replies.scheduled_end_time)
        for one in found.value
        if one.email_address and one.automatic_replies and one.automatic_replies.message
    }


async def away_hours(
    client: Any, mailbox: str, addresses: Sequence[str], first: datetime, last: datetime
) -> dict[str, str]:
    """Return a figure an hour for each calendar: 3 is away. Nothing else of an entry is read."""
    body = schedule.GetSchedulePostRequestBody(
        schedules=list(addresses),
        start_time=_written(first),
        end_time=_written(last),
        availability_view_interval=SLOT_MIN,
    )
    found = await client.users.by_user_id(mailbox).calendar.get_schedule.post(body)
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    return {
        str(one.schedule_id).casefold(): str(one.availability_view or "")
        for one in found.value
        if one.error is None
    }


def warm(client: Any) -> None:
    """Have the library load what a first reading would wait for."""
    box = client.users.by_user_id("-")
    parts = (client.groups.by_group_id("-").transitive_members, box.get_mail_tips)
    loaded = (*parts, box.calendar.get_schedule, User().get_field_deserializers())
    del loaded


def _account(one: Any) -> Account:
    manager = _account(one.manager) if isinstance(one.manager, User) and one.manager.id else None
    return Account(
        str(one.id),
        str(one.user_principal_name or ""),
        str(one.mail or ""),
        one.account_enabled is not False,
        manager,
    )


def _written(at: datetime) -> Any:
    return DateTimeTimeZone(date_time=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", time_zone="UTC")


def _moment(said: Any) -> datetime | None:
    """Return a moment of the service's; None where it says none, or in a zone that we did not ask for."""
    if said is None or not said.date_time or str(said.time_zone or "UTC").upper() != "UTC":
        return None
    try:
        return datetime.fromisoformat(str(said.date_time)[:19]).replace(tzinfo=UTC)
    except ValueError:
        return None
