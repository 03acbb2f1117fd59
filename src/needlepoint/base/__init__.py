"""What every package stands on: refusals, data rows, money, numbers, people, wording."""
