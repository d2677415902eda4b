"""The queue: notices as they stand in the database, with what is asked of them for every message that goes out."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Text,
    bindparam,
    select,
    text,
    update,
)

from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.store.ground.columns import Choice, Instant, Strings, partial, table
from daemon.store.ground.prepared import OURS, Places, Prepared

WAITING = text("state = 'waiting'")  # spelt out, so that the planner sees that the indexes apply
HELD = text("state = 'held'")
UNCLAIMED = text("state IN ('waiting', 'held')")
CLAIMED = text("message_id IS NOT NULL")
SPOILT = "spoilt"  # the state of a row that is set aside
LEGIBLE = text(f"notices.state <> '{SPOILT}'")

notices = table(
    "notices",
    Column("obligation", Text, primary_key=True),
    Column("rung", Text, primary_key=True),
    Column("occurrence", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("kind", Choice(Kind), nullable=False),
    Column("message", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("lane", Choice(Lane), nullable=False),
    Column("role", Text, nullable=False),
    Column("refs", Strings, nullable=False),
    Column("family", Text),
    Column("because", Text, nullable=False),
    Column("agency", Text),
    Column("after_due", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", Choice(NoticeState), nullable=False),
    Column("message_id", Text),
    Column("ended_because", Text),
    ForeignKeyConstraint(  # a claimed notice without its message would be a lost one
        ["authority", "message_id"],
        ["messages.authority", "messages.id"],
        deferrable=True,
        initially="DEFERRED",
    ),
    partial("ix_notices_lane", "authority", "lane", "at", where=WAITING),
    partial("ix_notices_person", "authority", "person", "channel", "family", where=WAITING),
    partial("ix_notices_message", "authority", "message_id", where=CLAIMED),
    partial("ix_notices_held", "authority", "at", where=HELD),
    Index("ix_notices_made", "authority", "made_at"),
)
KEY = [notices.c[name] for name in Key.__slots__]
COLUMNS = [*KEY, *(notices.c[name] for name in Notice.__slots__ if name != "key")]


ORDER = (notices.c.at, *KEY)


def _in_lane(*columns: ColumnElement[Any]) -> Prepared:
    def build(places: Places) -> Select[Any]:
        query = select(*columns).where(notices.c.authority == OURS, WAITING)
        query = query.where(notices.c.lane == bindparam("lane"), notices.c.at <= bindparam("now"))
        query = query.where(notices.c.made_at >= bindparam("since"))
        query = query.where(notices.c.channel.not_in(places.many)) if places.size else query
        return query.order_by(notices.c.at).limit(bindparam("most", type_=Integer))

    return Prepared(build)


IN_LANE = _in_lane(*COLUMNS)
QUEUE = _in_lane(notices.c.person, notices.c.channel, notices.c.family, notices.c.refs, *KEY)


def _of_group(family: ColumnElement[bool]) -> Prepared:
    c = notices.c
    person, channel = c.person == bindparam("person"), c.channel == bindparam("channel")
    query = select(*COLUMNS).where(c.authority == OURS, WAITING, person, channel, family)
    query = query.where(c.at <= bindparam("now")).order_by(*ORDER)
    return Prepared(lambda _: query)


OF_GROUP = _of_group(notices.c.family == bindparam("family"))
OF_LONER = _of_group(notices.c.family.is_(None))
CLAIM = Prepared(
    lambda _: (
        update(notices)
        .where(notices.c.authority == OURS, WAITING)
        .where(*(column == bindparam(f"its_{column.name}") for column in KEY))
        .values(state=NoticeState.CLAIMED, message_id=bindparam("into"))
    )
)
OF_OBLIGATIONS = Prepared(
    lambda places: (
        select(*COLUMNS)
        .where(notices.c.authority == OURS, LEGIBLE, notices.c.obligation.in_(places.many))
        .order_by(*ORDER)
    )
)
OF_MESSAGES = Prepared(
    lambda places: (
        select(*COLUMNS)
        .where(notices.c.authority == OURS, LEGIBLE)
        .where(CLAIMED, notices.c.message_id.in_(places.many))
        .order_by(*ORDER)
    )
)
