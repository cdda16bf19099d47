/* The grammar of --select and --exclude, dbt's; docs/reference/selection.md:
 *
 *     argument  = union { space union }             all that any of them names
 *     union     = term { ',' term }                 what all of them name
 *     term      = [ [count] '+' ] what [ '+' [count] ] | '@' what
 *     what      = name | layer.name | method ':' value      `*`, `?` and `[…]` as in file names
 */
#include "compiler/plan/selection.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Program *program;
    const PlanOptions *options;
    const Map *standings;
    Arena *arena;
    bool failed;
} Selector;

#define ALL_THE_WAY UINT32_MAX

typedef struct {
    uint32_t up;        /* generations of what it reads */
    uint32_t down;      /* generations of what reads it */
    bool closed;        /* `@`: all that reads it, and all that this reads */
    const char *method; /* "" for a name */
    const char *value;
} Term;

static bool matches(const char *pattern, const char *text) {
    return fnmatch(pattern, text, 0) == 0;
}

/* ----------------------------------------------------------------- methods */

static bool is_named(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return matches(value, relation->full_name->text) || matches(value, relation->name->text);
}

static bool has_tag(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    for (uint32_t i = 0; i < relation->facts.count; i++) {
        const ColumnFacts *facts = relation->facts.items[i];
        for (uint32_t k = 0; k < facts->tags.count; k++)
            if (matches(value, facts->tags.items[k]->name->text)) return true;
    }
    for (uint32_t i = 0; i < relation->decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, relation->decl->clauses.items[i]);
        if (clause->of == CLAUSE_TAG && clause->word.name && matches(value, clause->word.name->text)) return true;
    }
    return false;
}

static bool in_layer(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return relation->layer && matches(value, relation->layer->name->text);
}

static bool is_owned_by(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return relation->owner && matches(value, relation->owner->name->text);
}

static bool is_source_named(const Selector *selector, const Relation *relation, const char *value) {
    return relation->kind == RELATION_SOURCE && is_named(selector, relation, value);
}

static const char *path_of(const Selector *selector, const Relation *relation) {
    Location at = source_locate(selector->program->sources, relation->decl->node.span.begin);
    return at.source ? at.source->path : "";
}

/* The file itself, a folder, or a pattern. */
static bool has_path(const Selector *selector, const Relation *relation, const char *value) {
    const char *path = path_of(selector, relation);
    size_t length = strlen(value);
    bool below = strncmp(path, value, length) == 0 && (path[length] == 0 || path[length] == '/' || (length && value[length - 1] == '/'));
    return below || matches(value, path);
}

static bool has_file(const Selector *selector, const Relation *relation, const char *value) {
    const char *path = path_of(selector, relation), *slash = strrchr(path, '/');
    return matches(value, slash ? slash + 1 : path);
}

static bool is_stored_as(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return matches(value, materialization_of(relation));
}

static bool is_of_kind(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return matches(value, relation->kind == RELATION_SOURCE ? "source" : "model");
}

static bool has_status(const Selector *selector, const Relation *relation, const char *value) {
    (void)selector;
    return relation->status && matches(value, relation->status->text);
}

static bool stands(const Selector *selector, const Relation *relation, const char *value) {
    PlanStanding standing = selector->standings ? (PlanStanding)(uintptr_t)map_get(selector->standings, relation) : PLAN_STANDING_SAME;
    if (!strcmp(value, "new")) return standing == PLAN_STANDING_NEW;
    if (!strcmp(value, "old")) return standing != PLAN_STANDING_NEW;
    if (!strcmp(value, "modified")) return standing != PLAN_STANDING_SAME;
    return standing == PLAN_STANDING_SAME;
}

static const char *const RESULTS[] = {
    [PLAN_RESULT_SUCCESS] = "success", [PLAN_RESULT_WARN] = "warn", [PLAN_RESULT_FAIL] = "fail", [PLAN_RESULT_ERROR] = "error",
    [PLAN_RESULT_SKIPPED] = "skipped",
};

static bool ended(const Selector *selector, const Relation *relation, const char *value) {
    const PlanState *state = selector->options->state;
    for (size_t i = 0; state && i < state->result_count; i++)
        if (!strcmp(state->results[i].name, relation->full_name->text) && matches(value, RESULTS[state->results[i].result])) return true;
    return false;
}

/* `words`: the values there are, where they are not of the project. */
static const struct {
    const char *name;
    bool (*means)(const Selector *selector, const Relation *relation, const char *value);
    const char *words;
    bool of_target;
} METHODS[] = {
    {"", is_named, NULL, false},
    {"fqn", is_named, NULL, false},
    {"tag", has_tag, NULL, false},
    {"layer", in_layer, NULL, false},
    {"owner", is_owned_by, NULL, false},
    {"source", is_source_named, NULL, false},
    {"path", has_path, NULL, false},
    {"file", has_file, NULL, false},
    {"materialization", is_stored_as, "source table view inline files", false},
    {"config.materialized", is_stored_as, "source table view inline files", false},
    {"resource_type", is_of_kind, "source model", false},
    {"status", has_status, "certified draft legacy", false},
    {"state", stands, "new modified unmodified old", true},
    {"result", ended, "success warn fail error skipped", true},
};

