/* A release lets readers learn totals of groups of at least k people. It holds only if every number that it shows is one that
 * can be guarded by itself: docs/flow.md, "the only ways down". */
#include "compiler/check/internal.h"
#include "compiler/facts/access.h"
#include "compiler/facts/people.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_PEOPLE = 10, MOST_PEOPLE = 1000000 };

typedef struct Releasing {
    Checking *checking;
    const Decl *decl;
    const Relation *relation;
    const Select *select;
    const Column *subject;
    int64_t least;                 /* people that a group must have */
} Releasing;

/* `project shop (smallest_group = 20)`: how many people a group must have; a project may ask for more than ten. */
static int64_t smallest_group(Checking *checking) {
    const Decl *project = checking->program->project;
    const Node *option = project ? decl_option(project, "smallest_group") : NULL;
    if (!option) return LEAST_PEOPLE;
    const Literal *literal = (const Literal *)option;
    bool whole = option->kind == NODE_LITERAL && literal->of == LITERAL_INTEGER && literal->text.length < 9;
    int64_t least = whole ? strtoll(text_copy(checking->arena, literal->text), NULL, 10) : 0;
    if (least >= LEAST_PEOPLE && least <= MOST_PEOPLE) return least;
    Report *report = diag_report(checking->diag, CODE_G0413, option->span, "no group may be as small as that");
    report_says(checking->diag, report, "at least %d people are a group", LEAST_PEOPLE);
    report_edit(checking->diag, report, option->span, arena_format(checking->arena, "%d", LEAST_PEOPLE), "ask for as many, or for more");
    return LEAST_PEOPLE;
}

static Span decl_name_span(const Decl *decl) {
    return decl->name.count ? span_join(decl->name.items[0].span, decl->name.items[decl->name.count - 1].span) : decl->node.span;
}

static Report *refuse(const Releasing *releasing, Span span, const char *why) {
    Report *report = diag_report(releasing->checking->diag, CODE_G0413, span, "`%s` cannot be released so", releasing->relation->full_name->text);
    report_says(releasing->checking->diag, report, "%s", why);
    return report;
}

/* ------------------------------------------------------------------- shape */

static bool check_clauses(const Releasing *releasing) {
    const Decl *decl = releasing->decl;
    const Clause *to = decl_clause(decl, CLAUSE_TO), *least = decl_clause(decl, CLAUSE_WHEN_AT_LEAST);
    const Dotted *level = to && to->kids.count ? (const Dotted *)to->kids.items[0] : NULL;
    if (level && level->name.count && strcmp(level->name.items[0].name->text, "aggregate")) {
        Report *report = refuse(releasing, to->node.span, "a release goes to the level of aggregates");
        report_help(releasing->checking->diag, report, "write `to aggregate`; what is to be less exact as a value is masked");
        return false;
    }
    if (!least) {
        Report *report = refuse(releasing, decl->node.span, "how many people a group must have is not said");
        report_help(releasing->checking->diag, report, "add `when at least %d distinct …`, the column that tells people apart", (int)releasing->least);
        return false;
    }
    if (least->number >= releasing->least) return true;
    int most = (int)releasing->least;
    Report *report = refuse(releasing, least->node.span, arena_format(releasing->checking->arena, "a group must be of at least %d people", most));
    report_help(releasing->checking->diag, report, "write `when at least %d distinct …`", most);
    return false;
}

static bool check_query(Releasing *releasing) {
    const Query *query = releasing->relation->query;
    const Select *select = query && query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    const char *why = NULL;
    Span span = releasing->relation->decl->node.span;
    if (!select || !select->facts || !select->facts->aggregated) why = "it must group what it shows: a select with group by";
    else if (query->limit || query->offset) why = "a limit tells of single groups", span = (query->limit ? query->limit : query->offset)->span;
    else if (select->having) why = "a condition on groups, written by hand, tells of small ones", span = select->having->span;
    else if (select->qualify) why = "a condition on windows tells of single groups", span = select->qualify->span;
    else if (select->distinct) why = "distinct tells which groups are equal", span = select->rowset.node.span;
    releasing->select = select;
    if (!why) return true;
    Report *report = refuse(releasing, decl_name_span(releasing->decl), why);
    report_label(releasing->checking->diag, report, span, select ? "here" : "this query");
    return false;
}

/* --------------------------------------------------------------- aggregates */

static bool is_plain(const Node *node) {
    return node->kind == NODE_REF && ((const Ref *)node)->column;
}

