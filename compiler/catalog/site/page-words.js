'use strict';
/* #/owners, #/owners/<o>, #/tags, #/tags/<t>, #/declared, #/glossary, #/about : people and words. */
{
  const { h, t } = gov;
  const every = test => Array.from({ length: gov.size }, (_, i) => i).filter(test);

  function allOwners() {
    const own = new Map(gov.owners.map(owner => [owner, []]));
    for (let i = 0; i < gov.size; i++) if (gov.owner(i)) own.get(gov.owner(i)).push(i);
    return {
      title: t('owners'),
      body: [
        gov.head(t('owners'), gov.count('owner', gov.owners.length)),
        gov.table(
          [
            {
              key: 'name',
              title: t('name'),
              head: true,
              cell: gov.ownerLink,
              sort: owner => owner.title || owner.name,
            },
            {
              key: 'relations',
              title: t('relation'),
              number: true,
              cell: owner => gov.number(own.get(owner).length),
              sort: owner => own.get(owner).length,
            },
            {
              key: 'red',
              title: t('failed'),
              number: true,
              cell: owner => {
                const red = own.get(owner).filter(gov.isRed).length;
                return red ? gov.stateMark('failed', gov.number(red)) : '';
              },
              sort: owner => own.get(owner).filter(gov.isRed).length,
            },
            {
              key: 'email',
              title: t('email'),
              wide: true,
              cell: owner => owner.email && h('a', { href: 'mailto:' + owner.email }, owner.email),
              sort: owner => owner.email || '',
            },
          ],
          gov.owners,
          { label: t('owners') },
        ),
      ],
    };
  }
  function oneOwner(name) {
    const owner = gov.owners.find(one => one.name === name);
    if (!owner) return null;
    return {
      title: owner.title || name,
      body: [
        h(
          'header.head',
          h('p.eyebrow', h('a', { href: '#/owners' }, t('owner'))),
          h('h1', owner.title || name),
          owner.description && gov.markdown(owner.description),
        ),
        gov.facts([
          [t('name'), h('span.mono', name)],
          [t('email'), owner.email && h('a', { href: 'mailto:' + owner.email }, owner.email)],
          [
            t('layers'),
            gov.layers
              .filter(layer => layer.owner === name)
              .map(layer => layer.name)
              .join(', '),
          ],
          [t('file'), owner.place && gov.place(owner.place)],
        ]),
        gov.table(
          gov.relationColumns('name', 'state', 'status', 'kind', 'rows', 'columns', 'tests'),
          every(i => gov.owner(i) === owner),
          { label: t('relation') },
        ),
      ],
    };
  }
  gov.pages.owners = parts => (parts[0] ? oneOwner(parts[0]) : allOwners());

  /* [column, level] of all columns with the tag. */
  function taggedColumns(k) {
    const shapes = gov.core.shapes.map(shape => (shape[3] || []).find(label => label[0] === k)),
      found = [];
    for (let c = 0; c < gov.columnShape.length; c++)
      if (shapes[gov.columnShape[c]]) found.push([c, shapes[gov.columnShape[c]][1]]);
    return found;
  }
  const allTags = () => ({
    title: t('tags'),
    body: [
      gov.head(t('tags'), t('tag_words')),
      gov.table(
        [
          {
            key: 'name',
            title: t('name'),
            head: true,
            cell: k => h('a', { href: gov.link('tags', gov.tags[k].name) }, gov.tags[k].name),
            sort: k => gov.tags[k].name,
          },
          {
            key: 'columns',
            title: t('columns'),
            number: true,
            cell: k => gov.number(taggedColumns(k).length),
            sort: k => taggedColumns(k).length,
          },
          { key: 'implies', title: t('implies'), cell: k => (gov.tags[k].implies || []).join(', ') },
          {
            key: 'words',
            title: t('description'),
            wide: true,
            cell: k => gov.tags[k].description && gov.inlineWords(gov.tags[k].description),
          },
        ],
        gov.tags.map((_, k) => k),
        { label: t('tags') },
      ),
    ],
  });
  function oneTag(name) {
    const k = gov.tags.findIndex(tag => tag.name === name),
      tag = gov.tags[k];
    if (!tag) return null;
    const found = taggedColumns(k);
    return {
      title: name,
      body: [
        h(
          'header.head',
          h('p.eyebrow', h('a', { href: '#/tags' }, t('tags'))),
          h('h1', name),
          tag.description && gov.markdown(tag.description),
        ),
        gov.facts([
          [t('implies'), (tag.implies || []).join(', ')],
          [t('columns'), gov.number(found.length)],
          [t('file'), tag.place && gov.place(tag.place)],
        ]),
        found.length
          ? gov.table(
              [
                {
                  key: 'column',
                  title: t('column'),
                  head: true,
                  cell: ([c]) =>
                    h(
                      'a.mono',
                      { href: gov.link('m', gov.name(gov.relationOf(c)), 'lineage', { c: gov.columnText(c) }) },
                      gov.wrapName(gov.columnText(c)),
                    ),
                  sort: ([c]) => gov.columnText(c),
                },
                {
                  key: 'relation',
                  title: t('relation'),
                  cell: ([c]) => gov.relationLink(gov.relationOf(c)),
                  sort: ([c]) => gov.name(gov.relationOf(c)),
                },
                {
                  key: 'level',
                  title: t('level'),
                  cell: ([, level]) => t('level_' + gov.LEVELS[level]),
                  sort: ([, level]) => level,
                },
                {
                  key: 'type',
                  title: t('type'),
                  cell: ([c]) => h('span.mono', gov.shape(c).type),
                  sort: ([c]) => gov.shape(c).type,
                },
              ],
              found,
              { label: name },
            )
          : h('p.muted', t('not_tagged')),
      ],
    };
  }
  gov.pages.tags = parts => (parts[0] ? oneTag(parts[0]) : allTags());

  /* The plural of a kind of declaration; a kind that is not known here is its own word. */
  const kindWords = kind => (gov.hasWord('kind_' + kind) ? t('kind_' + kind) : kind);
  const uses = item =>
    item.uses &&
    h(
      'div.names',
      item.uses.map(name => (gov.find(name) < 0 ? h('span.mono', name) : gov.relationLink(gov.find(name)))),
    );
  const declarationTable = (items, kind) =>
    gov.table(
      [
        {
          key: 'name',
          title: t('name'),
          head: true,
          cell: item => [
            h('span.mono', gov.wrapName(item.name)),
            item.title && h('small', item.title),
            item.not_run_yet && h('div', gov.badge('not_run_yet', 'draft')),
          ],
          sort: item => item.name,
        },
        {
          key: 'words',
          title: t('description'),
          wide: true,
          cell: item =>
            [
              item.description && gov.inlineWords(item.description),
              item.written &&
                (item.written.length < 160 && !item.written.includes('\n')
                  ? h('code.expression', item.written)
                  : h(
                      'details',
                      h('summary', t('written')),
                      gov.codeBlock(item.place ? `${item.place.file}:${item.place.line}` : item.name, item.written),
                    )),
            ].filter(Boolean),
        },
        {
          key: 'owner',
          title: t('owner'),
          cell: item => item.owner && gov.ownerLink(gov.owners.find(owner => owner.name === item.owner)),
          sort: item => item.owner || '',
        },
        { key: 'uses', title: t('uses'), cell: uses },
      ].filter(column => !['owner', 'uses'].includes(column.key) || items.some(item => item[column.key])),
      items,
      { label: kindWords(kind) },
    );

  gov.pages.declared = async function (parts, query) {
    const all = await gov.load_declared(),
      kinds = [...new Set(all.map(one => one.kind))];
    let kind = query.get('kind') || '';
    const body = h('div'),
      draw = () =>
        body.replaceChildren(
          ...kinds
            .filter(one => !kind || one === kind)
            .map(one =>
              gov.section(
                kindWords(one),
                declarationTable(
                  all.filter(item => item.kind === one),
                  one,
                ),
              ),
            ),
        );
    draw();
    return {
      title: t('declared'),
      body: [
        gov.head(t('declared'), t('declared_words')),
        all.some(one => one.not_run_yet) && h('p.note', gov.badge('not_run_yet', 'draft'), ' ', t('not_run_yet_words')),
        kinds.length > 1 &&
          h(
            'div.toolbar',
            gov.choice(
              t('kind'),
              kinds.map(one => [one, kindWords(one)]),
              kind,
              value => {
                kind = value;
                gov.keep({ kind });
                draw();
              },
            ),
          ),
        all.length ? body : h('p.muted', t('no_declarations')),
      ],
    };
  };

  gov.pages.glossary = async function () {
    const all = (await gov.load_declared()).filter(
      one =>
        ['type', 'unit', 'const', 'function', 'metric', 'mask', 'template'].includes(one.kind) &&
        (one.description || one.written),
    );
    const term = (name, words) => h('div', h('dt', h('span.mono', name)), h('dd', words));
    return {
      title: t('glossary'),
      body: [
        gov.head(t('glossary'), t('glossary_words')),
        gov.layers.some(one => one.description) &&
          gov.section(
            t('layers'),
            h(
              'dl.terms',
              gov.layers.filter(one => one.description).map(one => term(one.name, gov.markdown(one.description))),
            ),
          ),
        gov.tags.length > 0 &&
          gov.section(
            t('tags'),
            h(
              'dl.terms',
              gov.tags.map(one =>
                term(
                  h('a', { href: gov.link('tags', one.name) }, one.name),
                  one.description ? gov.markdown(one.description) : '',
                ),
              ),
            ),
          ),
        [...new Set(all.map(one => one.kind))].map(kind =>
          gov.section(
            kindWords(kind),
            h(
              'dl.terms',
              all
                .filter(one => one.kind === kind)
                .map(one =>
                  term(one.name, [
                    one.description && gov.markdown(one.description),
                    one.written && h('code.expression', one.written),
                  ]),
                ),
            ),
          ),
        ),
        gov.section(
          t('terms_of_catalog'),
          h(
            'dl.terms',
            ['passed', 'proved', 'warned', 'failed', 'refuted', 'stale'].map(state =>
              h('div', h('dt', gov.stateMark(state)), h('dd', t('term_' + state))),
            ),
            ['direct', 'derived', 'aggregated', 'filter'].map(kind =>
              h('div', h('dt', gov.legend([kind])), h('dd', t('term_edge_' + kind))),
            ),
          ),
        ),
      ],
    };
  };

  gov.pages.about = function () {
    const project = gov.project,
      key = (keys, words) =>
        h(
          'div',
          h(
            'dt',
            keys.map(one => [h('kbd', one), ' ']),
          ),
          h('dd', words),
        );
    return {
      title: t('about'),
      body: [
        gov.head(t('about')),
        h('div.prose', h('p', t('about_words'))),
        gov.facts([
          ['gov', project.gov_version],
          [t('target'), project.target],
          [t('engine'), project.engine],
          [t('timezone'), project.timezone],
          [t('as_of'), project.as_of && gov.time(project.as_of)],
          [t('revision'), project.revision && h('code.hash', project.revision)],
          [t('source_hash'), project.source_hash && h('code.hash', project.source_hash)],
          [t('plan_hash'), project.plan_hash && h('code.hash', project.plan_hash)],
          [t('file'), project.place && gov.place(project.place)],
        ]),
        gov.section(
          t('keyboard'),
          h(
            'dl.terms.keys',
            key(['/'], t('key_search')),
            key(['↑', '↓', '←', '→'], t('key_arrows')),
            key(['Enter'], t('key_enter')),
            key(['Esc'], t('key_escape')),
          ),
        ),
      ],
    };
  };
}
