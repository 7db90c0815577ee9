-- One row per authority that landed files name by a code which is in no list of authorities yet.
select
    'Local authority' as geography_level,
    placed.la_code,
    arg_max(placed.authority_of_ons, placed.file_id) as geography_code,
    arg_max(statistic_text(placed.la_name), placed.file_id) as name,
    arg_max(placed.region, placed.file_id) as region_code,
    arg_max(statistic_text(placed.region_name), placed.file_id) as region_name,
    coalesce(any_value(region.parent_region_code), arg_max(placed.region, placed.file_id)) as parent_region_code,
    coalesce(any_value(region.parent_region_name), arg_max(statistic_text(placed.region_name), placed.file_id)) as parent_region_name,
    null as ons_code_alias,
    null::date as valid_from,
    null::date as valid_to,
    null as successor_la_code,
    arg_max(file.name, placed.file_id) as name_of_file
from place as placed
inner join file using (file_id)
left join geography as region on
    region.geography_level = 'Regional'
    and region.geography_code = placed.region
anti join geography as by_code on by_code.la_code = placed.la_code
anti join geography as by_ons on by_ons.geography_code = placed.authority_of_ons
anti join (select unnest(string_split(ons_code_alias, ';')) as alias from geography) as by_alias
    on by_alias.alias = placed.authority_of_ons
where
    placed.geography_level = 'Local authority'
    and regexp_full_match(placed.la_code, '[0-9]{3}')
    and placed.authority_of_ons <> ''
group by placed.la_code
