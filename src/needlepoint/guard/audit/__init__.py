"""The audit log: written on every view and change, chained, append-only."""
