"""A realistic practice of made-up people, made by the core itself: two years of episodes, sessions and relief."""

from needlepoint.records.demo.clinic import PASSWORD, STAFF, ZONE
from needlepoint.records.demo.make import make_demo

__all__ = ["PASSWORD", "STAFF", "ZONE", "make_demo"]
