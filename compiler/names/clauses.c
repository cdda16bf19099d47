/* Which clauses and options fit a declaration, and which it must have. */
#include "compiler/names/internal.h"

#include <string.h>

static const struct {
    const char *words;
    bool repeatable;
} CLAUSES[] = {
#define CLAUSE_KIND(kind, words, repeatable) {words, repeatable},
#include "compiler/syntax/clause.def"
#undef CLAUSE_KIND
};

enum { CLAUSE_COUNT = sizeof CLAUSES / sizeof *CLAUSES, MOST_CLAUSES = 32 };

/* Clauses of each declaration; FIT_COUNTS says how many. */
static const uint8_t FITS[][MOST_CLAUSES] = {
#define FITS(decl, ...) [DECL_##decl] = {__VA_ARGS__},
#include "compiler/names/fits.def"
#undef FITS
};

static const uint8_t FIT_COUNTS[] = {
#define FITS(decl, ...) [DECL_##decl] = sizeof((uint8_t[]){__VA_ARGS__}),
#include "compiler/names/fits.def"
#undef FITS
};

/* Those of an origin, within FROM and a delivery's TO. */
static const uint8_t ORIGIN[] = {
    CLAUSE_IN_TARGET, CLAUSE_CHANGED_BY, CLAUSE_DELETIONS_BY, CLAUSE_EACH_FILE_ONCE, CLAUSE_EACH_FILE_REPLACES, CLAUSE_NEWEST_FILE,
    CLAUSE_FOR_VALUES, CLAUSE_WINDOW_BY, CLAUSE_ROWS_AT, CLAUSE_EMPTY_ON, CLAUSE_PAGES_BY, CLAUSE_RATE_LIMIT, CLAUSE_RETRY,
    CLAUSE_TIMEOUT, CLAUSE_AUTH, CLAUSE_HEADER, CLAUSE_VERIFIED_BY, CLAUSE_EXACTLY_ONCE_BY, CLAUSE_OPTIONS, CLAUSE_DEADLINE,
};

static bool fits(const uint8_t *row, size_t count, ClauseKind kind) {
    for (size_t i = 0; i < count; i++)
        if (row[i] == kind) return true;
    return false;
}

Clause *decl_clause(const Decl *decl, ClauseKind kind) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        Clause *clause = (Clause *)decl->clauses.items[i];
        if (clause->node.kind == NODE_CLAUSE && clause->of == kind) return clause;
    }
    return NULL;
}

static const char *article(const char *word) {
    return strchr("aeiou", word[0]) ? "an" : "a";
}

Clause *need_clause(Binder *binder, Decl *decl, ClauseKind kind) {
    Clause *clause = decl_clause(decl, kind);
    if (clause) return clause;
    const char *word = decl_word(decl->of);
    Report *report = diag_report(binder->diag, CODE_G0604, decl->name.count ? parts_span(decl->name) : decl->node.span,
                                 "%s %s needs `%s`", article(word), word, CLAUSES[kind].words);
    report_says(binder->diag, report, "`%s` is missing", CLAUSES[kind].words);
    return NULL;
}

/* ---------------------------------------------------------------- clauses */

