/* What the grants are at the target: roles, role views, privileges and shares of runtime/plan.h, from the access matrix.
 *
 * On an engine with roles a grant of a whole relation is a privilege on it; any other is one on a view in the role's own schema,
 * so that what is hidden is not in what they read. On an engine without roles there are shares only, and, where a role is asked
 * about, what it would read. */
#include "compiler/facts/target_names.h"
#include "compiler/plan/internal.h"
#include "compiler/plan/role_view.h"

#include <string.h>

typedef struct RoleNames {
    const char *name;         /* at the target */
    const char *schema;       /* of its views */
} RoleNames;

typedef struct Accessing {
    Planner *planner;
    GovAccess *access;
    VEC(GovRole) roles;
    VEC(GovRoleView) views;
    VEC(GovPrivilege) privileges;
    VEC(GovShare) shares;
    TextList schemas;
    TextList used;            /* schemas that the role at hand may use */
    bool has_roles;           /* the engine does */
} Accessing;

/* ------------------------------------------------------------------- names */

static const char *quoted(const Planner *planner, const char *name) {
    Buffer out;
    buffer_open(&out, planner->arena);
    emit_name(planner->dialect, name, &out);
    return buffer_string(&out);
}

static const char *string(const Planner *planner, const char *text) {
    Buffer out;
    buffer_open(&out, planner->arena);
    emit_string(planner->dialect, text_of(text), &out);
    return buffer_string(&out);
}

static bool is_there(const Relation *relation) {
    return relation->kind != RELATION_SYSTEM && relation->rows && !relation->bad;
}

/* --------------------------------------------------------------- role views */

const char *pads_put(void *context, const char *secret, bool outer) {
    Pads *pads = context;
    uint32_t i = 0;
    while (i < pads->items.count && (pads->items.items[i].outer != outer || strcmp(pads->items.items[i].secret, secret) != 0)) i++;
    if (i == pads->items.count) vec_push(pads->arena, &pads->items, ((GovPad){secret, outer}));
    return arena_format(pads->arena, "$%u", i + 1);
}

static void add_reads(const Planner *planner, const Relation *relation, TextList *list) {
    RelationList real = {0};
    real_relations((Planner *)planner, relation, &real);
    for (uint32_t i = 0; i < real.count; i++) vec_push(planner->arena, list, published_name(planner, real.items[i]));
}

typedef struct Reading { const Planner *planner; TextList list; } Reading;

static void find_reads(void *context, Node **place) {
    Reading *reading = context;
    const Relation *relation = (*place)->kind == NODE_TABLE_REF ? ((const TableRef *)*place)->relation : NULL;
    if (relation) add_reads(reading->planner, relation, &reading->list);
    node_kids(*place, find_reads, context);
}

/* What the role may read of the relation as SQL, with the pads of its masks' secrets. */
static const char *view_sql(Planner *planner, const RelationAccess *access, Pads *pads, GovTexts *ret_reads) {
    Query *query = role_view_query(planner->facts, access);
    Node *node = &query->rowset.node;
    Reading reading = {.planner = planner};
    EmitOptions options = {.relation = name_for_readers, .context = planner, .schemas = planner->schemas, .columns = role_view_rows(planner->arena, access),
                           .pad = pads_put, .pad_context = pads};
    Buffer out;
    find_reads(&reading, &node);
    *ret_reads = texts_of(planner->arena, &reading.list);
    types_check_query(planner->program, query);
    buffer_open(&out, planner->arena);
    *pads = (Pads){.arena = planner->arena};
    planner->failed |= !emit_query(planner->program, query, planner->dialect, &options, &out);
    return buffer_string(&out);
}

/* The same until a day: from the next one on no row. */
static const char *until(const Planner *planner, const Grant *grant, const char *sql) {
    if (!grant->until.length) return sql;
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_text(&out, "select *");
    put_subquery(sql, "granted", &out);
    buffer_format(&out, "\nwhere (current_timestamp at time zone %s)::date <= date %s",
                  string(planner, planner->program->timezone ? planner->program->timezone : "UTC"), string(planner, text_copy(planner->arena, grant->until)));
    return buffer_string(&out);
}

static const char *empty_table(const Planner *planner, const RelationAccess *access, const char *published) {
    const Rows *rows = role_view_rows(planner->arena, access);
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "create table %s (", published);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Type *type = rows->columns.items[i]->type;
        buffer_format(&out, "%s\n  %s ", i ? "," : "", quoted(planner, rows->columns.items[i]->name->text));
        emit_type(planner->dialect, type, &out);
        if (type->kind == TYPE_TEXT) buffer_text(&out, " collate \"C\"");
    }
    buffer_text(&out, "\n)");
    return buffer_string(&out);
}

