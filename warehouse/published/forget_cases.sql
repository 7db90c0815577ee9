-- The structure of the schema published in the working database, and only the latest version of each extract in it: an
-- older one is compared with no more, and one of a run that died was never published.
create schema if not exists published;

-- One row per publication of which the cases are known; another version of DuckDB may hash them otherwise.
create table if not exists published.known_extract (
    version integer not null, la_code varchar not null, extract_date date not null, hashed_by varchar not null
);

-- One row per publication, measure, month and case.
create table if not exists published.known_case (
    version integer not null, la_code varchar not null, extract_date date not null, measure_code varchar not null,
    month date not null, case_id ubigint not null, numerator double, denominator double
);

create or replace temp table latest_publication as
select la_code, extract_date, max(version) as version
from known_version
group by la_code, extract_date;

delete from published.known_case
where
    version in (
        select version from published.known_extract anti join latest_publication using (la_code, extract_date, version)
    );

delete from published.known_extract
where version not in (select version from latest_publication);
