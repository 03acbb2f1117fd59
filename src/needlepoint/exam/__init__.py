"""Examination: findings to an assessment. Trigger point or tender spot, active or latent, injectable or not."""

from needlepoint.exam.assess import assess
from needlepoint.exam.types import Assessed, Assessment, Found, Status

__all__ = ["Assessed", "Assessment", "Found", "Status", "assess"]
