/* Fingerprints: when they differ, the result may differ.
 *
 * They are of what steps mean, with all that they read: comments, layout, the order of declarations and names that only the
 * text has change nothing. So a change far upstream is found in those that read what changed, and in no others. */
#include "compiler/plan/meaning.h"

#include <string.h>

/* ------------------------------------------------------- what relations mean */

static const char *column_of_relation(MeaningWalk *walk, const Column *column) {
    const Planned *read = planned_of(walk->planner, column->relation);
    const char **columns = !read ? NULL : walk->whole ? read->columns : read->own_columns;
    if (columns && column->index < column->relation->rows->columns.count) return columns[column->index];
    return arena_format(walk->arena, "%s %s", column->relation->full_name->text, column->name ? column->name->text : "");
}

static const char *rows_of_relation(MeaningWalk *walk, const Relation *relation) {
    const Planned *read = planned_of(walk->planner, relation);
    if (read && relation->stored == STORED_INLINE) walk->unstable |= read->unstable;
    const char *rows = !read ? NULL : walk->whole ? read->rows : read->own_rows;
    return rows ? rows : relation->full_name->text;
}

static MeaningWalk open_walk(Planner *planner, Arena *arena, bool whole) {
    MeaningWalk walk = {.program = planner->program, .planner = planner, .arena = arena, .whole = whole,
                        .of_relation = column_of_relation, .rows_of_relation = rows_of_relation};
    map_open(&walk.columns, arena);
    map_open(&walk.rows, arena);
    return walk;
}

/* In the planner's arena. */
static const char *keep(const MeaningWalk *walk, Buffer *text) {
    return meaning_hash(walk->planner->arena, buffer_string(text), text->length);
}

/* What is no query may be made of all that it says it reads. */
static void put_all_read(MeaningWalk *walk, const Relation *relation, Buffer *out) {
    meaning_of_list(walk, &relation->decl->clauses, out);
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const Relation *read = relation->reads.items[i];
        buffer_format(out, " %s", rows_of_relation(walk, read));
        for (uint32_t k = 0; read->rows && k < read->rows->columns.count; k++)
            buffer_format(out, " %s", column_of_relation(walk, read->rows->columns.items[k]));
    }
}

/* Gives the hash of its rows, and those of its columns. */
static const char *of_model(MeaningWalk *walk, const Relation *relation, const char **columns) {
    Buffer rows;
    buffer_open(&rows, walk->arena);
    if (relation->query) meaning_of_rows(walk, (Node *)relation->query, &rows);
    else put_all_read(walk, relation, &rows);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        Buffer text;
        buffer_open(&text, walk->arena);
        buffer_format(&text, "%s as %s", column->copied ? meaning_of_column(walk, column->copied) : buffer_string(&rows),
                      type_text(walk->program->types, column->type));
        columns[i] = keep(walk, &text);
    }
    return keep(walk, &rows);
}

/* How often, how patiently and as whom it is asked changes nothing. */
static bool decides_rows(ClauseKind kind) {
    return kind != CLAUSE_RATE_LIMIT && kind != CLAUSE_RETRY && kind != CLAUSE_TIMEOUT && kind != CLAUSE_AUTH && kind != CLAUSE_HEADER &&
           kind != CLAUSE_IN_TARGET;
}

static void put_checks(MeaningWalk *walk, const Relation *source, Buffer *out) {
    for (uint32_t i = 0; i < source->tests.count; i++) {
        const Test *test = source->tests.items[i];
        buffer_format(out, " (check %d %d", (int)test->kind, test->warn);
        for (uint32_t k = 0; k < test->columns.count; k++) buffer_format(out, " %s", test->columns.items[k]->name->text);
        meaning_of_node(walk, test->check, out);
        buffer_char(out, ')');
    }
}

/* A row that breaks the contract stops the load, or is left out: then every column decides which rows there are. */
static const char *of_source(MeaningWalk *walk, const Relation *source, const char **columns) {
    const Clause *from = source_origin(walk->planner, source);
    Buffer rows;
    buffer_open(&rows, walk->arena);
    buffer_format(&rows, "source %s", source->full_name->text);
    if (from) meaning_of_node(walk, from->expr, &rows);
    for (uint32_t i = 0; from && i < from->kids.count; i++)
        if (decides_rows(((const Clause *)from->kids.items[i])->of)) meaning_of_node(walk, from->kids.items[i], &rows);
    for (uint32_t i = 0; i < source->rows->columns.count; i++) {
        const Column *column = source->rows->columns.items[i];
        const ColumnFacts *facts = column->declared;
        Buffer text;
        buffer_open(&text, walk->arena);
        buffer_format(&text, "%s %s %s", source->full_name->text, column->name->text, type_text(walk->program->types, column->type));
        if (facts) buffer_format(&text, " %d %d '%.*s' '%.*s'", facts->from_path, facts->from_request, TEXT_ARGS(facts->format), TEXT_ARGS(facts->path));
        columns[i] = keep(walk, &text);
        if (source_sorts_out(source)) buffer_format(&rows, " %s", columns[i]);
    }
    if (source_sorts_out(source)) put_checks(walk, source, &rows);
    return keep(walk, &rows);
}

