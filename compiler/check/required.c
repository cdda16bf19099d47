/* What every relation must have (an owner), and what its layer requires: description, key, tests, classification. */
#include "compiler/check/internal.h"

static const char *kind_of(const Relation *relation) {
    return decl_word(relation->decl->of);
}

/* ------------------------------------------------------------------- owner */

/* An `owner` that names nobody was reported as such. */
static bool lacks_owner(const Checking *checking, const Relation *relation) {
    if (relation->owner || relation->bad || relation->kind == RELATION_SYSTEM || !relation->layer) return false;
    if (decl_clause(relation->decl, CLAUSE_OWNER) || decl_clause(relation->layer->decl, CLAUSE_OWNER)) return false;
    return !is_excepted(checking, relation, POLICY_OWNER);
}

/* One layer without an owner is one fault, however many relations stand in it. */
static void check_owner(Checking *checking, Layer *layer) {
    Relation *first = NULL;
    uint32_t lacking = 0;
    for (uint32_t i = 0; i < layer->relations.count; i++) {
        Relation *relation = layer->relations.values[i];
        if (!lacks_owner(checking, relation)) continue;
        if (!first || relation->decl->node.span.begin < first->decl->node.span.begin) first = relation;
        lacking++;
    }
    if (!first) return;
    const Expansion *before = program_enter(checking->program, first->decl);
    Report *report = diag_report(checking->diag, CODE_G0504, name_span(first), "%s `%s` has no owner", kind_of(first), first->full_name->text);
    report_says(checking->diag, report, "who answers for it is not said");
    if (lacking > 1) report_note(checking->diag, report, "nor %s %u more of layer `%s`", lacking == 2 ? "has" : "have", lacking - 1, layer->name->text);
    const char *owner = checking->program->owners.count == 1 ? checking->program->owners.items[0]->name->text : NULL;
    if (owner) report_edit(checking->diag, report, span_after(layer->decl->name.items[0].span), arena_format(checking->arena, " owner %s", owner),
                           "give its layer an owner");
    else report_help(checking->diag, report, "give it, or its layer `%s`, an owner: `owner …`", layer->name->text);
    checking->diag->expansion = before;
}

/* ------------------------------------------------------------- description */

static Report *report_required(Checking *checking, const Relation *relation, Code code, const char *what) {
    Report *report = diag_report(checking->diag, code, name_span(relation), "%s `%s` has no %s", kind_of(relation),
                                 relation->full_name->text, what);
    report_says(checking->diag, report, "its layer `%s` requires one", relation->layer->name->text);
    const Clause *requires = decl_clause(relation->layer->decl, CLAUSE_REQUIRES);
    if (requires) report_label(checking->diag, report, requires->node.span, "required here");
    return report;
}

static void check_description(Checking *checking, const Relation *relation) {
    if (relation->decl->doc.length || is_excepted(checking, relation, POLICY_DESCRIPTION)) return;
    Report *report = report_required(checking, relation, CODE_G0505, "description");
    Span begin = {relation->decl->node.span.begin, relation->decl->node.span.begin};
    report_edit(checking->diag, report, begin, "--- One row per …\n", "say above it what a row is");
}

/* --------------------------------------------------------------------- key */

static const char *key_text(Checking *checking, const Key *key) {
    Buffer out;
    buffer_open(&out, checking->arena);
    for (uint32_t i = 0; i < key->columns.count; i++) buffer_format(&out, "%s%s", i ? ", " : "", key->columns.items[i]->name->text);
    return buffer_string(&out);
}

/* The edit that declares a key that the query is known to have. */
static void help_key(Checking *checking, Report *report, const Relation *relation) {
    const RelationFacts *facts = facts_of(checking->facts, relation);
    const Key *key = facts && facts->proved && facts->proved->keys.count ? facts->proved->keys.items[0] : NULL;
    if (!key || !key->columns.count) {
        report_help(checking->diag, report, "say which columns make a row unique: `key` beside each of them");
        return;
    }
    const char *columns = key_text(checking, key);
    report_note(checking->diag, report, "its rows are unique by %s: %s", columns, key->because);
    if (!relation->decl->columns.count)
        report_edit(checking->diag, report, span_after(name_span(relation)), arena_format(checking->arena, " (key (%s), ...)", columns), "declare it");
    else
        report_help(checking->diag, report, "declare it: `key (%s)`", columns);
}

static void check_key(Checking *checking, const Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_KEY) return;
    if (is_excepted(checking, relation, POLICY_KEY)) return;
    help_key(checking, report_required(checking, relation, CODE_G0506, "key"), relation);
}

static void check_tests(Checking *checking, const Relation *relation) {
    if (relation->tests.count || is_excepted(checking, relation, POLICY_TESTS)) return;
    Report *report = report_required(checking, relation, CODE_G0507, "test");
    report_help(checking->diag, report, "say what must hold: `key`, `not null`, `in (…)`, `check (…)` beside its columns, or `test … on %s`",
                relation->full_name->text);
}

/* ---------------------------------------------------------- classification */

static bool is_classified(const ColumnFacts *facts) {
    return facts->tags.count || facts->is_public || facts->opaque_key;
}

/* A model's columns have the labels of what they are computed from: only what arrives must be classified. */
static void check_classification(Checking *checking, const Relation *relation) {
    const Decl *decl = relation->decl;
    if (relation->query || decl_clause(decl, CLAUSE_OTHERWISE_PUBLIC) || decl_clause(decl, CLAUSE_OTHERWISE_TAG)) return;
    if (relation->kind == RELATION_MODEL) return;
    const ColumnFacts *first = NULL;
    Report *report = NULL;
    uint32_t more = 0;
    for (uint32_t i = 0; i < relation->facts.count; i++) {
        const ColumnFacts *facts = relation->facts.items[i];
        if (is_classified(facts) || (!first && is_excepted(checking, relation, POLICY_CLASSIFICATION))) continue;
        if (first && more++ < 4) report_label(checking->diag, report, facts->decl->name.span, "nor `%s`", facts->name->text);
        if (first) continue;
        first = facts;
        report = diag_report(checking->diag, CODE_G0508, facts->decl->name.span, "column `%s` of `%s` is neither tagged nor public",
                             facts->name->text, relation->full_name->text);
        report_says(checking->diag, report, "nobody could be cleared for it");
    }
    if (!report) return;
    if (more > 4) report_note(checking->diag, report, "nor %s %u more", more == 5 ? "is" : "are", more - 4);
    const Clause *requires = decl_clause(relation->layer->decl, CLAUSE_REQUIRES);
    if (requires) report_label(checking->diag, report, requires->node.span, "layer `%s` requires it", relation->layer->name->text);
    report_help(checking->diag, report, "write `tag personal` (or another tag) or `public` beside it, or `otherwise public` behind the list");
}

static void check_relation(Checking *checking, Relation *relation) {
    const Layer *layer = relation->layer;
    if (!layer) return;
    if (layer->requires_ & policy_bit(POLICY_DESCRIPTION)) check_description(checking, relation);
    if (layer->requires_ & policy_bit(POLICY_KEY)) check_key(checking, relation);
    if (layer->requires_ & policy_bit(POLICY_TESTS)) check_tests(checking, relation);
    if (layer->requires_ & policy_bit(POLICY_CLASSIFICATION)) check_classification(checking, relation);
}

void check_owners(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->layers.count; i++) check_owner(checking, checking->program->layers.items[i]);
}

void check_required(Checking *checking) {
    each_relation(checking, check_relation);
}
