'use strict';
/* Prints, as JSON, the numbers that the pages of a catalog show: read_pages.js PAGE (a path of index.html). */
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { tools, launch, openPage, go } = require('../site/browser.js');

/* All facts of a page: each `dt` with its `dd`. */
const facts = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('dl.facts > div')].map(one => [one.querySelector('dt').innerText, one.querySelector('dd').innerText])));
/* All rows of the page's table as objects: the head of each column to the cell's text. */
const table = page => page.evaluate(() => {
    const heads = [...document.querySelectorAll('main thead th')].map(one => one.textContent.replace(/[↑↓]/g, '').trim());
    return [...document.querySelectorAll('main tbody tr')].map(row => Object.fromEntries([...row.children].map((cell, k) => [heads[k], cell.innerText.trim()])));
});
const cards = page => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.card')].map(one => [one.querySelector('span').innerText, one.querySelector('b').innerText])));
const reds = page => page.evaluate(() => [...document.querySelectorAll('.reds li')].map(one => ({ test: one.querySelector('a').innerText, rows: one.querySelector('small').innerText })));

async function main() {
    const found = tools();
    if (found.missing) { console.error(found.missing); process.exit(77); }
    const site = pathToFileURL(path.resolve(process.argv[2])) + '', browser = await launch(found);
    try {
        const { page, faults } = await openPage(browser), seen = { relations: {} };
        await go(page, site, '#/');
        seen.cards = await cards(page);
        seen.reds = await reds(page);
        for (const list of ['models', 'sources', 'tests', 'runs']) {
            await go(page, site, '#/' + list);
            seen[list] = await table(page);
        }
        for (const name of await page.evaluate(() => Array.from({ length: gov.size }, (_, i) => gov.name(i)))) {
            await go(page, site, '#/m/' + encodeURIComponent(name));
            seen.relations[name] = { facts: await facts(page), columns: await table(page) };
            await go(page, site, `#/m/${encodeURIComponent(name)}/tests`);
            seen.relations[name].tests = await table(page);
        }
        await go(page, site, '#/runs/' + await page.evaluate(() => gov.runs[0].id));
        seen.run = await table(page);
        seen.faults = faults;
        console.log(JSON.stringify(seen));
    } finally {
        await browser.close();
    }
}
main();
