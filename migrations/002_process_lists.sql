-- The console's list of processes: by the time they began, all of them or those of one state.
create index processes_started on portico.processes (tenant_id, started_at, id);
create index processes_state on portico.processes (tenant_id, state, started_at, id);
