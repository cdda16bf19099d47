/* A source: which origin the target takes, how it is read, and what each row must keep. */
#include "compiler/plan/internal.h"

#include <stdlib.h>
#include <string.h>

static const Clause *clause_in(const Nodes *clauses, ClauseKind kind) {
    for (uint32_t i = 0; i < clauses->count; i++)
        if (clauses->items[i]->kind == NODE_CLAUSE && NODE_AS(Clause, CLAUSE, clauses->items[i])->of == kind)
            return NODE_AS(Clause, CLAUSE, clauses->items[i]);
    return NULL;
}

/* ------------------------------------------------------------------ origins */

/* The origin `in` this target, else the one that is in no target by name. */
const Clause *source_origin(const Planner *planner, const Relation *source) {
    const Name *target = planner->options->target ? planner->options->target->name : NULL;
    const Clause *anywhere = NULL;
    for (uint32_t i = 0; i < source->decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, source->decl->clauses.items[i]);
        if (clause->of != CLAUSE_FROM) continue;
        const Clause *in = clause_in(&clause->kids, CLAUSE_IN_TARGET);
        if (in && in->word.name == target) return clause;
        if (!in && !anywhere) anywhere = clause;
    }
    return anywhere;
}

static GovOriginKind kind_of(const PlaceNode *place) {
    static const struct {
        const char *word;
        GovOriginKind kind;
    } kinds[] = {
        {"csv", GOV_ORIGIN_CSV}, {"parquet", GOV_ORIGIN_PARQUET}, {"json", GOV_ORIGIN_JSON}, {"http", GOV_ORIGIN_HTTP}, {"postgres", GOV_ORIGIN_POSTGRES}, {"files", GOV_ORIGIN_PARQUET}};
    for (size_t i = 0; place->kind.name && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].word, place->kind.name->text) == 0) return kinds[i].kind;
    return GOV_ORIGIN_OTHER;
}

static GovFilesMode files_mode(const Clause *from) {
    if (clause_in(&from->kids, CLAUSE_EACH_FILE_ONCE)) return GOV_FILES_EACH_ONCE;
    if (clause_in(&from->kids, CLAUSE_EACH_FILE_REPLACES)) return GOV_FILES_REPLACE_ROWS;
    return clause_in(&from->kids, CLAUSE_NEWEST_FILE) ? GOV_FILES_NEWEST : GOV_FILES_ALL;
}

/* `csv 'data/orders.csv'`: the first words of the origin, without options and clauses. */
static const char *origin_words(const Planner *planner, const PlaceNode *place) {
    return arena_format(planner->arena, "%s%s%s%s%.*s%s", place->kind.name ? place->kind.name->text : "",
                        place->method.name ? " " : "", place->method.name ? place->method.name->text : "",
                        place->has_text ? " '" : "", TEXT_ARGS(place->text), place->has_text ? "'" : "");
}

GovDuration duration_of(const Node *node) {
    if (!node || node->kind != NODE_DURATION) return (GovDuration){0, NULL};
    const Duration *duration = NODE_AS(Duration, DURATION, node);
    return (GovDuration){duration->count, duration->unit.name ? duration->unit.name->text : "second"};
}

/* How long files are waited for. Their age matters only where somebody waits for the next one. */
static GovWait plan_wait(const Planner *planner, const Relation *source, const Clause *from) {
    const Clause *retry = clause_in(&from->kids, CLAUSE_RETRY), *deadline = clause_in(&from->kids, CLAUSE_DEADLINE);
    const Clause *fresh = clause_in(&source->decl->clauses, CLAUSE_FRESH);
    GovWait wait = {0};
    if (retry) {
        wait.retries = (int)retry->number;
        wait.backoff = retry->word.name != NULL;
        wait.every = duration_of(retry->expr);
    }
    if (deadline) wait.deadline = text_copy(planner->arena, deadline->text);
    if ((retry || deadline) && fresh && !fresh->name.count) wait.fresh = duration_of(fresh->expr);
    return wait;
}

/* --------------------------------------------------------------------- http */

