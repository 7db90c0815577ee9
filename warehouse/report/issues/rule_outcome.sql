-- One row per rule of the catalogue: what became of it in an extract, what was found first.
select
    result.rule_code,
    rule.statutory_number,
    rule.sentence,
    rule.severity,
    rule.tables,
    result.outcome,
    result.rows_found,
    result.reason
from casework.rule_result as result
inner join (
    select
        rule_code, any_value(statutory_number) as statutory_number, any_value(sentence) as sentence,
        any_value(severity) as severity, string_agg(distinct table_name, ', ' order by table_name) as tables
    from casework.data_rule
    group by rule_code
) as rule using (rule_code)
where result.la_code = $la_code and result.extract_date = $extract_date
order by
    list_position(['failed', 'found', 'clean', 'not_applicable'], result.outcome), rule.severity, result.rows_found desc,
    result.rule_code
