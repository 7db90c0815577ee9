-- One row per file and row: which year and which geography it is about. Authorities are known by their code of DfE;
-- ONS's is not the same in all files of a release. Where there is no code of DfE, ONS's tells it.
select
    landed.source_id,
    landed.row_number,
    landed.filter_1,
    landed.filter_2,
    case
        when regexp_full_match(landed.time_period, '[0-9]{4}')
            then make_date(landed.time_period::integer, file.year_ends_month, file.year_ends_day)
        when regexp_full_match(landed.time_period, '[0-9]{4}[-/]?[0-9]{2}')
            then make_date(
                left(landed.time_period, 4)::integer + 1, file.year_ends_month, file.year_ends_day
            )
    end as period_end,
    landed.geographic_level as geography_level,
    case landed.geographic_level
        when 'National' then landed.country_code
        when 'Regional' then landed.region_code
        else coalesce(authority.geography_code, by_ons.geography_code, landed.new_la_code)
    end as geography_code,
    case landed.geographic_level
        when 'Local authority' then coalesce(nullif(landed.old_la_code, ''), by_ons.la_code)
    end as la_code,
    landed.la_name,
    landed.new_la_code,
    landed.region_code,
    landed.region_name
from (
    select
        source_id,
        row_number,
        filter_1,
        filter_2,
        statistic_text(time_period) as time_period,
        case lower(statistic_text(geographic_level))
            when 'national' then 'National' when 'regional' then 'Regional' when 'local authority' then 'Local authority'
        end as geographic_level,
        statistic_text(country_code) as country_code,
        nullif(statistic_text(region_code), '') as region_code,
        statistic_text(region_name) as region_name,
        regexp_replace(statistic_text(old_la_code), '\s', '', 'g') as old_la_code,
        statistic_text(new_la_code) as new_la_code,
        statistic_text(la_name) as la_name
    from landed_text
) as landed
inner join file using (source_id)
left join geography as authority on
    authority.geography_level = 'Local authority'
    and authority.la_code = landed.old_la_code
left join geography as by_ons on
    by_ons.geography_level = 'Local authority'
    and landed.old_la_code = ''
    and by_ons.geography_code = landed.new_la_code