static GovSettings authorization(const Planner *planner, const Clause *auth) {
    if (!auth) return (GovSettings){NULL, 0};
    uint32_t count = auth->kids.count + 1;
    GovSetting *items = arena_alloc(planner->arena, count * sizeof *items);
    const char *word = auth->word.name ? auth->word.name->text : "bearer";
    GovValue token = auth->expr ? value_of(planner, auth->expr) : (GovValue){GOV_VALUE_TEXT, "", NULL};
    items[0] = (GovSetting){word, token};
    GovSettings given = settings_of(planner, &auth->kids);
    for (size_t i = 0; i < given.count; i++) items[i + 1] = given.items[i];
    return (GovSettings){items, count};
}

static GovSettings headers(const Planner *planner, const Nodes *clauses) {
    Nodes options = {0};
    for (uint32_t i = 0; i < clauses->count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, clauses->items[i]);
        for (uint32_t k = 0; clause->of == CLAUSE_HEADER && k < clause->kids.count; k++)
            vec_push(planner->arena, &options, clause->kids.items[k]);
    }
    return settings_of(planner, &options);
}

static void add_value(const Planner *planner, TextList *list, const Node *node) {
    if (node->kind == NODE_ROW) {
        const Row *row = NODE_AS(Row, ROW, node);
        for (uint32_t i = 0; i < row->items.count; i++) add_value(planner, list, row->items.items[i]);
        return;
    }
    vec_push(planner->arena, list, value_of(planner, node).text);
}

static void series(const Planner *planner, const Nodes *clauses, GovHttp *http) {
    const Clause *of = clause_in(clauses, CLAUSE_FOR_VALUES);
    TextList list = {0};
    if (!of) return;
    for (uint32_t i = 0; i < of->kids.count; i++) add_value(planner, &list, of->kids.items[i]);
    http->for_name = of->word.name ? of->word.name->text : NULL;
    http->for_values = texts_of(planner->arena, &list);
}

static void window(const Planner *planner, const Nodes *clauses, GovHttp *http) {
    const Clause *by = clause_in(clauses, CLAUSE_WINDOW_BY);
    if (!by) return;
    http->window_column = by->word.name ? by->word.name->text : NULL;
    http->window_from = by->expr ? value_of(planner, by->expr).text : NULL;
    http->window_per = duration_of(by->kids.count > 0 ? by->kids.items[0] : NULL);
    http->lookback = duration_of(by->kids.count > 1 ? by->kids.items[1] : NULL);
}

static void paging(const Planner *planner, const Nodes *clauses, GovHttp *http) {
    const Clause *by = clause_in(clauses, CLAUSE_PAGES_BY);
    if (!by) return;
    http->pages_by = by->word.name ? by->word.name->text : NULL;
    http->pages_argument = by->other.count   ? by->other.items[0].name->text
                           : by->text.length ? text_copy(planner->arena, by->text)
                                             : NULL;
    http->pages_size = by->number;
    if (by->kids.count && by->kids.items[0]) http->pages_until = value_of(planner, by->kids.items[0]).text;
}

static const GovHttp *plan_http(const Planner *planner, const PlaceNode *place, const Nodes *clauses) {
    GovHttp *http = arena_new(planner->arena, GovHttp);
    const Clause *rows = clause_in(clauses, CLAUSE_ROWS_AT), *empty = clause_in(clauses, CLAUSE_EMPTY_ON);
    const Clause *rate = clause_in(clauses, CLAUSE_RATE_LIMIT), *retry = clause_in(clauses, CLAUSE_RETRY);
    const Clause *timeout = clause_in(clauses, CLAUSE_TIMEOUT);
    http->method = place->method.name ? place->method.name->text : "get";
    http->parameters = settings_of(planner, &place->parameters);
    http->headers = headers(planner, clauses);
    http->auth = authorization(planner, clause_in(clauses, CLAUSE_AUTH));
    series(planner, clauses, http);
    window(planner, clauses, http);
    http->rows_at = rows ? text_copy(planner->arena, rows->text) : "$[*]";
    http->empty_status = empty ? (int)empty->number : 0;
    http->rate_count = rate ? rate->number : 0;
    http->rate_unit = rate && rate->word.name ? rate->word.name->text : NULL;
    http->retries = retry ? (int)retry->number : 0;
    http->backoff = retry && retry->word.name;
    http->timeout = duration_of(timeout ? timeout->expr : NULL);
    paging(planner, clauses, http);
    return http;
}

