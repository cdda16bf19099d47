'use strict';
/* Layout, search and words as functions. */
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { loadSite, chance, SITE } = require('./load.js');

/* ---- layout ---- */

function randomGraph(count, random, spread = 40) {
  const edges = new Set();
  for (let i = 1; i < count; i++)
    for (let k = 0; k < 1 + random() * 3; k++)
      edges.add(Math.max(0, Math.floor(i - 1 - random() * random() * spread)) + ':' + i);
  return [...edges].map(edge => edge.split(':').map(Number));
}
const { layout, distance, Index } = loadSite(['layout', 'search']);

test('boxes of one rank do not overlap, edges go from left to right and end at their boxes', () => {
  const random = chance(4);
  for (let round = 0; round < 40; round++) {
    const count = 2 + Math.floor(random() * 80),
      edges = randomGraph(count, random),
      heights = Array.from({ length: count }, () => 30 + random() * 90),
      widths = Array.from({ length: count }, () => 100 + random() * 160);
    const plan = layout(count, edges, heights, widths);
    for (let a = 0; a < count; a++) {
      assert.ok(
        plan.y[a] - heights[a] / 2 >= -0.01 &&
          plan.y[a] + heights[a] / 2 <= plan.height + 0.01 &&
          plan.x[a] >= 0 &&
          plan.x[a] + widths[a] <= plan.width + 0.01,
      );
      for (let b = 0; b < a; b++)
        if (plan.rank[a] === plan.rank[b])
          assert.ok(Math.abs(plan.y[a] - plan.y[b]) >= (heights[a] + heights[b]) / 2 - 0.01, 'overlap');
    }
    edges.forEach(([a, b], k) => {
      assert.ok(plan.rank[a] < plan.rank[b]);
      const route = plan.routes[k];
      assert.deepEqual([...route[0]], [plan.x[a] + widths[a], plan.y[a]]);
      assert.deepEqual([...route.at(-1)], [plan.x[b], plan.y[b]]);
      assert.equal(route.length, 2 * (plan.rank[b] - plan.rank[a]));
      for (let i = 1; i < route.length; i++) assert.ok(route[i][0] >= route[i - 1][0]);
    });
  }
});

test('a layout is the same each time, has few crossings, and can do without edges', () => {
  const random = chance(8),
    edges = randomGraph(60, random),
    sizes = Array(60).fill(40);
  const crossed = layout(60, edges, sizes, sizes);
  assert.deepEqual(crossed, layout(60, edges, sizes, sizes));
  const tree = [
    [0, 1],
    [0, 2],
    [1, 3],
    [1, 4],
    [2, 5],
    [2, 6],
  ];
  assert.equal(layout(7, tree, Array(7).fill(40), Array(7).fill(40)).crossings, 0);
  const crosswise = [
    [0, 3],
    [1, 2],
  ];
  assert.equal(layout(4, crosswise, Array(4).fill(40), Array(4).fill(40)).crossings, 0);
  assert.deepEqual([layout(0, [], [], []).height, layout(0, [], [], []).width], [0, 0]);
  assert.equal(
    layout(3, [], [40, 40, 40], [9, 9, 9]).rank.every(rank => rank === 0),
    true,
  );
});

test('a circle is drawn all the same', () => {
  const plan = layout(
    3,
    [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
    [40, 40, 40],
    [90, 90, 90],
  );
  assert.ok(plan.routes.every(route => route.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))));
});

/* ---- search ---- */

/* Optimal string alignment between `a` and each beginning of `b`, by its definition. */
function slowDistance(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => Array(b.length + 1).fill(0));
  for (let i = 0; i <= a.length; i++)
    for (let j = 0; j <= b.length; j++) {
      if (!i || !j) {
        table[i][j] = i + j;
        continue;
      }
      table[i][j] = Math.min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
    }
  return table[a.length];
}

test('the distance of words is that of its definition, to the nearest beginning', () => {
  const random = chance(2),
    letters = 'abc',
    word = most =>
      Array.from({ length: Math.floor(random() * most) }, () => letters[Math.floor(random() * 3)]).join('');
  for (let round = 0; round < 4000; round++) {
    const a = word(7),
      b = word(9),
      limit = 1 + Math.floor(random() * 2);
    const ends = slowDistance(a, b).slice(Math.max(0, a.length - limit), a.length + limit + 1);
    assert.equal(distance(a, b, limit), Math.min(limit + 1, ...ends), `${a} ${b} ${limit}`);
  }
});