static void add_words(const Planner *planner, const RelationAccess *access, const char *kind, const char *published, TextList *list) {
    Arena *arena = planner->arena;
    const Rows *rows = role_view_rows(arena, access);
    const char *of = access->relation->decl->doc.length ? text_copy(arena, access->relation->decl->doc)
                                                         : arena_format(arena, "what role %s may read of %s", access->role->name->text, access->relation->full_name->text);
    vec_push(arena, list, arena_format(arena, "comment on %s %s is %s", kind, published, string(planner, of)));
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->doc.length)
            vec_push(arena, list, arena_format(arena, "comment on column %s.%s is %s", published, quoted(planner, rows->columns.items[i]->name->text),
                                               string(planner, text_copy(arena, rows->columns.items[i]->doc))));
}

/* Engines refuse to drop one kind as the other, and a mask that begins to need a secret changes the kind. */
static const char *drop_statement(const Planner *planner, const char *published) {
    return arena_format(planner->arena,
                        "do $gov$ begin\n  if (select relkind from pg_class where oid = to_regclass(%s)) = 'v' then drop view %s;\n"
                        "  else drop table if exists %s;\n  end if;\nend $gov$",
                        string(planner, published), published, published);
}

static GovRoleView view_of(Accessing *accessing, const RelationAccess *access, const RoleNames *names, const char *suffix) {
    const Planner *planner = accessing->planner;
    const Relation *relation = access->relation;
    GovRoleView view = {.role = access->role->name->text, .of = relation->full_name->text, .place = place_of(planner, access->grant->decl->node.span)};
    view.schema = accessing->has_roles ? names->schema : schema_at(planner->program, planner->options->target, relation->layer);
    view.name = accessing->has_roles ? arena_format(planner->arena, "%s__%s%s", relation->layer->name->text, relation->name->text, suffix) : relation->name->text;
    view.name = emit_fitted(planner->arena, planner->dialect, view.name);
    view.published = arena_format(planner->arena, "%s.%s", quoted(planner, view.schema), quoted(planner, view.name));
    return view;
}

static void add_made(Accessing *accessing, const RelationAccess *access, GovRoleView *view) {
    const Planner *planner = accessing->planner;
    Arena *arena = planner->arena;
    TextList make = {0};
    const char *kind = view->stored || !accessing->has_roles ? "table" : "view";
    if (accessing->has_roles) {
        vec_push(arena, &make, view->stored ? empty_table(planner, access, view->published)
                                            : arena_format(arena, "create view %s with (security_barrier) as\n%s", view->published, view->sql));
        vec_push(arena, &make, arena_format(arena, "alter %s %s owner to %s", kind, view->published, quoted(planner, accessing->access->owner)));
        view->fill = view->stored ? arena_format(arena, "insert into %s\n%s", view->published, view->sql) : NULL;
        view->drop = drop_statement(planner, view->published);
    }
    add_words(planner, access, kind, view->published, &make);
    view->make = texts_of(arena, &make);
    vec_push(arena, &accessing->views, *view);
}

/* What a masked table cannot do by itself, ending on a day, a view over it does: the table is then granted to nobody. */
static void add_view(Accessing *accessing, const RelationAccess *access, const RoleNames *names) {
    Planner *planner = accessing->planner;
    bool stored = needs_secret(access), apart = stored && accessing->has_roles && access->grant->until.length;
    Pads pads = {0};
    GovRoleView view = view_of(accessing, access, names, apart ? "__masked" : "");
    view.stored = stored;
    view.sql = view_sql(planner, access, &pads, &view.reads);
    view.pads = pads.items.items;
    view.pad_count = pads.items.count;
    if (!stored && accessing->has_roles) view.sql = until(planner, access->grant, view.sql);
    add_made(accessing, access, &view);
    if (!apart) return;
    GovRoleView ending = view_of(accessing, access, names, "");
    ending.reads = view.reads;
    ending.sql = until(planner, access->grant, arena_format(planner->arena, "select * from %s", view.published));
    add_made(accessing, access, &ending);
}

/* --------------------------------------------------------------- privileges */

static void add_privilege(Accessing *accessing, GovPrivilege privilege, const char *on) {
    Arena *arena = accessing->planner->arena;
    const char *grantee = quoted(accessing->planner, privilege.grantee);
    for (uint32_t i = 0; privilege.kind == GOV_OBJECT_SCHEMA && i < accessing->used.count; i++)
        if (strcmp(accessing->used.items[i], privilege.schema) == 0) return;
    if (privilege.kind == GOV_OBJECT_SCHEMA) vec_push(arena, &accessing->used, privilege.schema);
    privilege.grant = arena_format(arena, "grant %s on %s to %s", privilege.privilege, on, grantee);
    privilege.revoke = arena_format(arena, "revoke %s on %s from %s", privilege.privilege, on, grantee);
    vec_push(arena, &accessing->privileges, privilege);
}

