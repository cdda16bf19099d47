'use strict';
/* #/access, #/roles/<r>, and a relation's access: who may read what, as declared. */
{
  const { h, t } = gov;

  let grants;
  /* Grants with their relations as a Set. */
  async function allGrants() {
    if (!grants)
      grants = (await gov.load_access()).map(grant => ({
        ...grant,
        relations: new Set(gov.unpackRows(grant.relations, 1).items),
      }));
    return grants;
  }

  /* A role and all that it includes. */
  function family(role, found = new Set()) {
    if (found.has(role.name)) return found;
    found.add(role.name);
    for (const name of role.includes || []) {
      const other = gov.roles.find(one => one.name === name);
      if (other) family(other, found);
    }
    return found;
  }
  const grantsFor = (all, role, i) => {
    const names = family(role);
    return all.filter(grant => names.has(grant.role) && grant.relations.has(i));
  };

  /* The role's level for a tag: -1 is nothing. */
  function clearance(role, tag) {
    let level = -1;
    for (const name of family(role))
      for (const one of (gov.roles.find(other => other.name === name) || {}).clearances || [])
        if (one.tag === tag) level = Math.max(level, gov.LEVELS.indexOf(one.level));
    return level;
  }
  const cleared = (role, c) =>
    (gov.shape(c).labels || []).every(([tag, level]) => clearance(role, gov.tags[tag].name) >= level);

  /* What a role may see of a column under one grant: 'read', 'mask:<name>', 'hidden' or ''. */
  function columnVerdict(grant, role, c) {
    const name = gov.columnText(c);
    if (grant.columns && !grant.columns.includes(name)) return '';
    const mask = (grant.masks || []).find(one => one.column === name);
    if (mask) return 'mask:' + mask.mask;
    return grant.hides_uncleared && !cleared(role, c) ? 'hidden' : 'read';
  }
  const strength = verdict => (verdict === 'read' ? 3 : verdict.startsWith('mask:') ? 2 : verdict === 'hidden' ? 1 : 0);
  function bestVerdict(list, role, c) {
    return list
      .map(grant => columnVerdict(grant, role, c))
      .reduce((best, one) => (strength(one) > strength(best) ? one : best), '');
  }

  /* What a role may read of a relation: {list: its grants, readable, total, masked, where: [..], until}. */
  function verdict(all, role, i) {
    const list = grantsFor(all, role, i),
      result = { list, readable: 0, total: gov.columnCount(i), masked: 0, where: [], until: [] };
    if (!list.length) return result;
    for (let c = gov.first[i]; c < gov.first[i + 1]; c++) {
      const one = bestVerdict(list, role, c);
      if (one === 'read' || one.startsWith('mask:')) result.readable++;
      if (one.startsWith('mask:')) result.masked++;
    }
    if (list.every(grant => grant.where)) result.where = list.map(grant => grant.where);
    if (list.every(grant => grant.until)) result.until = list.map(grant => grant.until);
    return result;
  }

  function verdictCell(v) {
    if (!v.list.length)
      return h('span.grant.none', h('span', { 'aria-hidden': 'true' }, '–'), gov.vh(t('access_nothing')));
    if (!v.readable) return h('span.grant.none', t('access_some', 0, v.total));
    const whole = v.readable === v.total && !v.masked && !v.where.length;
    return h(
      'span.grant.' + (whole ? 'whole' : 'part'),
      v.readable === v.total ? t('access_all') : t('access_some', v.readable, v.total),
      (v.masked > 0 || v.where.length > 0) &&
        h(
          'small',
          [v.masked > 0 && `${v.masked} ${t('masked')}`, v.where.length > 0 && t('some_rows')]
            .filter(Boolean)
            .join(', '),
        ),
    );
  }
  function columnCell(one) {
    if (one === 'read') return h('span.grant.whole', t('access_read'));
    if (one.startsWith('mask:')) return h('span.grant.part', t('access_masked', one.slice(5)));
    return h(
      'span.grant.none',
      one === 'hidden' ? t('access_hidden') : [h('span', { 'aria-hidden': 'true' }, '–'), gov.vh(t('access_nothing'))],
    );
  }

  const untilWords = until =>
    until.map(day => [gov.dateTime(day), new Date(day) < new Date() && h('small', ' ' + t('expired'))]);

  /* What to write so that a role may read: a grant of its own, or in the grant that names the relation for it already. */
  function wayToAsk(all, role, i) {
    const own = all.find(grant => grant.role === role.name && grant.relations.has(i));
    if (own)
      return [
        h('p', t('ask_change')),
        gov.codeBlock(own.place ? `${own.place.file}:${own.place.line}` : '.gov', own.written),
      ];
    let open = true;
    for (let c = gov.first[i]; c < gov.first[i + 1]; c++) open = open && cleared(role, c);
    const line = `grant select on ${gov.name(i)} to ${role.name}${open ? '' : ' hiding what is not cleared'};`;
    return [h('p', t('ask_add')), gov.codeBlock('.gov', line), !open && h('p.muted', t('ask_hiding'))].filter(Boolean);
  }

  function askFor(all, i) {
    const way = h('div'),
      owner = gov.owner(i),
      without = gov.roles.find(role => !grantsFor(all, role, i).length) || gov.roles[0];
    const option = role => h('option', { value: role.name, selected: role === without }, role.name);
    const select = h('select', { onchange: () => show() }, gov.roles.map(option));
    const show = () =>
      way.replaceChildren(
        ...wayToAsk(
          all,
          gov.roles.find(role => role.name === select.value),
          i,
        ),
      );
    show();
    const mail = owner && owner.email && [' ', h('a', { href: 'mailto:' + owner.email }, owner.email)];
    return h(
      'section.ask',
      h('h2', t('how_to_ask')),
      h('p', t('ask_words', owner ? owner.title || owner.name : t('ask_owner')), mail),
      h('label.field', h('span', t('role')), select),
      way,
    );
  }

  gov.accessTab = async function (i) {
    if (!gov.roles.length) return h('p.muted', t('no_roles'));
    const all = await allGrants(),
      rows = gov.roles.map(role => ({ role, v: verdict(all, role, i) })),
      able = rows.filter(row => row.v.list.length);
    const columns = Array.from({ length: gov.columnCount(i) }, (_, k) => gov.first[i] + k);
    return h(
      'div',
      h('p.muted', t('as_declared')),
      gov.table(
        [
          {
            key: 'role',
            title: t('role'),
            head: true,
            cell: row => h('a', { href: gov.link('roles', row.role.name) }, row.role.name),
          },
          { key: 'columns', title: t('columns'), cell: row => verdictCell(row.v) },
          {
            key: 'where',
            title: t('rows_which'),
            cell: row =>
              row.v.where.length ? row.v.where.map(one => h('code', one)) : row.v.list.length ? t('all') : '',
          },
          { key: 'until', title: t('until'), cell: row => untilWords(row.v.until) },
          {
            key: 'written',
            title: t('written'),
            wide: true,
            cell: row =>
              row.v.list.map(grant => [
                h('code.expression', grant.written),
                grant.place && h('small', gov.place(grant.place)),
              ]),
          },
        ],
        rows,
        { label: t('access') },
      ),
      able.length > 0 &&
        gov.section(
          t('columns'),
          matrix(
            columns,
            c => h('span.mono', gov.wrapName(gov.columnText(c))),
            able.map(row => row.role),
            (c, role) => columnCell(bestVerdict(grantsFor(all, role, i), role, c)),
            t('columns'),
          ),
        ),
      askFor(all, i),
    );
  };

  /* Things × roles, with the names kept in sight. */
  function matrix(items, name, roles, cell, label) {
    const table = gov.table(
      [
        { key: 'name', title: label, head: true, cell: name },
        ...roles.map(role => ({ key: 'role ' + role.name, title: role.name, cell: item => cell(item, role) })),
      ],
      items,
      { label: t('matrix') },
    );
    table.classList.add('matrix');
    return table;
  }

  gov.pages.access = async function (parts, query) {
    if (!gov.roles.length) return { title: t('access'), body: gov.head(t('access'), t('no_roles')) };
    const all = await allGrants(),
      readable = new Set(all.flatMap(grant => [...grant.relations])),
      ids = Array.from({ length: gov.size }, (_, i) => i).filter(i => readable.has(i));
    let q = query.get('q') || '';
    const list = () => ids.filter(i => gov.name(i).toLowerCase().includes(q.toLowerCase()));
    const table = matrix(
      list(),
      i => h('a.mono', { href: gov.link('m', gov.name(i), 'access') }, gov.wrapName(gov.name(i))),
      gov.roles,
      (i, role) => verdictCell(verdict(all, role, i)),
      t('relation'),
    );
    return {
      title: t('access'),
      body: [
        gov.head(t('access'), t('as_declared')),
        h(
          'div.toolbar',
          gov.filterBox(q, value => {
            q = value;
            gov.keep({ q });
            table.items(list());
          }),
        ),
        table,
        gov.section(
          t('roles'),
          gov.table(
            [
              {
                key: 'name',
                title: t('role'),
                head: true,
                cell: role => h('a', { href: gov.link('roles', role.name) }, role.name),
                sort: role => role.name,
              },
              { key: 'cleared', title: t('cleared_for'), cell: clearanceList },
              { key: 'includes', title: t('includes'), cell: role => (role.includes || []).join(', ') },
              {
                key: 'words',
                title: t('description'),
                wide: true,
                cell: role => role.description && gov.inlineWords(role.description),
              },
            ],
            gov.roles,
            { label: t('roles') },
          ),
        ),
      ],
    };
  };

  const clearanceList = role =>
    (role.clearances || []).length
      ? role.clearances.map(one => [
          h(
            'a.badge.tag',
            { href: gov.link('tags', one.tag) },
            one.tag,
            one.level !== 'raw' && h('small', ' ' + t('level_' + one.level)),
          ),
          ' ',
        ])
      : gov.muted(t('cleared_nothing'));

  gov.pages.roles = async function (parts) {
    const role = gov.roles.find(one => one.name === parts[0]);
    if (!role) return null;
    const all = await allGrants(),
      names = family(role),
      own = all.filter(grant => names.has(grant.role)),
      ids = [...new Set(own.flatMap(grant => [...grant.relations]))].sort((a, b) => a - b);
    return {
      title: role.name,
      body: [
        h(
          'header.head',
          h('p.eyebrow', h('a', { href: '#/access' }, t('role'))),
          h('h1', role.name),
          role.description && gov.markdown(role.description),
        ),
        gov.facts([
          [t('cleared_for'), clearanceList(role)],
          [t('includes'), (role.includes || []).map(name => h('a', { href: gov.link('roles', name) }, name))].map(
            (value, k) => (k ? (value.length ? value : null) : value),
          ),
          [t('file'), role.place && gov.place(role.place)],
        ]),
        gov.section(
          t('relation'),
          ids.length
            ? gov.table(
                [
                  {
                    key: 'name',
                    title: t('relation'),
                    head: true,
                    cell: i => h('a.mono', { href: gov.link('m', gov.name(i), 'access') }, gov.wrapName(gov.name(i))),
                    sort: i => gov.name(i),
                  },
                  { key: 'columns', title: t('columns'), cell: i => verdictCell(verdict(all, role, i)) },
                  {
                    key: 'where',
                    title: t('rows_which'),
                    cell: i => verdict(all, role, i).where.map(one => h('code', one)),
                  },
                  { key: 'until', title: t('until'), cell: i => untilWords(verdict(all, role, i).until) },
                ],
                ids,
                { label: t('relation') },
              )
            : h('p.muted', t('access_nothing')),
        ),
        own.length > 0 &&
          gov.section(
            t('grants'),
            own.map(grant =>
              gov.codeBlock(
                grant.place ? `${grant.place.file}:${grant.place.line}` : t('written'),
                grant.written || '',
              ),
            ),
          ),
      ],
    };
  };
}
