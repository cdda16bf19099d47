#include "runtime/ledger/chain.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const LedgerTable *table;
    LedgerAct act;
    char *key;
    char content[LEDGER_HASH_SIZE];
} Link;

enum { MOST_TABLES = 64 };

struct LedgerChain {
    Link *links;                  /* of the change that is being made */
    size_t count;
    size_t capacity;
    LedgerShape shapes[MOST_TABLES];
    size_t shape_count;
};

const char *ledger_act_name(LedgerAct act) {
    switch (act) {
    case LEDGER_ADDED: return "added";
    case LEDGER_CHANGED: return "changed";
    case LEDGER_REMOVED: return "removed";
    }
    return NULL;
}

LedgerChain *ledger_chain_open(void) {
    return calloc(1, sizeof(LedgerChain));
}

static void drop_links(LedgerChain *chain) {
    for (size_t i = 0; i < chain->count; i++) free(chain->links[i].key);
    chain->count = 0;
}

void ledger_chain_close(LedgerChain *chain) {
    if (!chain) return;
    drop_links(chain);
    for (size_t i = 0; i < chain->shape_count; i++) ledger_shape_close(&chain->shapes[i]);
    free(chain->links);
    free(chain);
}

/* ------------------------------------------------------------------------------------------------------------ links */

static void hash_text(struct sha256_ctx *context, const char *text) {
    char length[32];
    snprintf(length, sizeof length, "%zu\t", strlen(text));
    sha256_update(context, strlen(length), (const uint8_t *)length);
    sha256_update(context, strlen(text), (const uint8_t *)text);
}

void ledger_hash_link(const char *before, int64_t position, const char *act, const char *table, const char *key,
                      const char *content, char ret_hash[LEDGER_HASH_SIZE]) {
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)position);
    const char *const texts[] = {before, number, act, table, key, content};
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) hash_text(&context, texts[i]);
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&context, sizeof digest, digest);
    base16_encode_update(ret_hash, sizeof digest, digest);
    ret_hash[LEDGER_HASH_SIZE - 1] = 0;
}

bool ledger_link(LedgerChain *chain, const LedgerShape *shape, LedgerAct act, const char *const *cells) {
    if (chain->count == chain->capacity) {
        size_t capacity = chain->capacity ? 2 * chain->capacity : 64;
        Link *grown = realloc(chain->links, capacity * sizeof *grown);
        if (!grown) return false;
        chain->links = grown;
        chain->capacity = capacity;
    }
    Link *link = &chain->links[chain->count];
    *link = (Link){.table = shape->table, .act = act, .key = ledger_row_key(shape, cells)};
    if (!link->key) return false;
    ledger_hash_row(shape, cells, link->content);
    chain->count++;
    return true;
}

bool ledger_read_head(EngineConnection *connection, int64_t *ret_position, char ret_hash[LEDGER_HASH_SIZE], EngineError *ret_error) {
    EngineResult *result;
    *ret_position = 0;
    memset(ret_hash, '0', LEDGER_HASH_SIZE - 1);
    ret_hash[LEDGER_HASH_SIZE - 1] = 0;
    if (!engine_query(connection, "select position, hash from gov.chain where position = (select max(position) from gov.chain)", NULL, 0,
                      &result, ret_error))
        return false;
    if (engine_next(result, ret_error)) {
        *ret_position = engine_cell(result, 0).integer;
        snprintf(ret_hash, LEDGER_HASH_SIZE, "%s", engine_cell(result, 1).text);
    }
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool append_text(EngineAppender *appender, const char *text, EngineError *ret_error) {
    return engine_append_text(appender, text, strlen(text), ret_error);
}

static bool append_link(EngineAppender *appender, const Link *link, int64_t position, char head[LEDGER_HASH_SIZE], EngineError *ret_error) {
    const char *act = ledger_act_name(link->act);
    char hash[LEDGER_HASH_SIZE];
    ledger_hash_link(head, position, act, link->table->name, link->key, link->content, hash);
    memcpy(head, hash, sizeof hash);
    return engine_append_integer(appender, position, ret_error) && append_text(appender, act, ret_error) &&
           append_text(appender, link->table->name, ret_error) && append_text(appender, link->key, ret_error) &&
           append_text(appender, link->content, ret_error) && append_text(appender, hash, ret_error) &&
           engine_append_row(appender, ret_error);
}

static bool write_links(LedgerChain *chain, EngineConnection *connection, EngineError *ret_error) {
    int64_t position;
    char head[LEDGER_HASH_SIZE];
    EngineAppender *appender;
    EngineError ignored; /* the first error is the one to tell */
    if (chain->count == 0) return true;
    if (!ledger_read_head(connection, &position, head, ret_error) ||
        !engine_appender_open(connection, "gov", "chain", &appender, ret_error))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < chain->count; i++) ok = append_link(appender, &chain->links[i], ++position, head, ret_error);
    return engine_appender_close(appender, !ok, ok ? ret_error : &ignored) && ok;
}

/* ---------------------------------------------------------------------------------------------------------- changes */

