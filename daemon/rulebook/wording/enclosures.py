"""What we say where an authority names no paper of its own: a few plain words for each document."""

ALWAYS = ("sending_a_report", "unable_to_attend")  # they travel with every invitation
HOUSE_TEXTS = {
    "threshold_guidance": (
        "You will be asked whether, in your view, the child has suffered or is likely to suffer significant "
        "harm, and why. Say what you know yourself, what others told you, and what has changed."
    ),
    "categories_of_harm_guidance": (
        "If the conference decides on a plan, everybody is asked under which category. The statutory guidance "
        "Working Together to Safeguard Children explains each of them: read its glossary before the day."
    ),
    "camera_and_privacy_rules": (
        "If you join online, keep your camera on throughout, sit where nobody else can see or hear, record "
        "nothing, and show the name by which you were invited."
    ),
    "conference_process_information": (
        "The chair begins by saying how the conference works. Each agency then shares what it knows, the "
        "family is heard, and each agency gives its view before the chair sums up."
    ),
    "sending_a_report": (
        "Send your report by secure mail to the person who invites you, early enough that the family can read "
        "it before the day. A report does not take the place of coming unless you were told that it does."
    ),
    "unable_to_attend": (
        "If you cannot come, say so at once by answering this invitation, name somebody well briefed who comes "
        "for you, and tell the person who invites you."
    ),
}
