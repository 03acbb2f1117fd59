"""How dates are printed on pages, by language: see base/data/dates.toml for the same in papers and notes."""
