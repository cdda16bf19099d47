'use strict';
/* The catalog's data: unpacks `data/core.js`, loads the other scripts when a page needs them, answers questions about
 * relations, columns and edges by their numbers. docs/catalog.md describes the format. No DOM but <script>. */
const gov = { pages: {} };
{
  const loads = new Map(); // data file -> promise
  const shelves = { details: [], sql: [], run: [] };

  /* The numbers of a packed list: LEB128 varints in base64. Exact up to 2^53. */
  gov.unpack = function (text) {
    const bytes = atob(text || '');
    let count = 0;
    for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) < 128) count++;
    const numbers = new Float64Array(count);
    for (let i = 0, k = 0; k < count; k++) {
      let value = 0,
        scale = 1,
        byte;
      do {
        byte = bytes.charCodeAt(i++);
        value += (byte & 127) * scale;
        scale *= 128;
      } while (byte > 127);
      numbers[k] = value;
    }
    return numbers;
  };

  /* Lists of increasing numbers, one a row, as `count, first, differences …`: compressed sparse rows. */
  gov.unpackRows = function (text, rows) {
    const flat = gov.unpack(text),
      start = new Uint32Array(rows + 1),
      items = new Uint32Array(flat.length - rows);
    for (let i = 0, k = 0, n = 0; i < rows; i++) {
      for (let left = flat[k++], last = 0; left > 0; left--) items[n++] = last += flat[k++];
      start[i + 1] = n;
    }
    return { start, items, of: i => items.subarray(start[i], start[i + 1]) };
  };

  function transpose(rows, size) {
    const start = new Uint32Array(size + 1),
      items = new Uint32Array(rows.items.length);
    for (const x of rows.items) start[x + 1]++;
    for (let i = 0; i < size; i++) start[i + 1] += start[i];
    const next = start.slice();
    for (let i = 0; i + 1 < rows.start.length; i++) for (const x of rows.of(i)) items[next[x]++] = i;
    return { start, items, of: i => items.subarray(start[i], start[i + 1]) };
  }

  /* The core: called by data/core.js, begins the site. */
  gov.core = function (core) {
    Object.assign(gov, {
      core,
      project: core.project,
      layers: core.layers,
      owners: core.owners,
      tags: core.tags,
      roles: core.roles,
      runs: core.runs,
    });
    const size = (gov.size = core.names.length);
    gov.fact = {};
    for (const key in core.relations) gov.fact[key.replace('+1', '')] = gov.unpack(core.relations[key]);
    gov.reads = gov.unpackRows(core.reads, size);
    gov.readers = transpose(gov.reads, size);
    const flat = gov.unpack(core.columns),
      total = (flat.length - size) / 2;
    gov.first = new Uint32Array(size + 1);
    gov.columnName = new Uint32Array(total);
    gov.columnShape = new Uint16Array(total);
    for (let i = 0, k = 0, n = 0; i < size; i++) {
      for (let left = flat[k++]; left > 0; left--, n++) {
        gov.columnName[n] = flat[k++];
        gov.columnShape[n] = flat[k++];
      }
      gov.first[i + 1] = n;
    }
    if (gov.start) gov.start();
  };

  gov.name = i => gov.layers[gov.fact.layer[i]].name + '.' + gov.core.names[i];
  gov.isSource = i => gov.fact.form[i] % 2 === 0;
  gov.storage = i => ['table', 'view', 'inline', 'files'][(gov.fact.form[i] >> 1) % 4];
  gov.status = i => ['', 'certified', 'migrated', 'legacy', 'draft'][gov.fact.form[i] >> 3];
  gov.rows = i => gov.fact.rows[i] - 1;
  gov.owner = i => gov.owners[gov.fact.owner[i] - 1];
  gov.isStale = i => gov.fact.fresh[i] % 3 === 2;
  gov.OUTCOMES = ['not_run', 'passed', 'warned', 'failed', 'skipped'];
  gov.built = i => gov.OUTCOMES[gov.fact.built[i]];
  gov.isRed = i => gov.fact.failed[i] > 0 || gov.built(i) === 'failed' || gov.isStale(i);
  /* One word for a relation's state: the worst of its step, its tests and its freshness. */
  gov.state = function (i) {
    if (gov.fact.failed[i] || gov.built(i) === 'failed') return 'failed';
    if (gov.isStale(i)) return 'stale';
    if (gov.fact.warned[i]) return 'warned';
    if (gov.built(i) === 'skipped') return 'skipped';
    if (gov.fact.passed[i] || gov.built(i) === 'passed') return 'passed';
    return gov.fact.tests[i] && gov.fact.proved[i] === gov.fact.tests[i] ? 'proved' : 'not_run';
  };

  let numbers;
  /* The relation of that full name, or -1. */
  gov.find = function (name) {
    if (!numbers) {
      numbers = new Map();
      for (let i = 0; i < gov.size; i++) numbers.set(gov.name(i), i);
    }
    return numbers.has(name) ? numbers.get(name) : -1;
  };

  gov.columnCount = i => gov.first[i + 1] - gov.first[i];
  gov.columnText = c => gov.core.columnNames[gov.columnName[c]];
  /* The relation that column number `c` belongs to. */
  gov.relationOf = function (c) {
    let low = 0,
      high = gov.size;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (gov.first[middle] <= c) low = middle;
      else high = middle;
    }
    return low;
  };
  /* Type, flags, unit and labels of a column. */
  gov.shape = function (c) {
    const [type, flags, unit, labels] = gov.core.shapes[gov.columnShape[c]];
    return {
      type,
      nullable: !!(flags & 1),
      isPublic: !!(flags & 2),
      isKey: !!(flags & 4),
      isDescribed: !!(flags & 8),
      unit,
      labels,
    };
  };
  gov.LEVELS = ['aggregate', 'influence', 'pseudonym', 'partial', 'raw'];
  /* The column of relation `i` with that name, or -1. */
  gov.findColumn = function (i, name) {
    for (let c = gov.first[i]; c < gov.first[i + 1]; c++) if (gov.columnText(c) === name) return c;
    return -1;
  };
  let byName;
  /* Numbers of the columns that have name number `n`. */
  gov.columnsNamed = function (n) {
    if (!byName) {
      const start = Uint32Array.from({ length: gov.columnName.length + 1 }, (_, i) => i);
      byName = transpose(
        { start, items: gov.columnName, of: i => gov.columnName.subarray(i, i + 1) },
        gov.core.columnNames.length,
      );
    }
    return byName.of(n);
  };

  /* Runs a script of the site once. In the single-file site its text stands in the page. */
  function load(path) {
    if (!loads.has(path)) {
      loads.set(
        path,
        new Promise((done, fail) => {
          const script = document.createElement('script'),
            inline = document.getElementById('file:' + path);
          script.onload = done;
          script.onerror = () => {
            loads.delete(path);
            fail(new Error(path));
          };
          if (inline) script.textContent = inline.textContent;
          else script.src = path;
          document.head.append(script);
          if (inline) done();
        }),
      );
    }
    return loads.get(path);
  }
  const loadData = name => load('data/' + name + '.js');
  /* Scripts that only some pages need, in their order. */
  gov.need = async function (...names) {
    for (const name of names) await load(name + '.js');
  };
  gov.isLoadError = error => /^[a-z/0-9-]+\.js$/.test(error.message);

  /* The shard that holds relation `i`, given each shard's first relation. */
  function shardOf(starts, i) {
    let k = starts.length - 1;
    while (starts[k] > i) k--;
    return k;
  }

  for (const shelf in shelves)
    gov[shelf] = (k, items) => {
      shelves[shelf][k] = items;
    };
  for (const whole of ['lineage', 'words', 'tests', 'access', 'declared']) {
    gov[whole] = value => {
      gov[whole].value = value;
    };
    gov['load_' + whole] = () => loadData(whole).then(() => gov[whole].value);
  }
  gov.detail = function (i) {
    const starts = gov.core.shards,
      k = shardOf(starts, i);
    return loadData('d' + k).then(() => shelves.details[k][i - starts[k]]);
  };
  /* [written, emitted] of relation `i`. */
  gov.sqlOf = function (i) {
    const starts = gov.core.sqlShards,
      k = shardOf(starts, i);
    return loadData('q' + k).then(() => shelves.sql[k][i - starts[k]]);
  };
  gov.stepsOf = k => loadData('r' + k).then(() => shelves.run[k]);

  gov.COPIED = 1;
  gov.DERIVED = 2;
  gov.AGGREGATED = 4;
  gov.FILTER = 8;
  /* Where a choice of rows is a node of a trail: "all rows of relation i" has a number after those of all columns. */
  gov.rowsNode = i => gov.columnName.length + i;
  gov.nodeRelation = n => (n < gov.columnName.length ? gov.relationOf(n) : n - gov.columnName.length);

  /* Edges by their first end, as compressed sparse rows; `of(node)` lists [other end, kinds]. */
  function edgesBy(ends, others, kinds) {
    const start = new Uint32Array(gov.columnName.length + gov.size + 1),
      order = new Uint32Array(ends.length);
    for (const x of ends) start[x + 1]++;
    for (let i = 1; i < start.length; i++) start[i] += start[i - 1];
    const next = start.slice();
    for (let i = 0; i < ends.length; i++) order[next[ends[i]]++] = i;
    return { of: node => Array.from(order.subarray(start[node], start[node + 1]), i => [others[i], kinds[i]]) };
  }

  let edges;
  /* All column edges, both ways: {into, outOf}, each with `of(node)`. */
  gov.columnEdges = async function () {
    const packed = await gov.load_lineage();
    if (edges) return edges;
    const flat = gov.unpack(packed),
      from = [],
      to = [],
      kinds = [];
    for (let i = 0, k = 0; i < gov.size; i++) {
      const reads = gov.reads.of(i),
        width = gov.columnCount(i);
      for (let j = 0; j <= width; j++) {
        for (let left = flat[k++]; left > 0; left--) {
          const first = gov.first[reads[flat[k++]]],
            packedColumn = flat[k++];
          from.push(first + (packedColumn >> 4));
          to.push(j < width ? gov.first[i] + j : gov.rowsNode(i));
          kinds.push(packedColumn & 15);
        }
      }
    }
    return (edges = { into: edgesBy(to, from, kinds), outOf: edgesBy(from, to, kinds) });
  };
}
