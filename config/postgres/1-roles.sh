#!/bin/sh
# Run once by the postgres image, as its superuser, on an empty volume.
# Two plain roles: a superuser would walk past row-level security.
set -eu

psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v database="$POSTGRES_DB" \
    -v owner_password="${DB_OWNER_PASSWORD:?set DB_OWNER_PASSWORD}" \
    -v app_password="${DB_APP_PASSWORD:?set DB_APP_PASSWORD}" <<'SQL'
CREATE ROLE watchfloor_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE watchfloor_app LOGIN PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO watchfloor_owner;
SQL
