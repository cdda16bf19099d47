'use strict';
/* Runs the site's own scripts in node, without a browser: what is pure in them can be tested as functions, and the data
 * that the C writers made can be read back by the very code that reads it on the page. */
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { execFileSync } = require('node:child_process');

const SITE = path.join(__dirname, '..', '..', 'compiler', 'catalog', 'site');

/* The site's `gov` with these scripts of it; `folder`: a written site, whose data the scripts may load. */
exports.loadSite = function (scripts, folder) {
  const context = vm.createContext({
    console,
    atob,
    performance,
    URLSearchParams,
    localStorage: { getItem: () => null, setItem() {} },
    navigator: { language: 'en' },
  });
  const run = file => vm.runInContext(fs.readFileSync(file, 'utf8'), context, { filename: file });
  const scripting = {
    append(script) {
      run(path.join(folder, script.src));
      script.onload();
    },
  };
  context.document = {
    documentElement: { dataset: {} },
    getElementById: () => null,
    createElement: () => ({}),
    head: scripting,
  };
  for (const script of ['data', ...scripts]) run(path.join(SITE, script + '.js'));
  if (folder) run(path.join(folder, 'data', 'core.js'));
  return vm.runInContext('gov', context);
};

/* Writes a made-up site into a fresh folder; gives {folder, catalog, measures}. */
exports.makeSite = function (folder, models, seed, mode = 'plain') {
  const program = path.resolve('tests', 'site', 'make_catalog');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const output = execFileSync(program, [folder, String(models), String(seed), mode], { encoding: 'utf8' });
  const measures = Object.fromEntries(
    output
      .trim()
      .split('\n')
      .map(line => line.split(' '))
      .map(([key, value]) => [key, Number(value)]),
  );
  return { folder, measures, catalog: () => JSON.parse(fs.readFileSync(path.join(folder, 'catalog.json'), 'utf8')) };
};

exports.SITE = SITE;

/* A reproducible source of chance: numbers in [0, 1). */
exports.chance = function (seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
};
