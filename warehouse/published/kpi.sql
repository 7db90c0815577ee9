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
    rows_changed bigint not null,
    kind varchar,
    reason varchar
);

-- One row per authority, measure, month, period, breakdown, category, extract date and version in which its figures
-- differed. Append-only.
create table if not exists monthly_kpi_breakdown (
    la_code varchar not null, measure_code varchar not null, month date not null, period varchar not null,
    breakdown varchar not null, category varchar not null, numerator double, denominator double, value double,
    unit varchar, status varchar, extract_date date not null, version integer not null
);

-- One row per table of a published extract: from when and to when it is complete, and who says so.
create table if not exists coverage (
    la_code varchar not null, extract_date date not null, table_name varchar not null, complete_from date,
    spells_complete_from date, complete_to date, declared_by varchar, is_latest_only boolean, form varchar
);

-- One row per measure that a published extract can give: the first and last month that it covers, those between them that
-- it does not, why not more, and what its figures leave out or count besides.
create table if not exists measure_coverage (
    la_code varchar not null, extract_date date not null, measure_code varchar not null, first_month date,
    last_month date, months_left_out date[], reason varchar, note varchar
);

-- One row per published extract, measure whose cases DfE counts otherwise, and year to 31 March that the extract covers:
-- its cases counted as DfE does, by the step towards DfE's definition that makes the difference.
create table if not exists dfe_count (
    la_code varchar not null, extract_date date not null, measure_code varchar not null, year_end date not null,
    step varchar not null, numerator double not null, denominator double
);

-- One row per extract and measure that it could not give.
create table if not exists not_computable (
    la_code varchar not null,
    measure_code varchar not null,
    extract_date date not null,
    reason varchar not null
);

-- One row per extract, measure that it could not give and thing that the measure lacked there: columns of a table or, where
-- none are named, the table itself with all its rows.
create table if not exists unmet_need (
    la_code varchar not null, measure_code varchar not null, extract_date date not null, table_name varchar not null,
    column_names varchar[] not null, is_any_enough boolean not null, form varchar, reason varchar not null
);

-- One row per measure with a clock that a publication's extract can give: how many items were open then, how many of
-- them overdue or due within seven days, and how many had no date to count from. Append-only.
create table if not exists pending_count (
    version integer not null, la_code varchar not null, extract_date date not null, measure_code varchar not null,
    pending bigint not null, overdue bigint not null, without_start bigint not null, due_within_seven_days bigint
);

-- One row per file of a publication's extract: what became of its rows. Append-only.
create table if not exists extract_row_count (
    version integer not null, la_code varchar not null, extract_date date not null, table_name varchar not null,
    file_name varchar not null, rows_in bigint not null, rows_used bigint not null, rows_quarantined bigint not null,
    rows_duplicate bigint not null
);

-- One row per publication: what became of all the rows of its extract.
create or replace view extract_row_total as
select
    version, la_code, extract_date, sum(rows_in)::bigint as rows_in, sum(rows_used)::bigint as rows_used,
    sum(rows_quarantined)::bigint as rows_quarantined, sum(rows_duplicate)::bigint as rows_duplicate,
    100 * sum(rows_quarantined) / nullif(sum(rows_in), 0) as percent_quarantined
from extract_row_count
group by version, la_code, extract_date;

-- One row per table, column and rule that rows of a publication's extract broke. Append-only.
create table if not exists extract_issue_count (
    version integer not null, la_code varchar not null, extract_date date not null, table_name varchar not null,
    column_name varchar, rule varchar not null, severity varchar not null, rows bigint not null
);

-- One row per file that a publication was made of. Append-only.
create table if not exists version_file (
    version integer not null, file_name varchar not null, sha256 varchar not null
);

-- One row per column that had values in a publication's extract, and in how many of its table's rows. Append-only.
create table if not exists version_column (
    version integer not null, table_name varchar not null, column_name varchar not null, filled bigint, row_count bigint
);

-- One row per setting that decides numbers, as it was in force for a publication. Append-only.
create table if not exists version_setting (version integer not null, key varchar not null, value varchar not null);

-- One row per publication: the reference figures it was made with. Append-only.
create table if not exists version_reference (version integer not null, reference_sha256 varchar not null);

-- One row per measure that a publication's extract could not give. Append-only.
create table if not exists version_not_computable (
    version integer not null, la_code varchar not null, measure_code varchar not null, reason varchar not null
);

-- One row per commentary that a publication's extract came with. Append-only.
create table if not exists commentary (
    version integer not null, la_code varchar not null, month date not null, measure_code varchar not null,
    author varchar, written_on date, text varchar not null, file_name varchar not null, sha256 varchar not null
);

-- One row per reason for which an extract of an authority was refused since its version before. Append-only.
create table if not exists refused_extract (
    version integer not null, la_code varchar not null, extract_date date not null, refused_at timestamp not null,
    inputs_sha256 varchar not null, reason varchar not null
);

-- One row per publication of an extract that had been refused and that a person accepted all the same. Append-only.
create table if not exists accepted_extract (
    version integer not null, la_code varchar not null, extract_date date not null, inputs_sha256 varchar not null,
    accepted_at timestamp not null, accepted_by varchar not null, reason varchar not null, findings varchar not null
);

