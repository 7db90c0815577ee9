-- One row per way in which files say a year and a place: in which year it ends and which geography it is. Authorities are
-- known by their code of DfE; ONS's is not the same in all files of a release. Where there is no code of DfE, ONS's tells it.
with
said as (
    select
        *,
        case
            when regexp_full_match(statistic_text(time_period), '[0-9]{4}') then statistic_text(time_period)::integer
            when regexp_full_match(statistic_text(time_period), '[0-9]{4}[-/]?[0-9]{2}')
                then left(statistic_text(time_period), 4)::integer + 1
        end as year,
        case lower(statistic_text(geographic_level))
            when 'national' then 'National' when 'regional' then 'Regional' when 'local authority' then 'Local authority'
        end as geography_level,
        statistic_text(country_code) as country,
        nullif(statistic_text(region_code), '') as region,
        regexp_replace(statistic_text(old_la_code), '\s', '', 'g') as authority,
        statistic_text(new_la_code) as authority_of_ons
    from landed_place
)

select
    *,
    coalesce(la_code, geography_code) as place
from (
    select
        said.*,
        case said.geography_level
            when 'National' then said.country
            when 'Regional' then said.region
            else coalesce(by_dfe.geography_code, by_ons.geography_code, said.authority_of_ons)
        end as geography_code,
        case said.geography_level
            when 'Local authority' then coalesce(nullif(said.authority, ''), by_ons.la_code)
        end as la_code
    from said
    left join geography as by_dfe on
        by_dfe.geography_level = 'Local authority'
        and by_dfe.la_code = said.authority
    left join geography as by_ons on
        by_ons.geography_level = 'Local authority'
        and said.authority = ''
        and by_ons.geography_code = said.authority_of_ons
)
where year is not null and geography_level is not null and coalesce(la_code, geography_code, '') <> ''
