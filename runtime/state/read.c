/* Reading a target's state, list by list, into memory that is the caller's. */
#include "runtime/state/read.h"
#include "runtime/ledger/schema.h"
#include "runtime/run/target.h"
#include "runtime/state/find.h"
#include "runtime/state/internal.h"

#include <stdlib.h>
#include <string.h>

static const StateQueries *queries_of(const char *engine) {
    static const StateQueries *const queries[] = {&state_queries_duckdb, &state_queries_postgres};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        if (strcmp(queries[i]->engine, engine) == 0) return queries[i];
    return NULL;
}

/* Reads the cells of one row, from left to right. */
typedef struct {
    const StateMemory *memory;
    EngineResult *result;
    size_t column;
    bool out_of_memory;
} Reader;

static void *allocate(Reader *reader, size_t size) {
    void *memory = reader->memory->allocate(reader->memory->context, size);
    reader->out_of_memory = reader->out_of_memory || !memory;
    return memory;
}

static const char *read_text(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    if (cell.is_null) return NULL;
    char *text = allocate(reader, cell.length + 1);
    return text ? memcpy(text, cell.text, cell.length + 1) : NULL;
}

static int64_t read_integer(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    return cell.is_null || !cell.has_integer ? 0 : cell.integer;
}

/* A text that is never null. */
static const char *read_name(Reader *reader) {
    const char *text = read_text(reader);
    return text ? text : "";
}

static bool read_flag(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    return !cell.is_null && cell.has_integer ? cell.integer : !cell.is_null && *cell.text == 't';
}

/* ------------------------------------------------------------------------------------------------------------ rows */

static void read_about(Reader *reader, void *item) {
    TargetState *state = item;
    state->user = read_text(reader);
    state->user_is_superuser = read_flag(reader);
    state->database = read_text(reader);
}

static void read_schema(Reader *reader, void *item) {
    StateSchema *schema = item;
    schema->name = read_name(reader);
    schema->owner = read_text(reader);
    schema->comment = read_text(reader);
}

static void read_relation(Reader *reader, void *item) {
    StateRelation *relation = item;
    relation->schema = read_name(reader);
    relation->name = read_name(reader);
    relation->kind = read_name(reader);
    relation->owner = read_text(reader);
    relation->comment = read_text(reader);
    relation->definition = read_text(reader);
    relation->security_barrier = read_flag(reader);
    relation->security_invoker = read_flag(reader);
    relation->row_security = read_flag(reader);
}

static void read_column(Reader *reader, void *item) {
    StateColumn *column = item;
    column->schema = read_name(reader);
    column->relation = read_name(reader);
    column->name = read_name(reader);
    column->type = read_name(reader);
    column->comment = read_text(reader);
    column->not_null = read_flag(reader);
}

static void read_addition(Reader *reader, void *item) {
    StateAddition *addition = item;
    addition->schema = read_name(reader);
    addition->relation = read_name(reader);
    addition->kind = read_name(reader);
    addition->name = read_name(reader);
}

static void read_privilege(Reader *reader, void *item) {
    StatePrivilege *privilege = item;
    privilege->kind = read_name(reader);
    privilege->schema = read_name(reader);
    privilege->name = read_name(reader);
    privilege->column = read_name(reader);
    privilege->role = read_name(reader);
    privilege->privilege = read_name(reader);
    privilege->grantor = read_text(reader);
    privilege->grantable = read_flag(reader);
}

static void read_role(Reader *reader, void *item) {
    StateRole *role = item;
    role->name = read_name(reader);
    role->login = read_flag(reader);
    role->superuser = read_flag(reader);
    role->bypass_rls = read_flag(reader);
    role->create_role = read_flag(reader);
    role->create_database = read_flag(reader);
    role->replication = read_flag(reader);
    role->bootstrap = read_flag(reader);
}

static void read_object(Reader *reader, void *item) {
    StateObject *object = item;
    object->schema = read_name(reader);
    object->name = read_name(reader);
    object->kind = read_name(reader);
    object->step = read_name(reader);
    object->definition = read_text(reader);
    object->columns = read_name(reader);
    object->outline = read_name(reader);
}

static void read_granted(Reader *reader, void *item) {
    StateGranted *granted = item;
    read_privilege(reader, &granted->privilege);
    granted->undo = read_name(reader);
    granted->adopted = read_flag(reader);
}

static void read_accepted(Reader *reader, void *item) {
    ((StateAccepted *)item)->key = read_name(reader);
}

static void read_file(Reader *reader, void *item) {
    StateFile *file = item;
    file->step = read_name(reader);
    file->fingerprint = read_name(reader);
    file->path = read_name(reader);
    file->run_id = read_integer(reader);
    file->bytes = read_integer(reader);
    file->changed = read_integer(reader);
    file->loaded = read_integer(reader);
}