-- One row per authority, measure, month, period, benchmark and its basis, and version from which on the figure was
-- compared so. Without a name, it had that benchmark no longer. Append-only.
create table if not exists benchmark_version (
    la_code varchar not null, measure_code varchar not null, month date not null, period varchar not null,
    benchmark varchar not null, benchmark_basis varchar not null, benchmark_name varchar, benchmark_period_end date,
    benchmark_value double, neighbours_used integer, version integer not null, design_factor double,
    between_variance double, authorities_used integer, cases double, left_out varchar
);

-- One row per version, measure and year to 31 March: the reconciliation with DfE's figure as it was then, for the authority's
-- latest new version of each run. Append-only.
create table if not exists reconciliation_version (
    version integer not null, la_code varchar not null, measure_code varchar not null, year_end date not null,
    our_value double, published_value double, gap double, assessment_clock double, transfer_in double,
    distinct_or_episode double, late_recording double, population double, rounding double, unexplained double
);

-- One row: whose figures the benchmarks and populations are, and under which licence.
create or replace table attribution (text varchar not null);

-- One row per authority in England: its name and region.
create or replace table authority (la_code varchar not null, name varchar not null, region_name varchar);

-- One row per published extract that is not withdrawn.
create or replace view published_extract as
select la_code, extract_date
from kpi_version
group by la_code, extract_date
having arg_max(coalesce(kind, 'publication'), version) <> 'withdrawal';

-- One row per authority, measure, month and period: the row of the latest extract date that is not withdrawn, then of the
-- latest version.
create or replace view monthly_kpi_current as
select *
from monthly_kpi
semi join published_extract using (la_code, extract_date)
qualify
    row_number() over (
        partition by la_code, measure_code, month, period order by extract_date desc, version desc
    ) = 1;

-- The same, of months that have ended alone.
create or replace view monthly_kpi_ended as
select * from monthly_kpi_current where status in ('provisional', 'final');

-- One row per authority: its latest month that has ended.
create or replace view latest_month as
select la_code, max(month) as month from monthly_kpi_ended group by la_code;

-- One row per authority, measure, month, period, breakdown and category: as monthly_kpi_current.
create or replace view monthly_kpi_breakdown_current as
select *
from (
    select *
    from monthly_kpi_breakdown
    semi join published_extract using (la_code, extract_date)
    qualify
        row_number() over (
            partition by la_code, measure_code, month, period, breakdown, category
            order by extract_date desc, version desc
        ) = 1
)
where status is not null;

-- One row per authority, measure, month and period as known on an extract date.
create or replace macro monthly_kpi_as_known(on_date) as table
select *
from monthly_kpi
semi join published_extract using (la_code, extract_date)
where extract_date <= on_date
qualify
    row_number() over (
        partition by la_code, measure_code, month, period order by extract_date desc, version desc
    ) = 1;

-- The same as a version left it: the figures of its authority as known on its extract date when it was published.
create or replace macro monthly_kpi_at_version(at_version) as table
select monthly_kpi.*
from monthly_kpi
inner join kpi_version as named on
    named.version = at_version
    and monthly_kpi.la_code = named.la_code
    and monthly_kpi.extract_date <= named.extract_date
    and monthly_kpi.version <= named.version
qualify
    row_number() over (
        partition by monthly_kpi.measure_code, monthly_kpi.month, monthly_kpi.period
        order by monthly_kpi.extract_date desc, monthly_kpi.version desc
    ) = 1;

-- One row per measure, month, period, benchmark and basis: what the figures of a version's authority were compared with
-- when it was published.
create or replace macro benchmark_at_version(at_version) as table
select benchmark_version.*
from benchmark_version
inner join kpi_version as named on
    named.version = at_version
    and benchmark_version.la_code = named.la_code
    and benchmark_version.version <= named.version
qualify
    row_number() over (
        partition by
            benchmark_version.measure_code, benchmark_version.month, benchmark_version.period,
            benchmark_version.benchmark, benchmark_version.benchmark_basis
        order by benchmark_version.version desc
    ) = 1
    and benchmark_version.benchmark_name is not null;

-- One row per recorded change of a process that was in force for a version.
create or replace macro spc_rebase_at_version(at_version) as table
select
    unnest(
        from_json(
            value, '[{"la_code": "VARCHAR", "measure_code": "VARCHAR", "month": "DATE", "reason": "VARCHAR"}]'
        ),
        recursive := true
    )
from version_setting
where version = at_version and key = 'spc_rebase';

-- One row per current figure, beside that of the month before and of the same month a year before. A month in progress
-- has no change: it is not yet like a whole one.
create or replace view kpi_change as
with
figure as materialized (
    select la_code, measure_code, month, period, value, status
    from monthly_kpi_current
    where status is not null
)

select
    figure.la_code, figure.measure_code, figure.month, figure.period, figure.value,
    month_before.value as value_month_before,
    case when figure.status <> 'to_date' then figure.value - month_before.value end as change_on_month,
    year_before.value as value_year_before,
    case when figure.status <> 'to_date' then figure.value - year_before.value end as change_on_year
