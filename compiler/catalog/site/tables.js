'use strict';
/* Tables: real <table>s, sorted by their headings, drawn 200 rows at a time, each row a card on narrow screens. */
{
  const { h, t } = gov;
  const CHUNK = 200;

  /* Keeps a page's state in the address without drawing the page again. */
  gov.keep = function (values) {
    const [path, query] = location.hash.slice(1).split('?'),
      all = new URLSearchParams(query || '');
    for (const key in values)
      if (values[key]) all.set(key, values[key]);
      else all.delete(key);
    history.replaceState(null, '', '#' + path + (all.toString() ? '?' + all : ''));
  };

  function heading(column, state, redraw) {
    const attributes = {
      scope: 'col',
      role: 'columnheader',
      class: [column.number && 'number', column.narrow && 'narrow'].filter(Boolean).join(' ') || null,
    };
    if (!column.sort) return h('th', attributes, column.title);
    const mine = state.key === column.key;
    attributes['aria-sort'] = mine ? (state.down ? 'descending' : 'ascending') : null;
    return h(
      'th',
      attributes,
      h(
        'button.sort',
        {
          type: 'button',
          'data-key': column.key,
          onclick: () => {
            state.down = mine ? !state.down : !!column.number;
            state.key = column.key;
            redraw(column.key);
          },
        },
        column.title,
        h('span.arrow', { 'aria-hidden': 'true' }, mine ? (state.down ? '↓' : '↑') : ''),
      ),
    );
  }

  function sorted(items, columns, state) {
    const column = columns.find(one => one.key === state.key && one.sort);
    if (!column) return items;
    const keyed = items.map((item, k) => [column.sort(item), k, item]),
      sign = state.down ? -1 : 1;
    const compare = typeof (keyed[0] || [''])[0] === 'number' ? (a, b) => a - b : gov.compare;
    return keyed.sort((a, b) => sign * compare(a[0], b[0]) || a[1] - b[1]).map(one => one[2]);
  }

  /* A table of `items`. Each column: {key, title, cell(item), sort(item) or none, number, narrow, head: names the row}.
   * `options`: label (for screen readers), sort ('rows' or '-rows': the first order), kept (in the address),
   * row(item, tr): more for a row. Gives an element with `items(list)` to show other items. */
  gov.table = function (columns, items, options) {
    const first = options.sort || '',
      state = { key: first.replace('-', ''), down: first.startsWith('-') };
    const head = h('tr'),
      body = h('tbody'),
      foot = h('div.more'),
      element = h('div.table');
    let list = [],
      drawn = 0;

    function row(item) {
      const tr = h(
        'tr',
        { role: 'row' },
        columns.map(column => {
          const content = column.cell(item),
            empty =
              content === '' ||
              content === null ||
              content === undefined ||
              content === false ||
              (Array.isArray(content) && !content.flat().length);
          const classes =
            [column.number && 'number', empty && 'empty', column.narrow && 'narrow', column.wide && 'wide']
              .filter(Boolean)
              .join(' ') || null;
          return column.head
            ? h('th', { scope: 'row', role: 'rowheader', class: classes }, content)
            : h('td', { role: 'cell', 'data-label': column.title, class: classes }, content);
        }),
      );
      if (options.row) options.row(item, tr);
      return tr;
    }
    function more() {
      const end = Math.min(list.length, drawn + CHUNK);
      for (; drawn < end; drawn++) body.append(row(list[drawn]));
      foot.replaceChildren();
      if (!list.length) foot.append(h('p.muted', t('nothing_matches')));
      if (drawn < list.length)
        foot.append(
          h(
            'button',
            { type: 'button', onclick: more },
            t('show_more', gov.number(Math.min(CHUNK, list.length - drawn))),
          ),
          gov.muted(t('showing', gov.number(drawn), gov.number(list.length))),
        );
    }
    function draw(focus) {
      list = sorted(items, columns, state);
      head.replaceChildren(...columns.map(column => heading(column, state, redraw)));
      body.replaceChildren();
      drawn = 0;
      more();
      if (focus) head.querySelector(`[data-key="${focus}"]`).focus();
    }
    function redraw(key) {
      if (options.kept) gov.keep({ sort: (state.down ? '-' : '') + state.key });
      draw(key);
    }
    element.append(
      h('table', { role: 'table', 'aria-label': options.label }, h('thead', { role: 'rowgroup' }, head), body),
      foot,
    );
    head.setAttribute('role', 'row');
    body.setAttribute('role', 'rowgroup');
    element.items = next => {
      items = next;
      draw();
    };
    draw();
    return element;
  };

  /* A labelled <select> of [value, words], the first is "all". */
  gov.choice = function (label, values, chosen, change) {
    const select = h(
      'select',
      { onchange: () => change(select.value) },
      h('option', { value: '' }, t('all')),
      values.map(([value, words]) => h('option', { value, selected: value === chosen }, words)),
    );
    return h('label.field', h('span', label), select);
  };
  gov.filterBox = function (value, change) {
    const input = h('input', {
      type: 'search',
      value: value || '',
      oninput: () => change(input.value),
      autocomplete: 'off',
      spellcheck: 'false',
    });
    return h('label.field', h('span', t('filter')), input);
  };

  /* A test's one word: what happened when it ran, else what the compiler knows. */
  gov.testState = (proof, outcome) =>
    outcome && outcome !== 'not_run'
      ? outcome
      : proof === 'proved'
        ? 'proved'
        : proof === 'refuted'
          ? 'refuted'
          : 'not_run';

  /* Type, unit, and whether it may be null. */
  gov.typeCell = function (c) {
    const shape = gov.shape(c);
    return [
      h('span.mono', shape.type),
      h('small', [shape.unit, shape.nullable ? t('nullable').toLowerCase() : 'not null'].filter(Boolean).join(' · ')),
    ];
  };

  /* Columns of a table of relations, by key. */
  gov.relationColumns = function (...keys) {
    const all = {
      name: { title: t('name'), head: true, cell: i => gov.relationLink(i), sort: i => gov.name(i) },
      state: {
        title: t('state'),
        cell: i => gov.stateMark(gov.state(i)),
        sort: i => ['failed', 'stale', 'warned', 'skipped', 'not_run', 'passed', 'proved'].indexOf(gov.state(i)),
      },
      status: { title: t('status'), cell: i => gov.status(i) && gov.badge(gov.status(i)), sort: i => gov.status(i) },
      kind: {
        title: t('kind'),
        cell: i => t(gov.isSource(i) ? 'source' : gov.storage(i)).toLowerCase(),
        sort: i => (gov.isSource(i) ? 'source' : gov.storage(i)),
      },
      layer: { title: t('layer'), cell: i => gov.layers[gov.fact.layer[i]].name, sort: i => gov.fact.layer[i] },
      owner: {
        title: t('owner'),
        cell: i => gov.ownerLink(gov.owner(i)),
        sort: i => (gov.owner(i) || { name: '' }).name,
      },
      columns: {
        title: t('columns'),
        number: true,
        cell: i => gov.number(gov.columnCount(i)),
        sort: i => gov.columnCount(i),
      },
      rows: {
        title: t('rows'),
        number: true,
        cell: i => (gov.rows(i) < 0 ? '' : gov.number(gov.rows(i))),
        sort: i => gov.rows(i),
      },
      tests: {
        title: t('tests'),
        number: true,
        cell: i => (gov.fact.tests[i] ? gov.number(gov.fact.tests[i]) : ''),
        sort: i => gov.fact.tests[i],
      },
      quarantined: {
        title: t('quarantined'),
        number: true,
        cell: i => (gov.fact.quarantined[i] ? gov.number(gov.fact.quarantined[i]) : ''),
        sort: i => gov.fact.quarantined[i],
      },
      fresh: {
        title: t('freshness'),
        cell: i =>
          gov.fact.fresh[i] >= 3
            ? gov.stateMark(
                ['not_run', 'fresh', 'stale'][gov.fact.fresh[i] % 3],
                t(['unknown', 'fresh', 'stale'][gov.fact.fresh[i] % 3]),
              )
            : '',
        sort: i => gov.fact.fresh[i],
      },
      readers: {
        title: t('read_by'),
        number: true,
        cell: i => gov.number(gov.readers.of(i).length),
        sort: i => gov.readers.of(i).length,
      },
    };
    return keys.map(key => ({ key, ...all[key] }));
  };

  gov.runsTable = runs =>
    gov.table(
      [
        {
          key: 'started',
          title: t('started'),
          head: true,
          cell: run => h('a', { href: gov.link('runs', run.id) }, gov.time(run.started_at)),
          sort: run => run.started_at || '',
        },
        { key: 'state', title: t('result'), cell: run => gov.stateMark(run.outcome), sort: run => run.outcome },
        { key: 'steps', title: t('steps'), number: true, cell: run => gov.number(run.steps), sort: run => run.steps },
        {
          key: 'seconds',
          title: t('duration'),
          number: true,
          cell: run => (run.seconds === undefined ? '' : gov.seconds(run.seconds)),
          sort: run => run.seconds || 0,
        },
        { key: 'command', title: t('command'), wide: true, cell: run => run.command && gov.code(run.command) },
      ],
      runs,
      { label: t('runs') },
    );
}