static bool can_be_guarded(const Call *call) {
    static const char *const WORDS[] = {"count", "sum", "avg", "stddev", "stddev_samp", "stddev_pop"};
    if (call->name.count != 1 || call->window || call->over) return false;
    for (uint32_t i = 0; i < call->args.count; i++)
        if (!is_plain(call->args.items[i])) return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (!strcmp(call->name.items[0].name->text, WORDS[i])) return true;
    return false;
}

static bool is_group_key(const Select *select, const Node *expr) {
    for (uint32_t i = 0; i < select->facts->group.count; i++) {
        const Node *key = (const Node *)select->facts->group.items[i];
        if (key == expr || node_equal(key, expr) || (key->kind == NODE_REF && expr->kind == NODE_REF && ((const Ref *)key)->column == ((const Ref *)expr)->column)) return true;
    }
    return false;
}

static bool check_items(const Releasing *releasing) {
    bool fine = true;
    const Select *select = releasing->select;
    for (uint32_t i = 0; i < select->rowset.rows->columns.count; i++) {
        const Column *column = select->rowset.rows->columns.items[i];
        const Node *expr = (const Node *)column->expr;
        if (!expr || is_group_key(select, expr) || (expr->kind == NODE_CALL && can_be_guarded((const Call *)expr))) continue;
        Report *report = refuse(releasing, decl_name_span(releasing->decl), arena_format(releasing->checking->arena, "`%s` cannot be guarded", column->name ? column->name->text : "a column"));
        report_label(releasing->checking->diag, report, expr->span, "neither grouped by, nor count, sum, avg or stddev of a plain column");
        report_help(releasing->checking->diag, report, "compute it in a model before this one, or leave it out of the released one");
        fine = false;
    }
    return fine;
}

/* ------------------------------------------------------------------ subject */

static Column *from_column(const Select *select, const Name *name) {
    for (uint32_t i = 0; i < select->from.count; i++) {
        Rows *rows = ((Rowset *)select->from.items[i])->rows;
        Column *column = rows ? rows_find(rows, name) : NULL;
        if (column) return column;
    }
    return NULL;
}

static bool find_subject(Releasing *releasing) {
    const Clause *least = decl_clause(releasing->decl, CLAUSE_WHEN_AT_LEAST);
    const Name *name = least->name.count ? least->name.items[least->name.count - 1].name : NULL;
    const Column *column = name ? from_column(releasing->select, name) : NULL;
    releasing->subject = column;
    if (column) return true;
    Report *report = refuse(releasing, least->node.span, "its query reads no column of this name");
    report_label(releasing->checking->diag, report, releasing->select->rowset.node.span, "this query");
    return false;
}

static Report *refuse_people(const Releasing *releasing, const Relation *source, Span span, const char *why) {
    const Clause *least = decl_clause(releasing->decl, CLAUSE_WHEN_AT_LEAST);
    Report *report = refuse(releasing, least->node.span, why);
    report_label(releasing->checking->diag, report, span, "the people of `%s`", source->full_name->text);
    return report;
}

static void help_undeclared(const Releasing *releasing, Report *report, const Relation *source) {
    report_help(releasing->checking->diag, report, "say it of `%s`: `subject …`, a column or an expression", source->full_name->text);
}

static bool is_counted(const Releasing *releasing, const People *people) {
    for (uint32_t i = 0; i < people->by.count; i++)
        if (people->by.items[i] == releasing->subject) return true;
    return false;
}

/* The people of a source whose values are shown must be those that are counted, in every row. */
static bool check_people(const Releasing *releasing, const People *people) {
    Diag *diag = releasing->checking->diag;
    const char *name = releasing->subject->name->text;
    if (is_counted(releasing, people)) return true;
    if (people->lost) {
        bool undeclared = !decl_clause(people->source->decl, CLAUSE_SUBJECT);
        Report *report = refuse_people(releasing, people->source, people->span,
                                       undeclared ? "whom the rows are about is not known" : "its people cannot be told apart any more");
        if (undeclared) help_undeclared(releasing, report, people->source);
        else report_note(diag, report, "%s", people->lost);
        return false;
    }
    Span span = people->subject ? people->subject->span : name_span(people->source);
    Report *report = refuse_people(releasing, people->source, span, "other people are told apart by it");
    report_note(diag, report, "a join may put one of them beside ten different `%s`, whose group then shows the values of one person", name);
    if (people->subject)
        report_help(diag, report, "join them by whom they are about (`… and %s = %s`), or say that both are the same people (`references`) where one row is found by a key",
                    people->subject->name->text, name);
    return false;
}

