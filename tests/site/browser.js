'use strict';
/* A real Chromium, as the tests drive it. */
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

/* Chromium and what drives it: {chromium, axe}, or {missing: why}. */
exports.tools = function () {
  const folder = process.env.SITE_TOOLS || path.join(__dirname, '..', '..', 'build', 'site-tools');
  const modules = path.join(folder, 'node_modules');
  const program = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find(file => file && fs.existsSync(file));
  if (!program) return { missing: 'there is no Chromium' };
  if (!fs.existsSync(path.join(modules, 'playwright-core')))
    return { missing: `playwright-core is not in ${modules} (npm ci in tests/site)` };
  return {
    program,
    chromium: require(path.join(modules, 'playwright-core')).chromium,
    axe: fs.readFileSync(path.join(modules, 'axe-core', 'axe.min.js'), 'utf8'),
  };
};

exports.launch = tools =>
  tools.chromium.launch({
    executablePath: tools.program,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/* A page that notes what must not happen: {page, faults}. */
exports.openPage = async function (browser, { width = 1440, theme = 'light', language = 'en', origin = 'file:' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: language === 'pt' ? 'pt-BR' : 'en-US',
    timezoneId: 'UTC',
  });
  const page = await context.newPage(),
    faults = [];
  page.setDefaultTimeout(20000);
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) faults.push('console: ' + message.text());
  });
  page.on('pageerror', error => faults.push('error: ' + error.message));
  page.on('request', request => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      faults.push('request: ' + request.url());
  });
  page.on('dialog', dialog => {
    faults.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  return { page, faults, close: () => context.close() };
};

/* Opens the site at a route (`#/…`) and waits until it stands. */
exports.go = async function (page, site, route) {
  const url = site + route;
  if (page.url().split('#')[0] === site)
    await page.evaluate(hash => {
      delete document.body.dataset.shown;
      if (location.hash === hash) gov.route();
      else location.hash = hash;
    }, route);
  else await page.goto(url);
  await page.waitForFunction(() => document.body && document.body.dataset.shown);
};

/* Serves a folder on a free port of loopback: {url, close}. */
exports.serve = folder =>
  new Promise(done => {
    const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };
    const server = http.createServer((request, response) => {
      const file = path.join(folder, decodeURIComponent(new URL(request.url, 'http://x').pathname));
      if (!file.startsWith(folder) || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': types[path.extname(file)] || 'application/octet-stream' });
      fs.createReadStream(file).pipe(response);
    });
    server.listen(0, '127.0.0.1', () =>
      done({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }),
    );
  });

/* Routes of every kind of page of a site, with names that it has. */
exports.routes = async function (page) {
  return page.evaluate(() => {
    const name = i => encodeURIComponent(gov.name(i)),
      source = 0,
      model = Array.from({ length: gov.size }, (_, i) => i)
        .filter(i => !gov.isSource(i))
        .sort((a, b) => gov.readers.of(b).length - gov.readers.of(a).length)[0];
    const column = encodeURIComponent(gov.columnText(gov.first[model]));
    const one = (list, route) =>
      gov[list].length ? [`#/${route}/${encodeURIComponent(gov[list][0][route === 'runs' ? 'id' : 'name'])}`] : [];
    const tabs = i => ['', '/lineage', '/tests', '/access', '/runs', '/sql'].map(tab => `#/m/${name(i)}${tab}`);
    return [
      '#/',
      '#/models',
      '#/sources',
      '#/columns',
      '#/lineage',
      '#/tests',
      '#/runs',
      '#/owners',
      '#/access',
      '#/tags',
      '#/declared',
      '#/glossary',
      '#/about',
      '#/search?q=ordr',
      '#/nowhere',
      ...(gov.size
        ? [
            ...tabs(model),
            ...tabs(source).slice(0, 1),
            `#/m/${name(model)}/lineage?c=${column}&filters=1`,
            `#/columns/${column}`,
          ]
        : []),
      ...one('owners', 'owners'),
      ...one('tags', 'tags'),
      ...one('roles', 'roles'),
      ...one('runs', 'runs'),
    ];
  });
};
