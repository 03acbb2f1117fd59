"""Outcomes: when to survey, which answers are urgent, how much relief there was and for how long."""

from needlepoint.outcomes.ask import (
    Moment,
    SurveyQuestion,
    due_at,
    load_moments,
    load_questions,
    out_of_quiet,
)
from needlepoint.outcomes.course import Course, PainRating, course_of
from needlepoint.outcomes.worry import Worry, worries

__all__ = [
    "Course",
    "Moment",
    "PainRating",
    "SurveyQuestion",
    "Worry",
    "course_of",
    "due_at",
    "load_moments",
    "load_questions",
    "out_of_quiet",
    "worries",
]
