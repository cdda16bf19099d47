'use strict';
/* The picture of a relation's lineage: a focus, some steps each way, at most 12 neighbours of each and then "+N more"; a
 * chosen column's trail, in colours and strokes that tell the edges' kinds apart; and the same as a nested list. */
{
  const { h, svg, t } = gov;
  const NEIGHBOURS = 12,
    BOXES = 120,
    TRAIL_BOXES = 200;
  const HEAD = 48,
    LINE = 22,
    PAD = 12,
    NARROWEST = 128,
    WIDEST = 320;

  /* ---- text that fits ---- */

  let ruler;
  const widths = new Map();
  function textWidth(text, font) {
    const key = font + text;
    if (!widths.has(key)) {
      if (!ruler) ruler = document.createElement('canvas').getContext('2d');
      ruler.font = font;
      widths.set(key, ruler.measureText(text).width);
    }
    return widths.get(key);
  }
  /* The text, or its two ends around an ellipsis, no wider than `room`. */
  function fitted(text, font, room) {
    if (textWidth(text, font) <= room) return text;
    let low = 1,
      high = text.length;
    const cut = n => text.slice(0, Math.ceil(n * 0.6)) + '…' + text.slice(text.length - Math.floor(n * 0.4));
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (textWidth(cut(middle), font) <= room) low = middle;
      else high = middle - 1;
    }
    return cut(low);
  }
  function fonts() {
    const style = getComputedStyle(document.documentElement),
      mono = style.getPropertyValue('--mono'),
      sans = style.getPropertyValue('--sans');
    return { name: '600 13px ' + mono, small: '12px ' + sans, column: '12px ' + mono };
  }

  /* ---- what is in the picture ---- */

  /* Relations within `hops` of the focus and, for each that shows not all its neighbours, how many are left:
   * {ids, left: [[relation, direction, count]]}. `opened`: how many more were opened, by `relation:direction`. */
  gov.neighbourhood = function (focus, hops, opened, most) {
    const found = new Set([focus]),
      left = [];
    for (const direction of [-1, 1]) {
      let edge = [focus];
      for (let hop = 0; hop < hops && edge.length; hop++) {
        const next = [];
        for (const u of edge) {
          let shown = 0,
            hidden = 0;
          for (const v of direction < 0 ? gov.reads.of(u) : gov.readers.of(u)) {
            if (found.has(v)) continue;
            if (shown < NEIGHBOURS + (opened[u + ':' + direction] || 0) && found.size < most) {
              found.add(v);
              next.push(v);
              shown++;
            } else hidden++;
          }
          if (hidden) left.push([u, direction, hidden]);
        }
        edge = next;
      }
    }
    return { ids: [...found], left };
  };

  /* The trail of a column: all columns that it is made from and that are made from it, and the edges between them.
   * With `filters`, also what decides rows: those edges are shown, not followed. */
  gov.trail = async function (column, filters) {
    const { into, outOf } = await gov.columnEdges(),
      edges = [],
      nodes = new Map([[column, 0]]);
    for (const [map, direction] of [
      [into, -1],
      [outOf, 1],
    ]) {
      const seen = new Set([column]);
      let frontier = [column];
      while (frontier.length) {
        const next = [];
        for (const node of frontier) {
          const near = map.of(node);
          const deciding =
            filters && direction < 0 && node < gov.columnName.length
              ? map.of(gov.rowsNode(gov.relationOf(node))).map(([n, k]) => [n, k, true])
              : [];
          for (const [other, kinds, rows] of [...near, ...deciding]) {
            const value = !rows && kinds & ~gov.FILTER;
            if (!value && !filters) continue;
            const end = rows ? gov.rowsNode(gov.relationOf(node)) : node;
            edges.push(direction < 0 ? [other, end, kinds] : [end, other, kinds]);
            if (!nodes.has(other)) nodes.set(other, direction);
            if (value && !seen.has(other)) {
              seen.add(other);
              next.push(other);
            }
          }
        }
        frontier = next;
      }
    }
    const once = new Map(edges.map(edge => [edge.slice(0, 2).join(':'), edge]));
    return { nodes, edges: [...once.values()] };
  };

  /* ---- the drawing ---- */

  const curve = (x1, y1, x2, y2) => {
    const bend = Math.max(24, (x2 - x1) * 0.5);
    const at = (x, y) => x.toFixed(1) + ' ' + y.toFixed(1);
    return `M${at(x1, y1)}C${at(x1 + bend, y1)} ${at(x2 - bend, y2)} ${at(x2, y2)}`;
  };
  function routePath(points) {
    let path = '';
    for (let k = 0; k + 1 < points.length; k += 2) {
      const [a, b] = [points[k], points[k + 1]];
      path += curve(a[0], a[1], b[0], b[1]);
      if (k + 2 < points.length) path += `L${points[k + 2][0].toFixed(1)} ${points[k + 2][1].toFixed(1)}`;
    }
    return path;
  }
  /* The strongest thing that an edge does, as the picture tells it. */
  gov.edgeKind = kinds =>
    kinds & gov.COPIED ? 'direct' : kinds & gov.AGGREGATED ? 'aggregated' : kinds & gov.DERIVED ? 'derived' : 'filter';

  /* Boxes of the picture: relations with the columns that they show, then "+N more". */
  function boxesOf(ids, left, shown, font) {
    const boxes = ids.map(i => {
      const name = gov.core.names[i],
        sub = subtitle(i),
        columns = shown(i);
      const wide = Math.max(
        textWidth(name, font.name) + 24,
        textWidth(sub, font.small),
        ...columns.map(c => textWidth(gov.columnText(c), font.column) + 8),
      );
      return {
        relation: i,
        name,
        sub,
        columns,
        width: Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(wide) + 2 * PAD)),
        height: HEAD + (columns.length ? columns.length * LINE + 6 : 0),
      };
    });
    for (const [relation, direction, count] of left) {
      const words = t(direction < 0 ? 'more_up' : 'more_down', gov.number(count));
      boxes.push({
        more: [relation, direction, count],
        words,
        width: Math.ceil(textWidth(words, font.small)) + 28,
        height: 28,
      });
    }
    return boxes;
  }
  const subtitle = i =>
    [
      gov.layers[gov.fact.layer[i]].name,
      t(gov.isSource(i) ? 'source' : gov.storage(i)).toLowerCase(),
      gov.status(i) && t(gov.status(i)),
    ]
      .filter(Boolean)
      .join(' · ');

  function drawBox(box, at, font, view) {
    const { relation: i } = box,
      state = gov.state(i),
      dim = view.trail && !box.columns.length && i !== view.focus;
    const kind = (gov.isSource(i) ? '.source' : '') + (i === view.focus ? '.focus' : '') + (dim ? '.dim' : '');
    const label = [
      gov.name(i),
      t(gov.isSource(i) ? 'source' : 'model'),
      t(state),
      gov.count('upstream', gov.reads.of(i).length),
      gov.count('downstream', gov.readers.of(i).length),
    ].join(', ');
    return svg(
      'g.box' + kind,
      { transform: `translate(${at[0]} ${at[1]})`, 'data-relation': i },
      svg('title', gov.name(i)),
      svg('rect.face', {
        width: box.width,
        height: box.height,
        rx: 6,
        role: 'link',
        tabindex: i === view.focus ? 0 : -1,
        'aria-label': label,
      }),
      svg('circle.dot.' + state, { cx: box.width - PAD - 3, cy: 18, r: 4 }),
      svg('text.name', { x: PAD, y: 22, 'aria-hidden': 'true' }, fitted(box.name, font.name, box.width - 2 * PAD - 14)),
      svg('text.sub', { x: PAD, y: 38, 'aria-hidden': 'true' }, fitted(box.sub, font.small, box.width - 2 * PAD)),
      box.columns.map((c, k) =>
        svg(
          'g.column' + (c === view.column ? '.chosen' : ''),
          { 'aria-hidden': 'true', transform: `translate(0 ${HEAD + k * LINE})`, 'data-column': c },
          svg('rect', { x: 4, width: box.width - 8, height: LINE, rx: 4 }),
          svg('text', { x: PAD, y: 15 }, fitted(gov.columnText(c), font.column, box.width - 2 * PAD)),
        ),
      ),
    );
  }

  /* The whole picture. `view`: {focus, ids, left, trail, column, all: columns of the focus are all shown}. */
  function draw(view) {
    const font = fonts(),
      number = new Map(view.ids.map((i, k) => [i, k]));
    const shown = i => {
      const columns = [];
      for (let c = gov.first[i]; c < gov.first[i + 1]; c++) if (view.trail && view.trail.nodes.has(c)) columns.push(c);
      return columns;
    };
    const boxes = boxesOf(view.ids, view.left, shown, font),
      edges = [];
    for (const b of view.ids)
      for (const a of gov.reads.of(b)) if (number.has(a)) edges.push([number.get(a), number.get(b)]);
    boxes.forEach((box, k) => {
      if (box.more) edges.push(box.more[1] < 0 ? [k, number.get(box.more[0])] : [number.get(box.more[0]), k]);
    });
    const plan = gov.layout(
      boxes.length,
      edges,
      boxes.map(box => box.height),
      boxes.map(box => box.width),
    );
    const M = 16,
      corner = k => [plan.x[k] + M, plan.y[k] - boxes[k].height / 2 + M];
    const lines = plan.routes.map(points =>
      svg('path.edge' + (view.trail ? '.faint' : ''), { d: routePath(points.map(([x, y]) => [x + M, y + M])) }),
    );
    const waypoints = new Map(
      edges.map((edge, k) => [edge.join(':'), plan.routes[k].slice(1, -1).map(([x, y]) => [x + M, y + M])]),
    );
    const spot = new Map();
    boxes.forEach((box, k) => {
      if (box.more) return;
      const [x, y] = corner(k);
      spot.set(gov.rowsNode(box.relation), [x, y + 18, box.width]);
      box.columns.forEach((c, n) => spot.set(c, [x, y + HEAD + n * LINE + LINE / 2, box.width]));
    });
    const trail = !view.trail
      ? []
      : view.trail.edges
          .filter(([a, b]) => spot.has(a) && spot.has(b))
          .map(([a, b, kinds]) => {
            const [x1, y1, w] = spot.get(a),
              [x2, y2] = spot.get(b),
              kind = gov.edgeKind(kinds),
              between = waypoints.get(number.get(gov.nodeRelation(a)) + ':' + number.get(gov.nodeRelation(b))) || [];
            return svg('path.trail.' + kind, {
              d: routePath([[x1 + w, y1], ...between, [x2, y2]]),
              'marker-end': `url(#arrow-${kind})`,
            });
          });
    const marker = kind =>
      svg(
        'marker.' + kind,
        {
          id: 'arrow-' + kind,
          viewBox: '0 0 8 8',
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          markerUnits: 'userSpaceOnUse',
          orient: 'auto',
        },
        svg('path', { d: 'M0 0 8 4 0 8Z' }),
      );
    const width = plan.width + 2 * M,
      height = plan.height + 2 * M;
    const picture = svg(
      'svg.lineage',
      {
        viewBox: `0 0 ${width} ${height}`,
        role: 'group',
        'aria-label': t('lineage') + ' ' + (view.focus >= 0 ? gov.name(view.focus) : ''),
      },
      svg('defs', ['direct', 'derived', 'aggregated', 'filter'].map(marker)),
      lines,
      boxes.map((box, k) =>
        box.more
          ? svg(
              'g.more',
              {
                transform: `translate(${corner(k).join(' ')})`,
                role: 'button',
                tabindex: 0,
                'aria-label': box.words,
                'data-more': box.more.join(':'),
              },
              svg('rect', { width: box.width, height: box.height, rx: 14 }),
              svg('text', { x: 14, y: 18 }, box.words),
            )
          : drawBox(box, corner(k), font, view),
      ),
      trail,
    );
    return { picture, width, height, corner, number, plan, boxes };
  }

  /* ---- the window that it is looked at through ---- */

  function openWindow(drawn, view, act) {
    const { picture, width, height } = drawn,
      frame = h('div.canvas', { tabindex: -1 }, picture);
    let zoom = 1;
    const apply = next => {
      const x = (frame.scrollLeft + frame.clientWidth / 2) / zoom,
        y = (frame.scrollTop + frame.clientHeight / 2) / zoom;
      zoom = Math.min(2, Math.max(0.2, next));
      picture.style.width = width * zoom + 'px';
      picture.style.height = height * zoom + 'px';
      frame.scrollLeft = x * zoom - frame.clientWidth / 2;
      frame.scrollTop = y * zoom - frame.clientHeight / 2;
    };
    const centre = k => {
      const [x, y] = drawn.corner(k),
        box = drawn.boxes[k];
      frame.scrollLeft = (x + box.width / 2) * zoom - frame.clientWidth / 2;
      frame.scrollTop = (y + box.height / 2) * zoom - frame.clientHeight / 2;
    };
    const fit = () => apply(Math.min(1, frame.clientWidth / width, frame.clientHeight / height));
    frame.open = () => {
      frame.style.height = Math.max(160, Math.min(height + 2, window.innerHeight * 0.7)) + 'px';
      apply(Math.min(1, Math.max(0.85, frame.clientWidth / width))); // never so small at first that it cannot be read
      if (view.focus >= 0) centre(drawn.number.get(view.focus));
    };
    frame.buttons = [
      ['zoom_out', '−', () => apply(zoom / 1.25)],
      ['zoom_in', '+', () => apply(zoom * 1.25)],
      ['zoom_fit', t('zoom_fit'), fit],
    ].map(([key, face, run]) => h('button.small', { type: 'button', 'aria-label': t(key), onclick: run }, face));
    frame.addEventListener(
      'wheel',
      event => {
        if (event.ctrlKey) {
          event.preventDefault();
          apply(zoom * Math.exp(-event.deltaY * 0.002));
        }
      },
      { passive: false },
    );
    let drag = null;
    frame.addEventListener('pointerdown', event => {
      if (event.pointerType === 'mouse') drag = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop, 0];
    });
    frame.addEventListener('pointermove', event => {
      if (!drag) return;
      if (!(event.buttons & 1)) {
        drag = null;
        return;
      }
      const x = drag[0] - event.clientX,
        y = drag[1] - event.clientY;
      if (Math.abs(x - frame.scrollLeft) + Math.abs(y - frame.scrollTop) > 3) drag[2] = 1;
      frame.scrollLeft = x;
      frame.scrollTop = y;
    });
    picture.addEventListener('click', event => {
      const moved = drag && drag[2];
      drag = null;
      if (!moved) act(event.target);
    });
    picture.addEventListener('keydown', event => moveByKey(event, drawn, act, centre));
    return frame;
  }

  /* Arrows go to the nearest box: left and right along edges, up and down within a rank. */
  function moveByKey(event, drawn, act, centre) {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      act(event.target);
      return;
    }
    const box = event.target.closest('[data-relation]');
    if (!box || !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const i = +box.dataset.relation,
      k = drawn.number.get(i),
      { plan, number } = drawn,
      y = j => plan.y[number.get(j)];
    const near = {
      ArrowLeft: () => [...gov.reads.of(i)],
      ArrowRight: () => [...gov.readers.of(i)],
      ArrowUp: () => [...number.keys()].filter(j => plan.rank[number.get(j)] === plan.rank[k] && y(j) < y(i)),
      ArrowDown: () => [...number.keys()].filter(j => plan.rank[number.get(j)] === plan.rank[k] && y(j) > y(i)),
    }[event.key];
    const there = near
      ? near()
          .filter(j => number.has(j))
          .sort((a, b) => Math.abs(y(a) - y(i)) - Math.abs(y(b) - y(i)))
      : [];
    if (!there.length) return;
    const next = event.currentTarget.querySelector(`[data-relation="${there[0]}"] .face`);
    event.target.setAttribute('tabindex', -1);
    next.setAttribute('tabindex', 0);
    next.focus({ preventScroll: true });
    centre(number.get(there[0]));
  }

  gov.legend = kinds =>
    h(
      'ul.legend',
      { 'aria-label': t('legend') },
      kinds.map(kind =>
        h(
          'li',
          svg(
            'svg',
            { viewBox: '0 0 32 8', 'aria-hidden': 'true' },
            svg('path.' + (kind === 'table' ? 'edge' : 'trail.' + kind), { d: 'M0 4H32' }),
          ),
          t('edge_' + kind),
        ),
      ),
    );

  /* ---- the same as a list ---- */

  function listOf(i, near, hops, seen) {
    const items = [...near(i)].map(j => {
      const again = seen.has(j);
      seen.add(j);
      return h(
        'li',
        gov.relationLink(j, 'lineage'),
        ' ',
        gov.muted(subtitle(j)),
        !again && hops > 1 && near(j).length > 0 && listOf(j, near, hops - 1, seen),
      );
    });
    return h('ul.tree', items);
  }
  function trailList(trail, direction) {
    const lines = trail.edges.filter(([a, b]) =>
      direction < 0 ? trail.nodes.get(a) < 0 : (trail.nodes.get(b) || 0) > 0,
    );
    const words = node =>
      node < gov.columnName.length
        ? gov.name(gov.relationOf(node)) + '.' + gov.columnText(node)
        : gov.name(gov.nodeRelation(node)) + ': ' + t('rows_of');
    return h(
      'ul.tree',
      lines.map(([a, b, kinds]) =>
        h('li', gov.code(words(a)), ' → ', gov.code(words(b)), ' ', gov.muted(t('edge_' + gov.edgeKind(kinds)))),
      ),
    );
  }
  function asList(view, hops) {
    const side = (key, empty, near, direction) => {
      const some = view.trail
        ? view.trail.edges.some(([a, b]) =>
            direction < 0 ? view.trail.nodes.get(a) < 0 : (view.trail.nodes.get(b) || 0) > 0,
          )
        : near(view.focus).length;
      return h(
        'div',
        h('h3', t(key)),
        !some
          ? gov.muted(t(empty))
          : view.trail
            ? trailList(view.trail, direction)
            : listOf(view.focus, near, hops, new Set()),
      );
    };
    return h(
      'details.aslist',
      h('summary', t('as_list')),
      h(
        'div.two',
        side('upstream', 'nothing_upstream', i => gov.reads.of(i), -1),
        side('downstream', 'nothing_downstream', i => gov.readers.of(i), 1),
      ),
    );
  }

  /* ---- put together ---- */

  const opened = {}; // how far each "+N more" was opened, as long as the page lives

  /* Draws ids (and "+N more") with buttons; `act(kind, value)` answers: 'relation', 'column' or 'more' was chosen. */
  gov.lineagePicture = function (view, act) {
    const answer = target => {
      const column = target.closest('[data-column]'),
        more = target.closest('[data-more]'),
        box = target.closest('[data-relation]');
      if (column) act('column', +column.dataset.column);
      else if (more) act('more', more.dataset.more.split(':'));
      else if (box) act('relation', +box.dataset.relation);
    };
    return openWindow(draw(view), view, answer);
  };

  /* The tab of a relation's page; `query`: hops, c (a column's name), filters. */
  gov.lineageTab = async function (i, query) {
    const hops = Math.min(4, Math.max(1, +query.get('hops') || 2)),
      chosen = query.get('c') || '',
      filters = query.get('filters') === '1';
    const column = chosen ? gov.findColumn(i, chosen) : -1,
      trail = column >= 0 ? await gov.trail(column, filters) : null;
    const { ids, left } = gov.neighbourhood(i, hops, opened, BOXES);
    if (trail) {
      const has = new Set(ids);
      for (const node of trail.nodes.keys()) {
        const r = gov.nodeRelation(node);
        if (!has.has(r) && ids.length < TRAIL_BOXES) {
          has.add(r);
          ids.push(r);
        }
      }
    }
    const go = values => {
      location.hash = gov
        .link('m', gov.name(i), 'lineage', {
          hops: hops === 2 ? '' : hops,
          c: chosen,
          filters: filters ? 1 : '',
          ...values,
        })
        .slice(1);
    };
    const view = { focus: i, ids, left: trail ? [] : left, trail, column };
    const picture = gov.lineagePicture(view, (kind, value) => {
      if (kind === 'relation')
        location.hash = value === i ? gov.link('m', gov.name(i)) : gov.link('m', gov.name(value), 'lineage');
      else if (kind === 'column')
        location.hash = gov.link('m', gov.name(gov.relationOf(value)), 'lineage', {
          c: gov.columnText(value),
          filters: filters ? 1 : '',
        });
      else {
        const key = value.slice(0, 2).join(':');
        opened[key] = (opened[key] || 0) + 24;
        gov.route();
      }
    });
    const names = [];
    for (let c = gov.first[i]; c < gov.first[i + 1]; c++) names.push([gov.columnText(c), gov.columnText(c)]);
    const pick = gov.choice(t('trail_of'), names, chosen, value => go({ c: value }));
    pick.querySelector('option').textContent = t('whole_relation');
    const steps = h(
      'div.field',
      { role: 'group', 'aria-label': t('hops') },
      h('span', t('hops')),
      h(
        'div.buttons',
        [1, 2, 3, 4].map(n =>
          h(
            'button.small',
            {
              type: 'button',
              'aria-pressed': n === hops ? 'true' : 'false',
              onclick: () => go({ hops: n === 2 ? '' : n }),
            },
            '±' + n,
          ),
        ),
      ),
    );
    const deciding =
      trail &&
      h(
        'label.check',
        h('input', {
          type: 'checkbox',
          checked: filters,
          onchange: event => go({ filters: event.target.checked ? 1 : '' }),
        }),
        t('with_filters'),
      );
    const element = h(
      'div',
      h(
        'div.toolbar',
        pick,
        deciding,
        steps,
        h('div.field.right', h('span.vh', 'Zoom'), h('div.buttons', picture.buttons)),
      ),
      picture,
      gov.legend(trail ? ['direct', 'derived', 'aggregated', ...(filters ? ['filter'] : [])] : ['table']),
      asList(view, hops),
    );
    element.opened = picture.open;
    return element;
  };
}
