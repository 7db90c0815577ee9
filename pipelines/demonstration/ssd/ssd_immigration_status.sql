-- One row per unaccompanied child.
select
    'N' || person_id as immi_immigration_status_id, person_id as immi_person_id,
    'Unaccompanied asylum seeking child' as immi_immigration_status
from person
where uasc
