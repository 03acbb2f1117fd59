"""Free times of a week."""

from needlepoint.records.schedule.times import free_slots

WEEK = 7


def slots(clinic, service, monday, **more):
    """What is free in the week from this Monday on."""
    return free_slots(clinic, service, monday, WEEK, **more)
