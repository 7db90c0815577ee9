-- One row per used row.
select judged.* from judged anti join not_used using (row_id)
