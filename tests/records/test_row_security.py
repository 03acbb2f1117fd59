"""Row-level security on a real PostgreSQL, by SQL of one's own: a role that is no superuser, two practices."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.kit.server import ROOT, free_port

SCRIPT = """
set -e
base=${{DATABASE_URL%/*}}
psql="$(ls /usr/lib/postgresql/*/bin/psql | tail -n 1) -v ON_ERROR_STOP=1 -q"
$psql "$DATABASE_URL" -c "CREATE ROLE clinic LOGIN" -c "CREATE DATABASE clinic OWNER clinic"
export NEEDLEPOINT_DATA={folder}/data
export DATABASE_URL=${{base/needlepoint@/clinic@}}/clinic
needlepoint() {{ {python} -m needlepoint "$@"; }}
needlepoint demo --patients 5
needlepoint practice add "Riverside Pain" --state NJ --address riverside
{python} {probe}
needlepoint send --once
needlepoint backup --in-clear {folder}/one.backup
needlepoint restore {folder}/one.backup --force
{python} {probe}
needlepoint move sqlite:///{folder}/there.sqlite3
"""
PROBE = ROOT / "tests" / "records" / "row_security_probe.py"


def test_the_database_itself_keeps_practices_apart(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEEDLEPOINT_")}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "NEEDLEPOINT_PG_PORT": str(free_port())}
    script = SCRIPT.format(folder=tmp_path, python=sys.executable, probe=PROBE)
    done = subprocess.run(
        [ROOT / ".ci" / "postgres", "bash", "-c", script],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("rows are kept apart") == 2, done.stdout