enum { METHOD_COUNT = sizeof METHODS / sizeof *METHODS };

static size_t method_of(const char *name) {
    size_t index = 0;
    while (index < METHOD_COUNT && strcmp(METHODS[index].name, name)) index++;
    return index;
}

bool selection_asks(const char *const *arguments, size_t count, const char *method) {
    size_t length = strlen(method);
    for (size_t i = 0; i < count; i++)
        for (const char *at = arguments[i]; (at = strstr(at, method)); at++)
            if (at[length] == ':' && (at == arguments[i] || strchr(" \t\n,+@0123456789", at[-1]))) return true;
    return false;
}

/* ------------------------------------------------------------------- errors */

typedef VEC(const char *) Candidates;

/* The words of a list, one blank between two. */
static void add_words(Arena *arena, const char *words, Candidates *list) {
    for (size_t length; *words; words += length + (words[length] == ' ')) {
        length = strcspn(words, " ");
        vec_push(arena, list, arena_copy(arena, words, length));
    }
}

static void candidates_of(const Selector *selector, const Term *term, Candidates *list) {
    const Program *program = selector->program;
    bool of_layer = strcmp(term->method, "layer") == 0, of_owner = strcmp(term->method, "owner") == 0;
    bool of_tag = strcmp(term->method, "tag") == 0, dotted = strchr(term->value, '.') != NULL;
    const char *words = METHODS[method_of(term->method)].words;
    if (words) add_words(selector->arena, words, list);
    for (uint32_t i = 0; of_layer && i < program->layers.count; i++)
        vec_push(selector->arena, list, program->layers.items[i]->name->text);
    for (uint32_t i = 0; of_owner && i < program->owners.count; i++)
        vec_push(selector->arena, list, program->owners.items[i]->name->text);
    for (uint32_t i = 0; of_tag && i < program->tags.count; i++)
        vec_push(selector->arena, list, program->tags.items[i]->name->text);
    for (uint32_t i = 0; !of_layer && !of_owner && !of_tag && !words && i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        if (relation->kind != RELATION_SYSTEM)
            vec_push(selector->arena, list, dotted ? relation->full_name->text : relation->name->text);
    }
}

static void unknown_method(Selector *selector, const Term *term) {
    Diag *diag = selector->program->diag;
    const char *names[METHOD_COUNT];
    Buffer all;
    buffer_open(&all, selector->arena);
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        names[i] = METHODS[i].name;
        if (*names[i]) buffer_format(&all, ", `%s:`", names[i]);
    }
    Report *report = diag_report(diag, CODE_G0704, NOWHERE, "unknown selector `%s:`", term->method);
    const char *near = name_near(term->method, names, METHOD_COUNT);
    if (near && *near) report_help(diag, report, "did you mean `%s:`?", near);
    else report_help(diag, report, "there are names%s", buffer_string(&all));
}

static void nothing_meant(Selector *selector, const Term *term) {
    Candidates list = {0};
    selector->failed = true;
    Report *report = diag_report(selector->program->diag, CODE_G0704, NOWHERE, "the selection `%s%s%s` names nothing",
                                 term->method, *term->method ? ":" : "", term->value);
    candidates_of(selector, term, &list);
    const char *near = name_near(term->value, list.items, list.count);
    if (near) report_help(selector->program->diag, report, "did you mean `%s`?", near);
}

static bool is_word(Arena *arena, const char *words, const char *value) {
    Candidates list = {0};
    add_words(arena, words, &list);
    for (uint32_t i = 0; i < list.count; i++)
        if (matches(value, list.items[i])) return true;
    return false;
}

/* What is asked of the target must be known; then that nothing is so is an answer. */
static bool can_answer(Selector *selector, const Term *term) {
    Diag *diag = selector->program->diag;
    size_t method = method_of(term->method);
    const PlanState *state = selector->options->state;
    bool held = selector->standings != NULL, of_state = !strcmp(term->method, "state");
    if (method == METHOD_COUNT) {
        unknown_method(selector, term);
        return false;
    }
    if (METHODS[method].words && !is_word(selector->arena, METHODS[method].words, term->value)) {
        nothing_meant(selector, term);
        return false;
    }
    if (!METHODS[method].of_target || (of_state ? held : state && state->known && state->result_count)) return true;
    Report *report = diag_report(diag, CODE_G0750, NOWHERE, "`%s:%s` cannot be answered: %s", term->method, term->value,
                                 of_state ? "there is nothing to hold the project against" : "the target's ledger has no run");
    report_help(diag, report, of_state ? "`--state REVISION` holds it against a commit of git" : "`gov run` makes the first one");
    return false;
}

/* ------------------------------------------------------------------ parsing */

