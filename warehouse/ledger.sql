-- The structure of ledger.duckdb: what was decided about extracts. Names of files, tables and columns, and counts; never
-- what a cell says.

-- One row per reason of a refusal. A refusal for the reasons of the last one of the same bytes is not written again.
-- `check_name` is the check whose limit was passed, of `table_name`; empty where a file cannot be used. Append-only.
create table if not exists refusal (
    la_code varchar not null, extract_date date not null, inputs_sha256 varchar not null, refused_at timestamp not null,
    reason varchar not null, table_name varchar, check_name varchar
);

-- One row per finding that a person accepted of an extract, for the bytes that it then had. Append-only.
create table if not exists acceptance (
    la_code varchar not null, extract_date date not null, inputs_sha256 varchar not null, accepted_at timestamp not null,
    accepted_by varchar not null, reason varchar not null, finding varchar not null, table_name varchar not null,
    check_name varchar not null
);
