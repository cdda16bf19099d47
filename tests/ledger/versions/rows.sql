insert into gov.runs (run_id, command, status, started_at, finished_at, seconds, project, target, ok, warned, failed, skipped, not_run)
values (7, 'run', 'succeeded', '2026-01-02 03:04:05.6+00', '2026-01-02 03:04:06+00', 0.4, 'shop', 'dev', 1, 0, 0, 0, 0);
insert into gov.steps (run_id, step, kind, materialization, fingerprint, status, published, reason, seconds, "rows")
values (7, 'marts.gone', 'build', 'table', 'f', 'succeeded', true, 'new', 0.1, 3);
insert into gov.tests (run_id, step, kind, name, relation, severity, status, failing_rows, tested_at)
values (7, 'marts.gone', 'data', 'not null a', 'marts.gone', 'error', 'passed', 0, '2026-01-02 03:04:05+00')
