/* What a grant lets a role learn must be within what the role is cleared for: through any chain of models, and by which rows
 * are there as well as by values. */
#include "compiler/check/readers.h"

/* ---------------------------------------------------------------- reports */

static const char *stop_text(Checking *checking, const Relation *relation, const Column *column) {
    if (!column) return arena_format(checking->arena, "%s (rows)", relation->full_name->text);
    return arena_format(checking->arena, "%s.%s", relation->full_name->text, column->name->text);
}

static void report_path(Checking *checking, Report *report, const FlowPath *path) {
    report->hops_title = "it comes from";
    for (uint32_t i = 0; i < path->hops.count; i++) {
        const FlowHop *hop = &path->hops.items[i];
        report_hop(checking->diag, report, stop_text(checking, hop->relation, hop->column), hop->span, "%s", hop->words);
    }
    if (path->others)
        report_note(checking->diag, report, "it comes from %u other column%s too", path->others, path->others == 1 ? "" : "s");
}

void report_way(Checking *checking, Report *report, const Relation *relation, const Column *column, const Tag *tag, Level cleared) {
    FlowPath path = flow_path(checking->facts, relation, column, tag->index, cleared);
    report_path(checking, report, &path);
    if (cleared) report_note(checking->diag, report, "it is cleared for `%s` up to %s", tag->name->text, level_word(cleared));
}

static Span end_of_grant(const Grant *grant) {
    const Clause *to = decl_clause(grant->decl, CLAUSE_TO), *until = decl_clause(grant->decl, CLAUSE_UNTIL);
    Span last = to ? to->node.span : grant->decl->node.span;
    for (uint32_t i = 0; i < grant->decl->clauses.count; i++) {
        const Node *clause = grant->decl->clauses.items[i];
        if (clause->span.end > last.end && (const Clause *)clause != until) last = clause->span;
    }
    return span_after(last);
}

static bool is_written(const Grant *grant) {
    return grant->relations.count == 1 && !grant->by_pattern;
}

/* A mask of the project that shows no more of the column than the role is cleared for; null: none. */
static const Mask *mask_for(const Reading *reading, const Column *column, Level cleared) {
    const Program *program = reading->checking->program;
    PlainCopy copy = plain_copy_of(reading->checking->facts, reading->checking->arena, column);
    const ColumnFlow *flow = &reading->flow->columns[column->index];
    for (uint32_t i = 0; !copy.why && i < program->masks.count; i++) {
        const Mask *mask = program->masks.items[i];
        if (mask->level > cleared || !mask->takes || !type_fits(column->type, mask->takes)) continue;
        FlowLabel left = label_masked(reading->checking->facts, reading->checking->arena, column, flow->d, flow->u, mask->level);
        if (flow_label_is_none(flow_label_minus(left, reading->clearance))) return mask;
    }
    return NULL;
}

static const Clearance *clearance_of(const Role *role, const Tag *tag, const Clause **ret_last) {
    const Clearance *found = NULL;
    for (uint32_t i = 0; i < role->decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)role->decl->clauses.items[i];
        if (clause->node.kind != NODE_CLAUSE || clause->of != CLAUSE_CLEARED_FOR || !clause->kids.count) continue;
        *ret_last = clause;
        for (uint32_t k = 0; k < clause->kids.count; k++) {
            const Clearance *one = (const Clearance *)clause->kids.items[k];
            if (one->node.kind == NODE_CLEARANCE && one->tag.name == tag->name) found = one;
        }
    }
    return found;
}

void help_clear(const Reading *reading, Report *report, const Tag *tag, Level level) {
    Diag *diag = reading->checking->diag;
    const Role *role = reading->role;
    if (!role) return;
    const Clause *last = NULL;
    const Clearance *there = clearance_of(role, tag, &last);
    const char *words = level == LEVEL_RAW ? tag->name->text : arena_format(reading->checking->arena, "%s up to %s", tag->name->text, level_word(level));
    const char *says = "or clear the role for it, where everybody sees that it is";
    if (there) report_edit(diag, report, there->node.span, words, "%s", says);
    else if (last) report_edit(diag, report, span_after(last->kids.items[last->kids.count - 1]->span), arena_format(reading->checking->arena, ", %s", words), "%s", says);
    else report_edit(diag, report, span_after(role->decl->name.items[0].span), arena_format(reading->checking->arena, " cleared for %s", words), "%s", says);
}

