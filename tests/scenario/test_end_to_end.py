"""The story that the whole line is for: a list that does not come, told step by step to the right people."""

from datetime import date

from daemon.engine.answering.respond import Answer

INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
ASKED_ON_DAY_5 = (
    (
        "    message: invite-list-due-today\n",
        "    message: invite-list-due-today\n    ask: promise\n",
    ),
)


def test_a_list_that_does_not_come_climbs_step_by_step_until_it_comes(story):
    world = story("2026-03-02 16:00")
    world.rule({INVITE_LIST: ASKED_ON_DAY_5})
    world.opens("SC-1")

    # the social worker promises on the morning of day 5: it rests reminders, and never the deadline
    world.until("2026-03-06 10:00")
    promised = world.line.responder.promise(
        world.link("sam", "promise"), date(2026, 3, 9), world.clock()
    )
    world.until("2026-03-06 17:00")
    before_five = world.fired()
    # the service manager promises after it: that rests the house's next step until Tuesday at 17:00
    rested = world.line.responder.promise(
        world.link("sue", "promise"), date(2026, 3, 10), world.clock()
    )
    world.until("2026-03-10 16:59")
    while_resting = world.fired()[len(before_five) :]
    # broken: the next step at once; then the list arrives, and nobody hears more
    world.until("2026-03-11 09:30")
    world.fact("SC-1", invite_list_received="2026-03-11")
    world.until("2026-03-16 16:30")
    afterwards = world.fired()[len(before_five) + len(while_resting) :]

    assert promised.answer is Answer.RESTED
    assert rested.answer is Answer.RESTED
    assert sorted(before_five) == [
        ("2026-03-05 09:00", "cora", "invite-list-reminder"),
        ("2026-03-05 09:00", "sam", "invite-list-reminder"),
        ("2026-03-06 09:00", "cora", "invite-list-due-today"),
        ("2026-03-06 09:00", "sam", "invite-list-due-today"),
        ("2026-03-06 09:00", "tom", "invite-list-due-today"),
        ("2026-03-06 17:00", "sue", "invite-list-missed"),
    ]
    # a promise does not take it off the weekly list of what is overdue (DOMAIN 5.8)
    assert while_resting == [("2026-03-09 09:00", "sue", "weekly-summary")]
    assert sorted(afterwards) == [
        ("2026-03-10 17:00", "wes", "invite-list-still-missing"),
        ("2026-03-11 09:30", "sue", "now-received"),
        ("2026-03-11 09:30", "wes", "now-received"),
    ]


def test_the_journal_of_the_story_says_why_and_its_chain_holds(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:00")
    world.line.responder.promise(world.link("sue", "promise"), date(2026, 3, 10), world.clock())
    world.until("2026-03-10 17:00")
    world.fact("SC-1", invite_list_received="2026-03-10T16:30")
    world.until("2026-03-11 09:00")

    with world.store.read() as tx:
        verdict = tx.journal.verify()
        kinds = [one.kind for one in tx.journal.of("SC-1/icpc-invite-list/icpc-1")]

    assert verdict.ok
    assert verdict.entries == len(tx_kinds(world))
    assert kinds[0] == "obligation.opened"
    assert kinds.count("promise.made") == kinds.count("promise.broken") == 1
    assert kinds.index("promise.broken") < kinds.index("obligation.met")


def test_a_rung_that_fires_is_one_entry_with_all_whom_it_tells(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:00")

    with world.store.read() as tx:
        entries = [
            one
            for one in tx.journal.of("SC-1/icpc-invite-list/icpc-1|")
            if one.kind == "rung.fired"
        ]

    assert [one.about.rpartition("/")[2] for one in entries] == [
        "icpc-1|invite-list-reminder|0", "icpc-1|invite-list-due-today|0", "icpc-1|invite-list-missed|0",
    ]  # fmt: skip
    assert [one.data["rung_at"][:16] for one in entries] == [
        "2026-03-05T09:00", "2026-03-06T09:00", "2026-03-06T17:00",
    ]  # fmt: skip
    assert [one.data["told"] for one in entries] == [
        [["sam", "email", "social_worker"], ["cora", "email", "team_coordinator"]],
        [
            ["sam", "email", "social_worker"],
            ["cora", "email", "team_coordinator"],
            ["tom", "email", "team_manager"],
        ],
        [["sue", "email", "safeguarding_service_manager"]],
    ]


def tx_kinds(world):
    with world.store.read() as tx:
        return [one.kind for one in tx.journal.of("")]


def test_the_audit_finds_nothing_missed_at_any_step_of_the_story(story):
    world = story()
    world.opens()

    for moment in (
        "2026-03-04 12:00", "2026-03-05 09:10", "2026-03-06 17:10", "2026-03-09 13:10",
        "2026-03-16 13:10", "2026-03-24 09:10",
    ):  # fmt: skip
        world.until(moment)
        balance = world.line.auditor.audit(world.clock())
        assert balance.missed == (), moment

    assert balance.expected >= 5


def test_the_audit_names_a_rung_that_was_lost(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    with world.store.write() as tx:  # as if the ladder's memory had been damaged
        track = tx.obligations.get("SC-1/icpc-invite-list/icpc-1")
        fields = {name: getattr(track, name) for name in track.__slots__}
        tx.obligations.save([type(track)(**{**fields, "next_at": None})])
    world.until("2026-03-06 17:30")

    balance = world.line.auditor.audit(world.clock())

    assert [(one.what, one.about) for one in balance.missed] == [
        ("never-fired", "SC-1/icpc-invite-list/icpc-1|invite-list-missed")
    ]


def test_turning_the_line_again_and_again_changes_nothing(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:00")
    told = world.fired()

    for _ in range(20):
        world.turn()

    assert world.fired() == told


def test_a_list_in_time_means_that_nobody_above_ever_hears(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.fact("SC-1", invite_list_received="2026-03-06")

    world.until("2026-03-13 12:00")

    assert {to for _, to, _ in world.fired()} == {"sam", "cora", "tom"}
    assert world.only("now-received") == []
    assert world.count("met") == 1
