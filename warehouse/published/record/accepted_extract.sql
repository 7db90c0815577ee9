-- One row per acceptance of exactly what a publication of the run was made of.
select
    new_version.version, new_version.la_code, new_version.extract_date, new_version.inputs_sha256,
    acceptance.accepted_at, acceptance.accepted_by, acceptance.reason,
    string_agg(acceptance.finding, e'\n' order by acceptance.finding) as findings
from new_version
inner join acceptance using (la_code, extract_date, inputs_sha256)
group by all
order by new_version.version, acceptance.accepted_at
