/* What a data protection law asks of categories: a basis that fits, purposes that readers keep to, an end. */
#include "compiler/check/internal.h"

#include <string.h>

static const struct { const char *word; bool sensitive; const char *article; } BASES[] = {
#define LEGAL_BASIS(word, sensitive, article) {word, sensitive, article},
#include "compiler/names/legal_basis.def"
#undef LEGAL_BASIS
};

/* ------------------------------------------------------------------- basis */

static bool is_sensitive(const Tag *tag, int depth) {
    if (!strcmp(tag->name->text, "sensitive")) return true;
    for (uint32_t i = 0; depth < 32 && i < tag->implies.count; i++)
        if (is_sensitive(tag->implies.items[i], depth + 1)) return true;
    return false;
}

static void check_basis(Checking *checking, const Tag *tag) {
    if (tag->basis < 0 || BASES[tag->basis].sensitive || !is_sensitive(tag, 0)) return;
    const Clause *basis = decl_clause(tag->decl, CLAUSE_BASIS);
    Report *report = diag_report(checking->diag, CODE_G0435, basis->node.span, "`%s` is no legal basis of sensitive data", BASES[tag->basis].word);
    report_says(checking->diag, report, "article 11 of the LGPD does not know it");
    report_note(checking->diag, report, "it is one of other personal data: %s", BASES[tag->basis].article);
    Buffer list;
    const char *before = "";
    buffer_open(&list, checking->arena);
    for (size_t i = 0; i < sizeof BASES / sizeof *BASES; i++) {
        if (!BASES[i].sensitive) continue;
        buffer_format(&list, "%s`%s`", before, BASES[i].word);
        before = ", ";
    }
    report_help(checking->diag, report, "it is one of %s", buffer_string(&list));
}

/* ---------------------------------------------------------------- purposes */

static bool has_purpose(const Tag *tag, const Name *purpose) {
    for (uint32_t i = 0; i < tag->purposes.count; i++)
        if (tag->purposes.items[i].name == purpose) return true;
    return false;
}

static const char *purposes_of(Checking *checking, const Tag *tag) {
    Buffer list;
    buffer_open(&list, checking->arena);
    for (uint32_t i = 0; i < tag->purposes.count; i++) buffer_format(&list, "%s%s", i ? ", " : "", tag->purposes.items[i].name->text);
    return buffer_string(&list);
}

static void report_other(Checking *checking, const char *who, const Tag *tag, Part purpose) {
    Report *report = diag_report(checking->diag, CODE_G0436, purpose.span, "`%s` is no purpose of `%s`", purpose.name->text, tag->name->text);
    report_says(checking->diag, report, "%s states it", who);
    const char **words = arena_alloc(checking->arena, tag->purposes.count * sizeof *words);
    for (uint32_t i = 0; i < tag->purposes.count; i++) words[i] = tag->purposes.items[i].name->text;
    report_label(checking->diag, report, decl_clause(tag->decl, CLAUSE_PURPOSES)->node.span, "what `%s` is processed for", tag->name->text);
    if (!report_near(checking->diag, report, purpose.span, purpose.name->text, words, tag->purposes.count))
        report_help(checking->diag, report, "state one of %s, or add it to the category's", purposes_of(checking, tag));
}

static void report_none(Checking *checking, const Role *role, const Cleared *cleared) {
    Report *report = diag_report(checking->diag, CODE_G0436, role->decl->name.items[0].span, "role `%s` states no purpose", role->name->text);
    report_says(checking->diag, report, "it is cleared for `%s`", cleared->tag->name->text);
    report_label(checking->diag, report, decl_clause(cleared->tag->decl, CLAUSE_PURPOSES)->node.span, "which is processed for these only");
    report_edit(checking->diag, report, span_after(role->decl->node.span), arena_format(checking->arena, " purposes %s", purposes_of(checking, cleared->tag)),
                "say which of them it reads for");
}

/* What is only read in aggregates is no longer about a person (LGPD art. 12). */
static void check_role(Checking *checking, const Role *role) {
    for (uint32_t i = 0; i < role->cleared.count; i++) {
        const Cleared *cleared = &role->cleared.items[i];
        if (!cleared->tag || !cleared->tag->purposes.count || cleared->level <= LEVEL_AGGREGATE) continue;
        if (!role->purposes.count) {
            report_none(checking, role, cleared);
            return;
        }
        for (uint32_t k = 0; k < role->purposes.count; k++)
            if (!has_purpose(cleared->tag, role->purposes.items[k].name))
                report_other(checking, arena_format(checking->arena, "role `%s`", role->name->text), cleared->tag, role->purposes.items[k]);
    }
}

