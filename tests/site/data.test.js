'use strict';
/* What the C writers wrote, read back by the site's own code, is what catalog.json says; no text ends its script. */
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { loadSite, makeSite } = require('./load.js');

const folder = name => path.join('site-tests', name);
const plain = value => JSON.parse(JSON.stringify(value));
/* An object without what the site keeps elsewhere. */
const rest = ({ relation, relations, ...others }) => others;

/* Compares everything that the site can show with catalog.json. */
async function compare(site) {
  const catalog = site.catalog(),
    gov = loadSite([], site.folder),
    relations = catalog.relations;
  assert.deepEqual(plain([gov.project, gov.layers, gov.owners, gov.tags, gov.roles, gov.core.changes]), [
    catalog.project,
    catalog.layers,
    catalog.owners,
    catalog.tags,
    catalog.roles,
    catalog.changes,
  ]);
  assert.equal(gov.size, relations.length);
  const words = plain(await gov.load_words());
  const labels = column =>
    (column.labels || []).map(label => [
      catalog.tags.findIndex(tag => tag.name === label.tag),
      gov.LEVELS.indexOf(label.level),
    ]);
  let tested = 0;
  for (let i = 0; i < gov.size; i++) {
    const relation = relations[i],
      detail = plain(await gov.detail(i)),
      [written, emitted] = await gov.sqlOf(i);
    assert.equal(gov.name(i), relation.name);
    assert.equal(gov.find(relation.name) >= 0, true);
    assert.deepEqual(
      [
        gov.isSource(i) ? 'source' : 'model',
        gov.storage(i),
        gov.status(i) || undefined,
        (gov.owner(i) || {}).name,
        gov.rows(i),
      ],
      [relation.kind, relation.storage, relation.status, relation.owner, relation.result.rows ?? -1],
    );
    assert.deepEqual(
      Array.from(gov.reads.of(i), j => gov.name(j)),
      relation.reads || [],
    );
    assert.deepEqual([written, emitted], [relation.written || '', relation.emitted || '']);
    assert.equal(words.relations[i] || undefined, relation.description);
    for (const key of [
      'description',
      'built',
      'partitioned',
      'history',
      'subject',
      'origins',
      'on_invalid',
      'keys',
      'result',
      'place',
    ])
      assert.deepEqual(detail[key], relation[key], key);
    assert.equal(gov.columnCount(i), relation.columns.length);
    relation.columns.forEach((column, k) => {
      const shape = gov.shape(gov.first[i] + k);
      assert.deepEqual(
        [
          gov.columnText(gov.first[i] + k),
          shape.type,
          shape.nullable,
          shape.isPublic,
          shape.unit || undefined,
          plain(shape.labels || []),
          shape.isDescribed,
        ],
        [
          column.name,
          column.type,
          column.nullable,
          !!column.public,
          column.unit,
          labels(column),
          'description' in column,
        ],
      );
      assert.deepEqual([detail.columns[k][0] || undefined, detail.columns[k][1]], [column.description, column.written]);
    });
    assert.deepEqual(detail.tests, catalog.tests.slice(tested, (tested += detail.tests.length)).map(rest));
    assert.equal(gov.fact.tests[i], detail.tests.length);
  }
  assert.equal(tested, catalog.tests.length);
  await compareEdges(gov, catalog);
  await compareWords(gov, words, relations);
  const grants = plain(await gov.load_access());
  assert.deepEqual(grants.map(rest), catalog.grants.map(rest));
  assert.deepEqual(
    grants.map(grant => Array.from(gov.unpackRows(grant.relations, 1).items, i => gov.name(i))),
    catalog.grants.map(grant => grant.relations || []),
  );
  assert.deepEqual(plain(await gov.load_declared()), catalog.declarations);
  assert.equal(gov.core.declarations, catalog.declarations.length);
}

async function compareEdges(gov, catalog) {
  const { into, outOf } = await gov.columnEdges(),
    bits = { direct: 1, derived: 2, aggregated: 4, filter: 8 },
    wanted = new Map(),
    found = new Map();
  for (const edge of catalog.lineage) {
    const key = JSON.stringify([edge.from.relation, edge.from.column, edge.to.relation, edge.to.column]);
    wanted.set(
      key,
      edge.kinds.reduce((sum, kind) => sum | bits[kind], wanted.get(key) || 0),
    );
  }
  let outwards = 0;
  for (let node = 0; node < gov.columnName.length + gov.size; node++) {
    const to = gov.nodeRelation(node);
    for (const [from, kinds] of into.of(node))
      found.set(
        JSON.stringify([
          gov.name(gov.relationOf(from)),
          gov.columnText(from),
          gov.name(to),
          node < gov.columnName.length ? gov.columnText(node) : undefined,
        ]),
        kinds,
      );
    outwards += outOf.of(node).length;
  }
  // two columns of a hostile relation may have one name: compare what names can tell apart
  for (const [key, kinds] of found) assert.equal(kinds & ~wanted.get(key), 0, key);
  assert.equal(found.size, wanted.size);
  let inwards = 0;
  for (let node = 0; node < gov.columnName.length + gov.size; node++) inwards += into.of(node).length;
  assert.equal(outwards, inwards);
}