static bool is_released(const Relation *relation) {
    for (uint32_t i = 0; i < relation->used_by.count; i++)
        if (relation->used_by.items[i]->decl->of == DECL_RELEASE) return true;
    return false;
}

/* Groups can be released to who is cleared for aggregates. */
static void help_release(const Reading *reading, Report *report, const Tag *tag, Level cleared) {
    const Query *query = reading->relation->query;
    const Select *select = query && query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    bool grouped = select && select->facts && select->facts->aggregated && select->facts->group.count;
    if (cleared < LEVEL_AGGREGATE || !grouped || is_released(reading->relation)) return;
    report_help(reading->checking->diag, report, "or release its groups: `release %s (%s) to aggregate when at least 10 distinct …`",
                reading->relation->full_name->text, tag->name->text);
}

static void help_columns(const Reading *reading, Report *report, const Column *column, Level cleared) {
    Diag *diag = reading->checking->diag;
    const Grant *grant = reading->grant;
    const char *name = column->name->text;
    if (!grant) {
        report_help(diag, report, "let it read a model that leaves `%s` out", name);
        return;
    }
    const Mask *mask = mask_for(reading, column, cleared);
    const char *with = mask ? mask->name->text : "null";
    bool masked = decl_clause(grant->decl, CLAUSE_MASK) != NULL;
    if (!grant->hiding) report_edit(diag, report, end_of_grant(grant), " hiding what is not cleared", "leave out what the role is not cleared for");
    if (is_written(grant) && !masked)
        report_edit(diag, report, end_of_grant(grant), arena_format(reading->checking->arena, " mask %s with %s", name, with), mask ? "or show of it what the role may know" : "or show nothing of it");
    else report_help(diag, report, "or mask it: `mask %s with %s`", name, with);
}

static void report_column(const Reading *reading, const Tag *tag, const Column *column, Level level, uint32_t others) {
    Checking *checking = reading->checking;
    Report *report = diag_report(checking->diag, CODE_G0412, reading->span, "%s would learn `%s`", reading->reader, tag->name->text);
    report_says(checking->diag, report, "`%s` carries `%s` (%s)", stop_text(checking, reading->relation, column), tag->name->text,
                level_word(level));
    Level cleared = flow_label_level(reading->clearance, tag->index);
    report_way(checking, report, reading->relation, column, tag, cleared);
    if (others) report_note(checking->diag, report, "%u more column%s of it carr%s `%s`", others, others == 1 ? "" : "s",
                            others == 1 ? "ies" : "y", tag->name->text);
    help_columns(reading, report, column, cleared);
    help_release(reading, report, tag, cleared);
    help_clear(reading, report, tag, level);
}

static void report_rows(const Reading *reading, const Tag *tag, Level level, bool by_filter) {
    Checking *checking = reading->checking;
    Report *report = diag_report(checking->diag, CODE_G0412, reading->span, "%s would learn `%s`", reading->reader, tag->name->text);
    report_says(checking->diag, report, "which rows `%s` has tells `%s` (%s)", reading->relation->full_name->text, tag->name->text,
                level_word(level));
    Level cleared = flow_label_level(reading->clearance, tag->index);
    report_way(checking, report, reading->relation, NULL, tag, cleared);
    if (by_filter && reading->grant && reading->grant->where) report_label(checking->diag, report, reading->grant->where->span, "this filter decides it");
    report_help(checking->diag, report, "no column can be left out for it: choose the rows by what the role may know");
    help_release(reading, report, tag, cleared);
    help_clear(reading, report, tag, level);
}

/* ----------------------------------------------------------------- checks */

/* One report a category: of the rows if they tell it, else of the first column that does. */
static void check_tag(const Reading *reading, const Tag *tag) {
    FlowLabel own = flow_label_of(tag->index, LEVEL_RAW);
    Level level = flow_label_level(flow_label_within(reading->access.rows, own), tag->index);
    if (reading->told && flow_label_level(*reading->told, tag->index)) return;
    if (level > flow_label_level(reading->clearance, tag->index)) {
        report_rows(reading, tag, level, flow_label_level(reading->flow->rows, tag->index) < level);
        if (reading->told) *reading->told = flow_label_join(*reading->told, own);
        return;
    }
    const Column *first = NULL;
    uint32_t others = 0;
    for (uint32_t i = 0; i < reading->relation->rows->columns.count; i++) {
        const Column *column = reading->relation->rows->columns.items[i];
        FlowLabel shown = reading->access.columns[i].shows;
        if (flow_label_level(shown, tag->index) <= flow_label_level(reading->clearance, tag->index)) continue;
        if (first) others++;
        else first = column;
    }
    if (!first) return;
    report_column(reading, tag, first, flow_label_level(reading->access.columns[first->index].shows, tag->index), others);
    if (reading->told) *reading->told = flow_label_join(*reading->told, own);
}

