"""Answers, bounces and automatic replies, read from a mailbox."""
