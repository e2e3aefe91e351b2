"""Plans with the real Alembic, for the comparison in tests/tests/alembic.rs.

Reads a JSON list of {"folder", "cases": [{"direction", "rows", "target"}]} from standard input; each folder holds
Alembic revision files. Each case runs on a database of its own in memory that starts with those version rows. Writes a
list of lists of results: {"steps": [[revision, rows after it]]}, or {"error": text} with the steps before it.
"""

import json
import logging
import sys
import warnings

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, text


def rows_of(connection):
    return sorted(row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version")))


def run(script, connection, case):
    steps = []
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    for row in case["rows"]:
        connection.execute(text("INSERT INTO alembic_version VALUES (:row)"), {"row": row})

    def applied(ctx, step, heads, run_args):
        revision = step.up_revision_id
        steps.append([revision, rows_of(connection)])

    plan = script._upgrade_revs if case["direction"] == "upgrade" else script._downgrade_revs
    context = MigrationContext.configure(
        connection=connection,
        opts={"fn": lambda rows, _: plan(case["target"], rows), "script": script, "on_version_apply": (applied,)},
    )
    try:
        context.run_migrations()
        return {"steps": steps}
    except CommandError as error:
        return {"error": str(error), "kind": "refused", "steps": steps}
    except (AssertionError, KeyError) as error:  # Alembic's own mistakes: a crash is a result here.
        return {"error": f"{type(error).__name__}: {error}", "kind": "crash", "steps": steps}


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    results = []
    for graph in json.load(sys.stdin):
        script = ScriptDirectory(graph["folder"], version_locations=[graph["folder"] + "/versions"])
        found = []
        for case in graph["cases"]:
            engine = create_engine("sqlite://")
            with engine.connect() as connection:
                found.append(run(script, connection, case))
            engine.dispose()
        results.append(found)
    json.dump(results, sys.stdout)


main()
