"""The visit as a typed value: facts, commands, the table of states, and `apply`, the only way to change it."""

from needlepoint.visit.apply import Applied, apply
from needlepoint.visit.context import Actor, Context
from needlepoint.visit.facts import Facts, Site, Spot, State, Visit

__all__ = ["Actor", "Applied", "Context", "Facts", "Site", "Spot", "State", "Visit", "apply"]
