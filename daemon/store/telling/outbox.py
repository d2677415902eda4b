"""The outbox: messages and the attempts at them, with what is asked of both for every message that goes out."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    bindparam,
    select,
    text,
    update,
)

from daemon.domain.delivery import Delivery, DeliveryState, Outgoing
from daemon.domain.message import Lane, Level
from daemon.store.ground.columns import Choice, Instant, partial, table
from daemon.store.ground.prepared import OURS, Prepared

REFUSED = text("state = 'refused'")
ON_ITS_WAY = text("look_at IS NOT NULL")  # spelt out for the planner
LEGIBLE = text("messages.state <> 'spoilt'")  # else it is set aside

messages = table(
    "messages",
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("family", Text),
    Column("lane", Choice(Lane), nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ambiguous", Integer, nullable=False),
    Column("look_at", Instant),
    Column("reason", Text),
    Column("accepted_at", Instant),
    Column("level", Choice(Level)),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    partial("ix_messages_look", "authority", "lane", "look_at", where=ON_ITS_WAY),
    partial("ix_messages_refused", "authority", "created_at", where=REFUSED),
    Index("ix_messages_created", "authority", "created_at"),
    Index("ix_messages_person", "authority", "person"),
)
deliveries = table(
    "deliveries",
    Column("message", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("started_at", Instant, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Choice(DeliveryState)),
    Column("reason", Text),
    Column("provider_id", Text),
    Column("worker", Text, nullable=False),
    ForeignKeyConstraint(["authority", "message"], ["messages.authority", "messages.id"]),
)
OUTGOING = [messages.c[name] for name in Outgoing.__slots__]
DELIVERY = [deliveries.c[name] for name in Delivery.__slots__]
m = messages.c
d = deliveries.c


DUE = Prepared(
    lambda places: (
        select(*OUTGOING)
        .where(m.authority == OURS, ON_ITS_WAY, m.lane == bindparam("lane"))
        .where(m.look_at <= bindparam("now"), m.created_at >= bindparam("since"))
        .where(*([m.channel.not_in(places.many)] if places.size else []))
        .order_by(m.look_at)
        .limit(bindparam("most", type_=Integer))
    ),
    hold="skip",
)
STANDING_STILL = Prepared(
    lambda places: select(m.id, m.epoch, m.attempts, m.ambiguous, m.state).where(
        m.authority == OURS, m.id.in_(places.many), ON_ITS_WAY
    ),
    hold="skip",
)
CLOSE = Prepared(
    lambda _: (
        update(deliveries)
        .where(d.authority == OURS, d.message == bindparam("it"), d.ended_at.is_(None))
        .values(ended_at=bindparam("now"), outcome=DeliveryState.UNKNOWN, reason=bindparam("why"))
    )
)
PUT_OFF = Prepared(
    lambda _: (
        update(messages)
        .where(m.authority == OURS, m.id == bindparam("it"), m.epoch == bindparam("n"), ON_ITS_WAY)
        .values(look_at=bindparam("until"))
    )
)
BEGIN = Prepared(
    lambda _: (
        update(messages)
        .where(m.authority == OURS, m.id == bindparam("it"))
        .values(
            state=DeliveryState.SENDING,
            look_at=bindparam("until"),
            epoch=bindparam("n"),
            attempts=bindparam("times"),
            ambiguous=bindparam("unsure"),
        )
    )
)
KEEP = Prepared(
    lambda _: (
        update(messages)
        .where(m.authority == OURS, m.id == bindparam("it"))
        .values({word: bindparam(f"its_{word}") for word in ("subject", "text", "html", "level")})
    )
)
IN_FLIGHT = Prepared(
    lambda places: (
        select(m.id, m.epoch, m.ambiguous)
        .where(m.authority == OURS, m.id.in_(places.many), m.state == DeliveryState.SENDING)
        .order_by(m.id)
    ),
    hold="wait",
)
ANSWERED = Prepared(
    lambda _: (
        update(messages)
        .where(m.authority == OURS, m.id == bindparam("it"))
        .values(
            state=bindparam("came"),
            look_at=bindparam("again_at"),
            reason=bindparam("why"),
            accepted_at=bindparam("taken_at"),
            ambiguous=bindparam("unsure"),
        )
    )
)
ENDED = Prepared(
    lambda _: (
        update(deliveries)
        .where(
            d.authority == OURS,
            d.message == bindparam("it"),
            d.epoch == bindparam("n"),
            d.ended_at.is_(None),
        )
        .values(
            ended_at=bindparam("now"),
            outcome=bindparam("came"),
            reason=bindparam("why"),
            provider_id=bindparam("theirs"),
        )
    )
)