/* ---------------------------------------------------------- columns, checks */

static GovColumn plan_column(const Planner *planner, const Column *column) {
    const ColumnFacts *facts = column->declared;
    Buffer type;
    buffer_open(&type, planner->arena);
    emit_type(planner->judge, column->type, &type);
    GovColumn planned = {.name = column->name->text, .type = buffer_string(&type)};
    if (facts && facts->format.length) planned.format = text_copy(planner->arena, facts->format);
    if (facts && facts->path.length) planned.json_path = text_copy(planner->arena, facts->path);
    planned.origin = facts && facts->from_path      ? GOV_COLUMN_PATH
                     : facts && facts->from_request ? GOV_COLUMN_REQUEST
                                                    : GOV_COLUMN_DATA;
    return planned;
}

static void plan_columns(const Planner *planner, const Relation *source, GovSource *planned) {
    uint32_t count = source->rows ? source->rows->columns.count : 0;
    GovColumn *columns = arena_alloc(planner->arena, (count + 1) * sizeof *columns);
    for (uint32_t i = 0; i < count; i++) columns[i] = plan_column(planner, source->rows->columns.items[i]);
    planned->columns = columns;
    planned->column_count = count;
}

/* The constraint as written: `in ('a', 'b')`. */
static const char *check_words(const Planner *planner, const Test *test) {
    if (!test->constraint) return test->name;
    return text_copy(planner->arena, source_text(planner->program->sources, test->constraint->node.span));
}

static bool check_predicate(Planner *planner, const Test *test, Buffer *out) {
    if (test->kind == TEST_NOT_NULL) {
        emit_name(planner->judge, test->columns.items[0]->name->text, out);
        buffer_text(out, " is not null");
        return true;
    }
    return emit_expr(planner->program, (const Expr *)test->check, planner->judge, NULL, out);
}

static bool is_row_check(const Test *test) {
    bool of_row = test->kind == TEST_IN || test->kind == TEST_MATCHES || test->kind == TEST_CHECK;
    return (of_row && test->check) || (test->kind == TEST_NOT_NULL && test->columns.count == 1);
}

static void plan_checks(Planner *planner, const Relation *source, GovSource *planned) {
    GovRowCheck *checks = arena_alloc(planner->arena, (source->tests.count + 1) * sizeof *checks);
    for (uint32_t i = 0; i < source->tests.count; i++) {
        const Test *test = source->tests.items[i];
        if (!is_row_check(test) || test->warn) continue;
        Buffer predicate;
        buffer_open(&predicate, planner->arena);
        if (!check_predicate(planner, test, &predicate)) planner->failed = true;
        checks[planned->check_count++] = (GovRowCheck){
            .column = test->columns.count == 1 ? test->columns.items[0]->name->text : NULL,
            .words = check_words(planner, test),
            .predicate = buffer_string(&predicate),
            .place = place_of(planner, test->span),
        };
    }
    planned->checks = checks;
}

static void plan_key(Planner *planner, const Relation *source, GovSource *planned) {
    TextList list = {0};
    for (uint32_t i = 0; i < source->tests.count; i++) {
        const Test *test = source->tests.items[i];
        for (uint32_t k = 0; test->kind == TEST_KEY && k < test->columns.count; k++)
            vec_push(planner->arena, &list, test->columns.items[k]->name->text);
    }
    planned->key = texts_of(planner->arena, &list);
}

bool source_sorts_out(const Relation *source) {
    const Clause *clause = clause_in(&source->decl->clauses, CLAUSE_ON_INVALID);
    return clause && clause->word.name && strcmp(clause->word.name->text, "fail") != 0;
}

