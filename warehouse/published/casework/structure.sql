-- The structure of casework.duckdb: child-level results, for those entitled to them.

-- One row: which publication this file belongs to; kpi.duckdb's is the highest in kpi_version.
create table if not exists publication (version integer, published_at timestamp);

-- One row per file of a published extract.
create table if not exists extract_file (
    la_code varchar not null, extract_date date not null, table_name varchar not null, file_name varchar not null,
    sha256 varchar not null, rows_in bigint not null, rows_used bigint not null, rows_quarantined bigint not null,
    rows_duplicate bigint not null, columns_ignored varchar, form varchar
);

-- One row per rule that a row of a published extract broke.
create table if not exists row_issue (
    la_code varchar not null, extract_date date not null, table_name varchar not null, file_name varchar not null,
    row_number bigint, record_id varchar, person_id varchar, column_name varchar, raw_value varchar,
    rule varchar not null, severity varchar not null, message varchar not null, place varchar
);

-- One row per published extract and rule of the catalogue: what became of it. `not_applicable` says why it was not asked.
create table if not exists rule_result (
    la_code varchar not null, extract_date date not null, rule_code varchar not null, outcome varchar not null,
    rows_found bigint not null, reason varchar
);

-- One row per rule of the catalogue and check that it stands for: rows of `row_issue` with that rule, table and column.
create table if not exists data_rule (
    rule_code varchar not null, statutory_number varchar, sentence varchar not null, severity varchar not null,
    rule varchar not null, table_name varchar, column_name varchar
);

-- One row per authority: the extract that its cases are of.
create table if not exists case_extract (la_code varchar not null, extract_date date not null);

-- One row per measure of an authority's latest extract and stretch of months without a gap that it covers.
create table if not exists covered (
    la_code varchar not null, measure_code varchar not null, first_month date, last_month date
);

-- One row per open item with a clock, as at the latest extract of an authority.
create table if not exists pending_case (
    la_code varchar not null, measure_code varchar not null, person_id varchar, record_id varchar, clock_start date,
    due_date date, working_days_elapsed bigint, working_days_left bigint, is_overdue boolean, team varchar,
    worker varchar, table_name varchar, row_number bigint, place varchar
);

-- One row per purge of an extract: when its rows about children were taken out, and how many they were. Append-only.
create table if not exists purge (
    la_code varchar not null, extract_date date not null, purged_at timestamp not null, rows bigint not null
);
