/* Who may read what: masks and grants. */
#include "compiler/names/internal.h"

/* ------------------------------------------------------------------- masks */

static void declare_mask(Binder *binder, Decl *decl) {
    Mask *mask = arena_new(binder->arena, Mask);
    *mask = (Mask){.name = decl->name.items[0].name, .decl = decl};
    if (decl->params.count == 1) mask->takes = type_resolve(binder->program, (const TypeName *)((Param *)decl->params.items[0])->type, NULL);
    mask->gives = type_resolve(binder->program, (const TypeName *)decl->type, NULL);
    Clause *to = need_clause(binder, decl, CLAUSE_TO);
    if (to && to->kids.count && ((Dotted *)to->kids.items[0])->name.count)
        mask->level = level_of(binder, ((Dotted *)to->kids.items[0])->name.items[0]);
    if (decl->params.count != 1) {
        Report *report = diag_report(binder->diag, CODE_G0605, parts_span(decl->name), "mask `%s` takes %u parameters", mask->name->text,
                                     decl->params.count);
        report_says(binder->diag, report, "a mask takes one: the column's value");
    }
    Walk walk = {.binder = binder};
    walk_node(&walk, &decl->body);
    decl->entity = mask;
    vec_push(binder->arena, &binder->program->masks, mask);
}

void declare_masks(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        Decl *decl = binder->decls.items[i];
        if (decl->of != DECL_MASK || symbol_find(binder, SPACE_MASK, dotted_name(binder, decl->name)) != decl) continue;
        const Expansion *before = program_enter(binder->program, decl);
        declare_mask(binder, decl);
        binder->diag->expansion = before;
    }
}

/* ------------------------------------------------------------------ grants */

/* What a grant is on, before it is asked who else grants it. */
typedef struct Granted { Relation *relation; Span span; bool by_pattern; } Granted;
typedef VEC(Granted) GrantedList;

static void add_pattern(Binder *binder, const Dotted *pattern, GrantedList *out) {
    if (pattern->name.count != 1) {
        diag_report(binder->diag, CODE_G0203, pattern->node.span, "there is no layer `%s`", parts_text(binder->arena, pattern->name));
        return;
    }
    Layer *layer = symbol_need(binder, SPACE_LAYER, pattern->name.items[0]);
    for (uint32_t i = 0; layer && i < layer->relations.count; i++)
        vec_push(arena_scratch(binder->arena), out, ((Granted){layer->relations.values[i], pattern->node.span, true}));
}

static GrantedList granted_by(Binder *binder, Decl *decl) {
    GrantedList list = {0};
    Clause *on = need_clause(binder, decl, CLAUSE_ON);
    for (uint32_t i = 0; on && i < on->kids.count; i++) {
        const Dotted *dotted = (const Dotted *)on->kids.items[i];
        if (dotted->node.kind != NODE_DOTTED) continue;
        Relation *relation = dotted->star ? NULL : need_relation(binder, dotted->name);
        if (dotted->star) add_pattern(binder, dotted, &list);
        else if (relation) vec_push(arena_scratch(binder->arena), &list, ((Granted){relation, dotted->node.span, false}));
    }
    return list;
}

/* The masks of a grant, looked up once for all of its roles. */
static void take_maskings(Binder *binder, const Decl *decl, Grant *grant) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)decl->clauses.items[i];
        for (uint32_t k = 0; clause->of == CLAUSE_MASK && k < clause->kids.count; k++) {
            Masking *masking = (Masking *)clause->kids.items[k];
            if (masking->node.kind != NODE_MASKING) continue;
            vec_push(binder->arena, &grant->maskings, masking);
            vec_push(binder->arena, &grant->masks, symbol_need(binder, SPACE_MASK, masking->mask));
        }
    }
}

static Grant grant_of(Binder *binder, Decl *decl) {
    Grant grant = {.decl = decl};
    for (uint32_t i = 0; i < decl->columns.count; i++) {
        const ColumnDecl *column = (const ColumnDecl *)decl->columns.items[i];
        if (column->node.kind == NODE_COLUMN && column->name.name) vec_push(binder->arena, &grant.columns, column->name);
    }
    Clause *where = decl_clause(decl, CLAUSE_WHERE), *until = decl_clause(decl, CLAUSE_UNTIL);
    Walk walk = {.binder = binder};
    if (where) walk_node(&walk, &where->expr);
    if (where) grant.where = where->expr;
    if (until) grant.until = checked_date(binder, until->text, until->node.span);
    grant.hiding = decl_clause(decl, CLAUSE_HIDING) != NULL;
    take_maskings(binder, decl, &grant);
    return grant;
}

