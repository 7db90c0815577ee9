-- One row per extract, measure whose cases DfE counts otherwise, and year to 31 March that the extract covers: the cases
-- counted as DfE does, and the step towards its definition that makes the difference.
with
year as (
    select
        covered.la_code, covered.extract_date, covered.measure_code,
        make_date(year(covered.month) + (month(covered.month) > 3)::integer, 3, 31) as year_end
    from measures.covered_month as covered
    inner join measures.measure using (measure_code)
    where
        covered.status <> 'to_date'
        and covered.measure_code in (
            'assessment_timeliness', 'icpc_timeliness', 'icpc_rate', 'children_in_need_rate', 're_referrals'
        )
        and (not measure.is_snapshot or month(covered.month) = 3)
    group by covered.la_code, covered.extract_date, covered.measure_code, year_end, measure.is_snapshot
    having measure.is_snapshot or count(*) = 12
),

-- An assessment is timed from its own start; one without a start, or that ended before it, is late.
assessment as (
    select
        assessment.la_code, assessment.extract_date, assessment.event_date,
        coalesce(
            assessment.event_date >= assessment.start_date
            and finished.working_day_number - started.working_day_number <= assessment.standard,
            false
        ) as is_achieved
    from facts.single_assessment as assessment
    left join reference.calendar as started on started.date = assessment.start_date
        and started.calendar_number = calendar_of(assessment.la_code)
    left join reference.calendar as finished on finished.date = assessment.event_date
        and finished.calendar_number = calendar_of(assessment.la_code)
    where assessment.event_date is not null
),

-- The conference on a child who moved in on another authority's plan is timed from the referral: the one that it names,
-- else the child's latest.
transfer_in as (
    select
        held.la_code, held.extract_date, held.icpc_date as event_date,
        coalesce(named.referral_date, latest.referral_date) as referral_date
    from facts.conference_held as held
    left join facts.referral as named
        on named.la_code = held.la_code
        and named.extract_date = held.extract_date
        and named.person_id = held.person_id
        and named.referral_id = held.referral_id
    asof left join facts.referral as latest
        on latest.la_code = held.la_code
        and latest.extract_date = held.extract_date
        and latest.person_id = held.person_id
        and held.icpc_date >= latest.referral_date
    where held.is_used and held.is_transfer_in
),

conference as (
    select la_code, extract_date, event_date, is_in_time as is_achieved
    from facts.conference
    where not is_transfer_in
    union all
    select
        transfer_in.la_code, transfer_in.extract_date, transfer_in.event_date,
        coalesce(
            transfer_in.event_date >= transfer_in.referral_date
            and done.working_day_number - started.working_day_number <= standard.days,
            false
        ) as is_achieved
    from transfer_in
    left join reference.calendar as started on started.date = transfer_in.referral_date
        and started.calendar_number = calendar_of(transfer_in.la_code)
    left join reference.calendar as done on done.date = transfer_in.event_date
        and done.calendar_number = calendar_of(transfer_in.la_code)
    asof left join reference.standard
        on standard.clock = 'icpc_timeliness'
        and transfer_in.event_date >= standard.valid_from
),

-- One row per case that counts, of whatever measure.
counted as (
    select la_code, extract_date, 'assessment_timeliness' as measure_code, event_date, null as end_date, is_achieved
    from assessment
    union all
    select conference.la_code, conference.extract_date, measure.measure_code, conference.event_date, null, conference.is_achieved
    from conference
    cross join (values ('icpc_timeliness'), ('icpc_rate')) as measure (measure_code)
    union all
    -- Every referral counts, and the referral before it is what it is held against.
    select
        la_code, extract_date, 're_referrals', event_date, null,
        coalesce(previous_referral_date > event_date - interval 12 month, false)
    from facts.referral_made
    union all
    -- A child with two open referrals is in need twice.
    select la_code, extract_date, 'children_in_need_rate', referral_date, coalesce(closure_date, date '9999-12-31'), true
    from staged.referral
    where is_real(status) and referral_nfa is distinct from true and referral_date is not null
),

-- What lies in a year, or stands at its end.
in_year as (
    select
        year.la_code, year.extract_date, year.measure_code, year.year_end,
        count(*) as cases,
        count(*) filter (counted.is_achieved) as achieved
    from year
    inner join counted
        on counted.la_code = year.la_code
        and counted.extract_date = year.extract_date
        and counted.measure_code = year.measure_code
        and counted.event_date <= year.year_end
        and case
            when counted.end_date is not null then counted.end_date > year.year_end
            else counted.event_date > year.year_end - interval 1 year
        end
    group by year.la_code, year.extract_date, year.measure_code, year.year_end
)

select
    year.la_code,
    year.extract_date,
    year.measure_code,
    year.year_end,
    case
        when year.measure_code = 'assessment_timeliness' then 'assessment_clock'
        when starts_with(year.measure_code, 'icpc') then 'transfer_in'
        else 'distinct_or_episode'
    end as step,
    coalesce(if(measure.is_rate, in_year.cases, in_year.achieved), 0)::double as numerator,
    case when not measure.is_rate then coalesce(in_year.cases, 0)::double end as denominator
from year
inner join measures.measure using (measure_code)
left join in_year using (la_code, extract_date, measure_code, year_end)