static const char *meaning_of_relation(MeaningWalk *walk, const Relation *relation, const char **columns) {
    return relation->kind == RELATION_SOURCE ? of_source(walk, relation, columns) : of_model(walk, relation, columns);
}

static const char *meaning_by(MeaningWalk *walk, const Relation *relation, const char ***ret_columns) {
    *ret_columns = arena_alloc(walk->planner->arena, (relation->rows->columns.count + 1) * sizeof **ret_columns);
    return meaning_of_relation(walk, relation, *ret_columns);
}

void find_relation_meaning(Planner *planner, Planned *planned) {
    const Relation *relation = planned->relation;
    if (relation->bad || relation->kind == RELATION_SYSTEM || !relation->rows) return;
    Arena *scratch = arena_scratch(planner->arena);
    ArenaMark mark = arena_mark(scratch);
    MeaningWalk whole = open_walk(planner, scratch, true), own = open_walk(planner, scratch, false);
    planned->rows = meaning_by(&whole, relation, &planned->columns);
    planned->unstable = whole.unstable;
    if (relation->stored == STORED_INLINE) planned->own_rows = meaning_by(&own, relation, &planned->own_columns);
    arena_release(scratch, mark);
}

/* ------------------------------------------------------------------- sources */

static void meaning_of_settings(const char *word, const GovSettings *settings, Buffer *out) {
    for (size_t i = 0; i < settings->count; i++) {
        const GovSetting *setting = &settings->items[i];
        buffer_format(out, "%s %s %d %s %s\n", word, setting->key, setting->value.kind, setting->value.text,
                      setting->value.fallback ? setting->value.fallback : "");
    }
}

static void meaning_of_http(const GovHttp *http, Buffer *out) {
    meaning_of_settings("parameter", &http->parameters, out);
    buffer_format(out, "http %s %s %s %s %s\n", http->method, http->for_name ? http->for_name : "",
                  http->window_column ? http->window_column : "", http->window_from ? http->window_from : "",
                  http->rows_at);
    for (size_t i = 0; i < http->for_values.count; i++) buffer_format(out, "for %s\n", http->for_values.items[i]);
}

/* What decides which rows arrive and how they are read: not how often and how patiently it is asked. */
static void source_meaning(const GovSource *source, Buffer *out) {
    buffer_format(out, "origin %d %s\nfiles %d\ninvalid %d %d\n", source->kind, source->words, source->files,
                  source->on_invalid, source->at_most_percent);
    meaning_of_settings("option", &source->options, out);
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        buffer_format(out, "column %s %s %s %s %d\n", column->name, column->type, column->format ? column->format : "",
                      column->json_path ? column->json_path : "", column->origin);
    }
    for (size_t i = 0; i < source->check_count; i++) buffer_format(out, "check %s\n", source->checks[i].predicate);
    for (size_t i = 0; i < source->key.count; i++) buffer_format(out, "key %s\n", source->key.items[i]);
    if (source->changed_by) buffer_format(out, "changed by %s\n", source->changed_by);
    if (source->http) meaning_of_http(source->http, out);
}

/* --------------------------------------------------------------------- tests */

static void put_test(MeaningWalk *walk, const Test *test, Buffer *out) {
    buffer_format(out, "test %d %d %lld", (int)test->kind, test->warn, (long long)test->warn_above);
    for (uint32_t i = 0; i < test->columns.count; i++) buffer_format(out, " %s", test->columns.items[i]->name->text);
    if (test->referenced) buffer_format(out, " of %s", test->referenced->full_name->text);
    for (uint32_t i = 0; i < test->referenced_names.count; i++) buffer_format(out, " %s", test->referenced_names.items[i]->text);
    if (test->kind == TEST_DETERMINES) meaning_of_list(walk, &test->constraint->kids, out);
    meaning_of_node(walk, test->check, out);
    meaning_of_node(walk, (const Node *)test->query, out);
    buffer_char(out, '\n');
}

static const char *meaning_of_tests(MeaningWalk *walk, const Relation *relation) {
    Buffer text;
    buffer_open(&text, walk->arena);
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->kind == RELATION_SOURCE || test_runs(walk->planner, relation->tests.items[i])) put_test(walk, relation->tests.items[i], &text);
    return keep(walk, &text);
}

/* ---------------------------------------------------------------- the whole */