/* The database's own name is known at the server only. */
static void add_connect(Accessing *accessing, const Role *role, const RoleNames *names) {
    static const char form[] = "do $gov$ begin execute format('%s connect on database %%I %s %%I', current_database(), %s); end $gov$";
    Planner *planner = accessing->planner;
    const char *grantee = string(planner, names->name);
    GovPrivilege privilege = {.kind = GOV_OBJECT_DATABASE, .privilege = "CONNECT", .role = role->name->text, .grantee = names->name,
                              .grant = arena_format(planner->arena, form, "grant", "to", grantee),
                              .revoke = arena_format(planner->arena, form, "revoke", "from", grantee),
                              .place = place_of(planner, role->decl->node.span)};
    vec_push(planner->arena, &accessing->privileges, privilege);
}

static void add_select(Accessing *accessing, const RelationAccess *access, const RoleNames *names, const char *schema, const char *name) {
    const Planner *planner = accessing->planner;
    GovPrivilege privilege = {.kind = GOV_OBJECT_SCHEMA, .schema = schema, .privilege = "USAGE", .role = access->role->name->text,
                              .grantee = names->name, .place = place_of(planner, access->grant->decl->node.span)};
    add_privilege(accessing, privilege, arena_format(planner->arena, "schema %s", quoted(planner, schema)));
    privilege.kind = GOV_OBJECT_RELATION;
    privilege.name = name;
    privilege.privilege = "SELECT";
    privilege.of = access->relation->full_name->text;
    add_privilege(accessing, privilege, arena_format(planner->arena, "%s.%s", quoted(planner, schema), quoted(planner, name)));
}

/* ---------------------------------------------------------------- statements */

static void add_schema(Accessing *accessing, const char *name) {
    for (uint32_t i = 0; i < accessing->schemas.count; i++)
        if (strcmp(accessing->schemas.items[i], name) == 0) return;
    vec_push(accessing->planner->arena, &accessing->schemas, name);
}

static const char *make_role(const Planner *planner, const char *name) {
    return arena_format(planner->arena, "do $gov$ begin\n  if not exists (select from pg_roles where rolname = %s) then create role %s nologin; end if;\nend $gov$",
                        string(planner, name), quoted(planner, name));
}

/* Whoever runs gov gives what it makes to the owner, and must be a member for that. */
static const char *join_owner(const Planner *planner, const char *owner) {
    const char *name = string(planner, owner);
    return arena_format(planner->arena, "do $gov$ begin\n  if not pg_has_role(%s, 'member') then execute format('grant %%I to %%I', %s, current_user); end if;\nend $gov$",
                        name, name);
}

static GovTexts prepare_statements(const Accessing *accessing) {
    const Planner *planner = accessing->planner;
    Arena *arena = planner->arena;
    const char *owner = quoted(planner, accessing->access->owner);
    TextList list = {0};
    vec_push(arena, &list, make_role(planner, accessing->access->owner));
    vec_push(arena, &list, join_owner(planner, accessing->access->owner));
    for (uint32_t i = 0; i < accessing->roles.count; i++) vec_push(arena, &list, make_role(planner, accessing->roles.items[i].name));
    for (uint32_t i = 0; i < accessing->schemas.count; i++) {
        const char *schema = quoted(planner, accessing->schemas.items[i]);
        vec_push(arena, &list, arena_format(arena, "create schema if not exists %s", schema));
        vec_push(arena, &list, arena_format(arena, "alter schema %s owner to %s", schema, owner));
        vec_push(arena, &list, arena_format(arena, "revoke all on schema %s from public", schema));
        vec_push(arena, &list, arena_format(arena, "revoke execute on all routines in schema %s from public", schema));
    }
    vec_push(arena, &list, arena_format(arena, "alter default privileges for role %s revoke execute on routines from public", owner));
    return texts_of(arena, &list);
}

/* -------------------------------------------------------------------- shares */

static bool is_file(const char *place) {
    return (!strstr(place, "://") || strncmp(place, "s3://", 5) == 0) && !strchr(place, '{');
}

static const PlaceNode *place_of_share(const Deferred *share) {
    const Clause *as = decl_clause(share->decl, CLAUSE_AS_PLACE);
    return as && as->expr && as->expr->kind == NODE_PLACE ? (const PlaceNode *)as->expr : NULL;
}

