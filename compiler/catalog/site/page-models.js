'use strict';
/* #/models, #/sources, #/columns, #/columns/<name>, #/search : lists. */
{
  const { h, t } = gov;
  const fold = text => text.toLowerCase();

  /* A list of relations with filters that stand in the address. */
  function relationPage(title, ids, columns, query) {
    const wish = {
      q: query.get('q') || '',
      layer: query.get('layer') || '',
      owner: query.get('owner') || '',
      status: query.get('status') || '',
      state: query.get('state') || '',
    };
    const fits = i =>
      (!wish.layer || gov.layers[gov.fact.layer[i]].name === wish.layer) &&
      (!wish.owner || (gov.owner(i) || {}).name === wish.owner) &&
      (!wish.status || gov.status(i) === wish.status) &&
      (!wish.state || gov.state(i) === wish.state) &&
      (!wish.q || fold(gov.name(i)).includes(fold(wish.q)));
    const count = h('p.sub', { role: 'status' }),
      list = () => {
        const some = ids.filter(fits);
        count.textContent = t('showing', gov.number(some.length), gov.number(ids.length));
        return some;
      };
    const table = gov.table(columns, list(), { label: title, sort: query.get('sort') || '', kept: true });
    const change = key => value => {
      wish[key] = value;
      gov.keep({ [key]: value });
      table.items(list());
    };
    const used = (values, of) => values.filter(([value]) => ids.some(i => of(i) === value));
    const choices = [
      ['layer', gov.layers.map(one => [one.name, one.name]), i => gov.layers[gov.fact.layer[i]].name],
      ['owner', gov.owners.map(one => [one.name, one.title || one.name]), i => (gov.owner(i) || {}).name],
      ['status', ['certified', 'migrated', 'legacy', 'draft'].map(one => [one, t(one)]), gov.status],
      [
        'state',
        ['failed', 'stale', 'warned', 'skipped', 'not_run', 'passed', 'proved'].map(one => [one, t(one)]),
        gov.state,
      ],
    ]
      .map(([key, values, of]) => [key, used(values, of)])
      .filter(([key, values]) => values.length > 1 || wish[key]);
    return {
      title,
      body: [
        h('header.head', h('h1', title), count),
        h(
          'div.toolbar',
          gov.filterBox(wish.q, change('q')),
          choices.map(([key, values]) => gov.choice(t(key), values, wish[key], change(key))),
        ),
        table,
      ],
    };
  }

  const every = test => Array.from({ length: gov.size }, (_, i) => i).filter(test);

  /* A layer may hold sources and models: asked for a layer or an owner, the list shows both. */
  gov.pages.models = (parts, query) => {
    const both =
      query.get('layer') &&
      !every(i => !gov.isSource(i) && gov.layers[gov.fact.layer[i]].name === query.get('layer')).length;
    return both
      ? gov.pages.sources(parts, query)
      : relationPage(
          t('models'),
          every(i => !gov.isSource(i)),
          gov.relationColumns('name', 'state', 'status', 'kind', 'owner', 'rows', 'columns', 'tests'),
          query,
        );
  };
  gov.pages.sources = (parts, query) =>
    relationPage(
      t('sources'),
      every(gov.isSource),
      gov
        .relationColumns('name', 'state', 'fresh', 'owner', 'rows', 'quarantined', 'columns', 'tests', 'readers')
        .filter(column => column.key !== 'fresh' || every(i => gov.fact.fresh[i] % 3).length),
      query,
    );

  function typesOf(columns) {
    const types = new Map();
    for (const c of columns) types.set(gov.shape(c).type, (types.get(gov.shape(c).type) || 0) + 1);
    return [...types.keys()];
  }
  function labelsOf(columns) {
    const labels = new Map();
    for (const c of columns) for (const label of gov.shape(c).labels || []) labels.set(label.join(':'), label);
    return [...labels.values()];
  }

  /* Columns grouped by name. */
  function allColumns(query) {
    let q = query.get('q') || '';
    const names = gov.core.columnNames
      .map((_, n) => n)
      .sort((a, b) => gov.compare(gov.core.columnNames[a], gov.core.columnNames[b]));
    const list = () => (q ? names.filter(n => fold(gov.core.columnNames[n]).includes(fold(q))) : names);
    const table = gov.table(
      [
        {
          key: 'name',
          title: t('name'),
          head: true,
          cell: n =>
            h('a.mono', { href: gov.link('columns', gov.core.columnNames[n]) }, gov.wrapName(gov.core.columnNames[n])),
          sort: n => gov.core.columnNames[n],
        },
        {
          key: 'count',
          title: t('relation'),
          cell: n => {
            const own = gov.columnsNamed(n);
            return own.length === 1 ? gov.relationLink(gov.relationOf(own[0])) : gov.count('in_relations', own.length);
          },
          sort: n => gov.columnsNamed(n).length,
        },
        {
          key: 'type',
          title: t('type'),
          wide: true,
          cell: n => {
            const types = typesOf(gov.columnsNamed(n));
            return h('span.mono', types.slice(0, 3).join(', ') + (types.length > 3 ? ` +${types.length - 3}` : ''));
          },
          sort: n => gov.shape(gov.columnsNamed(n)[0]).type,
        },
        {
          key: 'tags',
          title: t('tags'),
          cell: n =>
            labelsOf(gov.columnsNamed(n))
              .map(label => [gov.labelBadge(label), ' '])
              .flat(),
          sort: n => labelsOf(gov.columnsNamed(n)).join(),
        },
      ],
      list(),
      { label: t('columns'), sort: query.get('sort') || '', kept: true },
    );
    return {
      title: t('columns'),
      body: [
        gov.head(t('columns'), gov.count('column', gov.columnName.length)),
        h(
          'div.toolbar',
          gov.filterBox(q, value => {
            q = value;
            gov.keep({ q });
            table.items(list());
          }),
        ),
        table,
      ],
    };
  }

  /* One name: every column that has it. */
  function oneName(name) {
    const n = gov.core.columnNames.indexOf(name);
    if (n < 0) return null;
    const columns = [...gov.columnsNamed(n)],
      relation = c => gov.relationOf(c);
    return {
      title: name,
      body: [
        h(
          'header.head',
          h('p.eyebrow', h('a', { href: '#/columns' }, t('columns'))),
          h('h1.mono', gov.wrapName(name)),
          h('p.sub', gov.count('in_relations', columns.length)),
        ),
        gov.table(
          [
            {
              key: 'name',
              title: t('relation'),
              head: true,
              cell: c => gov.relationLink(relation(c)),
              sort: c => gov.name(relation(c)),
            },
            { key: 'type', title: t('type'), cell: c => gov.typeCell(c), sort: c => gov.shape(c).type },
            {
              key: 'tags',
              title: t('tags'),
              cell: c => (gov.shape(c).labels || []).map(label => [gov.labelBadge(label), ' ']).flat(),
            },
            {
              key: 'owner',
              title: t('owner'),
              cell: c => gov.ownerLink(gov.owner(relation(c))),
              sort: c => (gov.owner(relation(c)) || { name: '' }).name,
            },
            {
              key: 'lineage',
              title: t('lineage'),
              cell: c => h('a', { href: gov.link('m', gov.name(relation(c)), 'lineage', { c: name }) }, t('trail_of')),
            },
          ],
          columns,
          { label: name },
        ),
      ],
    };
  }
  gov.pages.columns = (parts, query) => (parts[0] ? oneName(parts[0]) : allColumns(query));

  gov.pages.search = async function (parts, query) {
    await gov.need('search');
    const q = query.get('q') || '',
      found = (await gov.wordIndex()).find(q, 100);
    return {
      title: t('search'),
      body: [
        gov.head(t('search_for', q), gov.count('result', found.total)),
        found.total === 0 && h('p', t('search_none', q)),
        gov.rankedKinds(found).map(([kind, group]) =>
          gov.section(
            `${t('search_groups_' + kind)} (${gov.number(group.total)})`,
            h(
              'ul.found',
              group.items.map(item => {
                const { href, name, sub } = gov.resultOf(item);
                return h(
                  'li',
                  h('a.mono', { href, dir: 'auto' }, gov.wrapName(name)),
                  h('small', { dir: 'auto' }, sub),
                );
              }),
            ),
          ),
        ),
      ],
    };
  };
}
