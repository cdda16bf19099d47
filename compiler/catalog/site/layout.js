'use strict';
/* Where the boxes of a lineage graph stand: ranks by longest path, long edges through shared dummies, order by
 * barycentre sweeps with transposition, heights by pooling adjacent violators (Sugiyama's method). Pure: no DOM. */
{
  const lists = n => Array.from({ length: n }, () => []);

  /* Longest path from the left, then nodes are pulled towards their readers. A node on a cycle stays left. */
  function rankNodes(count, edges) {
    const out = lists(count),
      waiting = new Int32Array(count),
      rank = new Int32Array(count),
      queue = [];
    for (const [a, b] of edges) {
      out[a].push(b);
      waiting[b]++;
    }
    for (let i = 0; i < count; i++) if (!waiting[i]) queue.push(i);
    for (let k = 0; k < queue.length; k++) {
      for (const v of out[queue[k]]) {
        rank[v] = Math.max(rank[v], rank[queue[k]] + 1);
        if (!--waiting[v]) queue.push(v);
      }
    }
    for (let k = queue.length - 1; k >= 0; k--) {
      const u = queue[k];
      if (out[u].length) rank[u] = Math.max(rank[u], Math.min(...out[u].map(v => rank[v])) - 1);
    }
    return rank;
  }

  /* Long edges as chains of dummies, one a rank. Edges share the dummies of their start, or of their end if very many
   * long edges end there. Gives {rank, heights, segments, chains} of real nodes and dummies. */
  function addDummies(count, edges, rank0, heights0) {
    const rank = [...rank0],
      heights = [...heights0],
      segments = [],
      chains = [],
      shared = new Map(),
      arriving = new Float64Array(count);
    const ranks = rank.reduce((most, r) => Math.max(most, r), 0) + 1;
    const linked = new Set(),
      link = (u, v) => {
        const key = u + ':' + v;
        if (!linked.has(key)) {
          linked.add(key);
          segments.push([u, v]);
        }
      };
    for (const [a, b] of edges) arriving[b] += Math.max(0, rank[b] - rank[a] - 1);
    for (const [a, b] of edges) {
      const chain = [a],
        byEnd = arriving[b] > 8 * ranks;
      for (let r = rank[a] + 1; r < rank[b]; r++) {
        const key = byEnd ? `e${b}:${r}` : `${a}:${r}`;
        let dummy = shared.get(key);
        if (dummy === undefined) {
          dummy = rank.length;
          rank.push(r);
          heights.push(4);
          shared.set(key, dummy);
        }
        link(chain[chain.length - 1], dummy);
        chain.push(dummy);
      }
      if (rank[a] < rank[b]) link(chain[chain.length - 1], b);
      chain.push(b);
      chains.push(chain);
    }
    return { rank, heights, segments, chains, ranks };
  }

  /* Layers in the order of a depth-first walk from the left. */
  function firstOrder(graph) {
    const layers = lists(graph.ranks),
      seen = new Uint8Array(graph.rank.length),
      stack = [];
    for (let root = 0; root < graph.rank.length; root++) {
      if (graph.up[root].length) continue;
      stack.push(root);
      while (stack.length) {
        const u = stack.pop();
        if (seen[u]) continue;
        seen[u] = 1;
        layers[graph.rank[u]].push(u);
        for (let k = graph.down[u].length - 1; k >= 0; k--) stack.push(graph.down[u][k]);
      }
    }
    for (let u = 0; u < seen.length; u++) if (!seen[u]) layers[graph.rank[u]].push(u);
    return layers;
  }

  function number(layers, position) {
    for (const layer of layers) for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
  }

  /* Crossings between neighbouring layers, counted with an accumulator tree (Barth, Jünger, Mutzel 2002). */
  function crossings(graph, layers, position) {
    let count = 0;
    for (let r = 0; r + 1 < layers.length; r++) {
      let leaves = 1;
      while (leaves < layers[r + 1].length) leaves <<= 1;
      const tree = new Int32Array(2 * leaves);
      for (const u of layers[r]) {
        for (const v of graph.down[u].map(x => position[x]).sort((a, b) => a - b)) {
          let i = v + leaves;
          tree[i]++;
          for (; i > 1; i >>= 1) {
            if (!(i & 1)) count += tree[i + 1];
            tree[i >> 1]++;
          }
        }
      }
    }
    return count;
  }

  function sweep(graph, layers, position, downwards) {
    const near = downwards ? graph.up : graph.down,
      key = new Float64Array(position.length);
    for (let k = 1; k < layers.length; k++) {
      const layer = layers[downwards ? k : layers.length - 1 - k];
      for (const u of layer) {
        let sum = 0;
        for (const v of near[u]) sum += position[v];
        key[u] = near[u].length ? sum / near[u].length : position[u];
      }
      layer.sort((a, b) => key[a] - key[b] || position[a] - position[b]);
      for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
    }
  }

  /* Swaps neighbours where that removes crossings. */
  function transposeLayers(graph, layers, position) {
    for (const layer of layers) {
      for (let i = 0; i + 1 < layer.length; i++) {
        const u = layer[i],
          v = layer[i + 1];
        let now = 0,
          swapped = 0;
        for (const near of [graph.up, graph.down]) {
          if (near[u].length * near[v].length > 400) continue;
          for (const a of near[u])
            for (const b of near[v]) {
              if (position[a] > position[b]) now++;
              else if (position[a] < position[b]) swapped++;
            }
        }
        if (swapped < now) {
          layer[i] = v;
          layer[i + 1] = u;
          position[v] = i;
          position[u] = i + 1;
        }
      }
    }
  }

  function order(graph) {
    const layers = firstOrder(graph),
      position = new Float64Array(graph.rank.length);
    number(layers, position);
    let best = crossings(graph, layers, position),
      kept = layers.map(layer => layer.slice());
    for (let round = 0; round < 12 && best > 0; round++) {
      sweep(graph, layers, position, round % 2 === 0);
      transposeLayers(graph, layers, position);
      const now = crossings(graph, layers, position);
      if (now < best) {
        best = now;
        kept = layers.map(layer => layer.slice());
      }
    }
    return { layers: kept, crossings: best };
  }

  /* Heights nearest to `want` (weighted least squares) that keep a layer's order and gaps. */
  function pool(layer, want, weight, heights, gap, y) {
    const offset = [0],
      blocks = [];
    for (let i = 1; i < layer.length; i++)
      offset.push(offset[i - 1] + (heights[layer[i - 1]] + heights[layer[i]]) / 2 + gap);
    for (let i = 0; i < layer.length; i++) {
      let block = { at: want[i] - offset[i], weight: weight[i], size: 1 };
      while (blocks.length && blocks[blocks.length - 1].at >= block.at) {
        const other = blocks.pop(),
          sum = block.weight + other.weight;
        block = {
          at: (block.at * block.weight + other.at * other.weight) / sum,
          weight: sum,
          size: block.size + other.size,
        };
      }
      blocks.push(block);
    }
    let i = 0;
    for (const block of blocks) for (let k = 0; k < block.size; k++, i++) y[layer[i]] = block.at + offset[i];
  }

  function place(graph, layers, gap, real) {
    const y = new Float64Array(graph.rank.length),
      mean = list => {
        let sum = 0;
        for (const v of list) sum += y[v];
        return sum / list.length;
      };
    for (const layer of layers) {
      const all = layer.reduce((sum, u) => sum + graph.heights[u] + gap, 0);
      let at = -all / 2;
      for (const u of layer) {
        y[u] = at + graph.heights[u] / 2;
        at += graph.heights[u] + gap;
      }
    }
    for (let round = 0; round < 8; round++) {
      const downwards = round % 2 === 0;
      for (let k = 0; k < layers.length; k++) {
        const layer = layers[downwards ? k : layers.length - 1 - k],
          want = [],
          weight = [];
        for (const u of layer) {
          const near = round < 6 ? (downwards ? graph.up[u] : graph.down[u]) : graph.up[u].concat(graph.down[u]);
          want.push(near.length ? mean(near) : y[u]);
          weight.push(near.length ? (u >= real ? 3 : 1) : 0.05);
        }
        pool(layer, want, weight, graph.heights, gap, y);
      }
    }
    return y;
  }

  /* Lays out `count` boxes with `heights` and `widths`; edges are [from, to]. Gives the boxes' left edge `x`, middle `y`
   * and `rank`, the whole `width` and `height` (from 0), `crossings`, and `routes`: for each edge the points it goes
   * through. */
  gov.layout = function (count, edges, heights, widths, options = {}) {
    const gapX = options.gapX || 72,
      gapY = options.gapY || 16;
    const graph = addDummies(count, edges, rankNodes(count, edges), heights);
    graph.up = lists(graph.rank.length);
    graph.down = lists(graph.rank.length);
    for (const [a, b] of graph.segments) {
      graph.down[a].push(b);
      graph.up[b].push(a);
    }
    const { layers, crossings: crossed } = order(graph),
      y = place(graph, layers, gapY, count);
    const left = [],
      wide = new Float64Array(graph.ranks);
    for (let u = 0; u < count; u++) wide[graph.rank[u]] = Math.max(wide[graph.rank[u]], widths[u]);
    let at = 0;
    for (let r = 0; r < graph.ranks; r++) {
      left.push(at);
      at += wide[r] + gapX;
    }
    let top = Infinity,
      bottom = -Infinity;
    for (let u = 0; u < y.length; u++) {
      top = Math.min(top, y[u] - graph.heights[u] / 2);
      bottom = Math.max(bottom, y[u] + graph.heights[u] / 2);
    }
    for (let u = 0; u < y.length; u++) y[u] -= top;
    const x = graph.rank.map(r => left[r]);
    const route = chain =>
      chain.flatMap((u, k) =>
        k === 0
          ? [[x[u] + widths[u], y[u]]]
          : k === chain.length - 1
            ? [[x[u], y[u]]]
            : [
                [x[u], y[u]],
                [x[u] + wide[graph.rank[u]], y[u]],
              ],
      );
    return {
      x,
      y,
      rank: graph.rank.slice(0, count),
      width: Math.max(0, at - gapX),
      height: count ? bottom - top : 0,
      crossings: crossed,
      routes: graph.chains.map(route),
    };
  };
}