static bool is_within(FlowLabel label, FlowLabel clearance) {
    return flow_label_is_none(flow_label_minus(label, clearance));
}

void reading_check(const Reading *reading) {
    FlowLabel all = reading->access.rows;
    for (uint32_t i = 0; i < reading->relation->rows->columns.count; i++) all = flow_label_join(all, reading->access.columns[i].shows);
    if (is_within(all, reading->clearance)) return;
    const Program *program = reading->checking->program;
    for (uint32_t i = 0; i < program->tags.count; i++) check_tag(reading, program->tags.items[i]);
}

static bool is_followed(const Checking *checking, const Relation *relation) {
    const RelationFacts *facts = facts_of(checking->facts, relation);
    return relation->decl->of == DECL_DELIVERY || (has_rows(relation) && facts && facts->flow && !facts->flow->unknown);
}

/* The relation in whose own query it begins. */
static const Relation *first_not_followed(const Checking *checking, const Relation *relation) {
    for (uint32_t i = 0; i < relation->reads.count; i++)
        if (relation->reads.items[i] != relation && !is_followed(checking, relation->reads.items[i]))
            return first_not_followed(checking, relation->reads.items[i]);
    return relation;
}

/* What is not known must not be let through; where an error was reported, that is the cause. */
void reading_report_unknown(const Reading *reading) {
    Diag *diag = reading->checking->diag;
    if (diag->errors) return;
    Report *report = diag_report(diag, CODE_G0412, reading->span, "what %s would learn cannot be told", reading->reader);
    report_says(diag, report, "`%s` reads what cannot be followed", reading->relation->full_name->text);
    const Relation *first = first_not_followed(reading->checking, reading->relation);
    report_label(diag, report, name_span(first), "%s", has_rows(first) ? "it begins here" : "its columns are not known");
    report_help(diag, report, "%s what does not read it", reading->grant ? "grant" : "let it read");
}

static void check_reading(Checking *checking, const Grant *grant, uint32_t index, FlowLabel clearance) {
    const Relation *relation = grant->relations.items[index];
    const RelationFacts *facts = facts_of(checking->facts, relation);
    bool known = has_rows(relation) && facts && facts->flow && !facts->flow->unknown;
    if (known && !grant->where && is_within(facts->flow->all, clearance)) return; /* most, and soon told */
    if (has_error_in(checking, relation->decl->node.span)) return;
    Reading reading = {.checking = checking, .reader = arena_format(checking->arena, "role `%s`", grant->role->name->text), .role = grant->role, .grant = grant,
                       .relation = relation, .span = grant->spans.items[index], .clearance = clearance};
    if (!known) {
        reading_report_unknown(&reading);
        return;
    }
    reading.flow = facts->flow;
    reading.access = access_by_grant(checking->facts, checking->arena, grant, index);
    reading_check(&reading);
}

/* A category that has no place in a label would be let through. */
static void check_tags(Checking *checking) {
    const Program *program = checking->program;
    if (program->tags.count <= MOST_TAGS) return;
    const Tag *tag = program->tags.items[MOST_TAGS];
    Report *report = diag_report(checking->diag, CODE_G0414, tag->decl->name.items[0].span, "tag `%s` is one too many", tag->name->text);
    report_says(checking->diag, report, "%d categories can be followed", MOST_TAGS);
    report_help(checking->diag, report, "let several of them be one, and say in a column's words what sets it apart");
}

void check_readers(Checking *checking) {
    const Program *program = checking->program;
    check_tags(checking);
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Grant *grant = program->grants.items[i];
        const Expansion *before = program_enter(checking->program, grant->decl);
        FlowLabel clearance = role_clearance(grant->role);
        for (uint32_t k = 0; k < grant->relations.count; k++) check_reading(checking, grant, k, clearance);
        checking->diag->expansion = before;
    }
}
