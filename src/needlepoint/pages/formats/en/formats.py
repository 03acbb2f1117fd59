"""US dates: Nov 21, 2026. Times are printed by the `clock` filter."""

DATE_FORMAT = "M j, Y"
SHORT_DATE_FORMAT = "m/d/Y"
