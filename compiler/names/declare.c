/* The small declarations: project, targets, owners, units, tags, layers, roles. */
#include "compiler/names/internal.h"

#include <string.h>

/* Each declaration of a kind that is the one of its name (the project's may have replaced stdlib's). */
#define EACH_DECL(binder, kind, space, decl)                                                                       \
    for (uint32_t index_ = 0; index_ < (binder)->decls.count; index_++)                                            \
        for (Decl *decl = (binder)->decls.items[index_]; decl; decl = NULL)                                        \
            if (decl->of == (kind) && decl->name.count && symbol_find((binder), (space), decl->name.items[0].name) == decl)

static Text literal_text(const Node *node) {
    const Literal *literal = node && node->kind == NODE_LITERAL ? (const Literal *)node : NULL;
    return literal && literal->of == LITERAL_STRING ? literal->text : (Text){0};
}

Owner *owner_of(Binder *binder, const Decl *decl) {
    Clause *clause = decl_clause(decl, CLAUSE_OWNER);
    return clause ? symbol_need(binder, SPACE_OWNER, clause->word) : NULL;
}

void declare_owners(Binder *binder) {
    EACH_DECL(binder, DECL_OWNER, SPACE_OWNER, decl) {
        Owner *owner = arena_new(binder->arena, Owner);
        *owner = (Owner){.name = decl->name.items[0].name, .decl = decl};
        owner->title = literal_text(decl_option(decl, "name"));
        owner->email = literal_text(decl_option(decl, "email"));
        if (!owner->title.length) owner->title = text_of(owner->name->text);
        decl->entity = owner;
        vec_push(binder->arena, &binder->program->owners, owner);
    }
}

void declare_units(Binder *binder) {
    EACH_DECL(binder, DECL_UNIT, SPACE_UNIT, decl) {
        UnitDecl *unit = arena_new(binder->arena, UnitDecl);
        *unit = (UnitDecl){decl->name.items[0].name, decl};
        decl->entity = unit;
        vec_push(binder->arena, &binder->program->units, unit);
    }
}

void declare_project(Binder *binder) {
    Program *program = binder->program;
    program->timezone = "UTC";
    if (!program->project) return;
    if (program->project->name.count) program->project_name = program->project->name.items[0].name->text;
    Clause *timezone = decl_clause(program->project, CLAUSE_TIMEZONE);
    if (timezone) program->timezone = text_copy(binder->arena, timezone->text);
}

void declare_targets(Binder *binder) {
    EACH_DECL(binder, DECL_TARGET, SPACE_TARGET, decl) {
        Target *target = arena_new(binder->arena, Target);
        *target = (Target){.name = decl->name.items[0].name, .decl = decl};
        Clause *engine = decl_clause(decl, CLAUSE_ENGINE);
        if (engine) target->engine = engine->word.name;
        decl->entity = target;
        vec_push(binder->arena, &binder->program->targets, target);
    }
}

/* Each name of the clauses of a kind, as a Part of one name. */
#define EACH_WORD(decl, kind, part)                                                                                \
    for (uint32_t c_ = 0; c_ < (decl)->clauses.count; c_++)                                                        \
        for (Clause *clause_ = (Clause *)(decl)->clauses.items[c_]; clause_ && clause_->of == (kind); clause_ = NULL) \
            for (uint32_t k_ = 0; k_ < clause_->kids.count; k_++)                                                  \
                for (Part part = first_part(clause_->kids.items[k_]); part.name; part.name = NULL)

static Part first_part(const Node *node) {
    const Dotted *dotted = node->kind == NODE_DOTTED ? (const Dotted *)node : NULL;
    return dotted && dotted->name.count ? dotted->name.items[0] : (Part){0};
}

/* ------------------------------------------------------------------- tags */

static void report_circle(Binder *binder, const char *kind, const char *does, Part part) {
    Report *report = diag_report(binder->diag, CODE_G0217, part.span, "%s `%s` %s itself", kind, part.name->text, does);
    report_says(binder->diag, report, "this closes a circle");
    report_help(binder->diag, report, "take one of its links away");
}

