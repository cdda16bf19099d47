'use strict';
/* Every word that a reader sees, [English, Portuguese], and how numbers and times are written. Also the reader's
 * settings (language, theme), which are applied here, before anything is drawn. */
{
  const WORDS = {
    skip: ['Skip to content', 'Ir para o conteúdo'],
    catalog: ['catalog', 'catálogo'],
    menu: ['Menu', 'Menu'],
    main_menu: ['Main', 'Principal'],
    other_language: ['Português', 'English'],
    theme: ['Theme', 'Tema'],
    theme_system: ['as the system', 'como o sistema'],
    theme_light: ['light', 'claro'],
    theme_dark: ['dark', 'escuro'],
    not_found: ['Nothing here', 'Nada aqui'],
    not_found_words: ['The catalog has no page “{0}”.', 'O catálogo não tem a página “{0}”.'],
    load_failed: ['“{0}” could not be read', 'Não foi possível ler “{0}”'],
    load_failed_words: [
      'The site is incomplete: copy its whole folder, or write it again with gov docs.',
      'O site está incompleto: copie a pasta inteira ou escreva-o de novo com gov docs.',
    ],
    none: ['none', 'nenhum'],
    unknown: ['not known', 'desconhecido'],
    all: ['all', 'todos'],
    copy: ['Copy', 'Copiar'],
    copied: ['Copied', 'Copiado'],
    show_more: ['Show {0} more', 'Mostrar mais {0}'],
    showing: ['{0} of {1}', '{0} de {1}'],
    filter: ['Filter', 'Filtrar'],
    nothing_matches: ['Nothing matches.', 'Nada corresponde.'],
    // pages
    overview: ['Overview', 'Visão geral'],
    models: ['Models', 'Modelos'],
    sources: ['Sources', 'Fontes'],
    columns: ['Columns', 'Colunas'],
    lineage: ['Lineage', 'Linhagem'],
    tests: ['Tests', 'Testes'],
    runs: ['Runs', 'Execuções'],
    owners: ['Owners', 'Responsáveis'],
    access: ['Access', 'Acesso'],
    tags: ['Tags', 'Etiquetas'],
    declared: ['Declarations', 'Declarações'],
    glossary: ['Glossary', 'Glossário'],
    about: ['About', 'Sobre'],
    layers: ['Layers', 'Camadas'],
    roles: ['Roles', 'Papéis'],
    group_data: ['Data', 'Dados'],
    group_quality: ['Quality', 'Qualidade'],
    group_governance: ['Governance', 'Governança'],
    group_reference: ['Reference', 'Referência'],
    // fields
    name: ['Name', 'Nome'],
    model: ['Model', 'Modelo'],
    source: ['Source', 'Fonte'],
    relation: ['Relation', 'Relação'],
    column: ['Column', 'Coluna'],
    layer: ['Layer', 'Camada'],
    owner: ['Owner', 'Responsável'],
    status: ['Status', 'Situação'],
    state: ['State', 'Estado'],
    type: ['Type', 'Tipo'],
    unit: ['Unit', 'Unidade'],
    nullable: ['Nullable', 'Aceita nulo'],
    description: ['Description', 'Descrição'],
    rows: ['Rows', 'Linhas'],
    read: ['Read', 'Lidas'],
    quarantined: ['Quarantined', 'Em quarentena'],
    built: ['Built', 'Construído'],
    loaded: ['Loaded', 'Carregada'],
    stored_as: ['Stored as', 'Armazenado como'],
    key: ['Key', 'Chave'],
    keys: ['Keys', 'Chaves'],
    file: ['File', 'Arquivo'],
    subject: ['A row is about', 'Uma linha é sobre'],
    freshness: ['Freshness', 'Atualidade'],
    promised: ['promised {0}', 'prometida {0}'],
    newest: ['newest {0}', 'mais recente {0}'],
    origin: ['Comes from', 'Vem de'],
    on_invalid: ['On invalid rows', 'Linhas inválidas'],
    partitioned: ['Partitioned by', 'Particionado por'],
    history: ['History', 'Histórico'],
    how_built: ['How', 'Como'],
    reads: ['Reads', 'Lê'],
    read_by: ['Read by', 'Lido por'],
    result: ['Result', 'Resultado'],
    test: ['Test', 'Teste'],
    severity: ['Severity', 'Severidade'],
    wrong_rows: ['Wrong rows', 'Linhas erradas'],
    reason: ['Reason', 'Motivo'],
    started: ['Started', 'Início'],
    duration: ['Duration', 'Duração'],
    step: ['Step', 'Passo'],
    steps: ['Steps', 'Passos'],
    command: ['Command', 'Comando'],
    target: ['Target', 'Destino'],
    plan: ['Plan', 'Plano'],
    revision: ['Revision', 'Revisão'],
    timeline: ['Timeline', 'Linha do tempo'],
    email: ['E-mail', 'E-mail'],
    kind: ['Kind', 'Espécie'],
    uses: ['Uses', 'Usa'],
    role: ['Role', 'Papel'],
    level: ['Level', 'Nível'],
    written: ['Written', 'Escrito'],
    emitted_for: ['Emitted for {0}', 'Emitido para {0}'],
    public: ['public', 'pública'],
    // states, statuses and other closed lists of the data
    passed: ['passed', 'passou'],
    warned: ['warned', 'alertou'],
    failed: ['failed', 'falhou'],
    skipped: ['skipped', 'pulado'],
    not_run: ['not run', 'não executado'],
    proved: ['proved', 'provado'],
    refuted: ['refuted', 'refutado'],
    stale: ['stale', 'desatualizado'],
    fresh: ['fresh', 'em dia'],
    certified: ['certified', 'certificado'],
    migrated: ['migrated', 'migrado'],
    legacy: ['legacy', 'legado'],
    draft: ['draft', 'rascunho'],
    table: ['table', 'tabela'],
    incremental: ['incremental', 'incremental'],
    view: ['view', 'visão'],
    inline: ['inline', 'embutido'],
    files: ['files', 'arquivos'],
    error: ['error', 'erro'],
    warn: ['warning', 'alerta'],
    test_not_null: ['not null', 'não nulo'],
    test_key: ['key', 'chave'],
    test_unique: ['unique', 'único'],
    test_in: ['in list', 'na lista'],
    test_matches: ['matches', 'formato'],
    test_references: ['references', 'referência'],
    test_check: ['check', 'condição'],
    test_query: ['query', 'consulta'],
    test_unit: ['unit test', 'teste unitário'],
    test_lineage: ['lineage', 'linhagem'],
    test_determines: ['determines', 'determina'],
    step_load: ['load', 'carga'],
    step_build: ['build', 'construção'],
    step_test: ['test', 'teste'],
    step_not_run: ['not run yet', 'ainda não executado'],
    level_aggregate: ['aggregate', 'agregado'],
    level_influence: ['influence', 'influência'],
    level_pseudonym: ['pseudonym', 'pseudônimo'],
    level_partial: ['partial', 'parcial'],
    level_raw: ['raw', 'em claro'],
    added: ['added', 'novo'],
    changed: ['changed', 'alterado'],
    removed: ['removed', 'removido'],
    // overview
    all_well: ['All is well', 'Tudo certo'],
    never_run: ['Not run yet', 'Ainda não executado'],
    never_run_words: [
      'The project compiles; gov run builds and tests it, and this page then says how it went.',
      'O projeto compila; gov run o constrói e testa, e esta página então conta como foi.',
    ],
    last_run: ['last run {0}', 'última execução {0}'],
    red_title: ['What is red', 'O que está vermelho'],
    red_none: [
      'Nothing failed, nothing warned, nothing is stale.',
      'Nada falhou, nada alertou, nada está desatualizado.',
    ],
    changed_title: ['What changed', 'O que mudou'],
    changed_none: ['The target holds what the project says.', 'O destino contém o que o projeto diz.'],
    changed_since: [
      'Differences to what the last run left at the target; gov run applies them.',
      'Diferenças para o que a última execução deixou no destino; gov run as aplica.',
    ],
    latest_runs: ['Latest runs', 'Últimas execuções'],
    how_data_flows: ['How data flows', 'Como os dados fluem'],
    all_of_them: ['All {0}', 'Todas as {0}'],
    // model page
    no_description: ['No description.', 'Sem descrição.'],
    quality: ['Tests', 'Testes'],
    sql: ['SQL', 'SQL'],
    no_sql: [
      'A source has no query: its columns are a contract with what arrives.',
      'Uma fonte não tem consulta: suas colunas são um contrato com o que chega.',
    ],
    no_tests: ['No test is declared here.', 'Nenhum teste declarado aqui.'],
    no_runs: ['No run has touched it yet.', 'Nenhuma execução passou por aqui ainda.'],
    sections: ['Sections', 'Seções'],
    found_by_compiler: ['found by the compiler', 'descoberta pelo compilador'],
    // access
    how_to_ask: ['How to ask for access', 'Como pedir acesso'],
    ask_words: [
      'Open a change of the project for review; {0} decides.',
      'Abra uma mudança do projeto para revisão; {0} decide.',
    ],
    ask_add: ['Add this line to one of its .gov files:', 'Inclua esta linha num dos arquivos .gov:'],
    ask_change: ['The role has a grant already; change it there:', 'O papel já tem uma concessão; altere-a lá:'],
    ask_owner: ['the owner of the layer', 'o responsável pela camada'],
    ask_hiding: [
      'The role is not cleared for everything here: the line hides what it may not see.',
      'O papel não tem liberação para tudo aqui: a linha esconde o que ele não pode ver.',
    ],
    as_declared: [
      'Grants as the project declares them. A role that is not named reads nothing.',
      'Concessões como o projeto as declara. Um papel não citado não lê nada.',
    ],
    access_all: ['all', 'tudo'],
    access_some: ['{0} of {1}', '{0} de {1}'],
    access_nothing: ['nothing', 'nada'],
    access_masked: ['masked: {0}', 'mascarada: {0}'],
    access_hidden: ['hidden', 'oculta'],
    access_read: ['read', 'lê'],
    rows_which: ['Rows which', 'Linhas em que'],
    until: ['Until', 'Até'],
    masked: ['masked', 'com máscara'],
    some_rows: ['some rows', 'algumas linhas'],
    expired: ['expired', 'expirada'],
    cleared_for: ['Cleared for', 'Liberado para'],
    cleared_nothing: ['nothing tagged', 'nada etiquetado'],
    includes: ['Includes', 'Inclui'],
    grants: ['Grants', 'Concessões'],
    matrix: ['Roles and what they may read', 'Papéis e o que podem ler'],
    no_roles: ['The project declares no role.', 'O projeto não declara papéis.'],
    // lineage
    upstream: ['Upstream', 'Origem'],
    downstream: ['Downstream', 'Destino'],
    hops: ['Steps each way', 'Passos em cada direção'],
    trail_of: ['Trail of a column', 'Trilha de uma coluna'],
    whole_relation: ['no column', 'nenhuma coluna'],
    with_filters: ['with what decides rows', 'com o que decide linhas'],
    zoom_in: ['Zoom in', 'Ampliar'],
    zoom_out: ['Zoom out', 'Reduzir'],
    zoom_fit: ['Fit', 'Ajustar'],
    more_up: ['+{0} more upstream', '+{0} de origem'],
    more_down: ['+{0} more downstream', '+{0} de destino'],
    as_list: ['The same as a list', 'O mesmo em lista'],
    legend: ['Edges', 'Arestas'],
    edge_table: ['reads', 'lê'],
    edge_direct: ['copied', 'copiada'],
    edge_derived: ['derived', 'derivada'],
    edge_aggregated: ['aggregated', 'agregada'],
    edge_filter: ['decides rows', 'decide linhas'],
    rows_of: ['which rows', 'quais linhas'],
    nothing_upstream: ['Nothing: data enters here.', 'Nada: os dados entram aqui.'],
    nothing_downstream: ['Nothing reads it.', 'Ninguém lê.'],
    map_words: [
      'One square a relation, by layer and owner. Choose one to see its lineage.',
      'Um quadrado por relação, por camada e responsável. Escolha um para ver a linhagem.',
    ],
    map_list: ['Relations by layer and owner', 'Relações por camada e responsável'],
    // search
    search: ['Search', 'Buscar'],
    search_hint: ['Search models, columns, words…', 'Busque modelos, colunas, palavras…'],
    search_for: ['Results for “{0}”', 'Resultados para “{0}”'],
    search_none: ['Nothing found for “{0}”.', 'Nada encontrado para “{0}”.'],
    search_all: ['All results', 'Todos os resultados'],
    search_groups_relation: ['Models and sources', 'Modelos e fontes'],
    search_groups_column: ['Columns', 'Colunas'],
    search_groups_text: ['In descriptions', 'Nas descrições'],
    search_groups_other: ['Owners, tags, roles', 'Responsáveis, etiquetas, papéis'],
    in_relation: ['in {0}', 'em {0}'],
    // declarations, glossary, about
    declared_words: [
      'What the project declares besides sources, models and tests.',
      'O que o projeto declara além de fontes, modelos e testes.',
    ],
    not_run_yet: ['not run yet', 'ainda não executado'],
    not_run_yet_words: [
      'This version of gov checks these declarations and lists them, but does not run them yet.',
      'Esta versão do gov verifica e lista estas declarações, mas ainda não as executa.',
    ],
    kind_metric: ['Metrics', 'Métricas'],
    kind_dashboard: ['Dashboards', 'Painéis'],
    kind_job: ['Jobs', 'Tarefas'],
    kind_delivery: ['Deliveries', 'Entregas'],
    kind_share: ['Shares', 'Compartilhamentos'],
    kind_release: ['Releases', 'Liberações'],
    kind_endorse: ['Endorsements', 'Endossos'],
    kind_budget: ['Budgets', 'Orçamentos'],
    kind_unit: ['Units', 'Unidades'],
    kind_type: ['Types', 'Tipos'],
    kind_function: ['Functions', 'Funções'],
    kind_const: ['Constants', 'Constantes'],
    kind_mask: ['Masks', 'Máscaras'],
    kind_template: ['Templates', 'Modelos de texto'],
    no_declarations: ['There are none.', 'Não há nenhuma.'],
    glossary_words: ['The project’s own terms, in its own words.', 'Os termos do projeto, nas palavras dele.'],
    terms_of_catalog: ['Words of this catalog', 'Palavras deste catálogo'],
    term_proved: [
      'The compiler shows from types, keys and queries that it always holds; it need not be run.',
      'O compilador mostra, por tipos, chaves e consultas, que vale sempre; não precisa ser executado.',
    ],
    term_refuted: ['The compiler shows data that break it.', 'O compilador mostra dados que o quebram.'],
    term_passed: [
      'Run on the data of the last run: no row was wrong.',
      'Executado nos dados da última execução: nenhuma linha errada.',
    ],
    term_warned: ['Wrong rows were found, and the test only warns.', 'Houve linhas erradas, e o teste apenas alerta.'],
    term_failed: [
      'Wrong rows were found: what readers see was left as it was.',
      'Houve linhas erradas: o que os leitores veem ficou como estava.',
    ],
    term_stale: [
      'The newest data are older than the project promises.',
      'Os dados mais recentes são mais velhos do que o projeto promete.',
    ],
    term_edge_direct: ['The column is a plain copy.', 'A coluna é uma cópia simples.'],
    term_edge_derived: ['An expression over the column makes the value.', 'Uma expressão sobre a coluna faz o valor.'],
    term_edge_aggregated: ['The value sums up many rows of the column.', 'O valor resume muitas linhas da coluna.'],
    term_edge_filter: [
      'The column decides which rows are there (a filter, a join), not what they say.',
      'A coluna decide quais linhas existem (filtro, junção), não o que dizem.',
    ],
    about_words: [
      'This catalog is written by gov docs from the project’s own files and its last run. It needs no server and no network: it opens from the disk and calls nobody.',
      'Este catálogo é escrito por gov docs a partir dos arquivos do projeto e da última execução. Não precisa de servidor nem de rede: abre do disco e não chama ninguém.',
    ],
    as_of: ['Results as of', 'Resultados de'],
    source_hash: ['Hash of the sources', 'Hash das fontes'],
    plan_hash: ['Hash of the plan', 'Hash do plano'],
    keyboard: ['Keyboard', 'Teclado'],
    key_search: ['search', 'buscar'],
    key_arrows: ['move in results and in the lineage', 'mover nos resultados e na linhagem'],
    key_enter: ['open', 'abrir'],
    key_escape: ['close', 'fechar'],
    timezone: ['Time zone', 'Fuso horário'],
    engine: ['Engine', 'Motor'],
    tag_words: ['Columns with the tag, and up to which level.', 'Colunas com a etiqueta, e até que nível.'],
    implies: ['Implies', 'Implica'],
    not_tagged: ['No column carries it.', 'Nenhuma coluna a carrega.'],
  };
  /* Phrases with a count, [English one, other], [Portuguese one, other]. */
  const COUNTED = {
    model: [
      ['{0} model', '{0} models'],
      ['{0} modelo', '{0} modelos'],
    ],
    source: [
      ['{0} source', '{0} sources'],
      ['{0} fonte', '{0} fontes'],
    ],
    relation: [
      ['{0} relation', '{0} relations'],
      ['{0} relação', '{0} relações'],
    ],
    column: [
      ['{0} column', '{0} columns'],
      ['{0} coluna', '{0} colunas'],
    ],
    test: [
      ['{0} test', '{0} tests'],
      ['{0} teste', '{0} testes'],
    ],
    run: [
      ['{0} run', '{0} runs'],
      ['{0} execução', '{0} execuções'],
    ],
    step: [
      ['{0} step', '{0} steps'],
      ['{0} passo', '{0} passos'],
    ],
    row: [
      ['{0} row', '{0} rows'],
      ['{0} linha', '{0} linhas'],
    ],
    wrong_row: [
      ['{0} wrong row', '{0} wrong rows'],
      ['{0} linha errada', '{0} linhas erradas'],
    ],
    quarantined: [
      ['{0} row quarantined', '{0} rows quarantined'],
      ['{0} linha em quarentena', '{0} linhas em quarentena'],
    ],
    result: [
      ['{0} result', '{0} results'],
      ['{0} resultado', '{0} resultados'],
    ],
    owner: [
      ['{0} owner', '{0} owners'],
      ['{0} responsável', '{0} responsáveis'],
    ],
    layer: [
      ['{0} layer', '{0} layers'],
      ['{0} camada', '{0} camadas'],
    ],
    declaration: [
      ['{0} declaration', '{0} declarations'],
      ['{0} declaração', '{0} declarações'],
    ],
    only_warnings: [
      ['Nothing failed; {0} warning', 'Nothing failed; {0} warnings'],
      ['Nada falhou; {0} alerta', 'Nada falhou; {0} alertas'],
    ],
    attention: [
      ['{0} thing needs attention', '{0} things need attention'],
      ['{0} item precisa de atenção', '{0} itens precisam de atenção'],
    ],
    proved: [
      ['{0} proved', '{0} proved'],
      ['{0} provado', '{0} provados'],
    ],
    passed: [
      ['{0} passed', '{0} passed'],
      ['{0} passou', '{0} passaram'],
    ],
    warned: [
      ['{0} warned', '{0} warned'],
      ['{0} alertou', '{0} alertaram'],
    ],
    failed: [
      ['{0} failed', '{0} failed'],
      ['{0} falhou', '{0} falharam'],
    ],
    not_run: [
      ['{0} not run', '{0} not run'],
      ['{0} não executado', '{0} não executados'],
    ],
    upstream: [
      ['{0} upstream', '{0} upstream'],
      ['{0} de origem', '{0} de origem'],
    ],
    downstream: [
      ['{0} downstream', '{0} downstream'],
      ['{0} de destino', '{0} de destino'],
    ],
    in_relations: [
      ['in {0} relation', 'in {0} relations'],
      ['em {0} relação', 'em {0} relações'],
    ],
  };

  let language = 0,
    plural,
    integers,
    decimals,
    dates,
    days,
    relative;
  const fill = (text, values) => text.replace(/\{(\d)\}/g, (_, i) => values[i]);

  function remember(key, value) {
    try {
      localStorage.setItem('gov.' + key, value);
    } catch {
      /* storage is off: the choice lasts for the page */
    }
  }
  function remembered(key) {
    try {
      return localStorage.getItem('gov.' + key);
    } catch {
      return null;
    }
  }

  gov.setLanguage = function (name) {
    language = name === 'pt' ? 1 : 0;
    gov.language = language ? 'pt' : 'en';
    const tag = language ? 'pt-BR' : 'en';
    document.documentElement.lang = tag;
    const zone = (gov.project && gov.project.timezone) || 'UTC';
    plural = new Intl.PluralRules(tag);
    integers = new Intl.NumberFormat(tag);
    decimals = new Intl.NumberFormat(tag, { maximumFractionDigits: 2, minimumFractionDigits: 1 });
    const format = options => {
      try {
        return new Intl.DateTimeFormat(tag, { ...options, timeZone: zone });
      } catch {
        return new Intl.DateTimeFormat(tag, options);
      }
    };
    dates = format({ dateStyle: 'medium', timeStyle: 'short' });
    days = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' });
    relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  };
  gov.chooseLanguage = function (name) {
    remember('language', name);
    gov.setLanguage(name);
  };
  /* What the reader chose, else what the browser speaks if the project speaks it, else the project's first language. */
  gov.startLanguage = function () {
    const spoken = gov.project.languages || [],
      browser = (navigator.language || '').slice(0, 2);
    gov.setLanguage(remembered('language') || (spoken.includes(browser) || !spoken.length ? browser : spoken[0]));
  };

  gov.theme = remembered('theme') || 'system';
  gov.setTheme = function (name) {
    gov.theme = name;
    if (name === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  };
  gov.chooseTheme = function (name) {
    remember('theme', name);
    gov.setTheme(name);
  };
  gov.setTheme(gov.theme);

  /* The word of that key; a key without a word is its own word (an owner's name, a kind of declaration). */
  gov.t = (key, ...values) => (WORDS[key] ? fill(WORDS[key][language], values) : String(key));
  gov.count = (key, n) => fill(COUNTED[key][language][plural.select(n) === 'one' ? 0 : 1], [gov.number(n)]);
  gov.hasWord = key => key in WORDS;
  gov.number = n => integers.format(n);
  gov.compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  /* `0.24 s`, `3.5 s`, `2 min 10 s`. */
  gov.seconds = function (s) {
    if (s < 60) return decimals.format(s) + ' s';
    const whole = Math.round(s);
    return whole < 3600
      ? `${Math.floor(whole / 60)} min ${whole % 60} s`
      : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  };
  gov.dateTime = function (text) {
    const time = new Date(text);
    if (isNaN(time)) return text;
    return /^\d{4}-\d\d-\d\d$/.test(text) ? days.format(time) : dates.format(time);
  };
  /* `12 minutes ago`. */
  gov.ago = function (text) {
    const time = new Date(text);
    if (isNaN(time)) return text;
    let left = (time - Date.now()) / 1000;
    for (const [unit, size] of [
      ['second', 60],
      ['minute', 60],
      ['hour', 24],
      ['day', 30],
      ['month', 12],
      ['year', Infinity],
    ]) {
      if (Math.abs(left) < size) return relative.format(Math.round(left), unit);
      left /= size;
    }
  };
  gov.WORDS = WORDS;
  gov.COUNTED = COUNTED;
}
