'use strict';
/* Elements and the small parts that pages share. Text goes in as text nodes, never as markup: nothing that a project
 * says can become a tag or a script. */
{
  const { t } = gov;
  const SVG = 'http://www.w3.org/2000/svg';

  function set(element, name, value) {
    if (value === false || value === null || value === undefined) return;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const key in value) element.style.setProperty(key, value[key]);
    else element.setAttribute(name, value === true ? '' : value);
  }

  function add(element, children) {
    for (const child of children) {
      if (Array.isArray(child)) add(element, child);
      else if (child !== null && child !== undefined && child !== false) element.append(child);
    }
  }

  function make(space, what, rest) {
    const [tag, ...classes] = what.split('.');
    const element = space ? document.createElementNS(space, tag) : document.createElement(tag);
    if (classes.length) element.setAttribute('class', classes.join(' '));
    const first = rest[0];
    if (first && typeof first === 'object' && !Array.isArray(first) && !(first instanceof Node)) {
      for (const name in first) set(element, name, first[name]);
      rest = rest.slice(1);
    }
    add(element, rest);
    return element;
  }

  /* h('div.card', {id: 'x', onclick: f}, child, [children], 'text'): an element; attributes may be left out. */
  const h = (gov.h = (what, ...rest) => make(null, what, rest));
  gov.svg = (what, ...rest) => make(SVG, what, rest);

  const ICONS = {
    search: 'M7 12a5 5 0 1 1 0-10 5 5 0 0 1 0 10Zm3.6-1.4L14.5 14.5',
    menu: 'M2 4h12M2 8h12M2 12h12',
    system: 'M2 3h12v8H2zM6 14h4M8 11v3',
    light: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
    dark: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
    key: 'M10 9a3.5 3.5 0 1 0-3.4-2.6L2 11v3h3v-2h2v-2l1.4-1.2A3.5 3.5 0 0 0 10 9Zm1-4.2v.1',
    passed: 'M3 8.5 6.5 12 13 4.5',
    proved: 'M2 8.5 5 12l4-5M7.5 11l.8 1L14 4.5',
    failed: 'M4 4l8 8M12 4l-8 8',
    warned: 'M8 3v6M8 12v.5',
    stale: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.5l2 1.5',
    not_run: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
    skipped: 'M4 8h8',
    refuted: 'M4 4l8 8M12 4l-8 8',
    down: 'M4 6l4 4 4-4',
  };
  gov.icon = name =>
    gov.svg('svg.icon', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, gov.svg('path', { d: ICONS[name] }));

  /* A state as icon and word, in its colour. */
  gov.stateMark = (state, words) =>
    h('span.state.' + state, gov.icon(ICONS[state] ? state : 'not_run'), h('span', words || t(state)));
  gov.badge = (word, kind) => h('span.badge.' + (kind || word), t(word));
  gov.labelBadge = ([tag, level]) =>
    h(
      'a.badge.tag',
      { href: gov.link('tags', gov.tags[tag].name) },
      gov.tags[tag].name,
      gov.LEVELS[level] !== 'raw' && h('small', ' ' + t('level_' + gov.LEVELS[level])),
    );
  gov.vh = text => h('span.vh', text);
  gov.muted = text => h('span.muted', text);
  gov.code = text => h('code', text);

  /* '#/m/marts.orders?c=x': parts are escaped, empty values left out. */
  gov.link = function (...parts) {
    const query = typeof parts[parts.length - 1] === 'object' ? parts.pop() : {};
    const text = new URLSearchParams(
      Object.entries(query).filter(
        ([, value]) => value !== '' && value !== undefined && value !== null && value !== false,
      ),
    ).toString();
    return '#/' + parts.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
  };
  gov.relationLink = (i, tab) =>
    h(
      'a.mono',
      { href: tab ? gov.link('m', gov.name(i), tab) : gov.link('m', gov.name(i)) },
      gov.wrapName(gov.name(i)),
    );
  gov.ownerLink = owner =>
    owner ? h('a', { href: gov.link('owners', owner.name) }, owner.title || owner.name) : gov.muted(t('none'));
  /* A name that may break after its underscores and dots. */
  gov.wrapName = text => text.split(/(?<=[_.])/).flatMap((part, k) => (k ? [h('wbr'), part] : [part]));
  gov.time = text => (text ? h('time', { datetime: text }, gov.dateTime(text)) : gov.muted(t('unknown')));
  gov.place = ({ file, line }) => h('code.place', gov.wrapPath(file + (line ? ':' + line : '')));
  gov.wrapPath = text => text.split(/(?<=[/])/).flatMap((part, k) => (k ? [h('wbr'), part] : [part]));

  /* Terms and what they are, in rows; pairs whose second is empty are left out. */
  gov.facts = pairs =>
    h(
      'dl.facts',
      pairs
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
        .map(([term, value, kind]) => h(kind ? 'div.' + kind : 'div', h('dt', term), h('dd', value))),
    );

  gov.head = (title, sub, ...rest) => h('header.head', h('h1', title), sub && h('p.sub', sub), rest);
  gov.section = (title, ...rest) => h('section', h('h2', title), rest);

  /* A button that copies text; says so to screen readers too. */
  gov.copyButton = function (text) {
    const button = h('button.small', { type: 'button' }, t('copy'));
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = h('textarea.vh', { 'aria-hidden': 'true' }, text);
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
        button.focus();
      }
      button.textContent = t('copied');
      gov.say(t('copied'));
      setTimeout(() => {
        button.textContent = t('copy');
      }, 1500);
    });
    return button;
  };

  /* ---- a little Markdown: paragraphs, lists, `code`, **strong**, *emphasis*, [words](https://…) ---- */

  const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:[^)\s]+|mailto:[^)\s]+)\)/g;

  function inline(text) {
    const parts = [];
    let last = 0;
    for (const match of text.matchAll(INLINE)) {
      parts.push(text.slice(last, match.index));
      if (match[1]) parts.push(h('code', match[1]));
      else if (match[2]) parts.push(h('strong', match[2]));
      else if (match[3]) parts.push(h('em', match[3]));
      else parts.push(h('a', { href: match[5], rel: 'noreferrer noopener' }, match[4]));
      last = match.index + match[0].length;
    }
    parts.push(text.slice(last));
    return parts;
  }
  /* One line of words: for cells. */
  gov.inlineWords = text => h('span', { dir: 'auto' }, inline(text.replace(/\s+/g, ' ')));
  gov.markdown = function (text) {
    const blocks = text.split(/\n\s*\n/).map(block => {
      const lines = block
        .split('\n')
        .map(line => line.trim())
        .filter(Boolean);
      if (lines.length && lines.every(line => /^[-*] /.test(line)))
        return h(
          'ul',
          lines.map(line => h('li', inline(line.slice(2)))),
        );
      return h('p', inline(lines.join(' ').replace(/^#+ /, '')));
    });
    return h('div.prose', { dir: 'auto' }, blocks);
  };

  /* ---- SQL with its words in colour ---- */

  const TOKEN =
    // comment, text, quoted name, number, word
    /(--[^\n]*|\/\*[^]*?\*\/)|('(?:[^']|'')*'|\$\$[^]*?\$\$)|("(?:[^"]|"")*")|(\b\d+(?:\.\d+)?\b)|([a-z_][a-z_0-9]*)/gi;
  const KEYWORDS = new Set(
    (
      'all and any as asc asof between by case cast check create cross current desc distinct else end except ' +
      'exclude exists false filter first following for from full group having ignore in include inner intersect ' +
      'interval into is join key last lateral left like limit materialized model not null nulls offset on or ' +
      'order outer over partition partitioned preceding public qualify range recursive references replace right ' +
      'row rows select semi set source stored table tag test then true unbounded union unique unit using values ' +
      'view when where window with within'
    ).split(' '),
  );
  function highlight(text) {
    const parts = [];
    let last = 0;
    for (const match of text.matchAll(TOKEN)) {
      const [word, comment, string, quoted, number, name] = match;
      const kind = comment
        ? 'c'
        : string
          ? 's'
          : quoted
            ? ''
            : number
              ? 'n'
              : name && KEYWORDS.has(name.toLowerCase())
                ? 'k'
                : '';
      if (!kind) continue;
      parts.push(text.slice(last, match.index), h('span.' + kind, word));
      last = match.index + word.length;
    }
    parts.push(text.slice(last));
    return parts;
  }
  gov.codeBlock = (title, text) =>
    h(
      'figure.code',
      h('figcaption', h('span', title), gov.copyButton(text)),
      h('pre', { tabindex: 0, role: 'region', 'aria-label': title }, h('code', highlight(text))),
    );

  /* Replaces the page's main part. */
  gov.show = (...children) => {
    const main = document.getElementById('main');
    main.replaceChildren();
    add(main, children);
  };
  gov.say = text => {
    document.getElementById('live').textContent = text;
  };
}
