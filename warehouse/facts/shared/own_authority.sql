-- One row per authority and code that is its own: its code, and those of councils that it was made of or that took its
-- place.
with
reorganised as (
    select la_code, unnest(regexp_extract_all(successor_la_code, '\b\d{3}\b')) as other_la_code
    from reference.geography
    where successor_la_code is not null
)

select distinct la_code, la_code as own_la_code from facts.reporting_month
union
select la_code, other_la_code from reorganised
union
select other_la_code, la_code from reorganised
