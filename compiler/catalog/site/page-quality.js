'use strict';
/* #/tests, #/runs, #/runs/<id> : what was tested, what ran. */
{
  const { h, t } = gov;
  const TEST_KINDS = [
    'not_null',
    'key',
    'unique',
    'in',
    'matches',
    'references',
    'check',
    'query',
    'unit',
    'lineage',
    'determines',
  ];
  const STATES = ['failed', 'refuted', 'warned', 'skipped', 'not_run', 'passed', 'proved'];
  const STEP_KINDS = ['load', 'build', 'test', 'not_run'];

  /* All tests, unpacked: {relation, kind, severity, state, rows, columns, name}. */
  gov.allTests = async function () {
    const data = await gov.load_tests(),
      relation = gov.unpack(data.relation),
      state = gov.unpack(data.state),
      rows = gov.unpack(data['rows+1']),
      columns = gov.unpack(data.columns),
      tests = [];
    for (let k = 0, i = 0, n = 0; k < state.length; k++) {
      i += relation[k];
      const test = {
        relation: i,
        kind: TEST_KINDS[state[k] & 15],
        severity: state[k] & 16 ? 'warn' : 'error',
        rows: rows[k] - 1,
        state: gov.testState(['to_run', 'proved', 'refuted'][(state[k] >> 5) & 3], gov.OUTCOMES[state[k] >> 7]),
        columns: [],
      };
      for (let left = columns[n++]; left > 0; left--) test.columns.push(gov.columnText(gov.first[i] + columns[n++]));
      test.name = data.names[k] || test.kind.replace('_', ' ') + ' ' + test.columns.join(', ');
      tests.push(test);
    }
    return tests;
  };

  gov.pages.tests = async function (parts, query) {
    const tests = await gov.allTests(),
      wish = { q: query.get('q') || '', state: query.get('state') || '', kind: query.get('kind') || '' };
    const fits = test =>
      (!wish.state || test.state === wish.state) &&
      (!wish.kind || test.kind === wish.kind) &&
      (!wish.q || (test.name + ' ' + gov.name(test.relation)).toLowerCase().includes(wish.q.toLowerCase()));
    const table = gov.table(
      [
        {
          key: 'state',
          title: t('state'),
          cell: test => gov.stateMark(test.state),
          sort: test => STATES.indexOf(test.state),
        },
        {
          key: 'name',
          title: t('test'),
          head: true,
          wide: true,
          cell: test =>
            h('a', { href: gov.link('m', gov.name(test.relation), 'tests'), dir: 'auto' }, gov.wrapName(test.name)),
          sort: test => test.name,
        },
        {
          key: 'relation',
          title: t('relation'),
          cell: test => gov.relationLink(test.relation),
          sort: test => gov.name(test.relation),
        },
        { key: 'kind', title: t('kind'), cell: test => t('test_' + test.kind), sort: test => test.kind },
        { key: 'severity', title: t('severity'), cell: test => t(test.severity), sort: test => test.severity },
        {
          key: 'rows',
          title: t('wrong_rows'),
          number: true,
          cell: test => (test.rows < 0 ? '' : gov.number(test.rows)),
          sort: test => test.rows,
        },
      ],
      tests.filter(fits),
      { label: t('tests'), sort: query.get('sort') || 'state', kept: true },
    );
    const change = key => value => {
      wish[key] = value;
      gov.keep({ [key]: value });
      table.items(tests.filter(fits));
    };
    const counts = STATES.map(state => [state, tests.filter(test => test.state === state).length]).filter(([, n]) => n);
    return {
      title: t('tests'),
      body: [
        gov.head(
          t('tests'),
          '',
          h(
            'p.marks',
            counts.map(([state, n]) => gov.stateMark(state, gov.number(n) + ' ' + t(state))),
          ),
        ),
        h(
          'div.toolbar',
          gov.filterBox(wish.q, change('q')),
          gov.choice(
            t('state'),
            counts.map(([state]) => [state, t(state)]),
            wish.state,
            change('state'),
          ),
          gov.choice(
            t('kind'),
            TEST_KINDS.filter(kind => tests.some(test => test.kind === kind)).map(kind => [kind, t('test_' + kind)]),
            wish.kind,
            change('kind'),
          ),
        ),
        table,
      ],
    };
  };

  /* Steps of a run: {kind, outcome, relation (or -1), name, rows, offset, seconds, passed, warned, failed, reason,
   * message}. */
  gov.unpackSteps = function (data) {
    const lists = {};
    for (const key of ['state', 'relation+1', 'rows+1', 'offset+1', 'ms+1', 'passed', 'warned', 'failed', 'text'])
      lists[key] = gov.unpack(data[key]);
    const text = n => (n ? data.texts[n - 1] : undefined);
    return Array.from(lists.state, (state, k) => {
      const relation = lists['relation+1'][k] - 1,
        ms = lists['ms+1'][k] - 1,
        offset = lists['offset+1'][k] - 1;
      return {
        kind: STEP_KINDS[state & 3],
        outcome: gov.OUTCOMES[state >> 2],
        relation,
        name: relation >= 0 ? gov.name(relation) : text(lists.text[3 * k]),
        rows: lists['rows+1'][k] - 1,
        offset: offset < 0 ? undefined : offset / 1000,
        seconds: ms < 0 ? undefined : ms / 1000,
        passed: lists.passed[k],
        warned: lists.warned[k],
        failed: lists.failed[k],
        reason: text(lists.text[3 * k + 1]),
        message: text(lists.text[3 * k + 2]),
      };
    });
  };

  const testsOf = step =>
    ['failed', 'warned', 'passed']
      .filter(key => step[key])
      .map(key => gov.count(key, step[key]))
      .join(', ');

  /* The columns that a step has wherever it is listed. */
  gov.stepColumns = () => [
    {
      key: 'state',
      title: t('result'),
      cell: step =>
        gov.stateMark(
          step.kind === 'not_run' ? 'not_run' : step.outcome,
          step.kind === 'not_run' ? t('step_not_run') : '',
        ),
      sort: step => STATES.indexOf(step.outcome),
    },
    {
      key: 'kind',
      title: t('kind'),
      cell: step => (step.kind === 'not_run' ? '' : t('step_' + step.kind)),
      sort: step => step.kind,
    },
    {
      key: 'rows',
      title: t('rows'),
      number: true,
      cell: step => (step.rows < 0 ? '' : gov.number(step.rows)),
      sort: step => step.rows,
    },
    {
      key: 'seconds',
      title: t('duration'),
      number: true,
      cell: step => (step.seconds === undefined ? '' : gov.seconds(step.seconds)),
      sort: step => (step.seconds === undefined ? -1 : step.seconds),
    },
    {
      key: 'tests',
      title: t('tests'),
      cell: testsOf,
      sort: step => step.failed * 1e6 + step.warned * 1e3 + step.passed,
    },
    {
      key: 'reason',
      title: t('reason'),
      wide: true,
      cell: step =>
        [step.reason, step.message && h(step.outcome === 'failed' ? 'small.message' : 'small', step.message)].filter(
          Boolean,
        ),
    },
  ];

  /* When each step ran, as a bar along the run. */
  function timeline(steps, total) {
    if (!total || steps.every(step => step.offset === undefined)) return null;
    return {
      key: 'time',
      title: t('timeline'),
      narrow: true,
      cell: step =>
        step.offset === undefined || step.seconds === undefined
          ? ''
          : h(
              'div.bar',
              { 'aria-hidden': 'true' },
              h('i.' + step.outcome, {
                style: {
                  left: (100 * step.offset) / total + '%',
                  width: Math.max(0.8, (100 * step.seconds) / total) + '%',
                },
              }),
            ),
    };
  }

  async function oneRun(id) {
    const k = gov.runs.findIndex(run => run.id === id),
      run = gov.runs[k];
    if (!run) return null;
    const steps = gov.unpackSteps(await gov.stepsOf(k)),
      line = timeline(steps, run.seconds),
      [state, ...rest] = gov.stepColumns();
    return {
      title: id,
      body: [
        h(
          'header.head',
          h('p.eyebrow', h('a', { href: '#/runs' }, t('runs'))),
          h('h1', gov.time(run.started_at)),
          h(
            'p.marks',
            gov.stateMark(run.outcome),
            gov.muted(gov.count('step', run.steps)),
            run.seconds !== undefined && gov.muted(gov.seconds(run.seconds)),
          ),
        ),
        gov.facts([
          [t('command'), run.command && gov.code(run.command)],
          [t('target'), run.target],
          [t('revision'), run.revision && h('code.hash', run.revision)],
          [t('plan'), run.plan_hash && h('code.hash', run.plan_hash)],
          ['Id', h('code.hash', run.id)],
        ]),
        gov.section(
          t('steps'),
          gov.table(
            [
              {
                key: 'name',
                title: t('step'),
                head: true,
                cell: step => (step.relation >= 0 ? gov.relationLink(step.relation) : h('span.mono', step.name)),
                sort: step => step.name,
              },
              state,
              ...(line ? [line] : []),
              ...rest,
            ],
            steps,
            { label: t('steps') },
          ),
        ),
      ],
    };
  }

  gov.pages.runs = parts =>
    parts[0]
      ? oneRun(parts[0])
      : {
          title: t('runs'),
          body: [
            gov.head(t('runs'), gov.runs.length ? gov.count('run', gov.runs.length) : t('never_run_words')),
            gov.runs.length > 0 && gov.runsTable(gov.runs),
          ],
        };
}
