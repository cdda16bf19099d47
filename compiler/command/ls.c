#include "compiler/command/command.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE, OPTION_STATE, OPTION_FORMAT, OPTION_COUNT};

static const char *file_of(Session *session, const Relation *relation) {
    Location at = source_locate(&session->sources, relation->decl->node.span.begin);
    return at.source ? at.source->path : "";
}

static json_t *names_of(const Relation *relation, bool readers) {
    json_t *list = json_array();
    uint32_t count = readers ? relation->read_by.count : relation->reads.count;
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(list, json_string((readers ? relation->read_by.items[i] : relation->reads.items[i])->full_name->text));
    return list;
}

static GovExit list_as_json(Session *session, const Plan *plan) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < plan->entries.count; i++) {
        const PlanEntry *entry = &plan->entries.items[i];
        if (!entry->relation) continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s, s:o, s:o}", "name", entry->name, "kind",
                                              entry->relation->kind == RELATION_SOURCE ? "source" : "model", "materialization",
                                              entry->materialization, "owner", entry->relation->owner ? entry->relation->owner->name->text : NULL,
                                              "file", file_of(session, entry->relation), "reads", names_of(entry->relation, false), "read_by",
                                              names_of(entry->relation, true)));
    }
    return print_json(list);
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    Project project;
    Plan *plan;
    GovExit code;
    if (!format) return GOV_EXIT_MISUSE;
    if (!make_plan(session, line, PLAN_RUN, false, &project, &plan, &code)) return code;
    if (!strcmp(format, "json")) return list_as_json(session, plan);
    for (uint32_t i = 0; i < plan->entries.count; i++)
        if (plan->entries.items[i].relation) puts(plan->entries.items[i].name);
    return GOV_EXIT_FINE;
}

const Command command_ls = {
    .name = "ls", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Lists the relations that a selection names, one a line in the order of the program. The target is asked only by\n"
             "`result:`, and by `state:` without --state. Formats: text, json.",
    .examples = "  gov ls\n"
                "  gov ls --select @raw.orders\n"
                "  gov ls --select 'layer:marts,materialization:view'\n"
                "  gov ls --select state:modified+ --state main\n"
                "  gov ls --select result:error result:fail\n",
};