/* ----------------------------------------------------------------------------------------------------------- tables */

static const char objects_query[] =
    "select schema_name, name, kind, step, definition, columns, outline from gov.objects";
static const char granted_query[] =
    "select kind, schema_name, name, column_name, role_name, privilege, null as grantor, false as grantable, undo, adopted "
    "from gov.grants";
static const char files_query[] =
    "select step, fingerprint, path, run_id, bytes, changed_at, cast(extract(epoch from loaded_at) as bigint) from gov.files order by step, run_id, path";
static const char accepted_query[] = "select key from gov.accepted order by key";

typedef struct {
    const char *sql;             /* null: nothing of the kind */
    int parameters;              /* how many of $1, $2 it has */
    void (*read)(Reader *reader, void *item);
    size_t size;
    const void *items;           /* address of the list */
    size_t *count;
} Table;

/* Room for one more item. */
static void *grow(Reader *reader, void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return items;
    size_t wanted = *capacity ? 2 * *capacity : 64;
    void *grown = allocate(reader, wanted * size);
    if (!grown) return NULL;
    if (count) memcpy(grown, items, count * size);
    *capacity = wanted;
    return grown;
}

static bool read_rows(Reader *reader, const Table *table, EngineError *ret_error) {
    void *items = NULL;
    size_t capacity = 0, count = 0;
    while (engine_next(reader->result, ret_error)) {
        items = grow(reader, items, count, &capacity, table->size);
        if (!items) break;
        reader->column = 0;
        table->read(reader, (char *)items + count++ * table->size);
    }
    if (ret_error->fault != ENGINE_FAULT_NONE) return false;
    if (reader->out_of_memory) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    memcpy((void *)table->items, &items, sizeof items);
    *table->count = count;
    return !reader->out_of_memory;
}

static bool read_table(EngineConnection *connection, const StateMemory *memory, const Table *table,
                       const EngineParameter *names, EngineError *ret_error) {
    Reader reader = {.memory = memory};
    if (!table->sql) return true;
    if (!engine_query(connection, table->sql, names, (size_t)table->parameters, &reader.result, ret_error)) return false;
    bool ok = read_rows(&reader, table, ret_error);
    engine_result_close(reader.result);
    return ok;
}

static bool read_who(EngineConnection *connection, const StateMemory *memory, const StateQueries *of, TargetState *state,
                     EngineError *ret_error) {
    Reader reader = {.memory = memory};
    if (!engine_query(connection, of->about, NULL, 0, &reader.result, ret_error)) return false;
    if (engine_next(reader.result, ret_error)) read_about(&reader, state);
    engine_result_close(reader.result);
    return ret_error->fault == ENGINE_FAULT_NONE && !reader.out_of_memory;
}

static bool is_of(const StateColumn *column, const StateRelation *relation) {
    return strcmp(column->schema, relation->schema) == 0 && strcmp(column->relation, relation->name) == 0;
}

/* Gives each relation its columns: both lists are in the same order. */
static void share_columns(TargetState *state) {
    size_t at = 0;
    for (size_t i = 0; i < state->relation_count; i++) {
        StateRelation *relation = (StateRelation *)&state->relations[i];
        if (at < state->column_count && !is_of(&state->columns[at], relation)) continue; /* a sequence, a function */
        relation->columns = state->columns + at;
        while (at < state->column_count && is_of(&state->columns[at], relation)) at++;
        relation->column_count = (size_t)(state->columns + at - relation->columns);
    }
}

/* What is looked for by name is in order of bytes, whatever the server's order is. */
static void sort_objects(TargetState *state) {
    if (state->object_count) qsort((void *)state->objects, state->object_count, sizeof *state->objects, state_compare_objects);
    if (state->granted_count)
        qsort((void *)state->granted, state->granted_count, sizeof *state->granted, state_compare_privileges);
}

static void sort_privileges(TargetState *state) {
    if (state->privilege_count)
        qsort((void *)state->privileges, state->privilege_count, sizeof *state->privileges, state_compare_privileges);
}

/* The names, and the schemas in which something was published before, set off by the byte 31. Null: out of memory. */
static char *joined(const StateMemory *memory, const GovTexts *names, const StateObject *objects, size_t object_count) {
    size_t length = 1;
    for (size_t i = 0; i < names->count; i++) length += strlen(names->items[i]) + 1;
    for (size_t i = 0; i < object_count; i++) length += strlen(objects[i].schema) + 1;
    char *text = memory->allocate(memory->context, length), *end = text;
    for (size_t i = 0; text && i < names->count + object_count; i++) {
        const char *name = i < names->count ? names->items[i] : objects[i - names->count].schema;
        if (i > names->count && strcmp(name, objects[i - names->count - 1].schema) == 0) continue;
        if (end > text) *end++ = 31;
        end = stpcpy(end, name);
    }
    return text;
}

