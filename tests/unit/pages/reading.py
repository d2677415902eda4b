"""A page as it is walked by whoever checks its form."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reading(HTMLParser):
    """A page as a tree is walked: its elements with their attributes, its headings and its tables."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.headings, self.tables, self.texts = [], [], [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag not in VOID:
            self.open.append((tag, named))
        if tag == "table":
            self.tables[named.get("id")] = []
        if tag == "tr":
            self.tables[self.within("table").get("id")].append([])
        if tag in ("th", "td"):
            self.tables[self.within("table").get("id")][-1].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        last, _ = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data):
        self.texts.append(data)
        tags = [tag for tag, _ in self.open]
        if {"th", "td"} & set(tags):
            self.tables[self.within("table").get("id")][-1][-1] += data
        if tags and re.fullmatch("h[1-6]", tags[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def within(self, tag):
        return next(named for name, named in reversed(self.open) if name == tag)

    def all(self, tag):
        return [named for name, named in self.elements if name == tag]