static uint32_t generations(const char *digits, size_t length) {
    return length ? (uint32_t)strtoul(digits, NULL, 10) : ALL_THE_WAY;
}

static Term parse_term(Arena *arena, const char *text, size_t length) {
    Term term = {.method = "", .closed = length && *text == '@'};
    text += term.closed;
    length -= term.closed;
    size_t digits = 0, end = length;
    while (digits < length && isdigit((unsigned char)text[digits])) digits++;
    if (digits < length && text[digits] == '+') {
        term.up = generations(text, digits);
        text += digits + 1;
        end = length -= digits + 1;
    }
    while (end > 0 && isdigit((unsigned char)text[end - 1])) end--;
    if (end > 0 && text[end - 1] == '+') {
        term.down = generations(text + end, length - end);
        length = end - 1;
    }
    const char *colon = memchr(text, ':', length);
    if (colon) {
        term.method = arena_copy(arena, text, (size_t)(colon - text));
        length -= (size_t)(colon - text) + 1;
        text = colon + 1;
    }
    term.value = arena_copy(arena, text, length);
    return term;
}

/* Adds a relation's neighbours; `reached` holds the most generations that were left when it was met. */
static void spread(Map *reached, const Relation *relation, uint32_t left, bool up) {
    uintptr_t before = (uintptr_t)map_get(reached, relation);
    if (before > left) return;
    map_put(reached, relation, (void *)((uintptr_t)left + 1));
    uint32_t count = up ? relation->reads.count : relation->read_by.count;
    for (uint32_t i = 0; left > 0 && i < count; i++)
        spread(reached, up ? relation->reads.items[i] : relation->read_by.items[i],
               left == ALL_THE_WAY ? left : left - 1, up);
}

static void add_spread(Selector *selector, const Relation *relation, uint32_t left, bool up, Map *found) {
    Map reached;
    map_open(&reached, selector->arena);
    spread(&reached, relation, left, up);
    for (uint32_t k = 0; k < reached.count; k++) map_put(found, reached.keys[k], (void *)reached.keys[k]);
}

static void add_closed(Selector *selector, const Relation *relation, Map *found) {
    Map below;
    map_open(&below, selector->arena);
    add_spread(selector, relation, ALL_THE_WAY, false, &below);
    for (uint32_t k = 0; k < below.count; k++) add_spread(selector, below.keys[k], ALL_THE_WAY, true, found);
}

static Map select_term(Selector *selector, const char *text, size_t length) {
    Map found;
    map_open(&found, selector->arena);
    Term term = parse_term(selector->arena, text, length);
    if (!can_answer(selector, &term)) {
        selector->failed = true;
        return found;
    }
    size_t method = method_of(term.method);
    for (uint32_t i = 0; i < selector->program->relations.count; i++) {
        const Relation *relation = selector->program->relations.items[i];
        if (relation->kind == RELATION_SYSTEM || !METHODS[method].means(selector, relation, term.value)) continue;
        if (term.closed) add_closed(selector, relation, &found);
        add_spread(selector, relation, term.up, true, &found);
        add_spread(selector, relation, term.down, false, &found);
    }
    if (!found.count && !METHODS[method].words) nothing_meant(selector, &term);
    return found;
}

/* Terms with `,` between them: what all name. */
static void select_union(Selector *selector, const char *text, size_t length, Map *selected) {
    size_t begin = 0;
    bool first = true;
    Map all;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] != ',') continue;
        Map one = select_term(selector, text + begin, i - begin);
        Map both;
        map_open(&both, selector->arena);
        for (uint32_t k = 0; k < one.count; k++)
            if (first || map_get(&all, one.keys[k])) map_put(&both, one.keys[k], (void *)one.keys[k]);
        all = both;
        first = false;
        begin = i + 1;
    }
    for (uint32_t k = 0; k < all.count; k++) map_put(selected, all.keys[k], (void *)all.keys[k]);
}

static void select_argument(Selector *selector, const char *text, Map *selected) {
    while (*text) {
        size_t length = strcspn(text, " \t\n");
        if (length) select_union(selector, text, length, selected);
        text += length;
        text += strspn(text, " \t\n");
    }
}

bool plan_select(const Program *program, const PlanOptions *options, const Map *standings, Map *ret_selected) {
    Selector selector = {.program = program, .options = options, .standings = standings, .arena = program->arena};
    Map wanted, unwanted;
    map_open(&wanted, selector.arena);
    map_open(&unwanted, selector.arena);
    map_open(ret_selected, selector.arena);
    for (size_t i = 0; i < options->select_count; i++) select_argument(&selector, options->select[i], &wanted);
    for (size_t i = 0; i < options->exclude_count; i++) select_argument(&selector, options->exclude[i], &unwanted);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        bool in = relation->kind != RELATION_SYSTEM && (options->select_count == 0 || map_get(&wanted, relation));
        if (in && !map_get(&unwanted, relation)) map_put(ret_selected, relation, (void *)relation);
    }
    return !selector.failed;
}
