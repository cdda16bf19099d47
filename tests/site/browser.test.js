'use strict';
/* The site in a real Chromium: each route in each theme, language and width; keyboards; hostile text; http, one file. */
const test = require('node:test');
const assert = require('node:assert/strict');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { makeSite } = require('./load.js');
const { tools, launch, openPage, go, serve, routes } = require('./browser.js');

const found = tools();
if (found.missing) {
  console.error(`SKIPPED: the site was NOT tested in a browser: ${found.missing}`);
  test('the site in a browser', { skip: 'NOT TESTED: ' + found.missing }, () => {});
} else {
  test('the site in a browser', { timeout: 900000 }, inBrowser);
}

const url = site => pathToFileURL(path.resolve(site.folder)) + '/index.html';

/* Violations of axe's rules, one a line. */
async function violations(page) {
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], preload: false }));
  return result.violations.map(
    rule =>
      `${rule.id}: ${rule.help}: ${rule.nodes
        .slice(0, 3)
        .map(node => node.html.slice(0, 160) + (node.any[0] ? ` (${node.any[0].message})` : ''))
        .join(' | ')}`,
  );
}

/* Elements that stick out of the page at the right, but for those in boxes that scroll. */
const sticksOut = page =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return wide > 0
      ? [
          `${wide} px too wide`,
          ...[...document.querySelectorAll('main *')]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table, .canvas, pre'))
            .slice(0, 3)
            .map(one => one.outerHTML.slice(0, 120)),
        ]
      : [];
  });

/* Looks at each route with axe-core, for errors and requests, and for what does not fit. */
async function everyRoute(browser, site, look) {
  const { page, faults, close } = await openPage(browser, look),
    wrong = [];
  await go(page, site, '#/');
  await page.evaluate(found.axe);
  for (const route of await routes(page)) {
    await go(page, site, route);
    for (const fault of [...(await violations(page)), ...(await sticksOut(page))]) wrong.push(`${route}: ${fault}`);
  }
  assert.deepEqual(wrong, []);
  assert.equal(await page.evaluate(() => document.documentElement.lang), look.language === 'pt' ? 'pt-BR' : 'en');
  assert.deepEqual(faults, []);
  await close();
}

async function inBrowser(t) {
  const browser = await launch(found);
  t.after(() => browser.close());
  const sites = Object.fromEntries(
    [
      ['plain', 20, 7],
      ['hostile', 40, 3, 'hostile'],
      ['empty', 0, 0, 'empty'],
      ['wide', 900, 5],
    ].map(([name, ...rest]) => [name, makeSite(path.join('site-tests', 'browser-' + name), ...rest)]),
  );
  const plain = url(sites.plain);

  await t.test('hostile names and words stay words, on each route', async () => {
    for (const width of [1440, 320]) {
      const { page, faults, close } = await openPage(browser, { width });
      await go(page, url(sites.hostile), '#/');
      for (const route of await routes(page)) {
        await go(page, url(sites.hostile), route);
        assert.deepEqual(await sticksOut(page), [], route);
        assert.equal(await page.evaluate(() => window.broken), undefined, route);
        assert.equal(
          await page.evaluate(
            () => document.querySelectorAll('main script, main img, main iframe, a[href^="javascript:"]').length,
          ),
          0,
          route,
        );
      }
      for (let i = 0; i < 40; i++) {
        await go(page, url(sites.hostile), await page.evaluate(i => '#/m/' + encodeURIComponent(gov.name(i)), i));
        assert.equal(await page.evaluate(i => document.querySelector('h1').textContent === gov.name(i), i), true);
      }
      assert.deepEqual(faults, []);
      await close();
    }
  });

  await t.test('a catalog of nothing shows each page', async () => {
    const { page, faults, close } = await openPage(browser);
    await go(page, url(sites.empty), '#/');
    for (const route of await routes(page)) {
      await go(page, url(sites.empty), route);
      assert.ok(await page.textContent('h1'), route);
    }
    assert.deepEqual(faults, []);
    await close();
  });

  await t.test('the same over http, and as a single file', async () => {
    const server = await serve(path.resolve(sites.plain.folder));
    t.after(() => server.close());
    for (const [site, origin] of [
      [server.url + 'index.html', server.url],
      [plain.replace('index.html', 'single.html'), 'file:'],
    ]) {
      const { page, faults, close } = await openPage(browser, { origin });
      await go(page, site, '#/');
      const texts = [];
      for (const route of await routes(page)) {
        await go(page, site, route);
        texts.push(await page.textContent('main'));
      }
      assert.deepEqual(faults, []);
      assert.ok(texts.every(text => text.length > 10));
      await close();
    }
  });

  await t.test('keyboard: search, results, tabs, lineage, skip link', () => keyboard(browser, plain));
  await t.test('theme and language are remembered, and all words follow', () => settings(browser, plain));
  await t.test('a table sorts by its headings, filters, keeps both in the address, shows more', () =>
    tables(browser, url(sites.wide)),
  );
  await t.test('lineage: a focus, a trail, more neighbours, the same as a list; text fits its box', () =>
    lineage(browser, plain, url(sites.wide)),
  );
  await t.test('a missing data file is said', () => missing(browser, plain));
  await t.test('print: the page without its frame', async () => {
    const { page, close } = await openPage(browser, { theme: 'dark' });
    await go(page, plain, '#/models');
    await page.emulateMedia({ media: 'print' });
    assert.equal(
      (await page.isVisible('#nav')) || (await page.isVisible('.top')) || (await page.isVisible('.toolbar')),
      false,
    );
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
      'rgb(255, 255, 255)',
    );
    await close();
  });

  const looks = [1440, 320].flatMap(width =>
    ['light', 'dark'].flatMap(theme => ['en', 'pt'].map(language => ({ width, theme, language }))),
  );
  await Promise.all(
    [0, 1].map(async half => {
      for (const look of looks.filter((_, k) => k % 2 === half))
        await t.test(
          `${Object.values(look).join(', ')}: nothing to blame in accessibility, console, requests, reflow`,
          () => everyRoute(browser, plain, look),
        );
    }),
  );
}

