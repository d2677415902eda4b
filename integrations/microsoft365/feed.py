"""Entries of the activity feed in Teams, made with Microsoft's own models."""

from typing import Any

from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.key_value_pair import KeyValuePair
from msgraph.generated.models.teamwork_activity_topic import TeamworkActivityTopic
from msgraph.generated.models.teamwork_activity_topic_source import TeamworkActivityTopicSource
from msgraph.generated.users.item.teamwork.send_activity_notification import (
    send_activity_notification_post_request_body as sent,
)

FREE_TEXT, FREE_TEXT_VALUE = "systemDefault", "systemDefaultText"  # words, not a template's


async def notify(
    client: Any, person: str, *, title: str, words: str, link: str, chain: int
) -> None:
    """Put an entry into a person's feed; one of the same chain takes its forerunner's place."""
    body = sent.SendActivityNotificationPostRequestBody(
        topic=TeamworkActivityTopic(
            source=TeamworkActivityTopicSource.Text, value=title, web_url=link
        ),
        activity_type=FREE_TEXT,
        chain_id=chain,
        preview_text=ItemBody(content=words),
        template_parameters=[KeyValuePair(name=FREE_TEXT_VALUE, value=words)],
    )
    await client.users.by_user_id(person).teamwork.send_activity_notification.post(body)


def warm(client: Any) -> None:
    """Have the library load what a first entry would wait for."""
    loaded = client.users.by_user_id("-").teamwork.send_activity_notification
    del loaded
