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

-- One row per figure that a version changed from what had been known for its extract date, before and after.
-- `was_final`: the figure had been final.
create or replace view kpi_restatement as
with
compared as (
    select
        after.*,
        arg_max(before, {'extract_date': before.extract_date, 'version': before.version}) as known
    from monthly_kpi as after
    inner join monthly_kpi as before on
        before.la_code = after.la_code
        and before.measure_code = after.measure_code
        and before.month = after.month
        and before.period = after.period
        and before.extract_date <= after.extract_date
        and before.version < after.version
    group by all
)

select
    la_code, measure_code, month, period, unit,
    known.extract_date as extract_date_before, known.version as version_before, known.status as status_before,
    known.numerator as numerator_before, known.denominator as denominator_before, known.value as value_before,
    extract_date, version, status, numerator, denominator, value,
    value - known.value as change,
    known.status = 'final' as was_final
from compared
where
    numerator is distinct from known.numerator
    or denominator is distinct from known.denominator
    or value is distinct from known.value;
