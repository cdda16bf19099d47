#include "runtime/ledger/audit.h"
#include "runtime/ledger/chain.h"
#include "runtime/ledger/internal.h"
#include "runtime/ledger/schema.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    EngineConnection *connection;
    LedgerAudit *audit;
    size_t capacity;           /* of the findings */
    int64_t kept_position;
    const char *kept_hash;
    EngineError *error;
} Auditor;

static bool fail_memory(Auditor *auditor) {
    *auditor->error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

/* Takes over `key`. */
static bool find(Auditor *auditor, const char *table, char *key, const char *what) {
    LedgerAudit *audit = auditor->audit;
    if (key && audit->count == auditor->capacity) {
        size_t capacity = auditor->capacity ? 2 * auditor->capacity : 16;
        LedgerFinding *grown = realloc(audit->findings, capacity * sizeof *grown);
        if (grown) {
            audit->findings = grown;
            auditor->capacity = capacity;
        }
    }
    if (!key || audit->count == auditor->capacity) {
        free(key);
        return fail_memory(auditor);
    }
    audit->findings[audit->count++] = (LedgerFinding){table, key, what};
    return true;
}

static bool find_link(Auditor *auditor, int64_t position, const char *what) {
    char *key;
    if (asprintf(&key, "%lld", (long long)position) < 0) key = NULL;
    return find(auditor, "chain", key, what);
}

/* -------------------------------------------------------------------------------------------------------- the chain */

static bool check_kept(Auditor *auditor, int64_t position, const char *hash) {
    bool lost = position == auditor->kept_position && auditor->kept_hash && strcmp(hash, auditor->kept_hash) != 0;
    return !lost || find_link(auditor, position, "is not the link that was kept");
}

/* One link, behind the last good one of `audit`. */
static bool check_link(Auditor *auditor, EngineResult *result) {
    LedgerAudit *audit = auditor->audit;
    int64_t position = engine_cell(result, 0).integer;
    char hash[LEDGER_HASH_SIZE];
    const char *stored = engine_cell(result, 5).text;
    bool follows = position == audit->position + 1, ok = true;
    ledger_hash_link(audit->head, position, engine_cell(result, 1).text, engine_cell(result, 2).text, engine_cell(result, 3).text,
                     engine_cell(result, 4).text, hash);
    if (position <= audit->position) return find_link(auditor, position, "inserted");
    for (int64_t missing = audit->position + 1; ok && missing < position; missing++) ok = find_link(auditor, missing, "removed");
    if (ok && follows && strcmp(hash, stored) != 0) ok = find_link(auditor, position, "does not follow from the link before it");
    audit->position = position;
    snprintf(audit->head, sizeof audit->head, "%s", stored);
    return ok && check_kept(auditor, position, stored);
}

static bool check_chain(Auditor *auditor) {
    LedgerAudit *audit = auditor->audit;
    EngineResult *result;
    bool ok = true;
    memset(audit->head, '0', LEDGER_HASH_SIZE - 1);
    if (!engine_query(auditor->connection, "select position, act, table_name, row_key, content, hash from gov.chain order by position, hash",
                      NULL, 0, &result, auditor->error))
        return false;
    while (ok && engine_next(result, auditor->error)) ok = check_link(auditor, result);
    engine_result_close(result);
    ok = ok && auditor->error->fault == ENGINE_FAULT_NONE;
    if (ok && auditor->kept_position > audit->position) ok = find_link(auditor, auditor->kept_position, "removed");
    return ok;
}

/* ------------------------------------------------------------------------------------------------------------- rows */

/* A row of a table, or what the chain says of one. */
typedef struct {
    char *key;
    char content[LEDGER_HASH_SIZE];
} Entry;

typedef struct {
    Entry *items;
    size_t count;
    size_t capacity;
} Entries;

static void clear_entries(Entries *entries) {
    for (size_t i = 0; i < entries->count; i++) free(entries->items[i].key);
    free(entries->items);
    *entries = (Entries){0};
}

/* Takes over `key`. */
static Entry *add_entry(Auditor *auditor, Entries *entries, char *key) {
    if (key && entries->count == entries->capacity) {
        size_t capacity = entries->capacity ? 2 * entries->capacity : 256;
        Entry *grown = realloc(entries->items, capacity * sizeof *grown);
        if (grown) {
            entries->items = grown;
            entries->capacity = capacity;
        }
    }
    if (!key || entries->count == entries->capacity) {
        free(key);
        fail_memory(auditor);
        return NULL;
    }
    entries->items[entries->count] = (Entry){.key = key};
    return &entries->items[entries->count++];
}

static int compare_entries(const void *a, const void *b) {
    const Entry *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    return order ? order : strcmp(left->content, right->content);
}

static bool read_rows(Auditor *auditor, const LedgerTable *table, Entries *ret_rows) {
    char sql[128];
    EngineResult *result;
    LedgerShape shape;
    snprintf(sql, sizeof sql, "select * from gov.%s", table->name);
    if (!engine_query(auditor->connection, sql, NULL, 0, &result, auditor->error)) return false;
    const char **cells = calloc(engine_column_count(result) + 1, sizeof *cells);
    bool shaped = cells && ledger_shape_open(table, result, &shape), ok = shaped || fail_memory(auditor);
    while (ok && engine_next(result, auditor->error)) {
        for (size_t i = 0; i < shape.count; i++) {
            EngineCell cell = engine_cell(result, i);
            cells[i] = cell.is_null ? NULL : cell.text;
        }
        Entry *row = add_entry(auditor, ret_rows, ledger_row_key(&shape, cells));
        if (row) ledger_hash_row(&shape, cells, row->content);
        ok = row != NULL;
    }
    if (shaped) ledger_shape_close(&shape);
    free(cells);
    engine_result_close(result);
    if (ret_rows->count) qsort(ret_rows->items, ret_rows->count, sizeof *ret_rows->items, compare_entries);
    return ok && auditor->error->fault == ENGINE_FAULT_NONE;
}

/* Removes the last entry of that key (and content, unless null) from those behind `first`. */
static void drop_entry(Entries *entries, size_t first, const char *content) {
    for (size_t i = entries->count; i-- > first;) {
        if (content && strcmp(entries->items[i].content, content) != 0) continue;
        free(entries->items[i].key);
        memmove(&entries->items[i], &entries->items[i + 1], (entries->count - i - 1) * sizeof *entries->items);
        entries->count--;
        return;
    }
}

/* What the chain says is there: of each key what was added and neither removed since nor changed into something else. */
static bool read_links(Auditor *auditor, const LedgerTable *table, Entries *ret_links) {
    const EngineParameter name = engine_text(table->name);
    EngineResult *result;
    size_t first = 0;
    bool ok = true;
    if (!engine_query(auditor->connection,
                      "select row_key, act, content from gov.chain where table_name = $1 order by row_key collate \"C\", position", &name, 1,
                      &result, auditor->error))
        return false;
    char *last = NULL;
    while (ok && engine_next(result, auditor->error)) {
        const char *key = engine_cell(result, 0).text, *act = engine_cell(result, 1).text, *content = engine_cell(result, 2).text;
        if (!last || strcmp(last, key) != 0) {
            free(last);
            last = strdup(key);
            first = ret_links->count;
        }
        if (strcmp(act, "removed") == 0) drop_entry(ret_links, first, content);
        if (strcmp(act, "changed") == 0) drop_entry(ret_links, first, NULL);
        if (strcmp(act, "removed") == 0) continue;
        Entry *entry = add_entry(auditor, ret_links, strdup(key));
        if (entry) snprintf(entry->content, sizeof entry->content, "%s", content);
        ok = last && entry;
    }
    free(last);
    engine_result_close(result);
    if (ret_links->count) qsort(ret_links->items, ret_links->count, sizeof *ret_links->items, compare_entries);
    return ok && auditor->error->fault == ENGINE_FAULT_NONE;
}

static size_t end_of_key(const Entries *entries, size_t begin) {
    size_t end = begin;
    while (end < entries->count && strcmp(entries->items[end].key, entries->items[begin].key) == 0) end++;
    return end;
}

/* The entries of one key, of which either side may have several: what is on one side only. */
static bool compare_key(Auditor *auditor, const LedgerTable *table, const Entry *rows, size_t row_count, const Entry *links,
                        size_t link_count) {
    size_t row = 0, link = 0, strange = 0, lost = 0;
    while (row < row_count || link < link_count) {
        int order = row == row_count ? 1 : link == link_count ? -1 : strcmp(rows[row].content, links[link].content);
        strange += order < 0;
        lost += order > 0;
        row += order <= 0;
        link += order >= 0;
    }
    const char *key = row_count ? rows->key : links->key;
    bool ok = true;
    for (size_t i = 0; ok && i < (strange > lost ? strange : lost); i++)
        ok = find(auditor, table->name, strdup(key), i < strange && i < lost ? "changed" : strange > lost ? "inserted" : "removed");
    return ok;
}

static bool compare_table(Auditor *auditor, const LedgerTable *table, const Entries *rows, const Entries *links) {
    size_t row = 0, link = 0;
    bool ok = true;
    while (ok && (row < rows->count || link < links->count)) {
        int order = row == rows->count     ? 1
                    : link == links->count ? -1
                                           : strcmp(rows->items[row].key, links->items[link].key);
        size_t row_end = order <= 0 ? end_of_key(rows, row) : row, link_end = order >= 0 ? end_of_key(links, link) : link;
        ok = compare_key(auditor, table, rows->items + row, row_end - row, links->items + link, link_end - link);
        row = row_end;
        link = link_end;
    }
    auditor->audit->rows += (int64_t)rows->count;
    return ok;
}

static bool check_table(Auditor *auditor, const LedgerTable *table) {
    Entries rows = {0}, links = {0};
    bool has, ok = ledger_has_table(auditor->connection, table->name, &has, auditor->error);
    ok = ok && (!has || read_rows(auditor, table, &rows)) && read_links(auditor, table, &links) &&
         compare_table(auditor, table, &rows, &links);
    clear_entries(&rows);
    clear_entries(&links);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------------ whole */

static bool check_all(Auditor *auditor) {
    size_t count;
    const LedgerTable *tables = ledger_tables(&count);
    LedgerAudit *audit = auditor->audit;
    if (!ledger_version(auditor->connection, &audit->version, auditor->error) ||
        !ledger_has_table(auditor->connection, "chain", &audit->exists, auditor->error))
        return false;
    if (!audit->exists) return true;
    bool ok = check_chain(auditor);
    for (size_t i = 0; ok && i < count; i++) ok = check_table(auditor, &tables[i]);
    return ok;
}

/* One transaction, so that all is of one moment. */
static bool check_database(Auditor *auditor, EngineDatabase *database) {
    if (!engine_connect(database, &auditor->connection, auditor->error)) return false;
    const char *begin = engine_is_server(auditor->connection) ? "set transaction isolation level repeatable read, read only" : "";
    bool ok = engine_begin(auditor->connection, auditor->error) &&
              (!*begin || engine_execute(auditor->connection, begin, NULL, auditor->error)) && check_all(auditor);
    engine_rollback(auditor->connection);
    engine_disconnect(auditor->connection);
    return ok;
}

bool ledger_audit(const GovPlan *plan, const char *folder, int64_t kept_position, const char *kept_hash, LedgerAudit *ret_audit,
                  char **ret_error) {
    Target target;
    EngineError error;
    EngineFault fault;
    *ret_audit = (LedgerAudit){0};
    *ret_error = NULL;
    if (!ledger_open_target(plan, folder, &target, &fault, ret_error)) return fault == ENGINE_FAULT_MISSING;
    Auditor auditor = {.audit = ret_audit, .kept_position = kept_position, .kept_hash = kept_hash, .error = &error};
    bool ok = check_database(&auditor, target.database);
    if (!ok) {
        *ret_error = settings_redact(target.settings, error.text);
        ledger_audit_clear(ret_audit);
    }
    target_close(&target);
    return ok;
}

void ledger_audit_clear(LedgerAudit *audit) {
    for (size_t i = 0; i < audit->count; i++) free(audit->findings[i].key);
    free(audit->findings);
    *audit = (LedgerAudit){0};
}
