#!/usr/bin/env bash
# Begin a copy of the database when there is none yet, then follow.
set -eu
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  pg_basebackup -h postgres -U suhui -D "$PGDATA" -R -X stream -c fast
fi
exec postgres -D "$PGDATA" -c max_connections=200 -c hot_standby_feedback=on
