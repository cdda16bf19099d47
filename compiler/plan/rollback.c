/* Back to an earlier run: the steps of what keeps history, filled out of it in place of their query or origin. */
#include "compiler/plan/internal.h"

bool rollback_can(const Relation *relation, const char **ret_why) {
    const Clause *built = relation->decl ? clause_of(relation, CLAUSE_BUILT_BY) : NULL;
    *ret_why = NULL;
    if (relation->kind == RELATION_SYSTEM || !relation->decl || relation->stored == STORED_INLINE || is_stored_view(relation))
        *ret_why = "it has no rows of its own: it shows what it reads";
    else if (!relation_keeps_history(relation))
        *ret_why = "it keeps no history; the next run makes it anew out of what it reads";
    else if (built && built->word.name)
        *ret_why = "it is built by period, and its periods would no longer be those of its rows";
    else
        for (uint32_t i = 0; i < relation->decl->clauses.count; i++) {
            const Clause *from = NODE_AS(Clause, CLAUSE, relation->decl->clauses.items[i]);
            for (uint32_t k = 0; from->of == CLAUSE_FROM && k < from->kids.count; k++)
                if (from->kids.items[k]->kind == NODE_CLAUSE && NODE_AS(Clause, CLAUSE, from->kids.items[k])->of == CLAUSE_WINDOW_BY)
                    *ret_why = "its windows would no longer be those of its rows";
        }
    return !*ret_why;
}

const char *rollback_query(Planner *planner, const Relation *relation) {
    const char *then = arena_format(planner->arena, "(select max(publication) from gov.publications where run_id <= %lld)",
                                    (long long)planner->options->rollback_to);
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        buffer_format(&out, "%s%s", i ? ", " : "select ", quoted_name(planner, relation->rows->columns.items[i]->name->text));
    buffer_format(&out, "\nfrom %s\nwhere " HISTORY_FROM " <= %s\n  and (" HISTORY_TO " is null or " HISTORY_TO " > %s)",
                  emit_history_table(planner->arena, planner->dialect, planner->schemas, relation), then, then);
    return buffer_string(&out);
}

void rollback_select(Planner *planner) {
    const Program *program = planner->program;
    bool by_name = planner->options->select_count > 0;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        const char *why;
        if (!planner->planned[i].selected || rollback_can(relation, &why)) continue;
        planner->planned[i].selected = false;
        if (!by_name) continue;
        Report *report = diag_report(planner->program->diag, CODE_G0742, relation->decl->node.span, "`%s` cannot be rolled back: %s",
                                     relation->full_name->text, why);
        report_help(planner->program->diag, report, "`keeping history` remembers rows from the next run on");
        planner->failed = true;
    }
}
