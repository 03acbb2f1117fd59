"""Spanish dates of the Americas, never in digits alone: 21 de noviembre de 2026."""

DATE_FORMAT = SHORT_DATE_FORMAT = r"j \d\e F \d\e Y"