static void report_misfit(Binder *binder, const Clause *clause, const char *what, const uint8_t *row, size_t count) {
    const char *words = CLAUSES[clause->of].words;
    Report *report = diag_report(binder->diag, CODE_G0601, clause->node.span, "`%s` has no place in %s %s", words, article(what), what);
    report_says(binder->diag, report, "not a clause of %s %s", article(what), what);
    Buffer list;
    buffer_open(&list, binder->arena);
    for (size_t i = 0; i < count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", CLAUSES[row[i]].words);
    if (count) report_note(binder->diag, report, "it takes %s", buffer_string(&list));
}

static void report_repeated(Binder *binder, const Clause *first, const Clause *second) {
    const char *words = CLAUSES[second->of].words;
    Report *report = diag_report(binder->diag, CODE_G0602, second->node.span, "`%s` is given twice", words);
    report_says(binder->diag, report, "given again here");
    report_label(binder->diag, report, first->node.span, "first given here");
    report_help(binder->diag, report, "keep one of them");
}

static void check_list(Binder *binder, const Nodes *clauses, const char *what, const uint8_t *row, size_t count) {
    const Clause *seen[CLAUSE_COUNT] = {0};
    for (uint32_t i = 0; i < clauses->count; i++) {
        const Clause *clause = (const Clause *)clauses->items[i];
        if (clause->node.kind != NODE_CLAUSE) continue;
        if (!fits(row, count, clause->of)) report_misfit(binder, clause, what, row, count);
        else if (seen[clause->of] && !CLAUSES[clause->of].repeatable) report_repeated(binder, seen[clause->of], clause);
        else seen[clause->of] = clause;
    }
}

/* ---------------------------------------------------------------- options */

typedef enum {
#define OPTIONS(where, what, keys) OPTIONS_##where,
#include "compiler/names/options.def"
#undef OPTIONS
    OPTIONS_COUNT
} OptionsOf;

static const struct {
    const char *what, *keys;
} OPTION_LISTS[] = {
#define OPTIONS(where, what, keys) {what, keys},
#include "compiler/names/options.def"
#undef OPTIONS
};

typedef struct KeyList { Text keys[16]; bool needed[16]; size_t count; } KeyList;

static KeyList keys_of(OptionsOf of) {
    KeyList list = {0};
    for (const char *at = OPTION_LISTS[of].keys; *at && list.count < 16;) {
        size_t length = strcspn(at, " ");
        bool needed = at[length - 1] == '*';
        list.keys[list.count] = (Text){at, (uint32_t)(length - needed)};
        list.needed[list.count++] = needed;
        at += length + (at[length] == ' ');
    }
    return list;
}

static void report_option(Binder *binder, const Option *option, OptionsOf of, const KeyList *list) {
    const char *names[16], *key = text_copy(binder->arena, option->key);
    Span span = {option->node.span.begin, option->node.span.begin + option->key.length};
    Report *report = diag_report(binder->diag, CODE_G0603, span, "%s has no option `%s`", OPTION_LISTS[of].what, key);
    for (size_t i = 0; i < list->count; i++) names[i] = text_copy(binder->arena, list->keys[i]);
    if (report_near(binder->diag, report, span, key, names, list->count)) return;
    Buffer known;
    buffer_open(&known, binder->arena);
    for (size_t i = 0; i < list->count; i++) buffer_format(&known, "%s`%s`", i ? ", " : "", names[i]);
    report_note(binder->diag, report, "its options are %s", buffer_string(&known));
}

static void report_option_twice(Binder *binder, const Option *first, const Option *second) {
    Report *report = diag_report(binder->diag, CODE_G0602, second->node.span, "option `%.*s` is given twice", TEXT_ARGS(second->key));
    report_says(binder->diag, report, "given again here");
    report_label(binder->diag, report, first->node.span, "first given here");
}

static void check_options(Binder *binder, const Nodes *options, OptionsOf of, Span at, const char *owner) {
    KeyList list = keys_of(of);
    const Option *seen[16] = {0};
    for (uint32_t i = 0; i < options->count; i++) {
        const Option *option = (const Option *)options->items[i];
        if (option->node.kind != NODE_OPTION) continue;
        size_t k = 0;
        while (k < list.count && !text_equal(list.keys[k], option->key)) k++;
        if (k == list.count) report_option(binder, option, of, &list);
        else if (seen[k]) report_option_twice(binder, seen[k], option);
        else seen[k] = option;
    }
    for (size_t k = 0; k < list.count; k++) {
        if (!list.needed[k] || seen[k]) continue;
        Report *report = diag_report(binder->diag, CODE_G0604, at, "%s needs option `%.*s`", owner, TEXT_ARGS(list.keys[k]));
        report_says(binder->diag, report, "option `%.*s` is missing", TEXT_ARGS(list.keys[k]));
    }
}

Node *decl_option(const Decl *decl, const char *key) {
    const Clause *clause = decl_clause(decl, CLAUSE_OPTIONS);
    for (uint32_t i = 0; clause && i < clause->kids.count; i++) {
        const Option *option = (const Option *)clause->kids.items[i];
        if (option->node.kind == NODE_OPTION && text_equal(option->key, text_of(key))) return option->value;
    }
    return NULL;
}

static void check_target(Binder *binder, Decl *decl) {
    static const char *const engines[] = {"duckdb", "postgres", "trino"};
    Clause *engine = need_clause(binder, decl, CLAUSE_ENGINE), *options = decl_clause(decl, CLAUSE_OPTIONS);
    int index = engine ? word_among(binder, engine->word, "engine", engines, 3) : -1;
    if (index < 0 || !decl->name.count) return;
    check_options(binder, options ? &options->kids : &(Nodes){0}, (OptionsOf)(OPTIONS_DUCKDB + index), parts_span(decl->name),
                  arena_format(binder->arena, "target `%s`", decl->name.items[0].name->text));
}

/* A place's kind, and the options that it takes. */
static void check_place(Binder *binder, const PlaceNode *place) {
    static const char *const kinds[] = {"csv", "json", "parquet", "http", "webhook", "postgres", "files"};
    int index = word_among(binder, place->kind, "kind of place", kinds, sizeof kinds / sizeof *kinds);
    if (index < 0) return;
    check_options(binder, &place->options, (OptionsOf)(OPTIONS_CSV + index), place->node.span, kinds[index]);
    if (place->has_text || index == 5) return;
    Report *report = diag_report(binder->diag, CODE_G0604, place->node.span, "`%s` needs a place", kinds[index]);
    report_help(binder->diag, report, "say where: `%s '…'`", kinds[index]);
}

/* `10:00`, in the project's time zone. */
static bool is_time_of_day(Text text) {
    bool shape = text.length == 5 && text.at[2] == ':';
    for (size_t i = 0; shape && i < 5; i++) shape = i == 2 || (text.at[i] >= '0' && text.at[i] <= '9');
    return shape && memcmp(text.at, "24", 2) < 0 && text.at[3] < '6';
}

/* Of a job, or of files that are waited for. */
static void check_deadline(Binder *binder, const Clause *clause) {
    if (clause->of != CLAUSE_DEADLINE || is_time_of_day(clause->text)) return;
    Report *report = diag_report(binder->diag, CODE_G0740, clause->node.span, "`%.*s` is no time of day", TEXT_ARGS(clause->text));
    report_help(binder->diag, report, "write the hour and minute, in the time zone of the job or the project: `deadline '10:00'`");
}

static void check_waiting(Binder *binder, const Clause *origin) {
    for (uint32_t i = 0; i < origin->kids.count; i++)
        if (origin->kids.items[i]->kind == NODE_CLAUSE) check_deadline(binder, (const Clause *)origin->kids.items[i]);
}

static void check_inner(Binder *binder, const Clause *clause) {
    if (clause->expr && clause->expr->kind == NODE_PLACE && clause->of == CLAUSE_FROM)
        check_place(binder, (const PlaceNode *)clause->expr);
    if (clause->of == CLAUSE_FROM || clause->of == CLAUSE_DELIVER_TO)
        check_list(binder, &clause->kids, "origin", ORIGIN, sizeof ORIGIN);
    if (clause->of == CLAUSE_FROM) check_waiting(binder, clause);
    check_deadline(binder, clause);
}

void check_clauses(Binder *binder, Decl *decl) {
    const Expansion *before = program_enter(binder->program, decl);
    check_list(binder, &decl->clauses, decl_word(decl->of), FITS[decl->of], FIT_COUNTS[decl->of]);
    for (uint32_t i = 0; i < decl->clauses.count; i++)
        if (decl->clauses.items[i]->kind == NODE_CLAUSE) check_inner(binder, (const Clause *)decl->clauses.items[i]);
    Clause *options = decl_clause(decl, CLAUSE_OPTIONS);
    Span at = decl->name.count ? parts_span(decl->name) : decl->node.span;
    if (decl->of == DECL_TARGET) check_target(binder, decl);
    if (decl->of == DECL_OWNER && options) check_options(binder, &options->kids, OPTIONS_OWNER, at, "an owner");
    if (decl->of == DECL_PROJECT && options) check_options(binder, &options->kids, OPTIONS_PROJECT, at, "a project");
    binder->diag->expansion = before;
}
