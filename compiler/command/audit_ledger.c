/* `gov audit ledger`: was what gov keeps at the target changed by anybody else? */
#include "compiler/command/command.h"

#include "compiler/audit/audit.h"
#include "runtime/ledger/audit.h"

#include <stdlib.h>
#include <string.h>

/* `POSITION:HASH`, as it was printed. */
static bool read_kept(const char *text, int64_t *ret_position, const char **ret_hash) {
    char *end;
    *ret_position = strtoll(text, &end, 10);
    *ret_hash = end + 1;
    return end != text && *end == ':' && *ret_position > 0 && strspn(*ret_hash, "0123456789abcdef") == LEDGER_HASH_SIZE - 1 &&
           (*ret_hash)[LEDGER_HASH_SIZE - 1] == 0;
}

static AuditTable findings_table(Session *session, const LedgerAudit *audit) {
    static const char *const columns[] = {"table", "row", "what"};
    AuditTable table = audit_table(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < audit->count; i++) {
        const char **row = audit_row(&session->arena, &table);
        row[0] = arena_format(&session->arena, "gov.%s", audit->findings[i].table);
        row[1] = audit->findings[i].key;
        row[2] = audit->findings[i].what;
    }
    return table;
}

static void print_as_json(const LedgerAudit *audit, const char *target) {
    json_t *findings = json_array();
    for (size_t i = 0; i < audit->count; i++) {
        const LedgerFinding *finding = &audit->findings[i];
        json_array_append_new(findings, json_pack("{s:s+, s:s, s:s}", "table", "gov.", finding->table, "row", finding->key, "what", finding->what));
    }
    char head[LEDGER_HASH_SIZE + 32];
    snprintf(head, sizeof head, "%lld:%s", (long long)audit->position, audit->head);
    print_json(json_pack("{s:s, s:I, s:I, s:s, s:o}", "target", target, "rows", (json_int_t)audit->rows, "links", (json_int_t)audit->position,
                         "head", head, "findings", findings));
}

static void print_as_text(const LedgerAudit *audit) {
    enum { MOST = 100 };
    for (size_t i = 0; i < audit->count && i < MOST; i++)
        printf("gov.%-9s %s: %s\n", audit->findings[i].table, audit->findings[i].key, audit->findings[i].what);
    if (audit->count > MOST) printf("and %zu more: `--format csv` lists all\n", audit->count - MOST);
    printf("%lld rows, %lld links\nhead %lld:%s\n", (long long)audit->rows, (long long)audit->position, (long long)audit->position, audit->head);
}

static GovExit print_audit(Session *session, const LedgerAudit *audit, const char *target, const char *format) {
    AuditTable table = findings_table(session, audit);
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!strcmp(format, "json")) print_as_json(audit, target);
    else if (!strcmp(format, "csv")) audit_csv(&table, &out);
    else if (!strcmp(format, "markdown")) audit_markdown(&table, &out);
    else print_as_text(audit);
    fputs(buffer_string(&out), stdout);
    if (audit->count == 0) return GOV_EXIT_FINE;
    return failure("the ledger of target `%s` was changed by somebody else: %zu row%s", target, audit->count, audit->count == 1 ? "" : "s");
}

GovExit audit_ledger(Session *session, CommandLine *line, const char *format) {
    Project project;
    Plan *plan;
    GovExit code;
    int64_t kept_position = 0;
    const char *kept_hash = NULL, *kept = line->values[OPTION_HEAD];
    char *error;
    LedgerAudit audit;
    if (kept && !read_kept(kept, &kept_position, &kept_hash))
        return misuse("--head takes what `gov audit ledger` printed, POSITION:HASH, not `%s`", kept);
    if (!make_plan(session, line, PLAN_TEST, false, &project, &plan, &code)) return code;
    const char *target = plan->govplan.target.name;
    if (!ledger_audit(&plan->govplan, project.folder, kept_position, kept_hash, &audit, &error)) {
        code = failure("target `%s`: %s", target, error ? error : "out of memory");
        free(error);
        return code;
    }
    if (audit.exists) code = print_audit(session, &audit, target, format);
    else if (audit.version) code = failure("the ledger of target `%s` is of an earlier gov and has no chain yet: the next run makes it", target);
    else code = failure("target `%s` has no ledger yet: `gov run` makes it", target);
    ledger_audit_clear(&audit);
    return code;
}
