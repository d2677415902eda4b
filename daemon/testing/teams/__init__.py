"""The other side of Teams on this machine: workflows, the Bot Connector and its login.

It refuses what Microsoft's published schema refuses, and misbehaves on command.
"""
