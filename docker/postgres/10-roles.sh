#!/bin/bash
# Runs once, when the database's volume is empty: roles and databases, passwords from the secret files.
set -euo pipefail
ckan_password=$(cat /run/secrets/ckan_db_password)
read_password=$(cat /run/secrets/datastore_read_password)
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=ckan_password="$ckan_password" --set=read_password="$read_password" <<'SQL'
CREATE ROLE ckan LOGIN PASSWORD :'ckan_password';
CREATE ROLE datastore_read LOGIN PASSWORD :'read_password';
CREATE DATABASE ckan OWNER ckan ENCODING 'UTF8';
CREATE DATABASE datastore OWNER ckan ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE ckan FROM PUBLIC;
REVOKE CONNECT ON DATABASE datastore FROM PUBLIC;
GRANT CONNECT ON DATABASE datastore TO datastore_read;
SQL