const focused = page => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

async function keyboard(browser, site) {
  const { page, faults, close } = await openPage(browser);
  await go(page, site, '#/');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'main');
  await page.keyboard.press('/');
  assert.equal(await focused(page), 'q');
  const name = await page.evaluate(() => gov.name(12)),
    local = name.split('.')[1];
  await page.keyboard.type(local.replace('_', ' '));
  await page.waitForSelector('#results:not([hidden]) [role=option]');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.getElementById('q').getAttribute('aria-activedescendant'));
  assert.equal(
    await page.evaluate(() => document.querySelector('#results [aria-selected=true] .mono').textContent),
    name,
  );
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#results'), false);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter'); // nothing is chosen: the page of all results
  await page.waitForFunction(() => location.hash.startsWith('#/search?q='));
  await page.waitForFunction(() => document.activeElement.id === 'main'); // it has the focus once it is drawn
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await page.waitForSelector('#results:not([hidden]) [role=option]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction(name => location.hash === '#/m/' + encodeURIComponent(name), name);
  const model = await page.evaluate(() =>
    Array.from({ length: gov.size }, (_, i) => i).find(i => gov.reads.of(i).length && gov.readers.of(i).length),
  );
  await go(page, site, await page.evaluate(i => '#/m/' + encodeURIComponent(gov.name(i)) + '/lineage', model));
  await page.focus('.face[tabindex="0"]');
  await page.keyboard.press('ArrowLeft');
  assert.equal(
    await page.evaluate(i => gov.reads.of(i).includes(+document.activeElement.parentElement.dataset.relation), model),
    true,
  );
  const there = await page.evaluate(() => gov.name(+document.activeElement.parentElement.dataset.relation));
  await page.keyboard.press('Enter');
  await page.waitForFunction(name => location.hash === '#/m/' + encodeURIComponent(name) + '/lineage', there);
  assert.equal(
    await page.evaluate(
      () => [...document.querySelectorAll('.face[role]')].filter(frame => frame.tabIndex === 0).length,
    ),
    1,
  );
  assert.deepEqual(faults, []);
  await close();
}

async function settings(browser, site) {
  const { page, faults, close } = await openPage(browser);
  await go(page, site, '#/models');
  const english = await page.textContent('h1');
  await page.click('#language');
  await page.waitForFunction(before => document.querySelector('h1').textContent !== before, english);
  assert.equal(await page.textContent('h1'), 'Modelos');
  assert.equal(await focused(page), 'language');
  assert.match(await page.getAttribute('#q', 'placeholder'), /Busque/);
  assert.match(await page.getAttribute('#theme', 'aria-label'), /Tema/);
  const colours = [];
  for (let i = 0; i < 3; i++) {
    await page.click('#theme');
    colours.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
  }
  assert.deepEqual(colours, ['rgb(255, 255, 255)', 'rgb(15, 19, 24)', 'rgb(255, 255, 255)']);
  await page.click('#theme');
  await page.click('#theme');
  await page.reload();
  await page.waitForFunction(() => document.body.dataset.shown);
  assert.equal(await page.textContent('h1'), 'Modelos');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  assert.deepEqual(faults, []);
  await close();
}