bool ledger_enter(EngineConnection *connection, LedgerChange *ret_change, EngineError *ret_error) {
    *ret_change = (LedgerChange){connection, engine_transaction(connection) == 0};
    return !ret_change->own || engine_begin(connection, ret_error);
}

bool ledger_leave(LedgerChain *chain, LedgerChange *change, bool ok, EngineError *ret_error) {
    ok = ok && write_links(chain, change->connection, ret_error);
    drop_links(chain);
    ok = ok && (!change->own || engine_commit(change->connection, ret_error));
    if (!ok && change->own) engine_rollback(change->connection);
    return ok;
}

static bool fail_memory(EngineError *ret_error) {
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

/* A link for each row of the result, which it closes. */
static bool link_rows(LedgerChain *chain, const LedgerTable *table, LedgerAct act, EngineResult *result, EngineError *ret_error) {
    LedgerShape shape = {0};
    const char **cells = calloc(engine_column_count(result) + 1, sizeof *cells);
    bool ok = cells && ledger_shape_open(table, result, &shape);
    while (ok && engine_next(result, ret_error)) {
        for (size_t i = 0; i < shape.count; i++) {
            EngineCell cell = engine_cell(result, i);
            cells[i] = cell.is_null ? NULL : cell.text;
        }
        ok = ledger_link(chain, &shape, act, cells);
    }
    engine_result_close(result);
    ledger_shape_close(&shape);
    free(cells);
    return ok ? ret_error->fault == ENGINE_FAULT_NONE : fail_memory(ret_error);
}

static bool link_where(LedgerChain *chain, EngineConnection *connection, const char *table, LedgerAct act, const char *where,
                       const EngineParameter *parameters, size_t count, EngineError *ret_error) {
    EngineResult *result;
    char *sql;
    if (asprintf(&sql, "select * from gov.%s where %s", table, where) < 0) return fail_memory(ret_error);
    bool ok = engine_query(connection, sql, parameters, count, &result, ret_error) &&
              link_rows(chain, ledger_find_table(table), act, result, ret_error);
    free(sql);
    return ok;
}

bool ledger_write(LedgerChain *chain, EngineConnection *connection, const char *table, LedgerAct act, const char *sql,
                  const EngineParameter *parameters, size_t count, const char *where, size_t where_count, EngineError *ret_error) {
    return engine_execute_with(connection, sql, parameters, count, NULL, ret_error) &&
           link_where(chain, connection, table, act, where, parameters, where_count, ret_error);
}

bool ledger_remove(LedgerChain *chain, EngineConnection *connection, const char *table, const char *where,
                   const EngineParameter *parameters, size_t count, EngineError *ret_error) {
    char *sql;
    if (asprintf(&sql, "delete from gov.%s where %s", table, where) < 0) return fail_memory(ret_error);
    bool ok = link_where(chain, connection, table, LEDGER_REMOVED, where, parameters, count, ret_error) &&
              engine_execute_with(connection, sql, parameters, count, NULL, ret_error);
    free(sql);
    return ok;
}

/* ----------------------------------------------------------------------------------------------------------- tables */

bool ledger_has_table(EngineConnection *connection, const char *table, bool *ret_has, EngineError *ret_error) {
    const EngineParameter name = engine_text(table);
    EngineResult *result;
    if (!engine_query(connection, "select 1 from information_schema.tables where table_schema = 'gov' and table_name = $1", &name, 1, &result,
                      ret_error))
        return false;
    *ret_has = engine_next(result, ret_error);
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool query_table(EngineConnection *connection, const LedgerTable *table, const char *rest, EngineResult **ret_result,
                        EngineError *ret_error) {
    char sql[128];
    snprintf(sql, sizeof sql, "select * from gov.%s%s", table->name, rest);
    return engine_query(connection, sql, NULL, 0, ret_result, ret_error);
}

bool ledger_link_everything(LedgerChain *chain, EngineConnection *connection, EngineError *ret_error) {
    size_t count;
    const LedgerTable *tables = ledger_tables(&count);
    for (size_t i = 0; i < count; i++) {
        EngineResult *result;
        bool has;
        if (!ledger_has_table(connection, tables[i].name, &has, ret_error)) return false;
        if (has && (!query_table(connection, &tables[i], "", &result, ret_error) ||
                    !link_rows(chain, &tables[i], LEDGER_ADDED, result, ret_error)))
            return false;
    }
    return true;
}

const LedgerShape *ledger_shape_of(LedgerChain *chain, EngineConnection *connection, const LedgerTable *table, EngineError *ret_error) {
    for (size_t i = 0; i < chain->shape_count; i++)
        if (chain->shapes[i].table == table) return &chain->shapes[i];
    EngineResult *result;
    if (chain->shape_count == MOST_TABLES || !query_table(connection, table, " limit 0", &result, ret_error)) return NULL;
    LedgerShape *shape = &chain->shapes[chain->shape_count];
    bool ok = ledger_shape_open(table, result, shape);
    engine_result_close(result);
    if (!ok) {
        fail_memory(ret_error);
        return NULL;
    }
    chain->shape_count++;
    return shape;
}
