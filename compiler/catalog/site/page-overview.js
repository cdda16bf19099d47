'use strict';
/* #/ : what is here, what is red, what changed. */
{
  const { h, t } = gov;

  /* What needs attention: failed tests and steps, stale relations, then warnings: [state, relation, words]. */
  function attention() {
    const list = [];
    for (let i = 0; i < gov.size; i++) {
      if (gov.built(i) === 'failed' && !gov.fact.failed[i]) list.push(['failed', i, t('step_build')]);
      if (gov.isStale(i)) list.push(['stale', i, t('freshness')]);
    }
    const tests = gov.core.red.map(red => [red.outcome, gov.find(red.relation), red.name, red.failing_rows]);
    const quarantined = [];
    for (let i = 0; i < gov.size; i++)
      if (gov.fact.quarantined[i]) quarantined.push(['warned', i, gov.count('quarantined', gov.fact.quarantined[i])]);
    return [
      ...tests.filter(one => one[0] === 'failed'),
      ...list,
      ...tests.filter(one => one[0] === 'warned'),
      ...quarantined,
    ];
  }

  function band(count) {
    const run = gov.runs[0];
    if (!run)
      return h(
        'div.band.not_run',
        gov.icon('not_run'),
        h('div', h('strong', t('never_run')), h('p', t('never_run_words'))),
      );
    const when = h('a', { href: gov.link('runs', run.id) }, t('last_run', gov.ago(run.started_at)));
    const bad = count.failed + count.stale + count.broken,
      state = bad || run.outcome === 'failed' ? 'failed' : count.warned ? 'warned' : 'passed';
    const words =
      state === 'failed'
        ? gov.count('attention', Math.max(1, bad))
        : state === 'warned'
          ? gov.count('only_warnings', count.warned)
          : t('all_well');
    const tests = ['failed', 'warned', 'passed', 'proved']
      .filter(key => count[key])
      .map(key => gov.count(key, count[key]))
      .join(', ');
    return h(
      'div.band.' + state,
      gov.icon(state),
      h('div', h('strong', words), h('p', t('tests') + ': ' + tests + ' · ', when)),
    );
  }

  const card = (key, number, href, sub) =>
    h('a.card', { href }, h('span', t(key)), h('b', gov.number(number)), sub && h('small', sub));

  /* Layers as boxes with what they read before them. */
  function layerFlow() {
    const count = gov.layers.map(() => 0),
      red = gov.layers.map(() => 0);
    for (let i = 0; i < gov.size; i++) {
      count[gov.fact.layer[i]]++;
      if (gov.isRed(i)) red[gov.fact.layer[i]]++;
    }
    return h(
      'ol.flow',
      gov.layers.map((layer, k) =>
        h(
          'li',
          h(
            'a',
            { href: gov.link('models', { layer: layer.name }) },
            h('b', layer.name),
            h('span', gov.count('relation', count[k])),
            ' ',
            red[k] > 0 && gov.stateMark('failed', gov.number(red[k])),
          ),
          h(
            'div',
            { dir: 'auto' },
            layer.owner ? gov.ownerLink(gov.owners.find(one => one.name === layer.owner)) : null,
          ),
        ),
      ),
    );
  }

  const changes = () =>
    gov.core.changes.length
      ? [
          h('p.muted', t('changed_since')),
          h(
            'ul.plain',
            gov.core.changes.map(change =>
              h(
                'li',
                gov.badge(change.kind),
                ' ',
                gov.find(change.name) >= 0 ? gov.relationLink(gov.find(change.name)) : h('span.mono', change.name),
                ' ',
                change.reason && gov.muted(change.reason),
              ),
            ),
          ),
        ]
      : h('p.muted', t('changed_none'));

  gov.pages.overview = function () {
    const red = attention(),
      count = { failed: 0, warned: 0, passed: 0, proved: 0, tests: 0, stale: 0, broken: 0, models: 0 };
    for (let i = 0; i < gov.size; i++) {
      for (const key of ['failed', 'warned', 'passed', 'proved', 'tests']) count[key] += gov.fact[key][i];
      count.stale += gov.isStale(i);
      count.broken += gov.built(i) === 'failed' && !gov.fact.failed[i];
      count.models += !gov.isSource(i);
    }
    const reds = red.length
      ? h(
          'ul.plain.reds',
          red
            .slice(0, 30)
            .map(([state, i, words, rows]) =>
              h(
                'li',
                gov.stateMark(state),
                h(
                  'div',
                  h(
                    'a',
                    {
                      href:
                        rows === undefined && state !== 'failed'
                          ? gov.link('m', gov.name(i))
                          : gov.link('m', gov.name(i), 'tests'),
                    },
                    words,
                  ),
                  h('small', gov.wrapName(gov.name(i)), rows >= 0 && ' · ' + gov.count('wrong_row', rows)),
                ),
              ),
            ),
        )
      : h('p.muted', t('red_none'));
    return {
      title: '',
      body: [
        gov.head(gov.project.name, '', gov.project.description && gov.markdown(gov.project.description)),
        band(count),
        h(
          'div.cards',
          card('models', count.models, '#/models'),
          card('sources', gov.size - count.models, '#/sources'),
          card('columns', gov.columnName.length, '#/columns'),
          card('tests', count.tests, '#/tests', gov.count('proved', count.proved)),
          card('owners', gov.owners.length, '#/owners'),
        ),
        gov.section(t('how_data_flows'), layerFlow()),
        gov.runs.length > 0 &&
          h('div.two', gov.section(t('red_title'), reds), gov.section(t('changed_title'), changes())),
        gov.runs.length > 0 &&
          gov.section(
            t('latest_runs'),
            gov.runsTable(gov.runs.slice(0, 5)),
            gov.runs.length > 5 &&
              h('p', h('a', { href: '#/runs' }, t('all_of_them', gov.count('run', gov.runs.length)))),
          ),
      ],
    };
  };
}
