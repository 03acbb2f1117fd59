"""Billing: an episode's record as a payer's facts, a price, a claim, and the response to a denial."""

from needlepoint.episode.account.account import Account
from needlepoint.episode.account.claim import ClaimDraft, claim_of
from needlepoint.episode.account.estimate import Estimated, make_estimate
from needlepoint.episode.account.facts import Insured, facts_of
from needlepoint.episode.account.order import EstimateOrder

__all__ = [
    "Account",
    "ClaimDraft",
    "EstimateOrder",
    "Estimated",
    "Insured",
    "claim_of",
    "facts_of",
    "make_estimate",
]