static bool tag_implies(const Tag *tag, const Tag *other, int depth) {
    if (tag == other) return true;
    for (uint32_t i = 0; i < tag->implies.count && depth; i++)
        if (tag_implies(tag->implies.items[i], other, depth - 1)) return true;
    return false;
}

/* What the data protection law asks of who processes personal data: a basis, purposes, an end (LGPD art. 6, 7, 11, 15). */
static void declare_law(Binder *binder, Tag *tag) {
    static const char *const bases[] = {
#define LEGAL_BASIS(word, sensitive, article) word,
#include "compiler/names/legal_basis.def"
#undef LEGAL_BASIS
    };
    const Clause *basis = decl_clause(tag->decl, CLAUSE_BASIS), *retention = decl_clause(tag->decl, CLAUSE_RETENTION);
    tag->basis = basis ? word_among(binder, basis->word, "legal basis", bases, (int)(sizeof bases / sizeof *bases)) : -1;
    tag->retention = retention && retention->expr && retention->expr->kind == NODE_DURATION ? (const Duration *)retention->expr : NULL;
    EACH_WORD(tag->decl, CLAUSE_PURPOSES, part) vec_push(binder->arena, &tag->purposes, part);
}

void declare_tags(Binder *binder) {
    Program *program = binder->program;
    EACH_DECL(binder, DECL_TAG, SPACE_TAG, decl) {
        Tag *tag = arena_new(binder->arena, Tag);
        *tag = (Tag){.name = decl->name.items[0].name, .decl = decl, .words = decl->title, .index = program->tags.count};
        if (!tag->words.length) tag->words = decl->doc;
        declare_law(binder, tag);
        decl->entity = tag;
        vec_push(binder->arena, &program->tags, tag);
    }
    for (uint32_t i = 0; i < program->tags.count; i++) {
        Tag *tag = program->tags.items[i];
        EACH_WORD(tag->decl, CLAUSE_IMPLIES, part) {
            Tag *implied = symbol_need(binder, SPACE_TAG, part);
            if (!implied) continue;
            if (tag_implies(implied, tag, (int)program->tags.count)) report_circle(binder, "tag", "implies", part);
            else vec_push(binder->arena, &tag->implies, implied);
        }
    }
}

/* ----------------------------------------------------------------- layers */

static void complete_layer(Binder *binder, Layer *layer) {
    layer->owner = owner_of(binder, layer->decl);
    EACH_WORD(layer->decl, CLAUSE_READS, part) {
        Layer *read = symbol_need(binder, SPACE_LAYER, part);
        if (read) vec_push(binder->arena, &layer->reads, read);
    }
    EACH_WORD(layer->decl, CLAUSE_REQUIRES, required) layer->requires_ |= policy_required(binder, required);
    EACH_WORD(layer->decl, CLAUSE_FORBIDS, forbidden) layer->forbids |= policy_forbidden(binder, forbidden);
    Clause *stored = decl_clause(layer->decl, CLAUSE_STORED_AS);
    static const char *const words[] = {"view", "table", "files", "inline"};
    if (stored) layer->stored = (Stored)(STORED_VIEW + word_among(binder, stored->word, "storage", words, 4));
}

void declare_layers(Binder *binder) {
    Program *program = binder->program;
    EACH_DECL(binder, DECL_LAYER, SPACE_LAYER, decl) {
        Layer *layer = arena_new(binder->arena, Layer);
        *layer = (Layer){.name = decl->name.items[0].name, .decl = decl};
        map_open(&layer->relations, binder->arena);
        decl->entity = layer;
        vec_push(binder->arena, &program->layers, layer);
    }
    unsigned everywhere = 0;
    if (program->project) EACH_WORD(program->project, CLAUSE_FORBIDS, forbidden) everywhere |= policy_forbidden(binder, forbidden);
    for (uint32_t i = 0; i < program->layers.count; i++) {
        complete_layer(binder, program->layers.items[i]);
        program->layers.items[i]->forbids |= everywhere;
    }
}