function index() {
  const made = new Index({ relation: 1, column: 0.95, text: 0.6, other: 0.9 });
  [
    'marts.fct_orders_with_economics',
    'staging.orders',
    'raw.customers',
    'raw.order_reviews',
    'marts.fct_customer_purchases',
  ].forEach((name, i) => made.add('relation', i, name));
  ['customer_email', 'customer_id', 'order_id', 'total_revenue_brl', '__proto__', 'constructor'].forEach((name, i) =>
    made.add('column', i, name),
  );
  made.add('text', 0, 'Linha por pedido; câmbio do dia da compra, preço em reais.');
  return made;
}
const first = (query, kind) => (index().find(query, 10).kinds[kind] || { items: [{}] }).items[0].text;

test('names are found by beginnings, parts in any order, and whole names first', () => {
  assert.equal(first('orders', 'relation'), 'staging.orders');
  assert.equal(first('economics ord', 'relation'), 'marts.fct_orders_with_economics');
  assert.equal(first('customer em', 'column'), 'customer_email');
  assert.equal(first('raw.customers', 'relation'), 'raw.customers');
  assert.equal(first('purch', 'relation'), 'marts.fct_customer_purchases');
});

test('typos are forgiven: a letter too few, too many, wrong, or two swapped', () => {
  for (const typed of ['custmer email', 'custommer email', 'custoner email', 'cutsomer email', 'customer emial'])
    assert.equal(first(typed, 'column'), 'customer_email', typed);
  assert.equal(first('revenu', 'column'), 'total_revenue_brl');
  assert.equal(index().find('zzzzzzzz', 10).total, 0);
  assert.equal(index().find('brx', 10).total, 0, 'short words must be right');
});

test('accents and case do not matter, and no name is special', () => {
  assert.ok(first('CAMBIO', 'text').includes('câmbio'));
  assert.ok(first('preço', 'text').includes('preço'));
  assert.equal(first('__proto__', 'column'), '__proto__');
  assert.equal(first('constructor', 'column'), 'constructor');
  assert.equal(index().find('', 10).total, 0);
  assert.equal(index().find('  …  ', 10).total, 0);
});

/* ---- words ---- */

test('each word is there in both languages, with the same blanks', () => {
  const { WORDS, COUNTED } = loadSite(['words']),
    blanks = text => [...text.matchAll(/\{\d\}/g)].map(String).sort().join();
  for (const [key, pair] of [
    ...Object.entries(WORDS),
    ...Object.entries(COUNTED).flatMap(([key, pair]) => [
      [key, pair.map(forms => forms[0])],
      [key, pair.map(forms => forms[1])],
    ]),
  ]) {
    assert.equal(pair.length, 2, key);
    assert.ok(pair[0] && pair[1], key);
    assert.equal(blanks(pair[0]), blanks(pair[1]), key);
  }
});

test('each word that the pages say is in the list, and each of the list is said', () => {
  const { WORDS, COUNTED } = loadSite(['words']),
    files = fs.readdirSync(SITE).filter(name => name.endsWith('.js')),
    text = files.map(name => fs.readFileSync(path.join(SITE, name), 'utf8')).join('\n');
  for (const [, key] of text.matchAll(/\bt\('([a-z_]+)'/g)) assert.ok(key.endsWith('_') || key in WORDS, `t('${key}')`);
  for (const [, key] of text.matchAll(/\bgov\.count\('([a-z_]+)'/g)) assert.ok(key in COUNTED, `gov.count('${key}')`);
  const composed = /^(theme|kind|test|step|level|edge|term|search_groups|group)_|^(added|changed|removed)$/;
  for (const key in WORDS)
    if (!composed.test(key))
      assert.ok(
        new RegExp(`['"]${key}['"]`).test(text.replace(new RegExp(`^ +${key}: \\[.*$`, 'm'), '')),
        `nobody says ${key}`,
      );
});
