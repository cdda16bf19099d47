#include "runtime/state/publish.h"
#include "runtime/ledger/rows.h"
#include "runtime/state/find.h"
#include "runtime/state/read.h"

#include <stdlib.h>
#include <string.h>

/* What one publication needs, freed with it. */
typedef struct Block {
    struct Block *next;
    _Alignas(max_align_t) char bytes[];
} Block;

typedef struct {
    EngineConnection *connection;
    const StatePublication *of;
    TargetState state;
    StateScope scope;
    StateWanted wanted;
    const char **published;      /* names of the steps that were put in place, in order */
    size_t published_count;
    Block *blocks;
    StateMemory memory;
    EngineError *error;
} Publisher;

static void *allocate(void *context, size_t size) {
    Publisher *publisher = context;
    Block *block = calloc(1, sizeof *block + size);
    if (!block) return NULL;
    block->next = publisher->blocks;
    publisher->blocks = block;
    return block->bytes;
}

static bool out_of_memory(Publisher *publisher) {
    *publisher->error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

static bool execute(Publisher *publisher, const char *sql) {
    return engine_execute(publisher->connection, sql, NULL, publisher->error);
}

/* ----------------------------------------------------------------------------------------------------------- grants */

/* Removes the row of what is not granted any more. */
static bool forget(Publisher *publisher, const StatePrivilege *what) {
    const EngineParameter row[] = {engine_text(what->kind),   engine_text(what->schema), engine_text(what->name),
                                   engine_text(what->column), engine_text(what->role),   engine_text(what->privilege)};
    return ledger_remove(publisher->of->ledger->chain, publisher->connection, "grants",
                         "kind = $1 and schema_name = $2 and name = $3 and column_name = $4 and role_name = $5 and privilege = $6", row,
                         sizeof row / sizeof *row, publisher->error);
}

static bool remember(Publisher *publisher, const StatePrivilege *what, const char *undo) {
    const EngineParameter row[] = {
        engine_integer(publisher->of->ledger->run_id), engine_text(what->kind), engine_text(what->schema),    engine_text(what->name),
        engine_text(what->column),             engine_text(what->role), engine_text(what->privilege), engine_text(undo)};
    return ledger_write(publisher->of->ledger->chain, publisher->connection, "grants", LEDGER_ADDED,
                        "insert into gov.grants (run_id, kind, schema_name, name, column_name, role_name, privilege, "
                        "undo, adopted, granted_at) values ($1, $2, $3, $4, $5, $6, $7, $8, false, now())",
                        row, sizeof row / sizeof *row,
                        "run_id = $1 and kind = $2 and schema_name = $3 and name = $4 and column_name = $5 and role_name = $6 and privilege = $7",
                        7, publisher->error);
}

/* Grants that the server cannot make are only warnings of it: whoever is told that a role may read must find it so. */
static bool check_granted(Publisher *publisher, const bool *granted) {
    const GovAccess *access = &publisher->of->plan->access;
    TargetState after;
    if (!state_read_by(publisher->connection, publisher->of->plan->target.engine, &publisher->scope, &publisher->memory, &after, publisher->error))
        return false;
    for (size_t i = 0; i < access->privilege_count; i++) {
        const GovPrivilege *wanted = &access->privileges[i];
        StatePrivilege what = state_privilege_of(wanted);
        if (!granted[i] || state_has(&after, &what)) continue;
        publisher->error->fault = ENGINE_FAULT_OTHER;
        snprintf(publisher->error->text, sizeof publisher->error->text, "`%s` could not be granted %s on %s%s%s: `%s` may not grant it",
                 what.role, what.privilege, wanted->schema ? wanted->schema : "the database", *what.name ? "." : "", what.name,
                 after.user ? after.user : "");
        return false;
    }
    return true;
}

/* What is there already stays whose it was: gov takes back only what it gave. */
static bool grant_what_is_missing(Publisher *publisher) {
    const GovAccess *access = &publisher->of->plan->access;
    bool any = false, *granted = allocate(publisher, access->privilege_count + 1);
    if (!granted) return out_of_memory(publisher);
    for (size_t i = 0; i < access->privilege_count; i++) {
        const GovPrivilege *wanted = &access->privileges[i];
        StatePrivilege what = state_privilege_of(wanted);
        bool known = state_find_granted(&publisher->state, &what);
        if (state_has(&publisher->state, &what)) continue;
        if (wanted->kind == GOV_OBJECT_RELATION && !state_find_relation(&publisher->state, what.schema, what.name))
            continue; /* not built yet: it failed, or was not selected */
        if (!execute(publisher, wanted->grant) || (!known && !remember(publisher, &what, wanted->revoke))) return false;
        any = granted[i] = true;
    }
    return !any || check_granted(publisher, granted);
}

static bool undo_what_is_not_wanted(Publisher *publisher) {
    for (size_t i = 0; i < publisher->state.granted_count; i++) {
        const StateGranted *granted = &publisher->state.granted[i];
        if (state_is_wanted(&publisher->wanted, &granted->privilege)) continue;
        if (state_still_holds(&publisher->state, &granted->privilege) && !execute(publisher, granted->undo)) return false;
        if (!forget(publisher, &granted->privilege)) return false;
    }
    return true;
}

/* ---------------------------------------------------------------------------------------------------------- objects */

static bool is_of_a_view(const GovAccess *access, const StateObject *object) {
    for (size_t i = 0; i < access->view_count; i++)
        if (strcmp(access->views[i].schema, object->schema) == 0 && strcmp(access->views[i].name, object->name) == 0) return true;
    return false;
}

/* The view of a role that is granted nothing any more is among no plan's statements. */
static bool drop_view(Publisher *publisher, const StateObject *object) {
    char *sql = NULL;
    size_t length;
    FILE *stream = open_memstream(&sql, &length);
    if (!stream) return out_of_memory(publisher);
    fprintf(stream, "drop %s ", object->kind);
    engine_write_name(stream, object->schema);
    fputc('.', stream);
    engine_write_name(stream, object->name);
    bool ok = fclose(stream) == 0 ? execute(publisher, sql) : out_of_memory(publisher);
    free(sql);
    return ok;
}

static bool drop_undeclared(Publisher *publisher, bool views) {
    for (size_t i = publisher->state.object_count; i-- > 0;) {
        const StateObject *object = &publisher->state.objects[i];
        bool declared = !strstr(object->step, " for ") || is_of_a_view(&publisher->of->plan->access, object);
        if (declared || (strcmp(object->kind, "view") == 0) != views) continue;
        const StateRelation *relation = state_find_relation(&publisher->state, object->schema, object->name);
        if (relation && strcmp(relation->kind, object->kind) == 0 && !drop_view(publisher, object)) return false;
    }
    return true;
}

/* A view that ends on a day reads a masked table: views go first. */
static bool drop_undeclared_views(Publisher *publisher) {
    return drop_undeclared(publisher, true) && drop_undeclared(publisher, false);
}

/* A name as the catalog has it, behind one part of `"marts"."Fct ""orders"""`; gives what stands behind its dot. */
static const char *unquote(const char *quoted, char *name) {
    bool inside = *quoted == '"';
    if (!inside) {
        while (*quoted && *quoted != '.') *name++ = *quoted++;
    } else {
        for (quoted++; *quoted && (*quoted != '"' || quoted[1] == '"'); *name++ = *quoted++)
            if (*quoted == '"') quoted++;
        quoted += *quoted == '"';
    }
    *name = 0;
    return *quoted == '.' ? quoted + 1 : quoted;
}

/* Fills schema and name of what has the quoted name. */
static bool find_names(Publisher *publisher, const char *published, StateObject *object) {
    size_t length = strlen(published) + 1;
    char *schema = allocate(publisher, length), *name = allocate(publisher, length);
    if (!schema || !name) return out_of_memory(publisher);
    unquote(unquote(published, schema), name);
    object->schema = schema;
    object->name = name;
    return true;
}

static char *columns_text(Publisher *publisher, const StateRelation *relation) {
    size_t length = 1;
    for (size_t i = 0; i < relation->column_count; i++)
        length += strlen(relation->columns[i].name) + strlen(relation->columns[i].type) + 2;
    char *text = allocate(publisher, length), *end = text;
    for (size_t i = 0; text && i < relation->column_count; i++) {
        end = stpcpy(stpcpy(end, relation->columns[i].name), "\t");
        end = stpcpy(stpcpy(end, relation->columns[i].type), "\n");
    }
    return text;
}

static void put_object(const Publisher *publisher, LedgerRows *rows, const StateObject *object) {
    const char *const cells[] = {object->schema, object->name, object->kind, object->step, object->definition, object->columns,
                                 object->outline};
    ledger_put_integer(rows, publisher->of->ledger->run_id);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) ledger_put_text(rows, cells[i]);
    ledger_put_now(rows);
    ledger_end_row(rows);
}

