"""Numbers for a program that watches the server; none for anybody else."""

from __future__ import annotations

import re


def test_counts_are_told_on_this_machine_only(client, clinic):
    page = client.get("/metrics")
    assert page.status_code == 200
    assert page["Content-Type"].startswith("text/plain; version=0.0.4")
    rows = dict(line.split() for line in page.content.decode().splitlines() if not line.startswith("#"))
    assert float(rows["needlepoint_disk_free_bytes"]) > 0
    assert rows["needlepoint_backup_age_seconds"] == "-1"
    assert all(re.fullmatch(r"needlepoint_[a-z_]+", name) for name in rows)
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
