'use strict';
/* What `gov docs` says of a small project (shop/), before and after a run. */
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');

const folder = path.resolve('site-tests', 'shop');

function gov(...words) {
  return execFileSync(path.resolve('gov'), [...words, '-C', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
function docs() {
  gov('docs');
  return JSON.parse(fs.readFileSync(path.join(folder, 'build', 'catalog.json'), 'utf8'));
}
const find = (list, name) => list.find(one => one.name === name);
const column = (catalog, relation, name) => find(find(catalog.relations, relation).columns, name);
const pick = (object, ...keys) => keys.map(key => object[key]);

let before, after;
test('gov docs before a run, gov run, gov docs', () => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(__dirname, 'shop'), folder, { recursive: true });
  before = docs();
  gov('run');
  after = docs();
  assert.ok(fs.existsSync(path.join(folder, 'build', 'docs', 'data', 'core.js')));
});

test('the project, its layers as data flow, its owners, tags, roles', () => {
  const { project, layers, owners, tags, roles } = after;
  assert.deepEqual(pick(project, 'name', 'description', 'timezone', 'languages', 'target', 'engine'), [
    'shop',
    'A shop.',
    'UTC',
    ['pt', 'en'],
    'dev',
    'duckdb',
  ]);
  assert.deepEqual(
    layers.map(one => pick(one, 'name', 'description', 'owner', 'reads')),
    [
      ['raw', 'As it arrives.', 'team', undefined],
      ['marts', undefined, 'team', ['raw']],
    ],
  );
  assert.deepEqual(pick(owners[0], 'name', 'title', 'email'), ['team', 'The Team', 'team@example.com']);
  assert.equal(find(tags, 'personal').description, 'Who a person is');
  assert.deepEqual(find(roles, 'analyst').clearances, [{ tag: 'personal', level: 'pseudonym' }]);
});

test('relations: kind, storage, status, keys, reads, origins without comments, SQL', () => {
  assert.deepEqual(
    after.relations.map(one => pick(one, 'name', 'kind', 'storage', 'status', 'reads')),
    [
      ['raw.orders', 'source', 'table', undefined, undefined],
      ['marts.people', 'model', 'table', 'certified', ['marts.sales']],
      ['marts.sales', 'model', 'table', undefined, ['raw.orders']],
    ],
  );
  const orders = find(after.relations, 'raw.orders'),
    people = find(after.relations, 'marts.people');
  assert.deepEqual(pick(orders, 'origins', 'on_invalid'), [
    ["csv 'data/orders.csv' in dev"],
    'quarantine at most 50 percent',
  ]);
  assert.deepEqual(people.keys, [{ columns: ['person'], declared: true }]);
  assert.match(people.written, /^model marts\.people \([^]*group by person$/);
  assert.match(people.emitted, /^select person, sum\(taxed\)::decimal\(18,2\) as total\nfrom marts\.sales/);
  assert.deepEqual(people.place, { file: 'project.gov', line: 48 });
});

test('columns: type, unit, nullability, words and tags that a plain copy takes along, the expression', () => {
  assert.deepEqual(column(after, 'marts.people', 'person'), {
    name: 'person',
    type: 'text',
    nullable: false,
    description: 'Who bought.',
    labels: [{ tag: 'personal', level: 'pseudonym' }],
    place: { file: 'project.gov', line: 49 },
  });
  assert.deepEqual(pick(column(after, 'marts.people', 'total'), 'type', 'unit', 'nullable', 'written'), [
    'decimal(18,2)',
    'BRL',
    false,
    'sum(taxed)',
  ]);
  assert.deepEqual(pick(column(after, 'marts.sales', 'email'), 'nullable', 'labels'), [
    true,
    [{ tag: 'personal', level: 'raw' }],
  ]);
  assert.deepEqual(
    ['id', 'person', 'email', 'state'].map(name => !!column(after, 'raw.orders', name).public),
    [true, false, false, true],
  );
});

test('lineage: copied, derived, aggregated, and what decides rows', () => {
  const words = ({ from, to, kinds }) =>
    `${from.relation}.${from.column} ${to.relation}.${to.column || '*'} ${kinds.join()}`;
  assert.deepEqual(after.lineage.map(words).sort(), [
    'marts.sales.person marts.people.* filter',
    'marts.sales.person marts.people.person direct',
    'marts.sales.taxed marts.people.total aggregated',
    'raw.orders.amount marts.sales.taxed derived',
    'raw.orders.email marts.sales.email direct',
    'raw.orders.id marts.sales.id direct',
    'raw.orders.person marts.sales.person direct',
    'raw.orders.state marts.sales.* filter',
  ]);
});

test('tests: proved, passed as rows were loaded, passed, warned; before the run only what is proved is known', () => {
  const words = ({ relation, name, proof, outcome, failing_rows }) =>
    [relation, name, proof, outcome, failing_rows].filter(one => one !== undefined).join(' ');
  assert.deepEqual(after.tests.map(words), [
    'raw.orders key id to_run passed 0',
    'raw.orders not null person to_run passed',
    'raw.orders not null amount to_run passed',
    'raw.orders check (amount >= 0) to_run passed',
    'raw.orders in state to_run passed',
    'marts.people key person proved not_run',
    'marts.people not null total proved not_run',
    'marts.people nobody buys for nothing to_run warned 1',
    'marts.sales key id proved not_run',
    'marts.sales not null person proved not_run',
    'marts.sales not null taxed proved not_run',
    'marts.sales tax is a tenth to_run passed 0',
  ]);
  assert.ok(before.tests.every(one => one.outcome === 'not_run' && one.run === undefined));
  assert.equal(find(after.tests, 'key person').reason, 'grouped by it');
});

test('grants, and declarations that do not run yet', () => {
  assert.deepEqual(
    after.grants.map(one => pick(one, 'role', 'relations', 'columns', 'hides_uncleared', 'where', 'until')),
    [
      ['analyst', ['marts.people', 'marts.sales'], undefined, true, undefined, undefined],
      ['partner', ['marts.people'], ['person', 'total'], undefined, 'total > 10', '2099-12-31'],
    ],
  );
  assert.deepEqual(
    after.declarations.map(one => pick(one, 'kind', 'name', 'not_run_yet', 'uses')),
    [
      ['metric', 'revenue', true, ['marts.people']],
      ['unit', 'BRL', undefined, undefined],
      ['type', 'money', undefined, undefined],
      ['mask', 'token', undefined, undefined],
    ],
  );
});

test('results: rows, read = accepted + quarantined, runs and their steps', () => {
  assert.deepEqual(before.runs, []);
  assert.equal(find(before.relations, 'marts.people').result.rows, undefined);
  assert.deepEqual(
    pick(find(after.relations, 'raw.orders').result, 'rows', 'rows_read', 'rows_quarantined'),
    [4, 5, 1],
  );
  assert.equal(find(after.relations, 'marts.people').result.rows, 2);
  const [run] = after.runs;
  assert.deepEqual(pick(run, 'id', 'command', 'target', 'outcome'), ['1', 'gov run', 'dev', 'warned']);
  assert.deepEqual(
    run.steps.map(one => pick(one, 'name', 'kind', 'outcome')),
    [
      ['raw.orders', 'load', 'passed'],
      ['marts.sales', 'build', 'passed'],
      ['marts.people', 'build', 'warned'],
      ['grants', 'not_run', 'not_run'],
    ],
  );
  assert.equal(after.project.as_of >= run.started_at, true);
});

test('what the project changed since the run is said; a second gov docs writes the same', () => {
  const file = path.join(folder, 'build', 'catalog.json'),
    first = fs.readFileSync(file, 'utf8');
  docs();
  assert.equal(fs.readFileSync(file, 'utf8'), first);
  assert.deepEqual(after.changes, []);
  const project = path.join(folder, 'project.gov');
  fs.writeFileSync(project, fs.readFileSync(project, 'utf8').replace('o.amount * 1.1', 'o.amount * 1.2'));
  const changes = docs().changes.map(one => pick(one, 'kind', 'name'));
  assert.deepEqual(changes, [
    ['changed', 'marts.sales'],
    ['changed', 'marts.people'],
  ]);
});
