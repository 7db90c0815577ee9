-- One row per reason of a refusal that no version of its authority has carried yet, with the authority's next version.
select
    of_authority.version, refusal.la_code, refusal.extract_date, refusal.refused_at, refusal.inputs_sha256,
    refusal.reason
from refusal
inner join (select la_code, min(version) as version from new_version group by la_code) as of_authority using (la_code)
anti join kpi.refused_extract as carried using (la_code, extract_date, refused_at, inputs_sha256, reason)
order by of_authority.version, refusal.refused_at, refusal.extract_date, refusal.reason