static bool read_ledger(EngineConnection *connection, const StateMemory *memory, TargetState *state, EngineError *ret_error) {
    const Table tables[] = {
        {objects_query, 0, read_object, sizeof(StateObject), &state->objects, &state->object_count},
        {granted_query, 0, read_granted, sizeof(StateGranted), &state->granted, &state->granted_count},
        {files_query, 0, read_file, sizeof(StateFile), &state->files, &state->file_count},
        {accepted_query, 0, read_accepted, sizeof(StateAccepted), &state->accepted, &state->accepted_count},
    };
    int64_t version;
    if (!ledger_version(connection, &version, ret_error)) return false;
    for (size_t i = 0; version >= LEDGER_HAS_GRANTS && i < sizeof tables / sizeof *tables; i++)
        if (!read_table(connection, memory, &tables[i], NULL, ret_error)) return false;
    return true;
}

static bool read_catalog(EngineConnection *connection, const StateQueries *of, const StateMemory *memory,
                         const EngineParameter *names, TargetState *state, EngineError *ret_error) {
    const Table tables[] = {
        {of->schemas, 1, read_schema, sizeof(StateSchema), &state->schemas, &state->schema_count},
        {of->relations, 1, read_relation, sizeof(StateRelation), &state->relations, &state->relation_count},
        {of->columns, 1, read_column, sizeof(StateColumn), &state->columns, &state->column_count},
        {of->additions, 1, read_addition, sizeof(StateAddition), &state->additions, &state->addition_count},
        {of->privileges, 2, read_privilege, sizeof(StatePrivilege), &state->privileges, &state->privilege_count},
        {of->roles, 2, read_role, sizeof(StateRole), &state->roles, &state->role_count},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!read_table(connection, memory, &tables[i], names, ret_error)) return false;
    share_columns(state);
    sort_privileges(state);
    return true;
}

bool state_read_by(EngineConnection *connection, const char *engine, const StateScope *scope, const StateMemory *memory,
                   TargetState *ret_state, EngineError *ret_error) {
    const StateQueries *of = queries_of(engine);
    *ret_state = (TargetState){.exists = true, .engine = engine};
    *ret_error = (EngineError){0};
    if (!of) return true; /* nothing can be asked of it */
    if (!read_ledger(connection, memory, ret_state, ret_error) || !read_who(connection, memory, of, ret_state, ret_error))
        return false;
    sort_objects(ret_state);
    const char *schemas = joined(memory, &scope->schemas, ret_state->objects, ret_state->object_count);
    const char *roles = joined(memory, &scope->roles, NULL, 0);
    if (!schemas || !roles) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    const EngineParameter names[] = {engine_text(schemas), engine_text(roles)};
    return read_catalog(connection, of, memory, names, ret_state, ret_error);
}

/* One transaction, so that all lists are of one moment. */
static bool read_whole(EngineDatabase *database, const char *engine, const StateScope *scope, const StateMemory *memory,
                       TargetState *ret_state, EngineError *ret_error) {
    EngineConnection *connection;
    const StateQueries *of = queries_of(engine);
    const char *settings = of ? of->settings : "";
    if (!engine_connect(database, &connection, ret_error)) return false;
    bool ok = engine_begin(connection, ret_error) &&
              (!*settings || engine_execute(connection, settings, NULL, ret_error)) &&
              state_read_by(connection, engine, scope, memory, ret_state, ret_error);
    engine_rollback(connection);
    engine_disconnect(connection);
    return ok;
}

bool state_read(const GovPlan *plan, const char *folder, const StateScope *scope, const StateMemory *memory,
                TargetState *ret_state, char **ret_error) {
    GovPlan only_target = *plan;
    only_target.constants.count = 0;
    only_target.step_count = 0;
    only_target.access = (GovAccess){0};
    Target target;
    EngineFault fault;
    EngineError error;
    *ret_state = (TargetState){.engine = plan->target.engine};
    *ret_error = NULL;
    if (!target_open(&only_target, folder, TARGET_READ, &target, &fault, ret_error)) {
        if (fault != ENGINE_FAULT_MISSING) return false;
        free(*ret_error);
        *ret_error = NULL;
        return true;
    }
    bool ok = read_whole(target.database, plan->target.engine, scope, memory, ret_state, &error);
    if (!ok) *ret_error = settings_redact(target.settings, error.text);
    target_close(&target);
    return ok;
}
