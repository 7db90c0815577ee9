-- One row per care plan.
select
    care_plan_id as lacp_table_id, person_id as lacp_person_id, started_date as lacp_cla_care_plan_start_date,
    end_date as lacp_cla_care_plan_end_date
from cla_care_plan
where status is distinct from 'DRAFT'
