'use strict';
/* Measures a catalog of 10,000 models and 150,000 columns against the site's budgets, medians of several rounds:
 *
 *     node budgets.js [ROUNDS]      in a build folder, after `make tests/site/make_catalog`
 *
 * Speaks TAP; a budget counts as broken above target + 10 %. Times need a machine that does nothing else. */
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { makeSite, loadSite, SITE, chance } = require('./load.js');
const { tools, launch, openPage, go } = require('./browser.js');

const ROUNDS = Number(process.argv[2] || 5),
  KB = 1000,
  MB = 1000 * KB;
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
const p95 = list => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)];
let number = 0,
  broken = 0;

/* Says how a measure stands against its budget. A time that is above it is measured again, at most three times. */
async function report(name, measure, budget, unit) {
  let value = await measure();
  for (let tries = 1; tries < 3 && unit === 'ms' && value > budget * 1.1; tries++)
    value = Math.min(value, await measure());
  const fine = value <= budget * 1.1;
  broken += !fine;
  const shown = value < 10 ? value.toFixed(1) : Math.round(value);
  console.log(`${fine ? 'ok' : 'not ok'} ${++number} - ${name}: ${shown} ${unit} of ${budget}`);
}
const size = file => fs.statSync(file).size;

const write = () => makeSite(path.join('site-tests', 'budget'), 10000, 1);

async function measureFiles() {
  const { folder } = write(),
    data = path.join(folder, 'data');
  await report(
    'site written in',
    () => median(Array.from({ length: ROUNDS }, () => write().measures.site_ms)),
    500,
    'ms',
  );
  await report('core.js', () => size(path.join(data, 'core.js')) / KB, 1500, 'kB');
  const shards = fs.readdirSync(data).filter(name => /^[dq]\d/.test(name));
  await report(
    'largest file of details or SQL',
    () => Math.max(...shards.map(name => size(path.join(data, name)))) / KB,
    150,
    'kB',
  );
  const page = fs.readFileSync(path.join(SITE, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="([\w-]+\.(?:js|css))"/g)].map(match => match[1]);
  const loaded = () => first.reduce((sum, name) => sum + size(path.join(SITE, name)), 0) / KB;
  await report('scripts and style that every page loads', loaded, 90, 'kB');
  return folder;
}

/* A fresh page each round: milliseconds from navigation until the page stands and has been painted. */
async function measureStart(browser, site, slower) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { page, close } = await openPage(browser);
    if (slower)
      await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.goto(site + '#/');
    await page.waitForFunction(() => document.body && document.body.dataset.shown);
    times.push(
      await page.evaluate(
        () => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now())))),
      ),
    );
    await close();
  }
  return median(times);
}

async function measureSearch(page) {
  return page.evaluate(async () => {
    await gov.need('search');
    const index = await gov.wordIndex(),
      times = [];
    index.find('warm', 6);
    for (const query of [
      'order',
      'custmer email',
      'payment_total',
      'fct_',
      'freight incl',
      'invoce state',
      'marts.fct_order',
      'a',
      'zzzzzzzz',
      'at the rate of the day',
    ])
      for (let end = 1; end <= query.length; end++) {
        const begin = performance.now();
        index.find(query.slice(0, end), 6);
        times.push(performance.now() - begin);
      }
    return times;
  });
}

/* From a change of the address to the painted lineage of the relation with most readers, 120 boxes at most. */
async function measureLineage(page, site) {
  const names = await page.evaluate(() =>
      Array.from({ length: gov.size }, (_, i) => i)
        .sort((a, b) => gov.readers.of(b).length - gov.readers.of(a).length)
        .slice(0, 12)
        .map(gov.name),
    ),
    times = [];
  await go(page, site, '#/m/' + encodeURIComponent(names[0]) + '/lineage?hops=4');
  for (const name of names) {
    await page.evaluate(async name => {
      await gov.detail(gov.find(name));
      location.hash = '#/about';
    }, name);
    await page.waitForFunction(() => document.body.dataset.shown === '#/about');
    times.push(
      await page.evaluate(
        name =>
          new Promise(done => {
            const begin = performance.now();
            location.hash = '#/m/' + encodeURIComponent(name) + '/lineage?hops=4';
            const wait = () =>
              document.body.dataset.shown === location.hash
                ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)))
                : setTimeout(wait);
            wait();
          }),
        name,
      ),
    );
  }
  return times;
}

/* Milliseconds of processor time. */
function measureLayout() {
  const { layout } = loadSite(['layout']),
    random = chance(1),
    edges = new Set(),
    count = 1000,
    times = [];
  for (let i = 1; i < count; i++)
    for (let k = 0; k < 1 + random() * 2.5; k++)
      edges.add(Math.max(0, Math.floor(i - 1 - random() * random() * 200)) + ':' + i);
  const pairs = [...edges].map(edge => edge.split(':').map(Number)),
    sizes = Array(count).fill(48);
  for (let round = 0; round < ROUNDS; round++) {
    const begin = process.cpuUsage();
    layout(count, pairs, sizes, sizes);
    times.push(process.cpuUsage(begin).user / 1000);
  }
  return median(times);
}

async function main() {
  const found = tools();
  const site = pathToFileURL(path.resolve(await measureFiles())) + '/index.html';
  await report('1,000 boxes laid out', measureLayout, 250, 'ms');
  if (found.missing) {
    console.log(`ok ${++number} - budgets in a browser # SKIP NOT MEASURED: ${found.missing}\n1..${number}`);
    return;
  }
  const browser = await launch(found);
  try {
    await inBrowser(browser, site);
  } finally {
    await browser.close();
  }
  console.log(`1..${number}`);
  process.exitCode = broken ? 1 : 0;
}

async function inBrowser(browser, site) {
  await report('usable after', () => measureStart(browser, site, 0), 800, 'ms');
  await report('usable after, processor slowed four times', () => measureStart(browser, site, 4), 1500, 'ms');
  const { page, faults } = await openPage(browser);
  await go(page, site, '#/');
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / MB;
  };
  await report('heap when the overview stands', heap, 40, 'MB');
  await report('search, 95th percentile', async () => p95(await measureSearch(page)), 15, 'ms');
  await report('lineage, address to painted', async () => median(await measureLineage(page, site)), 80, 'ms');
  await report('heap with search and lineage', heap, 40, 'MB');
  await report('errors and foreign requests', () => faults.length, 0, '');
}
main();
