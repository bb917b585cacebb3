#!/usr/bin/env bash
# Let the copy follow: with the password, from the network of these services.
set -eu
echo "host replication all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
