/* The grammar of --select and --exclude, dbt's:
 *
 *     argument  = union { space union }             all that any of them names
 *     union     = term { ',' term }                 what all of them name
 *     term      = [ [count] '+' ] what [ '+' [count] ]
 *     what      = name | layer.name | layer.* | method ':' value      `*` stands for any text
 *     method    = tag | layer | owner | source | path
 */
#include "compiler/plan/plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Program *program;
    Arena *arena;
    bool failed;
} Selector;

#define ALL_THE_WAY UINT32_MAX

typedef struct {
    uint32_t up;        /* generations of what it reads */
    uint32_t down;      /* generations of what reads it */
    const char *method; /* "" for a name */
    const char *value;
} Term;

/* `*` matches any text, everything else itself. */
static bool matches(const char *pattern, const char *text) {
    if (*pattern == '*') return matches(pattern + 1, text) || (*text && matches(pattern, text + 1));
    return *pattern == *text && (*text == 0 || matches(pattern + 1, text + 1));
}

/* ----------------------------------------------------------------- methods */

static bool is_named(const Relation *relation, const char *value) {
    return matches(value, relation->full_name->text) || matches(value, relation->name->text);
}

static bool has_tag(const Relation *relation, const char *value) {
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

static bool in_layer(const Relation *relation, const char *value) {
    return relation->layer && matches(value, relation->layer->name->text);
}

static bool is_owned_by(const Relation *relation, const char *value) {
    return relation->owner && matches(value, relation->owner->name->text);
}

static bool is_source_named(const Relation *relation, const char *value) {
    return relation->kind == RELATION_SOURCE && is_named(relation, value);
}

/* The file itself, a folder, or a pattern. */
static bool has_path(const Program *program, const Relation *relation, const char *value) {
    Location at = source_locate(program->sources, relation->decl->node.span.begin);
    size_t length = strlen(value);
    if (!at.source) return false;
    bool below =
        strncmp(at.source->path, value, length) == 0 &&
        (at.source->path[length] == 0 || at.source->path[length] == '/' || (length && value[length - 1] == '/'));
    return below || matches(value, at.source->path);
}

static const char *const methods[] = {"tag", "layer", "owner", "source", "path"};
#define METHOD_COUNT (sizeof methods / sizeof methods[0])

static bool is_meant(const Program *program, const Relation *relation, const Term *term) {
    if (strcmp(term->method, "tag") == 0) return has_tag(relation, term->value);
    if (strcmp(term->method, "layer") == 0) return in_layer(relation, term->value);
    if (strcmp(term->method, "owner") == 0) return is_owned_by(relation, term->value);
    if (strcmp(term->method, "source") == 0) return is_source_named(relation, term->value);
    if (strcmp(term->method, "path") == 0) return has_path(program, relation, term->value);
    return is_named(relation, term->value);
}

/* ------------------------------------------------------------------- errors */

static bool is_known_method(const char *method) {
    for (size_t i = 0; i < METHOD_COUNT; i++)
        if (strcmp(methods[i], method) == 0) return true;
    return *method == 0;
}

typedef VEC(const char *) Candidates;

static void candidates_of(const Selector *selector, const Term *term, Candidates *list) {
    const Program *program = selector->program;
    bool of_layer = strcmp(term->method, "layer") == 0, of_owner = strcmp(term->method, "owner") == 0;
    bool of_tag = strcmp(term->method, "tag") == 0, dotted = strchr(term->value, '.') != NULL;
    for (uint32_t i = 0; of_layer && i < program->layers.count; i++)
        vec_push(selector->arena, list, program->layers.items[i]->name->text);
    for (uint32_t i = 0; of_owner && i < program->owners.count; i++)
        vec_push(selector->arena, list, program->owners.items[i]->name->text);
    for (uint32_t i = 0; of_tag && i < program->tags.count; i++)
        vec_push(selector->arena, list, program->tags.items[i]->name->text);
    for (uint32_t i = 0; !of_layer && !of_owner && !of_tag && i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        if (relation->kind != RELATION_SYSTEM)
            vec_push(selector->arena, list, dotted ? relation->full_name->text : relation->name->text);
    }
}

static void nothing_meant(Selector *selector, const Term *term) {
    Candidates list = {0};
    selector->failed = true;
    if (!is_known_method(term->method)) {
        Report *report =
            diag_report(selector->program->diag, CODE_G0704, NOWHERE, "unknown selector `%s:`", term->method);
        report_help(selector->program->diag, report,
                    "there are names, `tag:`, `layer:`, `owner:`, `source:` and `path:`");
        return;
    }
    Report *report = diag_report(selector->program->diag, CODE_G0704, NOWHERE, "the selection `%s%s%s` names nothing",
                                 term->method, *term->method ? ":" : "", term->value);
    candidates_of(selector, term, &list);
    const char *near = name_near(term->value, list.items, list.count);
    if (near) report_help(selector->program->diag, report, "did you mean `%s`?", near);
}

/* ------------------------------------------------------------------ parsing */

static uint32_t generations(const char *digits, size_t length) {
    return length ? (uint32_t)strtoul(digits, NULL, 10) : ALL_THE_WAY;
}

static Term parse_term(Arena *arena, const char *text, size_t length) {
    Term term = {.method = ""};
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

static Map select_term(Selector *selector, const char *text, size_t length) {
    Map found, reached;
    map_open(&found, selector->arena);
    Term term = parse_term(selector->arena, text, length);
    for (uint32_t i = 0; i < selector->program->relations.count; i++) {
        const Relation *relation = selector->program->relations.items[i];
        if (relation->kind == RELATION_SYSTEM || !is_meant(selector->program, relation, &term)) continue;
        map_open(&reached, selector->arena);
        spread(&reached, relation, term.up, true);
        for (uint32_t k = 0; k < reached.count; k++) map_put(&found, reached.keys[k], (void *)reached.keys[k]);
        map_open(&reached, selector->arena);
        spread(&reached, relation, term.down, false);
        for (uint32_t k = 0; k < reached.count; k++) map_put(&found, reached.keys[k], (void *)reached.keys[k]);
    }
    if (!found.count) nothing_meant(selector, &term);
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

bool plan_select(const Program *program, const char *const *select, size_t select_count, const char *const *exclude,
                 size_t exclude_count, Map *ret_selected) {
    Selector selector = {.program = program, .arena = program->arena};
    Map wanted, unwanted;
    map_open(&wanted, selector.arena);
    map_open(&unwanted, selector.arena);
    map_open(ret_selected, selector.arena);
    for (size_t i = 0; i < select_count; i++) select_argument(&selector, select[i], &wanted);
    for (size_t i = 0; i < exclude_count; i++) select_argument(&selector, exclude[i], &unwanted);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        bool in = relation->kind != RELATION_SYSTEM && (select_count == 0 || map_get(&wanted, relation));
        if (in && !map_get(&unwanted, relation)) map_put(ret_selected, relation, (void *)relation);
    }
    return !selector.failed;
}
