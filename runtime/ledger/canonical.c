#include "runtime/ledger/canonical.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not here: `chain` itself, and what is removed when a run ends: `leftovers`, `lock`. Append the tables of later
 * migrations. */
static const LedgerTable tables[] = {
    {"versions", "version"},
    {"runs", "run_id"},
    {"steps", "run_id step"},
    {"tests", "run_id step kind relation column_name name"},
    {"loads", "run_id step"},
    {"files", "run_id step path"},
    {"intervals", "step for_value from_date to_date"},
    {"objects", "schema_name name"},
    {"grants", "kind schema_name name column_name role_name privilege"},
    {"accepted", "key"},
    {"periods", "run_id step position"},
    {"publications", "publication"},
    {"histories", "relation from_publication"},
    {"history_columns", "relation column_name"},
    {"attempts", "run_id attempt step"},
};

const LedgerTable *ledger_tables(size_t *ret_count) {
    *ret_count = sizeof tables / sizeof *tables;
    return tables;
}

const LedgerTable *ledger_find_table(const char *name) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].name, name) == 0) return &tables[i];
    return NULL;
}

/* ----------------------------------------------------------------------------------------------------------- shapes */

static bool copy_columns(LedgerShape *shape, const EngineResult *result) {
    size_t room = shape->count + 1;
    shape->names = calloc(room, sizeof *shape->names);
    shape->classes = calloc(room, sizeof *shape->classes);
    shape->by_name = calloc(room, sizeof *shape->by_name);
    shape->key = calloc(room, sizeof *shape->key);
    if (!shape->names || !shape->classes || !shape->by_name || !shape->key) return false;
    for (size_t i = 0; i < shape->count; i++) {
        const EngineColumn *column = engine_column(result, i);
        shape->classes[i] = column->class;
        if (!(shape->names[i] = strdup(column->name))) return false;
    }
    return true;
}

static void sort_columns(LedgerShape *shape) {
    for (size_t i = 0; i < shape->count; i++) {
        size_t at = i;
        for (; at > 0 && strcmp(shape->names[shape->by_name[at - 1]], shape->names[i]) > 0; at--)
            shape->by_name[at] = shape->by_name[at - 1];
        shape->by_name[at] = i;
    }
}

static bool find_key(LedgerShape *shape) {
    for (const char *word = shape->table->key; *word;) {
        size_t length = strcspn(word, " "), column = 0;
        while (column < shape->count && (strncmp(shape->names[column], word, length) != 0 || shape->names[column][length])) column++;
        if (column == shape->count || shape->key_count == shape->count) return false;
        shape->key[shape->key_count++] = column;
        word += length + (word[length] == ' ');
    }
    return true;
}

bool ledger_shape_open(const LedgerTable *table, const EngineResult *result, LedgerShape *ret_shape) {
    *ret_shape = (LedgerShape){.table = table, .count = engine_column_count(result)};
    if (copy_columns(ret_shape, result)) {
        sort_columns(ret_shape);
        if (find_key(ret_shape)) return true;
    }
    ledger_shape_close(ret_shape);
    return false;
}

void ledger_shape_close(LedgerShape *shape) {
    for (size_t i = 0; shape->names && i < shape->count; i++) free(shape->names[i]);
    free(shape->names);
    free(shape->classes);
    free(shape->by_name);
    free(shape->key);
    *shape = (LedgerShape){0};
}

/* ------------------------------------------------------------------------------------------------------------ cells */

enum { CELL_SIZE = 64 };

/* `2026-11-21 13:47:08.12+00`, with T or Z, too; a date stays as it is. */
static const char *canonical_time(const char *text, char *buffer) {
    size_t length = strlen(text), digits = 0;
    if (length < 19 || length >= CELL_SIZE - 8) return text;
    const char *fraction = text[19] == '.' ? text + 20 : "";
    digits = strspn(fraction, "0123456789");
    snprintf(buffer, CELL_SIZE, "%.10s %.8s.%.*s%.*s", text, text + 11, digits < 6 ? (int)digits : 6, fraction,
             digits < 6 ? 6 - (int)digits : 0, "000000");
    return buffer;
}

static const char *canonical_cell(EngineClass class, const char *text, char *buffer) {
    switch (class) {
    case ENGINE_CLASS_BOOLEAN: return *text == 't' || *text == 'T' || *text == '1' ? "true" : "false";
    case ENGINE_CLASS_DOUBLE: snprintf(buffer, CELL_SIZE, "%.17g", strtod(text, NULL)); return buffer;
    case ENGINE_CLASS_TIME: return canonical_time(text, buffer);
    case ENGINE_CLASS_INTEGER:
    case ENGINE_CLASS_DECIMAL:
    case ENGINE_CLASS_TEXT:
    case ENGINE_CLASS_BYTES:
    case ENGINE_CLASS_JSON: break;
    }
    return text;
}

void ledger_hash_row(const LedgerShape *shape, const char *const *cells, char ret_hash[LEDGER_HASH_SIZE]) {
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < shape->count; i++) {
        size_t column = shape->by_name[i];
        char buffer[CELL_SIZE], length[32];
        if (!cells[column]) continue;
        const char *text = canonical_cell(shape->classes[column], cells[column], buffer);
        snprintf(length, sizeof length, "\t%zu\t", strlen(text));
        sha256_update(&context, strlen(shape->names[column]), (const uint8_t *)shape->names[column]);
        sha256_update(&context, strlen(length), (const uint8_t *)length);
        sha256_update(&context, strlen(text), (const uint8_t *)text);
        sha256_update(&context, 1, (const uint8_t *)"\n");
    }
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&context, sizeof digest, digest);
    base16_encode_update(ret_hash, sizeof digest, digest);
    ret_hash[LEDGER_HASH_SIZE - 1] = 0;
}

char *ledger_row_key(const LedgerShape *shape, const char *const *cells) {
    char *key = NULL, buffer[CELL_SIZE];
    size_t length;
    FILE *stream = open_memstream(&key, &length);
    if (!stream) return NULL;
    for (size_t i = 0; i < shape->key_count; i++) {
        const char *cell = cells[shape->key[i]];
        fprintf(stream, "%s%s", i ? " " : "", cell ? canonical_cell(shape->classes[shape->key[i]], cell, buffer) : "-");
    }
    if (fclose(stream) == 0) return key;
    free(key);
    return NULL;
}
