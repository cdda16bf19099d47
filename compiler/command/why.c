#include "compiler/command/witness.h"

#include "compiler/facts/access.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_ROLE, OPTION_WITNESS, OPTION_VERBOSE, OPTION_DIRECTORY, OPTION_COUNT};

static const char *stop_text(Arena *arena, const FlowHop *hop) {
    if (!hop->column) return arena_format(arena, "%s (rows)", hop->relation->full_name->text);
    return arena_format(arena, "%s.%s", hop->relation->full_name->text, hop->column->name->text);
}

static const char *place_text(Session *session, Span span) {
    Location place = source_locate(&session->sources, span.begin);
    return arena_format(&session->arena, "%s:%u:%u", place.source ? place.source->path : "?", place.line, place.column);
}

static void print_path(Session *session, const FlowPath *path) {
    int widest[2] = {0};
    for (uint32_t i = 0; i < path->hops.count; i++) {
        const FlowHop *hop = &path->hops.items[i];
        int name = (int)strlen(stop_text(&session->arena, hop)), place = (int)strlen(place_text(session, hop->span));
        if (name > widest[0]) widest[0] = name;
        if (place > widest[1]) widest[1] = place;
    }
    for (uint32_t i = 0; i < path->hops.count; i++) {
        const FlowHop *hop = &path->hops.items[i];
        printf("  %-*s   %-*s   %s\n", widest[0], stop_text(&session->arena, hop), widest[1], place_text(session, hop->span), hop->words);
    }
    if (path->others) printf("  and from %u other column%s\n", path->others, path->others == 1 ? "" : "s");
}

/* What one label holds, category by category, each with its way. Gives whether it holds any. */
static bool print_label(Session *session, const Relation *relation, const Column *column, FlowLabel label, FlowLabel clearance) {
    const char *what = column ? arena_format(&session->arena, "%s.%s", relation->full_name->text, column->name->text)
                              : arena_format(&session->arena, "which rows %s has", relation->full_name->text);
    bool any = false;
    for (uint32_t i = 0; i < session->program->tags.count; i++) {
        const Tag *tag = session->program->tags.items[i];
        Level level = flow_label_level(label, tag->index), cleared = flow_label_level(clearance, tag->index);
        if (level <= cleared) continue;
        printf("%s %s %s (%s)\n", what, column ? "carries" : "tells", tag->name->text, level_word(level));
        FlowPath path = flow_path(session->facts, relation, column, tag->index, cleared);
        print_path(session, &path);
        any = true;
    }
    return any;
}

static const char *kind_text(Arena *arena, const ColumnAccess *access) {
    if (access->kind != ACCESS_MASKED) return access_word(access->kind);
    return arena_format(arena, "masked with %s", access->mask ? access->mask->name->text : "null");
}

/* What the role's grant says, behind what it is cleared for. */
static void print_verdict(Session *session, const Role *role, const Relation *relation, const Column *column, bool more) {
    RelationAccess access = access_of(session->facts, &session->arena, role, relation);
    const char *name = role->name->text;
    if (more) printf("role %s is not cleared for that\n", name);
    else printf("role %s is cleared for all that %s tells\n", name, column ? "it" : "reading it");
    if (!access.grant) {
        printf("no grant lets it read %s\n", relation->full_name->text);
        return;
    }
    printf("it is granted at %s", place_text(session, access.grant->decl->node.span));
    if (column) printf(": %s", kind_text(&session->arena, &access.columns[column->index]));
    else printf(": %s", access.whole ? "whole" : "in part");
    if (access.grant->where) printf(", some rows");
    printf("\n");
}

static bool print_answer(Session *session, const Relation *relation, const Column *column, FlowLabel clearance) {
    const RelationFacts *facts = facts_of(session->facts, relation);
    const RelationFlow *flow = facts ? facts->flow : NULL;
    if (!flow) return false;
    bool any = print_label(session, relation, NULL, flow->rows, clearance);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *one = relation->rows->columns.items[i];
        if (!column || one == column) any |= print_label(session, relation, one, flow->columns[i].d, clearance);
    }
    return any;
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    GovExit code;
    Relation *relation;
    Column *column;
    const Role *role = NULL;
    if (!project_know(session, line, NULL, &project, &code)) return code;
    if (!asked_of(session, line->arguments[0], &relation, &column)) return GOV_EXIT_MISUSE;
    if (line->values[OPTION_ROLE] && !asked_role(session, line->values[OPTION_ROLE], &role)) return GOV_EXIT_MISUSE;
    if (line->values[OPTION_WITNESS] && !role) return misuse("--witness needs --role");
    bool any = print_answer(session, relation, column, role ? role_clearance(role) : (FlowLabel){0});
    if (role) print_verdict(session, role, relation, column, any);
    else if (!any) printf("%s tells nothing that is tagged\n", line->arguments[0]);
    if (!line->values[OPTION_WITNESS]) return GOV_EXIT_FINE;
    printf("\n");
    return show_witness(session, role, relation, column, line->values[OPTION_VERBOSE] != NULL);
}

const Command command_why = {
    .name = "why", .arguments = "RELATION[.COLUMN]", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows what is learnt by reading a source or model, or one column of it: each category, by value or by which rows\n"
             "are there, with the shortest way from where it is tagged. With --role only what the role is not cleared for, and\n"
             "what its grant shows it. --witness looks for two small states of the sources that differ only in what the role is not\n"
             "cleared for, and give it two answers: it runs them in the embedded engine, on invented values.",
    .examples = "  gov why marts.customer_orders.contact\n  gov why marts.customer_orders --role partner\n  gov why marts.customer_orders --role partner --witness\n",
};