/* Who grants a relation to a role. */
typedef struct Claim { Grant *grant; Granted by; } Claim;

static void report_two(Binder *binder, const Role *role, const Claim *first, const Granted *second) {
    Report *report = diag_report(binder->diag, CODE_G0420, second->span, "`%s` is granted to role `%s` twice",
                                 second->relation->full_name->text, role->name->text);
    report_says(binder->diag, report, "granted again here");
    report_label(binder->diag, report, first->by.span, "first granted here");
    report_help(binder->diag, report, "one grant says all that a role may read of a relation: join the two");
}

static void give(Binder *binder, Grant *grant, const Granted *granted) {
    vec_push(binder->arena, &grant->relations, granted->relation);
    vec_push(binder->arena, &grant->spans, granted->span);
    if (grant->where) vec_push(binder->arena, &grant->filters, names_copy(binder->arena, grant->where));
}

/* One Map a role: Relation → Claim. Those by name claim first. */
static void claim(Binder *binder, Map *claims, Grant *grant, const GrantedList *list, bool by_pattern) {
    for (uint32_t i = 0; i < list->count; i++) {
        const Granted *granted = &list->items[i];
        if (granted->by_pattern != by_pattern) continue;
        const Claim *first = map_get(claims, granted->relation);
        if (first && first->grant->decl == grant->decl) continue;
        if (first && !first->by.by_pattern && by_pattern) continue;
        if (first) {
            report_two(binder, grant->role, first, granted);
            continue;
        }
        Claim *claimed = arena_new(arena_scratch(binder->arena), Claim);
        *claimed = (Claim){grant, *granted};
        map_put(claims, granted->relation, claimed);
        if (by_pattern) grant->by_pattern = true;
        give(binder, grant, granted);
    }
}

typedef struct Entry { Grant *grant; const GrantedList *list; Map *claims; } Entry;
typedef VEC(Entry) Entries;

static Map *claims_of(Map *by_role, const Role *role) {
    Map *claims = map_get(by_role, role);
    if (claims) return claims;
    claims = arena_new(by_role->arena, Map);
    map_open(claims, by_role->arena);
    map_put(by_role, role, claims);
    return claims;
}

static void declare_grant(Binder *binder, Decl *decl, Map *by_role, Entries *entries) {
    Grant shape = grant_of(binder, decl);
    GrantedList *list = arena_alloc(by_role->arena, sizeof *list);
    *list = granted_by(binder, decl);
    Clause *to = need_clause(binder, decl, CLAUSE_TO);
    for (uint32_t i = 0; to && i < to->kids.count; i++) {
        const Dotted *dotted = (const Dotted *)to->kids.items[i];
        Role *role = dotted->node.kind == NODE_DOTTED && dotted->name.count ? symbol_need(binder, SPACE_ROLE, dotted->name.items[0]) : NULL;
        if (!role) continue;
        Grant *grant = arena_new(binder->arena, Grant);
        *grant = shape;
        grant->role = role;
        vec_push(binder->arena, &binder->program->grants, grant);
        vec_push(by_role->arena, entries, ((Entry){grant, list, claims_of(by_role, role)}));
    }
}

/* Who claims what is forgotten afterwards: of roles that are granted whole layers it is more than all that is kept. */
void declare_grants(Binder *binder) {
    Arena *scratch = arena_scratch(binder->arena);
    ArenaMark mark = arena_mark(scratch);
    Map by_role;
    Entries entries = {0};
    map_open(&by_role, scratch);
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        if (binder->decls.items[i]->of != DECL_GRANT) continue;
        const Expansion *before = program_enter(binder->program, binder->decls.items[i]);
        declare_grant(binder, binder->decls.items[i], &by_role, &entries);
        binder->diag->expansion = before;
    }
    for (int by_pattern = 0; by_pattern < 2; by_pattern++)
        for (uint32_t i = 0; i < entries.count; i++) {
            const Expansion *before = program_enter(binder->program, entries.items[i].grant->decl);
            claim(binder, entries.items[i].claims, entries.items[i].grant, entries.items[i].list, by_pattern);
            binder->diag->expansion = before;
        }
    arena_release(scratch, mark);
}
