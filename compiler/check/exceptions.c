/* Exceptions from policies: what they lift, and those that lift nothing any more. */
#include "compiler/check/internal.h"

bool is_excepted(const Checking *checking, const Relation *relation, Policy policy) {
    bool found = false;
    for (uint32_t i = 0; i < checking->program->exceptions.count; i++) {
        Exception *exception = checking->program->exceptions.items[i];
        for (uint32_t k = 0; exception->policy == policy && k < exception->relations.count; k++) {
            if (exception->relations.items[k]->full_name != relation->full_name) continue; /* in a revision it is another Relation */
            found = exception->used.items[k] = true;
        }
    }
    return found;
}

static Span span_of(const Exception *exception, const Relation *relation) {
    const Clause *on = decl_clause(exception->decl, CLAUSE_ON);
    for (uint32_t i = 0; i < on->kids.count; i++) {
        const Dotted *dotted = (const Dotted *)on->kids.items[i];
        if (!dotted->star && dotted->name.count && dotted->name.items[dotted->name.count - 1].name == relation->name) return dotted->node.span;
    }
    return on->node.span;
}

static void report_idle(Checking *checking, const Exception *exception, const Relation *relation, uint32_t idle) {
    const char *word = policy_word(exception->policy);
    Report *report = diag_report(checking->diag, CODE_G0438, span_of(exception, relation), "exception from `%s` lifts nothing", word);
    report_says(checking->diag, report, "`%s` needs none", relation->full_name->text);
    if (idle > 1) report_note(checking->diag, report, "nor %s %u more", idle == 2 ? "does" : "do", idle - 1);
    if (idle == exception->relations.count) report_edit(checking->diag, report, exception->decl->node.span, "", "take it away");
    else report_help(checking->diag, report, "take it from the list");
}

/* A revision has other relations: only the whole program shows what is idle. */
void check_exceptions(Checking *checking) {
    for (uint32_t i = 0; !checking->program->revision && i < checking->program->exceptions.count; i++) {
        const Exception *exception = checking->program->exceptions.items[i];
        const Relation *first = NULL;
        uint32_t idle = 0;
        for (uint32_t k = 0; k < exception->relations.count; k++) {
            if (exception->used.items[k] || exception->relations.items[k]->bad) continue;
            if (!idle++) first = exception->relations.items[k];
        }
        const Expansion *before = program_enter(checking->program, exception->decl);
        if (first && !has_error_in(checking, exception->decl->node.span)) report_idle(checking, exception, first, idle);
        checking->diag->expansion = before;
    }
}
