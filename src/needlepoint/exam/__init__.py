"""Examination: findings to an assessment. Trigger point or tender spot, active or latent, injectable or not."""

from needlepoint.exam.assess import assess
from needlepoint.exam.types import Assessed, Assessment, Found, SpotStatus

__all__ = ["Assessed", "Assessment", "Found", "SpotStatus", "assess"]
