'use strict';
/* #/m/<layer.name>[/lineage|tests|access|runs|sql] : all about one relation. */
{
  const { h, t } = gov;

  const testChip = test => {
    const state = gov.testState(test.proof, test.outcome);
    return h('span.chip.' + state, gov.icon(state), t('test_' + test.kind), gov.vh(' ' + t(state)));
  };

  const tagsOf = c => {
    const { labels, isPublic } = gov.shape(c);
    return labels ? labels.flatMap(label => [gov.labelBadge(label), ' ']) : isPublic && gov.muted(t('public'));
  };

  function columnsTab(i, detail) {
    const tests = new Map();
    for (const test of detail.tests || [])
      for (const name of test.columns || []) tests.set(name, [...(tests.get(name) || []), test]);
    const all = Array.from({ length: gov.columnCount(i) }, (_, k) => k),
      column = k => gov.first[i] + k,
      name = k => gov.columnText(column(k));
    const words = k => (detail.columns[k] || [])[0],
      written = k => (detail.columns[k] || [])[1];
    return gov.table(
      [
        {
          key: 'name',
          title: t('column'),
          head: true,
          sort: name,
          cell: k => [
            h('a.mono', { href: gov.link('m', gov.name(i), 'lineage', { c: name(k) }) }, gov.wrapName(name(k))),
            gov.shape(column(k)).isKey && h('span.key', gov.icon('key'), gov.vh(t('key'))),
          ],
        },
        { key: 'type', title: t('type'), cell: k => gov.typeCell(column(k)), sort: k => gov.shape(column(k)).type },
        {
          key: 'tests',
          title: t('tests'),
          cell: k => tests.has(name(k)) && h('div.chips', tests.get(name(k)).map(testChip)),
          sort: k => -(tests.get(name(k)) || []).length,
        },
        {
          key: 'tags',
          title: t('tags'),
          cell: k => tagsOf(column(k)),
          sort: k => -(gov.shape(column(k)).labels || []).length,
        },
        {
          key: 'words',
          title: t('description'),
          wide: true,
          cell: k =>
            [words(k) && gov.inlineWords(words(k)), written(k) && h('code.expression', written(k))].filter(Boolean),
        },
      ],
      all,
      { label: t('columns') },
    );
  }

  function testsTab(detail) {
    const tests = detail.tests || [];
    if (!tests.length) return h('p.muted', t('no_tests'));
    return gov.table(
      [
        {
          key: 'state',
          title: t('state'),
          cell: test => gov.stateMark(gov.testState(test.proof, test.outcome)),
          sort: test =>
            ['failed', 'refuted', 'warned', 'skipped', 'not_run', 'passed', 'proved'].indexOf(
              gov.testState(test.proof, test.outcome),
            ),
        },
        {
          key: 'name',
          title: t('test'),
          head: true,
          wide: true,
          cell: test => [
            h('span', { dir: 'auto' }, test.name),
            test.description && h('small', gov.inlineWords(test.description)),
            test.reason && h('small', test.reason),
          ],
          sort: test => test.name,
        },
        { key: 'kind', title: t('kind'), cell: test => t('test_' + test.kind), sort: test => test.kind },
        {
          key: 'severity',
          title: t('severity'),
          cell: test => [t(test.severity), test.warn_above > 0 && h('small', '> ' + gov.number(test.warn_above))],
          sort: test => test.severity,
        },
        {
          key: 'rows',
          title: t('wrong_rows'),
          number: true,
          cell: test => (test.failing_rows === undefined ? '' : gov.number(test.failing_rows)),
          sort: test => (test.failing_rows === undefined ? -1 : test.failing_rows),
        },
        {
          key: 'written',
          title: t('written'),
          wide: true,
          cell: test =>
            [
              test.written && h('code.expression', test.written),
              test.place && h('small', gov.place(test.place)),
            ].filter(Boolean),
        },
      ],
      tests,
      { label: t('tests') },
    );
  }

  async function sqlTab(i, detail) {
    const [written, emitted] = await gov.sqlOf(i);
    return h(
      'div',
      gov.isSource(i) && h('p.muted', t('no_sql')),
      h(
        'div.sql',
        written &&
          gov.codeBlock(t('written') + (detail.place ? ` · ${detail.place.file}:${detail.place.line}` : ''), written),
        emitted && gov.codeBlock(t('emitted_for', gov.project.engine || gov.project.target || 'SQL'), emitted),
      ),
    );
  }

  async function runsTab(i) {
    const runs = gov.runs.slice(0, 12),
      steps = await Promise.all(runs.map((run, k) => gov.stepsOf(k))),
      mine = [];
    steps.forEach((list, k) =>
      gov
        .unpackSteps(list)
        .filter(step => step.relation === i)
        .forEach(step => mine.push({ ...step, ran: runs[k] })),
    );
    if (!mine.length) return h('p.muted', t('no_runs'));
    return gov.table(
      [
        {
          key: 'started',
          title: t('started'),
          head: true,
          cell: step => h('a', { href: gov.link('runs', step.ran.id) }, gov.time(step.ran.started_at)),
          sort: step => step.ran.started_at,
        },
        ...gov.stepColumns(),
      ],
      mine,
      { label: t('runs') },
    );
  }

  const TABS = [
    ['', 'columns'],
    ['lineage', 'lineage'],
    ['tests', 'quality'],
    ['access', 'access'],
    ['runs', 'runs'],
    ['sql', 'sql'],
  ];
  function tabs(i, current) {
    const counts = { '': gov.columnCount(i), tests: gov.fact.tests[i] };
    return h(
      'nav.tabs',
      { 'aria-label': t('sections') },
      TABS.map(([route, key]) =>
        h(
          'a',
          {
            href: route ? gov.link('m', gov.name(i), route) : gov.link('m', gov.name(i)),
            'aria-current': route === current ? 'page' : null,
          },
          t(key),
          counts[route] !== undefined && h('small', gov.number(counts[route])),
        ),
      ),
    );
  }

  const freshness = fresh =>
    fresh && [
      fresh.state && fresh.state !== 'unknown' && gov.stateMark(fresh.state === 'fresh' ? 'fresh' : 'stale'),
      ' ',
      fresh.newest && [t('newest', gov.dateTime(fresh.newest)), ' · '],
      fresh.declared && t('promised', fresh.declared),
    ];

  const loadedWords = ({ rows_read, rows_quarantined }) =>
    ` ${t('read')} ${gov.number(rows_read)}, ${t('quarantined').toLowerCase()} ${gov.number(rows_quarantined)}`;

  function factsOf(i, detail) {
    const result = detail.result || {},
      source = gov.isSource(i);
    return gov.facts([
      [t('owner'), gov.ownerLink(gov.owner(i))],
      [
        t('rows'),
        gov.rows(i) >= 0 && [
          gov.number(gov.rows(i)),
          result.rows_read !== undefined && result.rows_quarantined > 0 && h('small', loadedWords(result)),
        ],
      ],
      [
        t(source ? 'loaded' : 'built'),
        result.built_at && [
          gov.time(result.built_at),
          result.seconds !== undefined && h('small', ' ' + gov.seconds(result.seconds)),
        ],
      ],
      [t('freshness'), freshness(result.freshness)],
      [
        t(detail.keys && detail.keys.length > 1 ? 'keys' : 'key'),
        detail.keys &&
          detail.keys.map(key =>
            h(
              'div',
              h(
                'span.mono',
                key.columns.flatMap((name, k) => [k ? ', ' : '', ...gov.wrapName(name)]),
              ),
              !key.declared && h('small', ' ' + t('found_by_compiler')),
            ),
          ),
      ],
      [t('on_invalid'), detail.on_invalid],
      [
        t('stored_as'),
        !source && [
          t(gov.storage(i)),
          detail.partitioned && h('small', ` ${t('partitioned').toLowerCase()} ${detail.partitioned}`),
        ],
      ],
      [t('how_built'), detail.built],
      [t('history'), detail.history],
      [t('subject'), detail.subject && h('span.mono', detail.subject)],
      [t('reads'), gov.reads.of(i).length > 0 && neighbours(gov.reads.of(i))],
      [t('read_by'), gov.readers.of(i).length > 0 && neighbours(gov.readers.of(i))],
      [t('file'), detail.place && gov.place(detail.place)],
      [t('origin'), detail.origins && detail.origins.map(origin => h('div', h('code', gov.wrapPath(origin)))), 'full'],
    ]);
  }
  const neighbours = list =>
    h(
      'div.names',
      [...list].slice(0, 8).map(j => gov.relationLink(j)),
      list.length > 8 && gov.muted('+' + gov.number(list.length - 8)),
    );

  gov.pages.m = async function (parts, query) {
    const i = gov.find(parts[0] || ''),
      current = parts[1] || '';
    if (i < 0 || !TABS.some(([route]) => route === current)) return null;
    const detail = await gov.detail(i),
      layer = gov.layers[gov.fact.layer[i]].name;
    const tab = await {
      '': () => columnsTab(i, detail),
      lineage: async () => {
        await gov.need('layout', 'lineage');
        return gov.lineageTab(i, query);
      },
      tests: () => testsTab(detail),
      access: async () => {
        await gov.need('page-access');
        return gov.accessTab(i);
      },
      runs: () => runsTab(i),
      sql: () => sqlTab(i, detail),
    }[current]();
    return {
      title: gov.name(i),
      opened: tab.opened,
      body: [
        h(
          'header.head',
          h(
            'p.eyebrow',
            h('a', { href: gov.isSource(i) ? '#/sources' : '#/models' }, t(gov.isSource(i) ? 'source' : 'model')),
            ' · ',
            h('a', { href: gov.link('models', { layer }) }, layer),
          ),
          h('h1.mono', h('span.muted', layer + '.'), h('wbr'), gov.wrapName(gov.core.names[i])),
          h(
            'p.marks',
            gov.stateMark(gov.state(i)),
            gov.status(i) && gov.badge(gov.status(i)),
            !gov.isSource(i) && h('span.badge', t(/^by /.test(detail.built || '') ? 'incremental' : gov.storage(i))),
          ),
          detail.description ? gov.markdown(detail.description) : h('p.muted', t('no_description')),
        ),
        current === '' && factsOf(i, detail),
        tabs(i, current),
        tab,
      ],
    };
  };
}
