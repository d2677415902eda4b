"""A case that gets a new reference: an unborn child is born, two records are merged."""


def test_what_was_told_under_the_old_reference_is_not_told_again_under_the_new(story):
    world = story()
    world.opens("UB-1")
    world.until("2026-03-06 10:00")
    before = world.fired()

    world.opens("SC-1", formerly=["UB-1"])
    world.until("2026-03-06 16:00")
    assert world.fired() == before

    world.until("2026-03-06 17:30")
    assert world.fired()[len(before) :] == [("2026-03-06 17:00", "sue", "invite-list-missed")]
    assert "SC-1" in world.email.sent[-1].message.subject


def test_who_was_told_under_the_old_reference_hears_that_it_is_done(story):
    world = story()
    world.opens("UB-1")
    world.until("2026-03-06 18:00")
    world.opens("SC-1", formerly=["UB-1"])
    world.until("2026-03-09 08:00")

    world.fact("SC-1", invite_list_received="2026-03-09")
    world.until("2026-03-09 12:00")

    assert world.only("now-received") == [("2026-03-09 08:00", "sue", "now-received")]
    assert world.line.auditor.audit(world.clock()).balances


def test_what_waited_to_be_sent_goes_on_under_the_new_reference(story):
    world = story()
    world.opens("UB-1")
    world.until("2026-03-05 08:00")
    world.clock.now = world.clock.now.replace(hour=9)
    world.line.decide()

    world.opens("SC-1", formerly=["UB-1"])
    world.until("2026-03-05 10:00")

    told = world.only("invite-list-reminder")
    assert sorted(who for _, who, _ in told) == ["cora", "sam"]
    assert all("SC-1" in one.message.subject for one in world.email.sent)