/* ----------------------------------------------------------------- deliver */

static void check_delivery(Checking *checking, const Deferred *delivery) {
    const Clause *purposes = decl_clause(delivery->decl, CLAUSE_PURPOSES);
    FlowLabel label = delivery->reads.count ? flow_told_by(checking->facts, delivery->reads.items[0]) : (FlowLabel){0};
    for (uint32_t i = 0; purposes && i < checking->program->tags.count; i++) {
        const Tag *tag = checking->program->tags.items[i];
        if (!tag->purposes.count || flow_label_level(label, tag->index) <= LEVEL_AGGREGATE) continue;
        for (uint32_t k = 0; k < purposes->kids.count; k++) {
            const Dotted *dotted = (const Dotted *)purposes->kids.items[k];
            if (dotted->node.kind == NODE_DOTTED && dotted->name.count && !has_purpose(tag, dotted->name.items[0].name))
                report_other(checking, arena_format(checking->arena, "delivery `%s`", delivery->name), tag, dotted->name.items[0]);
        }
    }
}

void check_law(Checking *checking) {
    const Program *program = checking->program;
    for (uint32_t i = 0; !program->revision && i < program->tags.count; i++) check_basis(checking, program->tags.items[i]);
    for (uint32_t i = 0; !program->revision && i < program->roles.count; i++) check_role(checking, program->roles.items[i]);
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->decl->of == DECL_DELIVERY) check_delivery(checking, program->deferred.items[i]);
}

/* --------------------------------------------------------------- retention */

/* The longest that a span of time can be, in days: for comparing spans of different units. */
static int64_t days_of(const Duration *duration) {
    static const struct { const char *unit; int64_t days; } UNITS[] = {{"year", 366}, {"quarter", 92}, {"month", 31}, {"week", 7}, {"day", 1}};
    for (size_t i = 0; duration->unit.name && i < sizeof UNITS / sizeof *UNITS; i++)
        if (!strcmp(duration->unit.name->text, UNITS[i].unit)) return duration->count * UNITS[i].days;
    return duration->count > 0; /* hours and less: no more than a day */
}

static const char *duration_text(Checking *checking, const Duration *duration) {
    return arena_format(checking->arena, "%lld %s%s", (long long)duration->count, duration->unit.name->text, duration->count == 1 ? "" : "s");
}

static void report_longer(Checking *checking, const Relation *relation, const Tag *tag, const Clause *keeping) {
    const Duration *kept = keeping ? (const Duration *)keeping->expr : NULL;
    const char *limit = duration_text(checking, tag->retention);
    Report *report = diag_report(checking->diag, CODE_G0437, kept ? keeping->node.span : name_span(relation), "`%s` keeps `%s` longer than %s",
                                 relation->full_name->text, tag->name->text, limit);
    report_says(checking->diag, report, kept ? "this is longer" : "it keeps its rows without end");
    report_label(checking->diag, report, decl_clause(tag->decl, CLAUSE_RETENTION)->node.span, "how long `%s` is kept", tag->name->text);
    report_help(checking->diag, report, "write `keeping rows %s by …`, the column that says how old a row is", limit);
}

/* Of what is stored, what shows persons: keys, partial and whole values. A view keeps nothing. */
static void check_kept(Checking *checking, Relation *relation) {
    const RelationFacts *facts = facts_of(checking->facts, relation);
    const RelationFlow *flow = facts ? facts->flow : NULL;
    bool stored = relation->kind == RELATION_SOURCE || relation->stored == STORED_TABLE || relation->stored == STORED_FILES;
    const Clause *keeping = decl_clause(relation->decl, CLAUSE_KEEPING_ROWS);
    for (uint32_t i = 0; flow && stored && relation->rows && i < checking->program->tags.count; i++) {
        const Tag *tag = checking->program->tags.items[i];
        bool shown = false;
        for (uint32_t k = 0; tag->retention && !shown && k < relation->rows->columns.count; k++)
            shown = flow_label_level(flow->columns[k].d, tag->index) >= LEVEL_PARTIAL;
        if (!shown) continue;
        const Duration *kept = keeping && keeping->expr && keeping->expr->kind == NODE_DURATION ? (const Duration *)keeping->expr : NULL;
        bool longer = !kept || days_of(kept) > days_of(tag->retention);
        if (longer && !is_excepted(checking, relation, POLICY_RETENTION)) report_longer(checking, relation, tag, kept ? keeping : NULL);
    }
}

void check_retention(Checking *checking) {
    each_relation(checking, check_kept);
}