from figure
left join figure as month_before on
    month_before.la_code = figure.la_code
    and month_before.measure_code = figure.measure_code
    and month_before.period = figure.period
    and month_before.month = figure.month - interval 1 month
left join figure as year_before on
    year_before.la_code = figure.la_code
    and year_before.measure_code = figure.measure_code
    and year_before.period = figure.period
    and year_before.month = figure.month - interval 1 year;

-- One row per figure that a version restated: the cases that came, went, and count otherwise than before. Append-only.
create table if not exists restatement_count (
    la_code varchar not null, measure_code varchar not null, month date not null, period varchar not null,
    extract_date date not null, version integer not null, cases_added bigint not null, cases_removed bigint not null,
    cases_changed bigint not null
);

-- One row per figure that a publication changed from what had been known for its extract date, before and after, and the
-- cases behind the change. `was_final`: the figure had been final.
create or replace view publication_change as
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
    known.status = 'final' as was_final,
    restatement_count.cases_added, restatement_count.cases_removed, restatement_count.cases_changed
from compared
left join restatement_count using (la_code, measure_code, month, period, extract_date, version)
where
    numerator is distinct from known.numerator
    or denominator is distinct from known.denominator
    or value is distinct from known.value;

-- One row per figure that a later extract, by its date, gave otherwise than the one before: before and after, the cases
-- behind the change, and what of a publication differs that may be its cause. Each extract as its latest version has it.
create or replace view kpi_restatement as
with
latest as (
    select *
    from monthly_kpi
    semi join published_extract using (la_code, extract_date)
    qualify
        row_number() over (
            partition by la_code, measure_code, month, period, extract_date order by version desc
        ) = 1
),

compared as (
    select
        *,
        lag({
            'extract_date': extract_date, 'version': version, 'status': status, 'numerator': numerator,
            'denominator': denominator, 'value': value
        }) over (partition by la_code, measure_code, month, period order by extract_date) as known
    from latest
),

-- By its own latest version: a figure of one extract may be written down again by a version of another, which moved the
-- figure that it follows.
made as (
    select la_code, extract_date, arg_max(definitions_sha256, version) as definitions_sha256
    from kpi_version
    group by la_code, extract_date
)

select
    compared.la_code, compared.measure_code, compared.month, compared.period, compared.unit,
    known.extract_date as extract_date_before, known.version as version_before, known.status as status_before,
    known.numerator as numerator_before, known.denominator as denominator_before, known.value as value_before,
    compared.extract_date, compared.version, compared.status, compared.numerator, compared.denominator, compared.value,
    compared.value - known.value as change,
    known.status = 'final' as was_final,
    restatement_count.cases_added, restatement_count.cases_removed, restatement_count.cases_changed,
    case
        when after.definitions_sha256 is distinct from before.definitions_sha256 then 'settings or definitions'
        else 'files'
    end as cause
from compared
left join restatement_count using (la_code, measure_code, month, period, extract_date, version)
left join made as after on after.la_code = compared.la_code and after.extract_date = compared.extract_date
left join made as before on before.la_code = compared.la_code and before.extract_date = known.extract_date
where
    known is not null
    and (
        compared.numerator is distinct from known.numerator
        or compared.denominator is distinct from known.denominator
        or compared.value is distinct from known.value
    );

-- One row per authority, measure, ended month and later month in which an extract told of it again: how far the figure
-- had moved since the first extract that had the month as ended. Every extract as it is known now, so that a correction
-- of our own is no late recording; of several extracts in one month the last.
create or replace view late_recording as
with
known as (
    select la_code, measure_code, month, extract_date, numerator, denominator, value, status
    from monthly_kpi
    where period = 'month'
    qualify
        row_number() over (partition by la_code, measure_code, month, extract_date order by version desc) = 1
),

first as (
    select
        la_code, measure_code, month, min(extract_date) as first_extract_date,
        arg_min({'numerator': numerator, 'denominator': denominator, 'value': value}, extract_date) as told
    from known
    where status <> 'to_date'
    group by la_code, measure_code, month
),

later as (
    select
        first.la_code, first.measure_code, first.month, first.first_extract_date, first.told,
        date_diff('month', first.first_extract_date, extract.extract_date) as months_since,
        max(extract.extract_date) as extract_date
    from first
    inner join (select distinct la_code, extract_date from kpi_version) as extract on
        extract.la_code = first.la_code
        and extract.extract_date > first.first_extract_date
    group by all
)

select
    later.la_code, later.measure_code, later.month, later.first_extract_date, later.months_since, later.extract_date,
    later.told.value as value_first, known.value,
    known.value - later.told.value as change,
    known.numerator - later.told.numerator as numerator_change,
    known.denominator - later.told.denominator as denominator_change
from later
asof left join known on
    known.la_code = later.la_code
    and known.measure_code = later.measure_code
    and known.month = later.month
    and known.extract_date <= later.extract_date
where later.months_since > 0 and known.status is not null;
