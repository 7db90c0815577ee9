-- The structure of kpi.duckdb: aggregates only, for every analyst.

-- One row per authority, measure, month, period, extract date and version in which its figures differed. Append-only.
create table if not exists monthly_kpi (
    la_code varchar not null,
    measure_code varchar not null,
    month date not null,
    period varchar not null,
    numerator double,
    denominator double,
    value double,
    unit varchar,
    missing_start bigint,
    status varchar,
    extract_date date not null,
    version integer not null,
    definition_version varchar
);

-- One row per publication of one extract. Append-only.
create table if not exists kpi_version (
    version integer not null,
    la_code varchar not null,
    extract_date date not null,
    published_at timestamp not null,
    inputs_sha256 varchar not null,
    definitions_sha256 varchar not null,
    code_version varchar not null,
    run_id varchar not null,
    rows_changed bigint not null
);

-- One row per extract and measure that it could not give.
create table if not exists not_computable (
    la_code varchar not null,
    measure_code varchar not null,
    extract_date date not null,
    reason varchar not null
);

-- One row per authority, measure, month and period: the row of the latest extract date, then of the latest version.
create or replace view monthly_kpi_current as
select *
from monthly_kpi
qualify
    row_number() over (
        partition by la_code, measure_code, month, period order by extract_date desc, version desc
    ) = 1;

-- The same as known on an extract date.
create or replace macro monthly_kpi_as_known(on_date) as table
select *
from monthly_kpi
where extract_date <= on_date
qualify
    row_number() over (
        partition by la_code, measure_code, month, period order by extract_date desc, version desc
    ) = 1;

-- One row per figure that a later version changed, before and after. `was_final`: it had been final.
create or replace view kpi_restatement as
with
followed as (
    select
        *,
        lag(extract_date) over key_version as extract_date_before,
        lag(version) over key_version as version_before,
        lag(status) over key_version as status_before,
        lag(numerator) over key_version as numerator_before,
        lag(denominator) over key_version as denominator_before,
        lag(value) over key_version as value_before
    from monthly_kpi
    window key_version as (
        partition by la_code, measure_code, month, period order by extract_date, version
    )
)

select
    la_code, measure_code, month, period, unit,
    extract_date_before, version_before, status_before, numerator_before, denominator_before, value_before,
    extract_date, version, status, numerator, denominator, value,
    value - value_before as change,
    coalesce(status_before = 'final', false) as was_final
from followed
where
    version_before is not null
    and (
        numerator is distinct from numerator_before
        or denominator is distinct from denominator_before
        or value is distinct from value_before
    );
