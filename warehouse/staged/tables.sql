-- The tables of the layer that are not an extract table's own; those are derived from the contracts.
create schema if not exists staged;

-- One row per rule, as declared in schemas/rules.py.
create or replace table staged.rule (rule varchar, state varchar, severity varchar, message varchar);

-- One row per distinct spelling of a code in the table that is being read.
create or replace table staged.code_reading (column_name varchar, spelling varchar, code varchar);

-- One row per merged child: the id that was, and the id that is.
create table if not exists staged.person_alias (
    la_code varchar, extract_date date, person_id varchar, master_person_id varchar
);

-- One row per broken rule.
create table if not exists staged.row_issue (
    la_code varchar, extract_date date, table_name varchar, row_number bigint, record_id varchar, person_id varchar,
    column_name varchar, raw_value varchar, rule varchar, severity varchar, message varchar
);

-- One row per extract and table.
create table if not exists staged.row_count (
    la_code varchar, extract_date date, table_name varchar, rows_in bigint, rows_used bigint, rows_quarantined bigint,
    rows_duplicate bigint
);