/* ------------------------------------------------------------------ roles */

Level level_of(Binder *binder, Part part) {
    static const char *const words[] = {"none", "aggregate", "influence", "pseudonym", "partial", "raw"};
    int index = word_among(binder, part, "level", words, 6);
    return index < 0 ? LEVEL_NONE : (Level)index;
}

static bool role_includes(const Role *role, const Role *other, int depth) {
    if (role == other) return true;
    for (uint32_t i = 0; i < role->includes.count && depth; i++)
        if (role_includes(role->includes.items[i], other, depth - 1)) return true;
    return false;
}

static void clear_role(Binder *binder, Role *role, const Clearance *clearance) {
    Tag *tag = symbol_need(binder, SPACE_TAG, clearance->tag);
    Level level = clearance->level.name ? level_of(binder, clearance->level) : LEVEL_RAW;
    if (tag) vec_push(binder->arena, &role->cleared, ((Cleared){tag, level}));
}

static void complete_role(Binder *binder, Role *role) {
    for (uint32_t i = 0; i < role->decl->clauses.count; i++) {
        Clause *clause = (Clause *)role->decl->clauses.items[i];
        if (clause->of != CLAUSE_CLEARED_FOR) continue;
        for (uint32_t k = 0; k < clause->kids.count; k++)
            if (clause->kids.items[k]->kind == NODE_CLEARANCE)
                clear_role(binder, role, (Clearance *)clause->kids.items[k]);
    }
    EACH_WORD(role->decl, CLAUSE_PURPOSES, part) vec_push(binder->arena, &role->purposes, part);
    EACH_WORD(role->decl, CLAUSE_INCLUDES, part) {
        Role *included = symbol_need(binder, SPACE_ROLE, part);
        if (!included) continue;
        if (role_includes(included, role, (int)binder->program->roles.count)) report_circle(binder, "role", "includes", part);
        else vec_push(binder->arena, &role->includes, included);
    }
}

void declare_roles(Binder *binder) {
    Program *program = binder->program;
    EACH_DECL(binder, DECL_ROLE, SPACE_ROLE, decl) {
        Role *role = arena_new(binder->arena, Role);
        *role = (Role){.name = decl->name.items[0].name, .decl = decl};
        decl->entity = role;
        vec_push(binder->arena, &program->roles, role);
    }
    for (uint32_t i = 0; i < program->roles.count; i++) complete_role(binder, program->roles.items[i]);
}

/* ------------------------------------------------------------------ dates */

static int digits(Text text, uint32_t from, uint32_t count) {
    int value = 0;
    for (uint32_t i = from; i < from + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

/* Days of a month of the Gregorian calendar. */
/* Where a literal stands within a clause; the clause if it is not found. */
static Span literal_span(Binder *binder, Text literal, Span clause) {
    Text text = source_text(binder->program->sources, clause);
    const char *found = text.length ? memmem(text.at, text.length, literal.at, literal.length) : NULL;
    if (!found || found == text.at) return clause;
    uint32_t begin = clause.begin + (uint32_t)(found - text.at) - 1;
    return (Span){begin, begin + literal.length + 2};
}

Text checked_date(Binder *binder, Text date, Span span) {
    if (!date.length) return date;
    if (date.length == 10 && date.at[4] == '-' && date.at[7] == '-') {
        int year = digits(date, 0, 4), month = digits(date, 5, 2), day = digits(date, 8, 2);
        if (year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= days_of_month(year, month)) return date;
    }
    Report *report = diag_report(binder->diag, CODE_G0314, literal_span(binder, date, span), "there is no day `%.*s`", TEXT_ARGS(date));
    report_help(binder->diag, report, "write year, month and day: `2027-03-31`");
    return (Text){0};
}
