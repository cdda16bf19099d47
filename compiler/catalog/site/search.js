'use strict';
/* Search over names, column names and descriptions, with typos forgiven. Pure: no DOM, no page.
 *
 * Every entry (a relation, a distinct column name, a description, …) is a list of words; words are interned, and each
 * knows its entries. A query word is compared with the words, not with the entries, so that typing stays quick in a
 * catalog of 150,000 columns. */
{
  const fold = text =>
    text
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase();
  const split = text =>
    fold(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);

  /* The letters of a word as bits: two words with few common letters need not be compared. */
  function letters(word) {
    let bits = 0;
    for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) % 31);
    return bits;
  }
  function bitCount(x) {
    let n = 0;
    for (; x; x &= x - 1) n++;
    return n;
  }

  /* Edits (insert, delete, replace, swap neighbours) between `a` and the nearest beginning of `b` that is about as
   * long; more than `limit` gives limit + 1. Optimal string alignment. */
  gov.distance = function (a, b, limit) {
    const width = Math.min(b.length, a.length + limit);
    let before = [],
      last = Array.from({ length: width + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= width; j++) {
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        row[j] = cost;
        if (cost < least) least = cost;
      }
      if (least > limit) return limit + 1;
      before = last;
      last = row;
    }
    let best = limit + 1;
    for (let j = Math.max(0, a.length - limit); j <= width; j++) best = Math.min(best, last[j]);
    return best;
  };

  /* As many typos as a word of that length forgives. */
  const allowed = word => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

  /* An index of entries, each {text, kind, id}; `kind` scales the score by weights[kind]. */
  gov.Index = class {
    constructor(weights) {
      this.weights = weights;
      this.entries = [];
      this.words = [];
      this.numbers = new Map();
      this.flat = []; // the words of all entries, one after another
      this.start = [0];
    }

    add(kind, id, text) {
      const seen = new Set();
      for (const word of split(text)) {
        let number = this.numbers.get(word);
        if (number === undefined) {
          number = this.words.length;
          this.words.push(word);
          this.numbers.set(word, number);
        }
        if (!seen.has(number)) {
          seen.add(number);
          this.flat.push(number);
        }
      }
      const name = text.toLowerCase();
      this.entries.push({ kind, id, text, name, local: name.slice(name.indexOf('.') + 1) });
      this.start.push(this.flat.length);
      this.ready = false;
    }

    /* From words to entries. */
    prepare() {
      const size = this.words.length,
        start = new Uint32Array(size + 1),
        items = new Uint32Array(this.flat.length);
      for (const word of this.flat) start[word + 1]++;
      for (let i = 0; i < size; i++) start[i + 1] += start[i];
      const next = start.slice();
      for (let e = 0; e < this.entries.length; e++)
        for (let k = this.start[e]; k < this.start[e + 1]; k++) items[next[this.flat[k]]++] = e;
      this.postings = { start, items };
      this.masks = Uint32Array.from(this.words, letters);
      this.ready = true;
    }

    /* [word, weight] of the words that a query's word may mean: equal, beginning, inside, else nearly. */
    matches(token) {
      const found = [];
      let near = 0;
      for (let i = 0; i < this.words.length; i++) {
        const word = this.words[i],
          at = word.indexOf(token);
        if (at < 0 || (at > 0 && token.length < 2)) continue;
        if (at === 0) near++;
        found.push([i, word === token ? 1 : at === 0 ? 0.7 + (0.2 * token.length) / word.length : 0.4]);
      }
      const limit = allowed(token),
        mask = letters(token);
      if (near || !limit) return found;
      for (let i = 0; i < this.words.length; i++) {
        const word = this.words[i];
        if (word.length < token.length - limit || bitCount(mask & ~this.masks[i]) > limit) continue;
        const edits = gov.distance(token, word, limit);
        if (edits <= limit)
          found.push([i, 0.5 - 0.12 * edits - 0.01 * Math.min(10, Math.abs(word.length - token.length))]);
      }
      return found;
    }

    /* Entries that match every word of the query, best first, at most `limit` a kind:
     * {total, kinds: {kind: {total, items: [{kind, id, text, score}]}}}. */
    find(query, limit) {
      if (!this.ready) this.prepare();
      const tokens = split(query),
        whole = fold(query).trim().replace(/\s+/g, '_'),
        kinds = {};
      if (!tokens.length) return { total: 0, kinds };
      const size = this.entries.length,
        score = new Float32Array(size),
        best = new Float32Array(size),
        { start, items } = this.postings;
      tokens.forEach((token, n) => {
        best.fill(0);
        for (const [word, weight] of this.matches(token))
          for (let k = start[word]; k < start[word + 1]; k++) if (best[items[k]] < weight) best[items[k]] = weight;
        for (let e = 0; e < size; e++) score[e] = best[e] && (n === 0 || score[e]) ? score[e] + best[e] : 0;
      });
      let total = 0;
      for (let e = 0; e < size; e++) {
        if (!score[e]) continue;
        const entry = this.entries[e],
          group = kinds[entry.kind] || (kinds[entry.kind] = { total: 0, items: [] }),
          bonus = entry.kind === 'text' ? 0 : this.bonus(entry, whole);
        total++;
        group.total++;
        keepBest(group.items, entry, (score[e] / tokens.length + bonus) * this.weights[entry.kind], limit);
      }
      return { total, kinds };
    }

    /* Names that say just what was asked stand first, shorter before longer. */
    bonus({ name, local }, whole) {
      return (
        (name === whole || local === whole ? 2 : local.startsWith(whole) ? 0.6 : name.includes(whole) ? 0.3 : 0) +
        0.5 / (local.length + 1)
      );
    }
  };

  /* Puts the entry among the best so far, which are in order and at most `limit`. */
  function keepBest(items, entry, score, limit) {
    let k = items.length;
    while (k > 0 && (items[k - 1].score < score || (items[k - 1].score === score && entry.text < items[k - 1].text)))
      k--;
    if (k >= limit) return;
    items.splice(k, 0, { kind: entry.kind, id: entry.id, text: entry.text, score });
    if (items.length > limit) items.pop();
  }

  let index, withWords;
  /* The index of this catalog's names, made when a search begins. */
  gov.nameIndex = function () {
    if (index) return index;
    index = new gov.Index({ relation: 1, column: 0.95, text: 0.6, other: 0.9 });
    for (let i = 0; i < gov.size; i++) index.add('relation', i, gov.name(i));
    gov.core.columnNames.forEach((name, n) => index.add('column', n, name));
    for (const kind of ['owners', 'tags', 'roles', 'layers'])
      gov[kind].forEach((one, k) => index.add('other', [kind, k], one.name + (one.title ? ' ' + one.title : '')));
    return index;
  };
  gov.wordIndex = async function () {
    const words = await gov.load_words();
    if (withWords) return withWords;
    gov.nameIndex();
    words.relations.forEach((text, i) => {
      if (text) index.add('text', { relation: i }, text);
    });
    const columns = gov.unpackRows(words.columns, words.texts.length);
    words.texts.forEach((text, k) => index.add('text', { columns: columns.of(k) }, text));
    return (withWords = index);
  };
}