/* The row of a relation that stands there now; nothing if there is none of the name. */
static bool put_published(Publisher *publisher, LedgerRows *rows, StateObject object) {
    const StateRelation *relation = state_find_relation(&publisher->state, object.schema, object.name);
    if (!relation) return true;
    object.kind = relation->kind;
    object.definition = relation->definition;
    object.columns = columns_text(publisher, relation);
    if (!object.columns) return out_of_memory(publisher);
    put_object(publisher, rows, &object);
    return true;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_published_now(const Publisher *publisher, const char *step) {
    return publisher->published_count &&
           bsearch(&step, publisher->published, publisher->published_count, sizeof step, compare_names);
}

static const char *step_of_view(Publisher *publisher, const GovRoleView *view) {
    static const char between[] = " for ";
    char *text = allocate(publisher, strlen(view->of) + sizeof between + strlen(view->role));
    if (text) stpcpy(stpcpy(stpcpy(text, view->of), between), view->role);
    return text;
}

/* Rows of the ledger that are written anew: of what is published now, and of roles' views, which are written again if they are
 * declared and otherwise were dropped. */
static bool forget_objects(Publisher *publisher) {
    char *where = NULL;
    size_t length, count = 0;
    FILE *stream = open_memstream(&where, &length);
    if (!stream) return out_of_memory(publisher);
    fputs("step in (", stream);
    for (size_t i = 0; i < publisher->state.object_count; i++) {
        const char *step = publisher->state.objects[i].step;
        if (!strstr(step, " for ") && !is_published_now(publisher, step)) continue;
        if (count++) fputs(", ", stream);
        engine_write_literal(stream, step);
    }
    fputc(')', stream);
    bool ok = fclose(stream) == 0 || out_of_memory(publisher);
    if (ok && count)
        ok = ledger_remove(publisher->of->ledger->chain, publisher->connection, "objects", where, NULL, 0, publisher->error);
    free(where);
    return ok;
}

static bool put_all(Publisher *publisher, LedgerRows *rows) {
    const GovPlan *plan = publisher->of->plan;
    bool ok = true;
    for (size_t i = 0; ok && i < plan->step_count; i++) {
        StateObject object = {.step = plan->steps[i].name, .outline = plan->steps[i].outline ? plan->steps[i].outline : ""};
        if (publisher->of->published[i] && plan->steps[i].published)
            ok = find_names(publisher, plan->steps[i].published, &object) && put_published(publisher, rows, object);
    }
    for (size_t i = 0; ok && i < plan->access.view_count; i++) {
        const GovRoleView *view = &plan->access.views[i];
        StateObject object = {.schema = view->schema, .name = view->name, .step = step_of_view(publisher, view), .outline = view->sql ? view->sql : ""};
        ok = object.step ? put_published(publisher, rows, object) : out_of_memory(publisher);
    }
    return ok;
}

static bool record_objects(Publisher *publisher) {
    if (!forget_objects(publisher)) return false;
    LedgerRows rows = ledger_rows_open(publisher->of->ledger->chain, publisher->connection, "objects", publisher->error);
    rows.ok = rows.ok && put_all(publisher, &rows);
    return ledger_rows_close(&rows);
}

/* ------------------------------------------------------------------------------------------------------------ whole */

/* The schemas and roles that the plan manages; the lists are the publication's. */
static bool find_scope(Publisher *publisher, StateScope *ret_scope) {
    const GovPlan *plan = publisher->of->plan;
    const GovAccess *access = &plan->access;
    size_t most = plan->step_count + access->schemas.count;
    const char **schemas = allocate(publisher, (most + 1) * sizeof *schemas);
    const char **roles = allocate(publisher, (access->role_count + 2) * sizeof *roles);
    if (!schemas || !roles) return out_of_memory(publisher);
    *ret_scope = (StateScope){{schemas, 0}, {roles, 0}};
    for (size_t i = 0; i < access->schemas.count; i++) schemas[ret_scope->schemas.count++] = access->schemas.items[i];
    for (size_t i = 0; i < plan->step_count; i++) {
        StateObject object;
        if (!plan->steps[i].published) continue;
        if (!find_names(publisher, plan->steps[i].published, &object)) return false;
        bool known = false;
        for (size_t k = 0; !known && k < ret_scope->schemas.count; k++) known = strcmp(schemas[k], object.schema) == 0;
        if (!known) schemas[ret_scope->schemas.count++] = object.schema;
    }
    for (size_t i = 0; i < access->role_count; i++) roles[ret_scope->roles.count++] = access->roles[i].name;
    if (access->owner) roles[ret_scope->roles.count++] = access->owner;
    return true;
}

static bool comment(Publisher *publisher) {
    const GovTexts *comments = &publisher->of->plan->comments;
    for (size_t i = 0; i < comments->count; i++)
        if (!execute(publisher, comments->items[i])) return false;
    return true;
}

/* What is looked for again and again is put in order once. */
static bool prepare(Publisher *publisher) {
    const GovPlan *plan = publisher->of->plan;
    StatePrivilege *wanted = allocate(publisher, (plan->access.privilege_count + 1) * sizeof *wanted);
    publisher->published = allocate(publisher, (plan->step_count + 1) * sizeof *publisher->published);
    if (!wanted || !publisher->published) return out_of_memory(publisher);
    publisher->wanted = state_wanted(&plan->access, wanted);
    for (size_t i = 0; i < plan->step_count; i++)
        if (publisher->of->published[i]) publisher->published[publisher->published_count++] = plan->steps[i].name;
    qsort(publisher->published, publisher->published_count, sizeof *publisher->published, compare_names);
    return true;
}

static bool publish(Publisher *publisher) {
    return prepare(publisher) && comment(publisher) && find_scope(publisher, &publisher->scope) &&
           state_read_by(publisher->connection, publisher->of->plan->target.engine, &publisher->scope, &publisher->memory,
                         &publisher->state, publisher->error) &&
           undo_what_is_not_wanted(publisher) && drop_undeclared_views(publisher) && grant_what_is_missing(publisher) && record_objects(publisher);
}

bool state_publish(EngineConnection *connection, const StatePublication *publication, EngineError *ret_error) {
    Publisher publisher = {.connection = connection, .of = publication, .error = ret_error};
    publisher.memory = (StateMemory){allocate, &publisher};
    LedgerChange change;
    bool ok = ledger_enter(connection, &change, ret_error);
    ok = ledger_leave(publication->ledger->chain, &change, ok && publish(&publisher), ret_error);
    for (Block *next, *block = publisher.blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    return ok;
}
