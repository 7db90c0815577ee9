-- One row per child and stretch of pre-proceedings that ended in a decision, in the month of the decision.
select
    decided.la_code,
    decided.extract_date,
    date_trunc('month', decided.decision_date)::date as month,
    decided.person_id,
    decided.pre_proceedings_id as record_id,
    decided.letter_date as clock_start,
    decided.decision_date as event_date,
    decided.decision_date as attribute_date,
    (decided.letter_date + standard.days::integer)::date as due_date,
    coalesce(
        decided.decision_date >= decided.letter_date
        and decided.decision_date - decided.letter_date <= standard.days,
        false
    ) as is_in_time,
    decided.court_application_date is not null as is_to_court,
    decided.letter_date is null as is_start_missing,
    case
        when decided.letter_date is null then 'No letter'
        when decided.decision_date < decided.letter_date then 'Decided before the letter'
        when decided.decision_date - decided.letter_date > standard.days
        then
            'Late by ' || (decided.decision_date - decided.letter_date - standard.days)
            || if(decided.decision_date - decided.letter_date - standard.days = 1, ' day', ' days')
    end as reason,
    'No application to court' as reason_without_application,
    referral.referral_source,
    referral.team as referral_team,
    'pre_proceedings' as table_name,
    decided.row_number
from staged.pre_proceedings as decided
left join facts.referral using (la_code, extract_date, referral_id, person_id)
asof left join reference.standard on
    standard.clock = 'pre_proceedings_timeliness' and decided.decision_date >= standard.valid_from
where decided.decision_date is not null
