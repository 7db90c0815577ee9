-- One row per recorded change of a process, from which on a series has new limits.
-- Reads reference.setting.
select unnest(spc_rebase, recursive := true) from reference.setting
