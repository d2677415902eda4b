"""Who may be told, stated a second time and slowly: question by question, for one person after another."""

FAMILY = {"child", "parents_carers", "family_members", "family_network", "supporter"}
LEAD = "safeguarding_lead_agency"


class Slow:
    """One record and one directory on one day; every question is asked of everybody anew."""

    def __init__(self, record, everybody, day):
        self.record, self.everybody, self.day = record, everybody, day

    def named(self, name):
        """Return whom a word of the record means: an id, else the first with that address, else a stranger."""
        same = [one for one in self.everybody if one.id == name]
        same += [one for one in self.everybody if name.lower() in self.marks(one)]
        return same[0] if same else name if "@" in name else None

    def marks(self, who):
        if isinstance(who, str):
            return {who.lower()}
        return {who.id.lower()} | {address.lower() for address in who.addresses.values()}

    def reads(self, other, who):
        """Return whether somebody of the directory reads what another is sent."""
        if self.marks(other) & self.marks(who):
            return True
        sharing = [one for one in self.everybody if self.marks(one) & self.marks(who)]
        return any(
            name.lower() in self.marks(other) for one in [*sharing, who]
            if not isinstance(one, str) for name in one.opened_by
        )  # fmt: skip

    def is_barred(self, who):
        """READINGS section 2, 1 and 2."""
        excluded = {name.lower() for name in self.record.excluded}
        if self.marks(who) & excluded:
            return True
        if any(self.reads(one, who) and self.marks(one) & excluded for one in self.everybody):
            return True
        mine = [who] if isinstance(who, str) else [who, *self.everybody]
        opens = {
            name.lower() for one in mine if not isinstance(one, str) and self.marks(one) & self.marks(who)
            for name in one.opened_by
        }  # fmt: skip
        if opens & excluded:
            return True
        holders = {name.lower() for name in self.record.holders}
        return self.record.restricted and not self.marks(who) & holders

    def is_over(self, post):
        return post.valid_to is not None and post.valid_to < self.day

    def is_on(self, post):
        return not self.is_over(post) and (post.valid_from is None or post.valid_from <= self.day)

    def is_here(self, who):
        return isinstance(who, str) or not who.posts or any(self.is_on(one) for one in who.posts)

    def lists(self):
        """Return (agency, area, invitee) of the professionals on each list, the latest list first."""
        whens = sorted(
            self.record.meetings, key=lambda one: one.scheduled[0],
            reverse=True,
        )  # fmt: skip
        return [
            [(i.agency, i.area, f"invitee-{i.id}") for i in one.invitees
             if i.agency and not i.is_family and not i.excluded_by_chair]
            for one in whens
        ]  # fmt: skip

    def areas_of(self, agency):
        """Return the areas in which an agency stands on the latest list that has it."""
        for entries in self.lists():
            found = {area for name, area, _ in entries if name == agency}
            if found:
                return found
        return set()

    def place_of(self, part):
        """Return the agencies and areas that a part of a meeting speaks of."""
        for entries in self.lists():
            found = {(agency, area) for agency, area, seat in entries if seat == part}
            if found:
                return found
        areas = self.areas_of(part)
        return {(part, area) for area in areas} or {(part, None)}

    def is_of_the_case(self, role, part, post):
        """READINGS section 2, 7."""
        if part:
            return any(
                post.agency == agency and (post.area is None or post.area == area)
                for agency, area in self.place_of(part)
            )
        areas = self.areas_of(post.agency) if post.agency else set()
        if role == LEAD and not areas:
            return False
        return post.area is None or post.area in areas

    def posted(self, role):
        """Return the directory's holders, each with their post."""
        base, _, part = role.partition("/")
        found = [
            (one, post) for one in self.everybody for post in one.posts
            if post.role == base and self.is_on(post) and self.is_of_the_case(base, part, post)
        ]  # fmt: skip
        found = [
            (one, post) for one, post in found
            if post.area or not any(p.area and p.agency == post.agency for _, p in found)
        ]  # fmt: skip
        ours = [pair for pair in found if self.record.team and pair[1].team == self.record.team]
        return ours or [pair for pair in found if pair[1].team is None]

    def seated(self, role):
        """Return whom the record itself names for a role or an agency."""
        if role in self.record.roles:
            return self.record.roles[role]
        return [
            i.person for one in self.record.meetings for i in one.invitees
            if i.person and not i.is_family and not i.excluded_by_chair and role in (i.agency, i.role)
        ]  # fmt: skip

    def own_posts(self, who, role):
        posts = [] if isinstance(who, str) else who.posts
        return [one for one in posts if one.role == role and one.team in (None, self.record.team)]

    def has_left(self, who, role):
        own = self.own_posts(who, role)
        return not self.is_here(who) or (bool(own) and all(map(self.is_over, own)))

    def stands_in(self, first):
        """Return who is reached beginning with somebody, None where the chain ends or goes round."""
        chain, who = [], first
        while (
            who is not None and who not in chain and self.is_here(who) and not self.is_barred(who)
        ):
            chain.append(who)
            who = None if isinstance(who, str) or not who.delegate else self.named(who.delegate)
        there = [one for one in chain if isinstance(one, str) or not self.is_absent(one)]
        at_work = [one for one in there if isinstance(one, str) or not self.is_off(one)]
        return next(iter([*at_work, *there]), None)

    def is_absent(self, who):
        return any(first <= self.day <= last for first, last in who.absences)

    def is_off(self, who):
        return (
            bool(who.works)
            and self.day.isoweekday() <= 5
            and self.day.isoweekday() - 1 not in who.works
        )

    def told(self, role):
        """Return the ids of those who are to be told."""
        if role.partition("/")[0] in FAMILY:
            return self.duty()
        known = [one for one in map(self.named, self.seated(role)) if one is not None]
        posted = self.posted(role)
        if known and (not all(self.has_left(one, role) for one in known) or len(posted) != 1):
            holders = [(one, self.manager(one, role)) for one in known]
            there = [one for one in known if not self.has_left(one, role)]
        else:
            holders = [(one, post.manager or one.manager) for one, post in posted]
            there = [one for one, _ in posted]
        first = [one for one in there if not self.is_barred(one)]
        if not first and not self.record.restricted:
            above = [self.named(manager) for _, manager in holders if manager]
            first = [one for one in above if one is not None]
        reached = [self.stands_in(one) for one in first]
        found = {one if isinstance(one, str) else one.id for one in reached if one is not None}
        return found or self.duty()

    def manager(self, who, role):
        if isinstance(who, str):
            return None
        return next((one.manager for one in self.own_posts(who, role) if one.manager), who.manager)

    def duty(self):
        box = next((one for one in self.everybody if "duty_mailbox" in one.roles), None)
        if box is None or self.record.restricted or self.is_barred(box):
            return set()
        return {box.id}
