'use strict';
/* The frame around the pages: header with the search, menu, routes, language and theme. */
{
  const { h, t } = gov;

  /* [group, [[route, key of its word, count]]] */
  const menu = () => {
    let models = 0;
    for (let i = 0; i < gov.size; i++) if (!gov.isSource(i)) models++;
    return [
      ['', [['', 'overview']]],
      [
        'group_data',
        [
          ['models', 'models', models],
          ['sources', 'sources', gov.size - models],
          ['columns', 'columns', gov.columnName.length],
          ['lineage', 'lineage'],
        ],
      ],
      [
        'group_quality',
        [
          ['tests', 'tests', gov.fact.tests.reduce((sum, n) => sum + n, 0)],
          ['runs', 'runs', gov.runs.length],
        ],
      ],
      [
        'group_governance',
        [
          ['owners', 'owners', gov.owners.length],
          ['access', 'access', gov.roles.length],
          ['tags', 'tags', gov.tags.length],
        ],
      ],
      [
        'group_reference',
        [
          ['declared', 'declared', gov.core.declarations],
          ['glossary', 'glossary'],
          ['about', 'about'],
        ],
      ],
    ];
  };
  /* The script that has a page, after those that it uses. */
  const SCRIPTS = {
    overview: ['page-overview'],
    models: ['page-models'],
    sources: ['page-models'],
    columns: ['page-models'],
    search: ['page-models'],
    m: ['page-quality', 'page-model'],
    tests: ['page-quality'],
    runs: ['page-quality'],
    access: ['page-access'],
    roles: ['page-access'],
    owners: ['page-words'],
    tags: ['page-words'],
    declared: ['page-words'],
    glossary: ['lineage', 'page-words'],
    about: ['page-words'],
    lineage: ['layout', 'lineage', 'page-map'],
  };
  const SECTION = { m: 'models', roles: 'access', search: '' };

  function drawMenu(current) {
    document.getElementById('nav').replaceChildren(
      h(
        'div',
        menu().map(([group, items]) =>
          h(
            'div',
            group && h('h2', { id: group }, t(group)),
            h(
              'ul',
              { 'aria-labelledby': group || null },
              items.map(([route, key, count]) =>
                h(
                  'li',
                  h(
                    'a',
                    { href: '#/' + route, 'aria-current': route === current ? 'page' : null },
                    t(key),
                    count !== undefined && h('small', gov.number(count)),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }

  function themeButton() {
    const next = { system: 'light', light: 'dark', dark: 'system' }[gov.theme];
    return h(
      'button.plain',
      {
        type: 'button',
        id: 'theme',
        'aria-label': `${t('theme')}: ${t('theme_' + gov.theme)}`,
        onclick: () => {
          gov.chooseTheme(next);
          document.getElementById('theme').replaceWith(themeButton());
          document.getElementById('theme').focus();
          gov.route();
        },
      },
      gov.icon(gov.theme),
    );
  }
  function languageButton() {
    const other = gov.language === 'en' ? 'pt' : 'en';
    return h(
      'button.plain',
      {
        type: 'button',
        id: 'language',
        lang: other === 'pt' ? 'pt-BR' : 'en',
        onclick: () => {
          gov.chooseLanguage(other);
          drawFrame();
          gov.route();
          document.getElementById('language').focus();
        },
      },
      h('span.long', t('other_language')),
      h('span.short', other.toUpperCase()),
    );
  }
  function menuButton() {
    const button = h(
      'button.plain.menu',
      {
        type: 'button',
        'aria-expanded': 'false',
        'aria-controls': 'nav',
        'aria-label': t('menu'),
        onclick: () => {
          const open = document.body.classList.toggle('menu-open');
          button.setAttribute('aria-expanded', open);
        },
      },
      gov.icon('menu'),
    );
    return button;
  }

  /* Header, menu and an empty main part; drawn again when the language changes. */
  function drawFrame() {
    document.body.classList.remove('menu-open');
    document.body.replaceChildren(
      h(
        'a.skip',
        {
          href: '#main',
          onclick: event => {
            event.preventDefault();
            document.getElementById('main').focus();
          },
        },
        t('skip'),
      ),
      h(
        'header.top',
        menuButton(),
        h('a.brand', { href: '#/' }, gov.project.name, h('span', t('catalog'))),
        gov.searchBox(),
        h('div.right', languageButton(), themeButton()),
      ),
      h('div.frame', h('nav', { id: 'nav', 'aria-label': t('main_menu') }), h('main', { id: 'main', tabindex: -1 })),
      h('div.vh', { id: 'live', 'aria-live': 'polite' }),
    );
  }

  /* ---- the search box: a combobox over grouped results ---- */

  /* How a result is shown: {href, name, sub}. */
  gov.resultOf = function (item) {
    if (item.kind === 'relation')
      return {
        href: gov.link('m', gov.name(item.id)),
        name: gov.name(item.id),
        sub: [t(gov.isSource(item.id) ? 'source' : 'model').toLowerCase(), (gov.owner(item.id) || {}).title]
          .filter(Boolean)
          .join(' · '),
      };
    if (item.kind === 'column') {
      const columns = gov.columnsNamed(item.id),
        only = columns.length === 1;
      return {
        href: only
          ? gov.link('m', gov.name(gov.relationOf(columns[0])), 'lineage', { c: item.text })
          : gov.link('columns', item.text),
        name: item.text,
        sub: only ? t('in_relation', gov.name(gov.relationOf(columns[0]))) : gov.count('in_relations', columns.length),
      };
    }
    if (item.kind === 'other') {
      const [list, k] = item.id,
        one = gov[list][k];
      const href = list === 'layers' ? gov.link('models', { layer: one.name }) : gov.link(list, one.name);
      return {
        href,
        name: one.title || one.name,
        sub: t({ owners: 'owner', tags: 'tags', roles: 'role', layers: 'layer' }[list]).toLowerCase(),
      };
    }
    const { relation, columns } = item.id;
    if (relation !== undefined)
      return { href: gov.link('m', gov.name(relation)), name: gov.name(relation), sub: item.text };
    const name = gov.columnText(columns[0]),
      more = columns.length > 1 ? ` (${gov.count('in_relations', columns.length)})` : '';
    return {
      href: gov.link('m', gov.name(gov.relationOf(columns[0]))),
      name: gov.name(gov.relationOf(columns[0])) + '.' + name + more,
      sub: item.text,
    };
  };
  /* Kinds in the order of their best result. */
  gov.rankedKinds = found => Object.entries(found.kinds).sort((a, b) => b[1].items[0].score - a[1].items[0].score);

  gov.searchBox = function () {
    const list = h('div.results', { id: 'results', role: 'listbox', 'aria-label': t('search'), hidden: true });
    const input = h('input', {
      id: 'q',
      type: 'search',
      role: 'combobox',
      placeholder: t('search_hint'),
      'aria-label': t('search'),
      'aria-expanded': 'false',
      'aria-controls': 'results',
      'aria-autocomplete': 'list',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    let active = -1,
      index = null;
    const options = () => [...list.querySelectorAll('[role=option]')];
    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    };
    const mark = () =>
      options().forEach((option, k) => {
        option.setAttribute('aria-selected', k === active);
        if (k === active) {
          input.setAttribute('aria-activedescendant', option.id);
          option.scrollIntoView({ block: 'nearest' });
        }
      });
    const go = href => {
      close();
      input.value = '';
      input.blur();
      if (location.hash === href) gov.route();
      else location.hash = href;
    };
    const all = () => gov.link('search', { q: input.value.trim() });
    /* Draws what is found for the text as it stands. */
    function search() {
      if (!input.value.trim() || !gov.nameIndex) {
        close();
        return;
      }
      const found = (index || gov.nameIndex()).find(input.value, 6);
      let n = 0;
      const option = (href, ...content) =>
        h('div', { role: 'option', id: 'option' + n++, 'aria-selected': 'false', 'data-href': href }, content);
      list.replaceChildren(
        ...gov.rankedKinds(found).map(([kind, group]) =>
          h(
            'div',
            { role: 'group', 'aria-label': t('search_groups_' + kind) },
            h('h3', { role: 'presentation' }, t('search_groups_' + kind), h('small', gov.number(group.total))),
            group.items.map(item => {
              const { href, name, sub } = gov.resultOf(item);
              return option(href, h('span.mono', { dir: 'auto' }, name), h('small', { dir: 'auto' }, sub));
            }),
          ),
        ),
        found.total
          ? option(all(), h('span', t('search_all')), h('small', gov.number(found.total)))
          : h('p.muted', t('search_none', input.value.trim())),
      );
      active = -1;
      list.hidden = false;
      input.setAttribute('aria-expanded', 'true');
      input.removeAttribute('aria-activedescendant');
      gov.say(gov.count('result', found.total));
    }
    input.addEventListener('focus', async () => {
      await gov.need('search');
      if (input.value) search();
      try {
        index = await gov.wordIndex();
        if (document.activeElement === input && active < 0) search();
      } catch {
        /* without the descriptions, names are still found */
      }
    });
    input.addEventListener('input', search);
    input.addEventListener('keydown', event => {
      const count = options().length;
      if (event.key === 'ArrowDown' && count) {
        active = (active + 1) % count;
        mark();
        event.preventDefault();
      } else if (event.key === 'ArrowUp' && count) {
        active = (active + count - (active < 0 ? 0 : 1)) % count;
        mark();
        event.preventDefault();
      } else if (event.key === 'Enter' && input.value.trim()) {
        event.preventDefault();
        go(active >= 0 ? options()[active].dataset.href : all());
      } else if (event.key === 'Escape') {
        if (list.hidden) input.blur();
        else close();
        event.preventDefault();
      }
    });
    input.addEventListener('blur', close);
    list.addEventListener('mousedown', event => {
      const option = event.target.closest('[data-href]');
      event.preventDefault();
      if (option) go(option.dataset.href);
    });
    return h(
      'div.search',
      { role: 'search' },
      gov.icon('search'),
      input,
      h('kbd', { 'aria-hidden': 'true' }, '/'),
      list,
    );
  };

  /* ---- routes ---- */

  let turn = 0;
  /* Draws the page that the address names. Resolves when it stands. */
  gov.route = async function () {
    const [path, text] = location.hash.replace(/^#\/?/, '').split('?'),
      mine = ++turn;
    let parts;
    try {
      parts = path.split('/').map(decodeURIComponent);
    } catch {
      parts = ['?'];
    }
    const query = new URLSearchParams(text || ''),
      route = parts[0] || 'overview';
    document.body.classList.remove('menu-open');
    drawMenu(
      parts[0] in SECTION
        ? parts[0] === 'm' && gov.find(parts[1]) >= 0 && gov.isSource(gov.find(parts[1]))
          ? 'sources'
          : SECTION[parts[0]] || null
        : parts[0],
    );
    try {
      await gov.need(...(Object.hasOwn(SCRIPTS, route) ? SCRIPTS[route] : []));
      const shown = Object.hasOwn(gov.pages, route) ? await gov.pages[route](parts.slice(1), query) : null;
      if (mine !== turn) return;
      const { title, body, opened } = shown || missing(path);
      document.title = [title, gov.project.name].filter(Boolean).join(' · ');
      gov.show(body);
      if (opened) opened();
    } catch (error) {
      if (mine !== turn) return;
      if (!gov.isLoadError(error)) throw error;
      gov.show(gov.head(t('load_failed', error.message), t('load_failed_words')));
    }
    document.body.dataset.shown = location.hash || '#/';
  };
  const missing = path => ({ title: t('not_found'), body: gov.head(t('not_found'), t('not_found_words', path)) });

  gov.start = function () {
    gov.startLanguage();
    drawFrame();
    addEventListener('hashchange', () => {
      gov.route().then(() => {
        scrollTo(0, 0);
        document.getElementById('main').focus({ preventScroll: true });
      });
    });
    document.addEventListener('keydown', event => {
      if (
        event.key === '/' &&
        !event.ctrlKey &&
        !event.metaKey &&
        !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)
      ) {
        document.getElementById('q').focus();
        event.preventDefault();
      }
    });
    gov.route();
  };
}