static void plan_invalid(Planner *planner, const Relation *source, GovSource *planned) {
    const Clause *clause = clause_in(&source->decl->clauses, CLAUSE_ON_INVALID);
    const char *word = clause && clause->word.name ? clause->word.name->text : "fail";
    planned->at_most_percent = clause ? (int)clause->number : -1;
    planned->on_invalid = strcmp(word, "quarantine") == 0 ? GOV_INVALID_QUARANTINE
                          : strcmp(word, "warn") == 0     ? GOV_INVALID_WARN
                                                          : GOV_INVALID_FAIL;
    if (planned->on_invalid == GOV_INVALID_FAIL) return;
    const char *table = arena_format(planner->arena, "%s__%s",
                                     emit_schema(planner->arena, planner->schemas, source->layer), source->name->text);
    Buffer published, staged;
    buffer_open(&published, planner->arena);
    buffer_open(&staged, planner->arena);
    buffer_text(&published, "quarantine.");
    buffer_text(&staged, "quarantine.");
    emit_name(planner->dialect, table, &published);
    emit_name(planner->dialect, arena_format(planner->arena, "%s__next", table), &staged);
    planned->quarantine = buffer_string(&published);
    planned->quarantine_staged = planner->is_server ? postgres_staged_quarantine(planner, source) : buffer_string(&staged);
}

/* `files 'lake/orders' partitioned by (year, month)`: Parquet files in folders `year=2024/month=1`, which say those columns. */
static void plan_partitions(const Planner *planner, const Relation *source, GovSource *planned) {
    const Clause *by = clause_in(&source->decl->clauses, CLAUSE_PARTITIONED_BY);
    GovColumn *columns = (GovColumn *)planned->columns;
    Buffer place;
    buffer_open(&place, planner->arena);
    buffer_text(&place, planned->place);
    for (uint32_t i = 0; by && i < by->kids.count; i++) {
        const Dotted *item = NODE_AS(Dotted, DOTTED, by->kids.items[i]);
        const char *name = item->name.items[item->name.count - 1].name->text;
        buffer_format(&place, "/%s={%s}", name, name);
        for (size_t k = 0; k < planned->column_count; k++)
            if (strcmp(columns[k].name, name) == 0) columns[k].origin = GOV_COLUMN_PATH;
    }
    buffer_text(&place, "/*.parquet");
    planned->place = buffer_string(&place);
}

/* `postgres 'public.orders'`: its table, or the query, is what messages call it. */
static void plan_table(Planner *planner, const Clause *from, GovSource *planned) {
    const Clause *changed = clause_in(&from->kids, CLAUSE_CHANGED_BY), *deletions = clause_in(&from->kids, CLAUSE_DELETIONS_BY);
    const char *table = planned->place;
    for (size_t i = 0; i < planned->options.count; i++)
        if (strcmp(planned->options.items[i].key, "table") == 0) table = planned->options.items[i].value.text;
        else if (strcmp(planned->options.items[i].key, "query") == 0) table = "query";
    planned->place = table;
    planned->words = arena_format(planner->arena, "postgres '%s'", table);
    planned->changed_by = changed && changed->name.count ? changed->name.items[changed->name.count - 1].name->text : NULL;
    planned->deletions_by_key = deletions != NULL;
}

const GovSource *plan_source(Planner *planner, const Relation *source) {
    const Clause *from = source_origin(planner, source);
    if (!from || !from->expr) {
        Report *report = diag_report(planner->program->diag, CODE_G0705, source->decl->node.span,
                                     "source `%s` has no origin in target `%s`", source->full_name->text,
                                     planner->options->target ? planner->options->target->name->text : "");
        report_help(planner->program->diag, report, "add a `from …` clause, without `in` if it holds for every target");
        planner->failed = true;
        return NULL;
    }
    const PlaceNode *place = NODE_AS(PlaceNode, PLACE, from->expr);
    GovSource *planned = arena_new(planner->arena, GovSource);
    planned->kind = kind_of(place);
    planned->words = origin_words(planner, place);
    planned->place = text_copy(planner->arena, place->text);
    planned->options = settings_of(planner, &place->options);
    planned->files = files_mode(from);
    if (planned->kind != GOV_ORIGIN_HTTP && planned->kind != GOV_ORIGIN_POSTGRES) planned->wait = plan_wait(planner, source, from);
    planned->http = planned->kind == GOV_ORIGIN_HTTP ? plan_http(planner, place, &from->kids) : NULL;
    if (planned->kind == GOV_ORIGIN_POSTGRES) plan_table(planner, from, planned);
    plan_columns(planner, source, planned);
    if (place->kind.name && strcmp(place->kind.name->text, "files") == 0) plan_partitions(planner, source, planned);
    plan_checks(planner, source, planned);
    plan_key(planner, source, planned);
    plan_invalid(planner, source, planned);
    return planned;
}
