/* Fan-out: sums, counts and averages of values that a join has multiplied. A warning, for now and then it is meant. */
#include "compiler/check/internal.h"

#include "compiler/facts/fanout.h"

enum { MOST_LABELS = 4 };

typedef struct Reported { const FanOut *first; Report *report; uint32_t labels; } Reported;
typedef VEC(Reported) Reports;

/* ------------------------------------------------------------------- in words */

static const char *table_name(Checking *checking, const Node *node) {
    Name *alias = NULL;
    if (node->kind == NODE_TABLE_REF) {
        const TableRef *table = (const TableRef *)node;
        if (!table->alias.name) return parts_text(checking->arena, table->name);
        alias = table->alias.name;
    }
    if (node->kind == NODE_TABLE_QUERY) alias = ((const TableQuery *)node)->alias.name;
    if (node->kind == NODE_TABLE_PARENS) alias = ((const TableParens *)node)->alias.name;
    if (node->kind == NODE_TABLE_FUNCTION) alias = ((const TableFunction *)node)->alias.name;
    return alias ? alias->text : "this table";
}

static Span table_span(const Node *node) {
    if (node->kind == NODE_TABLE_QUERY && ((const TableQuery *)node)->alias.name) return ((const TableQuery *)node)->alias.span;
    if (node->kind == NODE_TABLE_FUNCTION) return ((const TableFunction *)node)->call->span;
    return node->span;
}

static const char *alias_of(const TableRef *table) {
    return (table->alias.name ? table->alias.name : table->name.items[table->name.count - 1].name)->text;
}

/* What it stands for, in the words of FROM. */
static const char *table_source(Checking *checking, const Node *node) {
    return node->kind == NODE_TABLE_REF ? parts_text(checking->arena, ((const TableRef *)node)->name) : table_name(checking, node);
}

static const char *columns_text(Checking *checking, const Column *const *columns, uint32_t count, const char *quote) {
    Buffer out;
    buffer_open(&out, checking->arena);
    for (uint32_t i = 0; i < count; i++)
        buffer_format(&out, "%s%s%s%s", i ? ", " : "", quote, columns[i]->name ? columns[i]->name->text : "?", quote);
    return buffer_string(&out);
}

static const char *call_text(Checking *checking, const Call *call) {
    Text text = source_text(checking->diag->sources, call->expr.node.span);
    for (uint32_t i = 0; i < text.length; i++)
        if (text.at[i] == '\n' || i > 60) return arena_format(checking->arena, "%s(…)", call->name.items[call->name.count - 1].name->text);
    return text_copy(checking->arena, text);
}

/* ------------------------------------------------------------------ the report */

static void label_join(Checking *checking, Report *report, const FanOut *found) {
    const char *name = table_source(checking, found->multiplying->node);
    const char *fixed = columns_text(checking, found->fixed.items, found->fixed.count, "`");
    const char *missing = columns_text(checking, found->missing.items, found->missing.count, "`");
    Span span = table_span(found->multiplying->node);
    if (found->missing.count && found->fixed.count)
        report_label(checking->diag, report, span, "joined by %s alone: `%s` has a row for each %s too", fixed, name, missing);
    else if (found->missing.count)
        report_label(checking->diag, report, span, "joined without its key: `%s` has a row for each %s", name, missing);
    else if (found->fixed.count)
        report_label(checking->diag, report, span, "nothing says that `%s` has one row for each %s", name, fixed);
    else
        report_label(checking->diag, report, span, "each of its rows is joined");
}

/* Whether the values counted are one a row of their table: then distinct ones are as many. */
static bool is_key(const FanOut *found, const Node *value) {
    const KeySet *keys = found->added->rows->keys;
    for (uint32_t i = 0; keys && value->kind == NODE_REF && i < keys->keys.count; i++) {
        const Key *key = keys->keys.items[i];
        if (key->columns.count == 1 && key->columns.items[0] == ((const Ref *)value)->column) return true;
    }
    return false;
}

