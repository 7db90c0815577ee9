-- One row per version, measure, month and case that is not the same on both sides: `cases` is above 0 where it came.
create or replace temp table different_case (
    version integer, measure_code varchar, month date, case_id ubigint, is_achieved boolean, cases hugeint
);
