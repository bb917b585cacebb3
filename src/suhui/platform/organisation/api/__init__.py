"""The operations on the organisation: branches, people, posts, presence, absences."""

from suhui.platform.organisation.api import absences, branches, people, presence, roles, room

__all__ = ["absences", "branches", "people", "presence", "roles", "room"]
