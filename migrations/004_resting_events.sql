-- An event on its way to a plugin that is switched off, or set aside, rests: it is not due and has not failed.
alter table portico.event_deliveries drop constraint event_deliveries_state_check;
alter table portico.event_deliveries add constraint event_deliveries_state_check check (state in ('waiting', 'resting', 'delivered', 'parked'));
create index event_deliveries_resting on portico.event_deliveries (tenant_id, plugin_id, created_at, id) where state = 'resting';

-- Due once a plugin is on again: what rests for plugins that are on goes on its way.
alter table portico.due_work drop constraint due_work_kind_check;
alter table portico.due_work add constraint due_work_kind_check check (kind in ('event', 'mail', 'wake', 'reconcile', 'resume'));
