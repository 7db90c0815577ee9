-- One row per used row.
select judged_row.* from judged_row anti join not_used using (row_id)
