/* Grants, exceptions, releases, endorsements and shares end on their day. */
#include "compiler/check/internal.h"

#include <string.h>

static void check_until(Checking *checking, const Decl *decl) {
    const Clause *until = decl_clause(decl, CLAUSE_UNTIL);
    const char *today = checking->program->run_date;
    if (!until || until->text.length != 10 || strlen(today) < 10 || memcmp(until->text.at, today, 10) >= 0) return;
    if (has_error_in(checking, until->node.span)) return; /* there is no such day */
    const Expansion *before = program_enter(checking->program, decl);
    Report *report = diag_report(checking->diag, CODE_G0422, until->node.span, "this %s ended on %.*s", decl_word(decl->of), TEXT_ARGS(until->text));
    report_says(checking->diag, report, "this day has passed");
    report_help(checking->diag, report, "take it away, or have it approved again with a later date");
    checking->diag->expansion = before;
}

void check_dates(Checking *checking) {
    const Program *program = checking->program;
    if (!program->run_date) return;
    for (uint32_t i = 0; i < program->grants.count; i++)
        if (!i || program->grants.items[i]->decl != program->grants.items[i - 1]->decl) check_until(checking, program->grants.items[i]->decl);
    for (uint32_t i = 0; !program->revision && i < program->exceptions.count; i++) check_until(checking, program->exceptions.items[i]->decl);
    for (uint32_t i = 0; i < program->deferred.count; i++) check_until(checking, program->deferred.items[i]->decl);
}