function compareWords(gov, words, relations) {
  const columns = gov.unpackRows(words.columns, words.texts.length),
    said = new Map();
  words.texts.forEach((text, k) => {
    for (const c of columns.of(k)) said.set(c, text);
  });
  relations.forEach((relation, i) =>
    relation.columns.forEach((column, k) => assert.equal(said.get(gov.first[i] + k), column.description)),
  );
}

/* Tests and steps of runs, as the pages unpack them. */
async function comparePages(site) {
  const catalog = site.catalog(),
    gov = loadSite(['words', 'tables', 'page-quality'], site.folder);
  const tests = await gov.allTests();
  assert.equal(tests.length, catalog.tests.length);
  catalog.tests.forEach((one, k) => {
    const mine = tests[k];
    assert.deepEqual(
      [gov.name(mine.relation), mine.kind, mine.severity, mine.rows, mine.name, plain(mine.columns)],
      [one.relation, one.kind, one.severity, one.failing_rows ?? -1, one.name, one.columns || []],
    );
    assert.equal(mine.state, one.outcome !== 'not_run' ? one.outcome : one.proof === 'to_run' ? 'not_run' : one.proof);
  });
  const keys = ['kind', 'outcome', 'name', 'rows', 'offset', 'seconds', 'reason', 'message'];
  for (let r = 0; r < gov.runs.length; r++) {
    const steps = gov.unpackSteps(await gov.stepsOf(r));
    assert.deepEqual(
      Array.from(steps, step => [...keys.map(key => step[key]), step.passed, step.warned, step.failed]),
      catalog.runs[r].steps.map(step => [
        ...keys.map(key => (key === 'rows' ? (step.rows ?? -1) : step[key])),
        step.tests_passed,
        step.tests_warned,
        step.tests_failed,
      ]),
    );
  }
}

test('a written site says what catalog.json says', async () => {
  const site = makeSite(folder('plain'), 300, 11);
  await compare(site);
  await comparePages(site);
});
test('a catalog of nothing can be read', async () => {
  const site = makeSite(folder('empty'), 0, 0, 'empty');
  await compare(site);
});
test('one relation is enough for a file of details', async () => {
  await compare(makeSite(folder('one'), 1, 5));
});
for (const seed of [1, 2, 3, 4, 5, 6])
  test(`hostile text comes back as it was, seed ${seed}`, async () => {
    const site = makeSite(folder('hostile'), 40, seed, 'hostile');
    await compare(site);
    await comparePages(site);
  });

test('no data file can end its script or change its lines', () => {
  const site = makeSite(folder('hostile'), 60, 9, 'hostile'),
    data = path.join(site.folder, 'data');
  for (const name of fs.readdirSync(data)) {
    const bytes = fs.readFileSync(path.join(data, name)),
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    assert.match(text, /^gov\.[a-z]+\((\d+,)?[\s\S]*\);\n$/);
    assert.doesNotMatch(text, /[<\u2028\u2029]/, name);
    assert.doesNotMatch(text.slice(0, -1), /[\x00-\x1f\x7f]/, name);
    JSON.parse(text.slice(text.indexOf('(') + 1, -3).replace(/^\d+,/, ''));
  }
});

test('equal catalogs give equal bytes', () => {
  const [one, two] = ['a', 'b'].map(name => makeSite(folder('same-' + name), 120, 3).folder);
  const files = fs.readdirSync(one, { recursive: true }).filter(name => fs.statSync(path.join(one, name)).isFile());
  assert.deepEqual(fs.readdirSync(two, { recursive: true }).sort(), fs.readdirSync(one, { recursive: true }).sort());
  for (const name of files)
    assert.ok(fs.readFileSync(path.join(one, name)).equals(fs.readFileSync(path.join(two, name))), name);
});

test('numbers come back from their packing', () => {
  const gov = loadSite([]),
    numbers = [0, 1, 127, 128, 300, 16383, 16384, 2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1],
    bytes = [];
  for (let n of numbers.map(BigInt)) {
    for (; n > 127n; n >>= 7n) bytes.push(Number(128n | (n & 127n)));
    bytes.push(Number(n));
  }
  assert.deepEqual(Array.from(gov.unpack(Buffer.from(bytes).toString('base64'))), numbers);
  assert.deepEqual(Array.from(gov.unpack('')), []);
});