static void help_both(Checking *checking, Report *report, const FanOut *found) {
    const Call *call = found->call;
    const Node *node = found->multiplying->node;
    const char *source = table_source(checking, node), *fixed = columns_text(checking, found->fixed.items, found->fixed.count, "");
    if (is_key(found, call->args.items[0]) && !call->over && !call->over_name.name)
        report_edit(checking->diag, report, (Span){call->args.items[0]->span.begin, call->args.items[0]->span.begin}, "distinct ",
                    "count each of them once");
    if (found->fixed.count && node->kind == NODE_TABLE_REF)
        report_help(checking->diag, report, "aggregate before the join: `join (select %s, … from %s group by %s) as %s`", fixed, source, fixed,
                    alias_of((const TableRef *)node));
    else
        report_help(checking->diag, report, "aggregate `%s` before the join, in a query of its own", table_name(checking, found->added->node));
    const TableRef *table = node->kind == NODE_TABLE_REF ? (const TableRef *)node : NULL;
    if (table && table->relation && found->fixed.count)
        report_help(checking->diag, report, "or, if `%s` has one row for each, declare it there: `unique (%s)`", source, fixed);
    else if (found->missing.count && found->fixed.count)
        report_help(checking->diag, report, "or join by %s too, or keep one row for each %s",
                    columns_text(checking, found->missing.items, found->missing.count, "`"),
                    columns_text(checking, found->fixed.items, found->fixed.count, "`"));
}

static Report *report_found(Checking *checking, const FanOut *found) {
    const char *added = table_name(checking, found->added->node), *other = table_name(checking, found->multiplying->node);
    Report *report = diag_report(checking->diag, CODE_G0402, found->call->expr.node.span, "`%s` counts rows of `%s` several times",
                                 call_text(checking, found->call), added);
    report_says(checking->diag, report, "a row of `%s` comes once for each of its rows in `%s`", added, other);
    label_join(checking, report, found);
    if (found->within) {
        report_note(checking->diag, report, "they are joined before: each row that is added up is one of `%s`", other);
        report_help(checking->diag, report, "add up where a row of `%s` is there once, or give each of its parts a share of the value", added);
    } else {
        help_both(checking, report, found);
    }
    return report;
}

/* Whether two come of one join: both are multiplied by the same, or either by the other. */
static bool same_cause(const FanOut *a, const FanOut *b) {
    if (a->multiplying == b->multiplying) return true;
    if (a->within != b->within) return false;
    return bits_meet(a->added_tables, b->multiplying_table) && bits_meet(b->added_tables, a->multiplying_table);
}

static void say(Checking *checking, Reports *reports, const FanOut *found) {
    for (uint32_t i = 0; i < reports->count; i++) {
        Reported *before = &reports->items[i];
        if (!same_cause(before->first, found)) continue;
        if (before->labels++ >= MOST_LABELS) return;
        bool turned = before->first->multiplying != found->multiplying;
        report_label(checking->diag, before->report, found->call->expr.node.span, turned ? "and this once for each row of `%s`" : "so is this",
                     table_name(checking, found->multiplying->node));
        return;
    }
    Reported reported = {found, report_found(checking, found), 0};
    vec_push(checking->arena, reports, reported);
}

static void check_select(Checking *checking, Select *select, const Nodes *order) {
    ArenaMark mark = arena_mark(arena_scratch(checking->arena));
    FanOuts found = fanouts_of(checking->arena, select, order);
    Reports reports = {0};
    for (uint32_t i = 0; i < found.count; i++) say(checking, &reports, &found.items[i]);
    arena_release(arena_scratch(checking->arena), mark);
}

/* -------------------------------------------------------------------- queries */

static void check_model(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; has_rows(relation) && i < checking->found.selects.count; i++)
        check_select(checking, checking->found.selects.items[i].select, checking->found.selects.items[i].order);
}

static void check_measure(Checking *checking, const Node *node) {
    const Measure *measure = (const Measure *)node;
    const Relation *relation = node && node->kind == NODE_MEASURE && measure->relation.count ? program_relation(checking->program, measure->relation) : NULL;
    if (!relation || !has_rows(relation)) return;
    ArenaMark mark = arena_mark(arena_scratch(checking->arena));
    FanOuts found = fanouts_of_measure(checking->arena, measure, relation);
    Reports reports = {0};
    for (uint32_t i = 0; i < found.count; i++) say(checking, &reports, &found.items[i]);
    arena_release(arena_scratch(checking->arena), mark);
}

void check_fanout_of_metrics(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->deferred.count; i++) {
        const Decl *decl = checking->program->deferred.items[i]->decl;
        if (decl->of != DECL_METRIC) continue;
        const Expansion *before = program_enter(checking->program, decl);
        check_measure(checking, decl->body);
        for (uint32_t c = 0; c < decl->clauses.count; c++)
            if (((const Clause *)decl->clauses.items[c])->of == CLAUSE_ALSO) check_measure(checking, ((const Clause *)decl->clauses.items[c])->expr);
        checking->diag->expansion = before;
    }
}

void check_fanout(Checking *checking) {
    each_relation(checking, check_model);
}
