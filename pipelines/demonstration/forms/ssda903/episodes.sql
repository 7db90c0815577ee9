-- One row per episode.
select
    person_id as CHILD,
    british(decom) as DECOM,
    rne as RNE,
    legal_status as LS,
    category_of_need as CIN,
    placement_type as PLACE,
    placement_provider as PLACE_PROVIDER,
    british(dec) as DEC,
    rec as REC,
    reason_place_change as REASON_PLACE_CHANGE,
    home_postcode as HOME_POST,
    placement_postcode as PL_POST,
    urn as URN
from episode
order by person_id, episode.decom