/* A source that only chooses which rows there are has people too: the same ones. */
static bool check_chooser(const Releasing *releasing, const PeopleList *list, const Column *origin) {
    const Column *subject = subject_of(origin->relation);
    for (uint32_t i = 0; i < list->count; i++) {
        const People *people = list->items[i];
        if (people->source == origin->relation) return true;
        if (subject && people->subject && flow_domain(subject) == flow_domain(people->subject)) return true;
    }
    bool declared = decl_clause(origin->relation->decl, CLAUSE_SUBJECT) != NULL;
    Report *report = refuse_people(releasing, origin->relation, origin->span,
                                   declared ? "other people are told apart by it" : "whom the rows are about is not known");
    if (!declared) help_undeclared(releasing, report, origin->relation);
    return false;
}

static bool check_choosers(const Releasing *releasing, const PeopleList *list, const Tag *tag) {
    const Relation *relation = releasing->relation;
    for (uint32_t i = 0; i <= relation->rows->columns.count; i++) {
        const Column *column = i < relation->rows->columns.count ? relation->rows->columns.items[i] : NULL;
        FlowOrigins origins = flow_origins(releasing->checking->facts, relation, column, tag->index, LEVEL_AGGREGATE);
        for (uint32_t k = 0; k < origins.count; k++)
            if (!check_chooser(releasing, list, origins.items[k])) return false;
    }
    return true;
}

static void check_subjects(const Releasing *releasing) {
    const Program *program = releasing->checking->program;
    const Clause *categories = decl_clause(releasing->decl, CLAUSE_CATEGORIES);
    FlowLabel label = {0};
    for (uint32_t i = 0; categories && i < categories->kids.count; i++) {
        const Tag *tag = tag_of_node(program, categories->kids.items[i]);
        if (tag) label = flow_label_join(label, flow_label_of(tag->index, LEVEL_RAW));
    }
    PeopleList list = people_read(releasing->checking->facts, releasing->checking->arena, releasing->relation, label);
    for (uint32_t i = 0; i < list.count; i++)
        if (!check_people(releasing, list.items[i])) return;
    for (uint32_t i = 0; categories && i < categories->kids.count; i++) {
        const Tag *tag = tag_of_node(program, categories->kids.items[i]);
        if (tag && !check_choosers(releasing, &list, tag)) return;
    }
}

static void check_release(Checking *checking, const Deferred *deferred, int64_t least) {
    const Relation *relation = deferred->reads.count ? deferred->reads.items[0] : NULL;
    if (!relation || !has_rows(relation) || has_error_in(checking, relation->decl->node.span)) return;
    Releasing releasing = {.checking = checking, .decl = deferred->decl, .relation = relation, .least = least};
    if (!check_clauses(&releasing) || !check_query(&releasing) || !check_items(&releasing) || !find_subject(&releasing)) return;
    const RelationFacts *facts = facts_of(checking->facts, relation);
    if (facts && facts->flow && !facts->flow->unknown) check_subjects(&releasing);
}

/* What an endorsement says is taken at its word, so somebody answers for it, until a day. */
static void check_endorsement(Checking *checking, const Deferred *endorsement) {
    static const struct { ClauseKind clause; const char *missing, *help; } NEEDED[] = {
        {CLAUSE_BECAUSE, "why it holds is not said", "add `because '…'`"},
        {CLAUSE_APPROVED_BY, "nobody has approved it", "add `approved by … on date '…'`, an owner and a day"},
        {CLAUSE_UNTIL, "it would hold for ever", "add `until date '…'`, the day on which it is looked at again"},
    };
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++) {
        if (decl_clause(endorsement->decl, NEEDED[i].clause)) continue;
        Report *report = diag_report(checking->diag, CODE_G0418, decl_name_span(endorsement->decl), "endorsement of `%s` that nobody answers for", endorsement->name);
        report_says(checking->diag, report, "%s", NEEDED[i].missing);
        report_help(checking->diag, report, "%s", NEEDED[i].help);
        return;
    }
}

void check_releases(Checking *checking) {
    int64_t least = smallest_group(checking);
    for (uint32_t i = 0; i < checking->program->deferred.count; i++) {
        const Deferred *deferred = checking->program->deferred.items[i];
        if (deferred->decl->of != DECL_RELEASE && deferred->decl->of != DECL_ENDORSE) continue;
        const Expansion *before = program_enter(checking->program, deferred->decl);
        if (deferred->decl->of == DECL_RELEASE) check_release(checking, deferred, least);
        else check_endorsement(checking, deferred);
        checking->diag->expansion = before;
    }
}