async function tables(browser, site) {
  const { page, faults, close } = await openPage(browser);
  await go(page, site, '#/models');
  const rows = () => page.$$eval('tbody tr', list => list.length),
    names = () => page.$$eval('tbody th', list => list.map(one => one.textContent));
  assert.equal(await rows(), 200);
  await page.click('.more button');
  assert.equal(await rows(), 400);
  await page.click('[data-key=rows]');
  assert.equal(await page.getAttribute('th:has([data-key=rows])', 'aria-sort'), 'descending');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), 'rows');
  const counts = await page.$$eval('tbody tr', list =>
    list.map(row => Number(row.querySelector('[data-label=Rows]').textContent.replaceAll(',', '') || -1)),
  );
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => b - a),
  );
  await page.fill('.toolbar input', 'order_by');
  assert.ok((await names()).every(name => name.includes('order_by')));
  assert.equal(await page.evaluate(() => location.hash), '#/models?sort=-rows&q=order_by');
  const before = await names();
  await page.reload();
  await page.waitForFunction(() => document.body.dataset.shown);
  assert.deepEqual(await names(), before);
  await page.fill('.toolbar input', 'there is no such model');
  assert.equal(await rows(), 0);
  assert.deepEqual(faults, []);
  await close();
}

async function lineage(browser, site, wide) {
  const { page, faults, close } = await openPage(browser);
  await go(page, site, '#/');
  const model = await page.evaluate(async () => {
    const { into } = await gov.columnEdges();
    return Array.from({ length: gov.size }, (_, i) => i)
      .reverse()
      .find(i => into.of(gov.first[i]).length && gov.readers.of(i).length);
  });
  const at = query =>
    page.evaluate(([i, query]) => '#/m/' + encodeURIComponent(gov.name(i)) + '/lineage' + query, [model, query]);
  await go(page, site, await at(''));
  assert.equal(
    await page.evaluate(i => document.querySelector('.box.focus').dataset.relation === String(i), model),
    true,
  );
  await go(
    page,
    site,
    await at('?filters=1&c=' + (await page.evaluate(i => encodeURIComponent(gov.columnText(gov.first[i])), model))),
  );
  assert.ok((await page.$$eval('path.trail[marker-end]', list => list.length)) >= 1);
  assert.equal(await page.$$eval('.column.chosen', list => list.length), 1);
  const outside = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.box')].flatMap(box => {
        const frame = box.querySelector('.face').getBBox();
        return [...box.querySelectorAll('text')]
          .filter(text => text.getComputedTextLength() + 11 > frame.width)
          .map(text => text.textContent);
      }),
    );
  assert.deepEqual(await outside(), []);
  await page.click('.aslist summary');
  assert.ok((await page.$$eval('.tree li', list => list.length)) >= 1);
  const busy = await go(page, wide, '#/').then(() =>
    page.evaluate(
      () =>
        Array.from({ length: gov.size }, (_, i) => i).sort(
          (a, b) => gov.readers.of(b).length - gov.readers.of(a).length,
        )[0],
    ),
  );
  await go(page, wide, await page.evaluate(i => '#/m/' + encodeURIComponent(gov.name(i)) + '/lineage?hops=1', busy));
  assert.deepEqual(await outside(), []);
  const boxes = await page.$$eval('.box', list => list.length),
    more = await page.$('g.more');
  if (await page.evaluate(i => gov.readers.of(i).length > 12, busy)) {
    assert.ok(more);
    await more.click();
    await page.waitForFunction(before => document.querySelectorAll('.box').length > before, boxes);
  }
  assert.deepEqual(faults, []);
  await close();
}

async function missing(browser, site) {
  const { page, close } = await openPage(browser);
  await page.route('**/data/tests.js', route => route.abort());
  await go(page, site, '#/tests');
  assert.match(await page.textContent('main'), /data\/tests\.js.*could not be read/);
  await close();
}