/* How it is stored, beside its rows. */
static void put_storage(MeaningWalk *walk, const Relation *relation, Buffer *out) {
    static const ClauseKind KINDS[] = {CLAUSE_SORTED_BY, CLAUSE_INDEXED_BY, CLAUSE_PARTITIONED_BY, CLAUSE_BUILT_WHOLE, CLAUSE_BUILT_BY, CLAUSE_KEEPING_HISTORY};
    buffer_format(out, "%s %s\n", materialization_of(relation), published_name(walk->planner, relation));
    for (size_t i = 0; relation->kind == RELATION_MODEL && i < sizeof KINDS / sizeof *KINDS; i++)
        if (clause_of(relation, KINDS[i])) meaning_of_node(walk, &clause_of(relation, KINDS[i])->node, out);
    if (relation->kind == RELATION_SOURCE && relation_keeps_history(relation)) buffer_text(out, "keeping history\n");
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        buffer_format(out, "\ncolumn %s %s", relation->rows->columns.items[i]->name->text,
                      type_text(walk->program->types, relation->rows->columns.items[i]->type));
    buffer_char(out, '\n');
}

/* A view holds the names of what it reads; in place of an inline model those that this reads. */
static void put_names_read(const Planner *planner, const Relation *relation, Buffer *out) {
    const RelationFacts *facts = facts_of(planner->facts, relation);
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const Relation *read = relation->reads.items[i];
        if (read->stored == STORED_INLINE) put_names_read(planner, read, out);
        else buffer_format(out, "reads %s\n", published_name(planner, read));
    }
    for (uint32_t i = 0; facts && i < facts->edges.count; i++) {
        const Column *from = facts->edges.items[i].from;
        if (from->relation) buffer_format(out, "reads %s %s\n", from->relation->full_name->text, from->name->text);
    }
}

static const char *whole_fingerprint(MeaningWalk *walk, const Planned *planned, const OwnMeaning *own) {
    const Relation *relation = planned->relation;
    Buffer out;
    char hex[65];
    buffer_open(&out, walk->arena);
    put_storage(walk, relation, &out);
    if (relation->kind == RELATION_SOURCE) {
        if (planned->source) source_meaning(planned->source, &out);
    } else {
        buffer_format(&out, "rows %s\n", planned->rows);
        for (uint32_t i = 0; i < relation->rows->columns.count; i++) buffer_format(&out, "%s\n", planned->columns[i]);
    }
    if (is_stored_view(relation)) put_names_read(walk->planner, relation, &out);
    buffer_format(&out, "tests %s\n", own->tests);
    sha256_hex(buffer_string(&out), out.length, hex);
    return arena_copy(walk->planner->arena, hex, 64);
}

static void find_source_or_query(Planner *planner, Planned *planned) {
    const Relation *relation = planned->relation;
    if (relation->kind == RELATION_SOURCE) {
        planned->source = plan_source(planner, relation);
    } else if (relation->query) {
        Buffer text;
        EmitOptions options = {.relation = name_for_readers, .context = planner, .schemas = planner->schemas};
        buffer_open(&text, planner->arena);
        if (!emit_model(planner->program, relation, planner->dialect, &options, &text)) planner->failed = true;
        planned->sql = buffer_string(&text);
    }
}

/* What the source is loaded from, without its columns and checks. */
static const char *meaning_of_origin(MeaningWalk *walk, const GovSource *source) {
    GovSource origin = *source;
    Buffer text;
    buffer_open(&text, walk->arena);
    origin.column_count = origin.check_count = 0;
    source_meaning(&origin, &text);
    return keep(walk, &text);
}

static OwnMeaning own_meaning(MeaningWalk *walk, const Planned *planned) {
    const Relation *relation = planned->relation;
    const char **columns = arena_alloc(walk->planner->arena, (relation->rows->columns.count + 1) * sizeof *columns);
    OwnMeaning own = {.tests = meaning_of_tests(walk, relation), .query = ""};
    if (relation->kind == RELATION_SOURCE) {
        if (planned->source) own.query = meaning_of_origin(walk, planned->source);
    } else {
        own.query = meaning_of_relation(walk, relation, columns);
        own.columns = columns;
    }
    return own;
}

void find_fingerprint(Planner *planner, Planned *planned) {
    find_source_or_query(planner, planned);
    Arena *scratch = arena_scratch(planner->arena);
    ArenaMark mark = arena_mark(scratch);
    MeaningWalk walk = open_walk(planner, scratch, false);
    OwnMeaning own = own_meaning(&walk, planned);
    planned->fingerprint = whole_fingerprint(&walk, planned, &own);
    planned->outline = outline_of(planner, planned, &own);
    arena_release(scratch, mark);
}

const char *own_outline(Planner *planner, const Planned *planned) {
    Arena *scratch = arena_scratch(planner->arena);
    ArenaMark mark = arena_mark(scratch);
    MeaningWalk walk = open_walk(planner, scratch, false);
    OwnMeaning own = own_meaning(&walk, planned);
    const char *outline = outline_of(planner, planned, &own);
    arena_release(scratch, mark);
    return outline;
}

const char *stale_fingerprint(const Planner *planner, const Planned *planned) {
    char hex[65];
    const char *text = arena_format(planner->arena, "stale %s", planned->fingerprint);
    sha256_hex(text, strlen(text), hex);
    return arena_copy(planner->arena, hex, 64);
}
