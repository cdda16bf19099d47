/* Every way down, and every exception, with who answers for it. */
#include "compiler/audit/audit.h"

#include <string.h>

typedef struct Listing {
    const Program *program;
    Arena *arena;
    AuditTable table;
} Listing;

enum { KIND, WHAT, WHOM, BY, BECAUSE, APPROVED, UNTIL, PLACE, BESIDE, COLUMNS };

static const char *place_of(const Listing *listing, Span span) {
    Location place = source_locate(listing->program->sources, span.begin);
    return arena_format(listing->arena, "%s:%u:%u", place.source ? place.source->path : "?", place.line, place.column);
}

/* What the clauses of a release, an endorsement or an exception say of its approval. */
static void put_approval(const Listing *listing, const Decl *decl, const char **row, int because) {
    const Clause *why = decl_clause(decl, CLAUSE_BECAUSE), *approved = decl_clause(decl, CLAUSE_APPROVED_BY), *until = decl_clause(decl, CLAUSE_UNTIL);
    if (why) row[because] = text_copy(listing->arena, why->text);
    if (approved) row[because + 1] = arena_format(listing->arena, "%s on %.*s", approved->word.name->text, TEXT_ARGS(approved->text));
    if (until) row[because + 2] = text_copy(listing->arena, until->text);
    row[because + 3] = place_of(listing, decl->node.span);
}

/* ------------------------------------------------------------------- masks */

static void add_masks(Listing *listing, const Grant *grant) {
    for (uint32_t i = 0; i < grant->maskings.count; i++)
        for (uint32_t k = 0; k < grant->relations.count; k++) {
            const Mask *mask = grant->masks.items[i];
            const char **row = audit_row(listing->arena, &listing->table);
            row[KIND] = "mask";
            row[WHAT] = arena_format(listing->arena, "%s.%s", grant->relations.items[k]->full_name->text, grant->maskings.items[i]->column.name->text);
            row[WHOM] = grant->role->name->text;
            row[BY] = mask ? arena_format(listing->arena, "%s, to %s", mask->name->text, level_word(mask->level)) : "null, to none";
            row[UNTIL] = text_copy(listing->arena, grant->until);
            row[PLACE] = place_of(listing, grant->decl->node.span);
        }
}

/* ---------------------------------------------------------------- releases */

static bool reads_same(const Relation *a, const Relation *b) {
    for (uint32_t i = 0; i < a->reads.count; i++)
        for (uint32_t k = 0; k < b->reads.count; k++)
            if (a->reads.items[i] == b->reads.items[k]) return true;
    return false;
}

static const Relation *released_by(const Deferred *deferred) {
    return deferred->decl->of == DECL_RELEASE && deferred->reads.count ? deferred->reads.items[0] : NULL;
}

/* Releases of the same base: what one shows less the other may show a few people, which nothing prevents. */
static const char *beside(const Listing *listing, const Relation *relation) {
    Buffer out;
    buffer_open(&out, listing->arena);
    for (uint32_t i = 0; relation && i < listing->program->deferred.count; i++) {
        const Relation *other = released_by(listing->program->deferred.items[i]);
        if (other && other != relation && reads_same(relation, other)) buffer_format(&out, "%s%s", out.length ? ", " : "", other->full_name->text);
    }
    return buffer_string(&out);
}

static const char *categories_of(const Listing *listing, const Decl *decl) {
    const Clause *categories = decl_clause(decl, CLAUSE_CATEGORIES);
    return categories ? text_copy(listing->arena, source_text(listing->program->sources, categories->node.span)) : "";
}

static const char *level_of(const Listing *listing, const Decl *decl) {
    const Clause *to = decl_clause(decl, CLAUSE_TO), *least = decl_clause(decl, CLAUSE_WHEN_AT_LEAST);
    const char *level = to ? text_copy(listing->arena, source_text(listing->program->sources, to->node.span)) : "";
    if (!least) return arena_format(listing->arena, "%s %s", categories_of(listing, decl), level);
    return arena_format(listing->arena, "%s %s %s", categories_of(listing, decl), level,
                        text_copy(listing->arena, source_text(listing->program->sources, least->node.span)));
}

static void add_release(Listing *listing, const Deferred *deferred) {
    const char **row = audit_row(listing->arena, &listing->table);
    row[KIND] = deferred->kind;
    row[WHAT] = deferred->name;
    row[WHOM] = "everyone who is granted it";
    row[BY] = level_of(listing, deferred->decl);
    put_approval(listing, deferred->decl, row, BECAUSE);
    row[BESIDE] = beside(listing, released_by(deferred));
}

AuditTable audit_releases(const Facts *facts, Arena *arena) {
    static const char *const columns[COLUMNS] = {"kind", "what", "for whom", "by", "because", "approved by", "until", "declared at", "compare with"};
    Listing listing = {facts->program, arena, audit_table(columns, COLUMNS)};
    for (uint32_t i = 0; i < facts->program->grants.count; i++) add_masks(&listing, facts->program->grants.items[i]);
    for (uint32_t i = 0; i < facts->program->deferred.count; i++) {
        const Deferred *deferred = facts->program->deferred.items[i];
        if (deferred->decl->of == DECL_RELEASE || deferred->decl->of == DECL_ENDORSE) add_release(&listing, deferred);
    }
    return listing.table;
}

/* -------------------------------------------------------------- exceptions */

AuditTable audit_exceptions(const Facts *facts, Arena *arena) {
    static const char *const columns[] = {"relation", "policy", "because", "approved by", "until", "declared at"};
    Listing listing = {facts->program, arena, audit_table(columns, sizeof columns / sizeof *columns)};
    for (uint32_t i = 0; i < facts->program->exceptions.count; i++) {
        const Exception *exception = facts->program->exceptions.items[i];
        for (uint32_t k = 0; k < exception->relations.count; k++) {
            const char **row = audit_row(arena, &listing.table);
            row[0] = exception->relations.items[k]->full_name->text;
            row[1] = policy_word(exception->policy);
            put_approval(&listing, exception->decl, row, 2);
        }
    }
    return listing.table;
}
