#!/usr/bin/env bash
# Runs the migrations of the product in an empty database, and writes the schema that it then has.
# usage: schema.sh FILE: `ci/migrate.sh` says which database it is, and runs the migrations.
set -euo pipefail

out="$1"
database="$(sed -n 's/^# database: //p' ci/migrate.sh)"
case "$database" in
  postgres)
    sudo systemctl start postgresql
    sudo -u postgres psql --quiet -c "CREATE USER trustbook SUPERUSER PASSWORD 'password'" -c "CREATE DATABASE trustbook"
    export DATABASE_URL="postgres://trustbook:password@localhost:5432/trustbook"
    bash ci/migrate.sh
    # These lines differ with each version and each run.
    pg_dump --schema-only --no-owner --no-privileges "$DATABASE_URL" |
      sed -e '/^-- Dumped /d' -e '/^\\restrict /d' -e '/^\\unrestrict /d' > "$out"
    ;;
  mysql)
    sudo systemctl start mysql
    export MYSQL_PWD=root
    mysql --user=root --execute="CREATE DATABASE trustbook"
    export DATABASE_URL="mysql://root:root@127.0.0.1:3306/trustbook"
    bash ci/migrate.sh
    mysqldump --user=root --no-data --skip-comments --no-tablespaces trustbook |
      sed -e 's/ AUTO_INCREMENT=[0-9]*//' > "$out"
    ;;
  sqlite)
    folder="$(mktemp --directory)"
    export DATABASE_URL="sqlite://$folder/database"
    bash ci/migrate.sh
    sqlite3 "$folder/database" .schema > "$out"
    rm -r "$folder"
    ;;
  *)
    echo "ci/migrate.sh has no line such as: # database: postgres" >&2
    exit 1
    ;;
esac
if ! grep -q "CREATE TABLE" "$out"; then
  echo "the migrations made no table" >&2
  exit 1
fi
