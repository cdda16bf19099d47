'use strict';
/* #/lineage : the whole project. Up to 80 relations as one picture; more as a map, one square a relation. */
{
  const { h, t } = gov;
  const WHOLE = 80,
    CELL = 11;

  function wholePicture() {
    const ids = Array.from({ length: gov.size }, (_, i) => i),
      view = { focus: -1, ids, left: [], trail: null, column: -1 };
    const picture = gov.lineagePicture(view, (kind, i) => {
      if (kind === 'relation') location.hash = gov.link('m', gov.name(i), 'lineage');
    });
    const first = picture.querySelector('.face');
    if (first) first.setAttribute('tabindex', 0);
    return {
      element: h(
        'div',
        h('div.toolbar', h('div.field.right', h('div.buttons', picture.buttons))),
        picture,
        gov.legend(['table']),
      ),
      opened: picture.open,
    };
  }

  /* Relations by layer and owner: {layers, owners, cells: Map('layer:owner' -> ids)}. */
  function grouped() {
    const cells = new Map();
    for (let i = 0; i < gov.size; i++) {
      const key = gov.fact.layer[i] + ':' + gov.fact.owner[i];
      if (cells.has(key)) cells.get(key).push(i);
      else cells.set(key, [i]);
    }
    const used = index => [...new Set([...cells.keys()].map(key => +key.split(':')[index]))].sort((a, b) => a - b);
    return { layers: used(0), owners: used(1), cells };
  }
  const ownerName = k => (k ? gov.owners[k - 1].title || gov.owners[k - 1].name : t('none'));

  function drawMap(canvas, groups, width) {
    const style = getComputedStyle(document.documentElement),
      colour = name => ((canvas.style.color = `var(${name})`), getComputedStyle(canvas).color),
      context = canvas.getContext('2d'),
      spots = [];
    const label = 132,
      head = 28,
      column = (width - label) / groups.layers.length,
      across = Math.max(3, Math.floor((column - 16) / CELL));
    let y = head;
    const rows = groups.owners.map(owner => {
      const tall =
          Math.max(
            ...groups.layers.map(layer => Math.ceil((groups.cells.get(layer + ':' + owner) || []).length / across)),
            2,
          ) *
            CELL +
          12,
        row = [owner, y];
      y += tall;
      return row;
    });
    const scale = devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = y * scale;
    canvas.style.height = y + 'px';
    context.scale(scale, scale);
    context.font = '12px ' + style.getPropertyValue('--sans');
    context.fillStyle = colour('--muted');
    groups.layers.forEach((layer, k) => context.fillText(gov.layers[layer].name, label + k * column, 16, column - 12));
    const fill = {
      failed: '--bad',
      stale: '--bad',
      warned: '--warn',
      passed: '--ok',
      proved: '--ok',
      not_run: '--line-strong',
      skipped: '--line-strong',
    };
    for (const [owner, top] of rows) {
      context.fillStyle = colour('--muted');
      context.fillText(ownerName(owner), 0, top + 10, label - 12);
      groups.layers.forEach((layer, k) =>
        (groups.cells.get(layer + ':' + owner) || []).forEach((i, n) => {
          const x = label + k * column + (n % across) * CELL,
            at = top + Math.floor(n / across) * CELL;
          context.fillStyle = colour(fill[gov.state(i)]);
          context.globalAlpha = ['passed', 'proved'].includes(gov.state(i)) ? 0.4 : 1; // what is red stands out
          context.fillRect(x, at, CELL - 2, CELL - 2);
          spots.push([x, at, i]);
        }),
      );
      context.globalAlpha = 1;
    }
    return spots;
  }

  function map() {
    const groups = grouped(),
      canvas = h('canvas.map', { role: 'img', 'aria-label': t('map_words') }),
      words = h('p.sub', { 'aria-live': 'polite' }, t('map_words'));
    let spots = [];
    const at = event => {
      const r = canvas.getBoundingClientRect(),
        x = event.clientX - r.left,
        y = event.clientY - r.top;
      return (spots.find(s => x >= s[0] && x < s[0] + CELL && y >= s[1] && y < s[1] + CELL) || [])[2];
    };
    canvas.addEventListener('mousemove', event => {
      const i = at(event);
      words.textContent =
        i === undefined ? t('map_words') : `${gov.name(i)} · ${t(gov.state(i))} · ${ownerName(gov.fact.owner[i])}`;
      canvas.style.cursor = i === undefined ? '' : 'pointer';
    });
    canvas.addEventListener('click', event => {
      const i = at(event);
      if (i !== undefined) location.hash = gov.link('m', gov.name(i), 'lineage');
    });
    const list = h(
      'details.aslist',
      h('summary', t('map_list')),
      gov.table(
        [
          {
            key: 'layer',
            title: t('layer'),
            head: true,
            cell: ([layer]) => gov.layers[layer].name,
            sort: ([layer]) => layer,
          },
          {
            key: 'owner',
            title: t('owner'),
            cell: ([, owner]) => ownerName(owner),
            sort: ([, owner]) => ownerName(owner),
          },
          {
            key: 'count',
            title: t('relation'),
            number: true,
            cell: ([layer, owner, ids]) =>
              h(
                'a',
                {
                  href: gov.link('models', {
                    layer: gov.layers[layer].name,
                    owner: owner ? gov.owners[owner - 1].name : '',
                  }),
                },
                gov.number(ids.length),
              ),
            sort: ([, , ids]) => ids.length,
          },
          {
            key: 'red',
            title: t('failed'),
            number: true,
            cell: ([, , ids]) => gov.number(ids.filter(gov.isRed).length),
            sort: ([, , ids]) => ids.filter(gov.isRed).length,
          },
        ],
        [...groups.cells].map(([key, ids]) => [...key.split(':').map(Number), ids]),
        { label: t('map_list') },
      ),
    );
    return {
      element: h('div', words, canvas, list),
      opened: () => {
        spots = drawMap(canvas, groups, canvas.parentElement.clientWidth);
      },
    };
  }

  gov.pages.lineage = function () {
    const { element, opened } = gov.size <= WHOLE ? wholePicture() : map();
    return { title: t('lineage'), body: [gov.head(t('lineage'), gov.count('relation', gov.size)), element], opened };
  };
}
