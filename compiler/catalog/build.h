/* What the parts of catalog_build() share. */
#ifndef GOV_CATALOG_BUILD_H
#define GOV_CATALOG_BUILD_H

#include "compiler/catalog/catalog.h"

typedef struct {
    Arena *arena;
    const Program *program;
    const Facts *facts;
    const Plan *plan;           /* or null */
    const LedgerState *ledger;  /* or null: nothing is known of runs */
    Map emitted;                /* Relation → the engine's SQL of its query */
    Map numbers;                /* Layer, Owner, Tag, Role, Relation → its index + 1 */
    const Relation **relations; /* by index */
    Catalog catalog;
} Builder;

/* The index of a thing in its array of the catalog; CATALOG_NONE for null and for what the catalog does not list. */
uint32_t builder_index(const Builder *builder, const void *thing);
void builder_number(Builder *builder, const void *thing, uint32_t index);
/* The listed ones of some things, as rising indices without repetition. */
CatalogIndices builder_indices(const Builder *builder, const void *const *things, uint32_t count);
CatalogPlace builder_place(const Builder *builder, Span span);
/* What stands at a span, as written; null for nowhere. */
const char *builder_written(const Builder *builder, Span span);
/* The same on one line and without comments, without `prefix` (may be null) if it begins with it. */
const char *builder_words(const Builder *builder, Span span, const char *prefix);
/* The clause's words without `prefix`; null if the declaration has no such clause. */
const char *builder_clause(const Builder *builder, const Decl *decl, ClauseKind kind, const char *prefix);
/* A copy; null if empty. */
const char *builder_text(const Builder *builder, Text text);
/* The number of the ledger's run in the catalog, or CATALOG_NONE. */
uint32_t builder_run(const Builder *builder, int64_t run_id);

/* The newest published step of that name (they are ordered by it), or null. Only where there is a ledger. */
const LedgerStep *builder_published(const Builder *builder, const char *name);

/* A count of the relation's rows as pages may show it: -1 where it tells what is tagged. */
int64_t builder_count(const Builder *builder, const Relation *relation, int64_t count);
/* How many rows fail a test, likewise. */
int64_t builder_failing_rows(const Builder *builder, const Test *test, int64_t count);

void build_frame(Builder *builder); /* project, layers, owners, tags, roles */
void build_relations(Builder *builder);
void build_edges(Builder *builder);   /* after relations */
void build_results(Builder *builder); /* after relations: what the last runs left of each */
void build_tests(Builder *builder);
void build_runs(Builder *builder);
void build_grants(Builder *builder);
void build_declarations(Builder *builder);
void build_changes(Builder *builder);

#endif
