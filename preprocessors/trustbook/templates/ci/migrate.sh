#!/usr/bin/env bash
# Runs all migrations of the product in the empty database at DATABASE_URL. This file is yours: write the commands below.
# database: @DATABASE@
set -euo pipefail

echo "write the commands that run the migrations of the product into ci/migrate.sh" >&2
exit 1