bool plan_share_runs(const Planner *planner, const Deferred *share, const char **ret_why) {
    const PlaceNode *place = place_of_share(share);
    *ret_why = "this version does not run it yet";
    if (!place || !place->has_text || !share->reads.count || !share->roles.count) return false;
    *ret_why = "this version writes shares of duckdb targets only: on a server grants are what a role may read";
    if (strcmp(dialect_name(planner->dialect), "duckdb") != 0) return false;
    *ret_why = "this version writes shares to files and folders of this machine and to `s3:`, whole";
    return is_file(text_copy(planner->arena, place->text));
}

static void add_share(Accessing *accessing, const Deferred *deferred) {
    Planner *planner = accessing->planner;
    const char *why;
    if (!plan_share_runs(planner, deferred, &why)) return;
    RelationAccess access = access_of(planner->facts, planner->arena, deferred->roles.items[0], deferred->reads.items[0]);
    for (uint32_t i = 0; !access.grant && i < access.relation->rows->columns.count; i++) access.columns[i].kind = ACCESS_WHOLE; /* as compiler/check took it */
    if (!access.relation->rows->columns.count || (access.grant && !access_is_readable(&access))) return;
    Pads pads = {0};
    GovTexts reads;
    const PlaceNode *place = place_of_share(deferred);
    GovShare share = {.role = access.role->name->text, .of = access.relation->full_name->text, .format = place->kind.name->text,
                      .file = text_copy(planner->arena, place->text), .sql = view_sql(planner, &access, &pads, &reads),
                      .place = place_of(planner, deferred->decl->node.span)};
    share.pads = pads.items.items;
    share.pad_count = pads.items.count;
    vec_push(planner->arena, &accessing->shares, share);
}

/* ----------------------------------------------------------------- the whole */

/* The relation itself: all of it, for good. */
static bool is_native(const RelationAccess *access) {
    return access->whole && !access->release && !access->grant->until.length && access->relation->stored != STORED_INLINE;
}

static void add_role(Accessing *accessing, const Role *role) {
    Planner *planner = accessing->planner;
    const RoleNames names = {role_name_at(planner->program, planner->options->target, role->name->text),
                             role_schema_at(planner->program, planner->options->target, role->name->text)};
    RelationAccesses all = access_of_role(planner->facts, planner->arena, role);
    bool any = false, views = false;
    accessing->used.count = 0;
    for (uint32_t i = 0; i < all.count; i++) {
        const RelationAccess *access = &all.items[i];
        const Relation *relation = access->relation;
        if (!is_there(relation) || !access_is_readable(access)) continue;
        if (accessing->has_roles && !any) add_connect(accessing, role, &names);
        any = true;
        if (accessing->has_roles && is_native(access)) {
            add_select(accessing, access, &names, schema_at(planner->program, planner->options->target, relation->layer), emit_fitted(planner->arena, planner->dialect, relation->name->text));
            continue;
        }
        views = true;
        add_view(accessing, access, &names);
        if (accessing->has_roles) add_select(accessing, access, &names, names.schema, accessing->views.items[accessing->views.count - 1].name);
    }
    if (!any || !accessing->has_roles) return;
    if (views) add_schema(accessing, names.schema);
    vec_push(planner->arena, &accessing->roles, ((GovRole){role->name->text, names.name, views ? names.schema : NULL, place_of(planner, role->decl->node.span)}));
}

void plan_access(Planner *planner, GovPlan *govplan) {
    const Program *program = planner->program;
    const PlanOptions *options = planner->options;
    Accessing accessing = {.planner = planner, .access = &govplan->access, .has_roles = strcmp(dialect_name(planner->dialect), "postgres") == 0};
    if (options->what != PLAN_RUN && !options->role) return;
    if (accessing.has_roles && program->grants.count) {
        govplan->access.owner = role_name_at(program, options->target, OWNER_ROLE);
        for (uint32_t i = 0; i < program->relations.count; i++) {
            const Relation *relation = program->relations.items[i];
            if (is_there(relation) && relation->stored != STORED_INLINE) add_schema(&accessing, schema_at(planner->program, planner->options->target, relation->layer));
        }
    }
    for (uint32_t i = 0; i < program->roles.count; i++)
        if (accessing.has_roles || program->roles.items[i] == options->role) add_role(&accessing, program->roles.items[i]);
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->decl->of == DECL_SHARE) add_share(&accessing, program->deferred.items[i]);
    if (govplan->access.owner) govplan->access.prepare = prepare_statements(&accessing);
    govplan->access.schemas = texts_of(planner->arena, &accessing.schemas);
    govplan->access.roles = accessing.roles.items, govplan->access.role_count = accessing.roles.count;
    govplan->access.views = accessing.views.items, govplan->access.view_count = accessing.views.count;
    govplan->access.privileges = accessing.privileges.items, govplan->access.privilege_count = accessing.privileges.count;
    govplan->access.shares = accessing.shares.items, govplan->access.share_count = accessing.shares.count;
}
