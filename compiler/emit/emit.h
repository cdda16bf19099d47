/* SQL of the target engine from typed trees: the same meaning on every engine, in the words and order of the author.
 *
 * What is emitted is a function of the tree and the options alone. What an engine cannot do is a diagnostic that names
 * engine and construct, never other results; the text is then not to be used. */
#ifndef GOV_EMIT_H
#define GOV_EMIT_H

#include "compiler/names/names.h"

/* An engine's SQL: a constant table of what differs; `dialects.def` lists them. */
typedef struct Dialect Dialect;

/* The dialect of an engine's name, or null. */
const Dialect *dialect_find(const char *engine);
/* "duckdb, postgres"; for messages. */
const char *dialect_names(void);
const char *dialect_name(const Dialect *dialect);

/* A named query to put in front: rows of a unit test, an inline model. */
typedef struct EmitCte {
    const char *name;                  /* as SQL, quoted where needed */
    const char *sql;
} EmitCte;

typedef struct EmitOptions {
    /* How a relation is called in FROM, quoted as needed: `marts.fct_orders`, `marts.fct_orders__next`. Null function:
     * emit_published(). A null result for an inline model: its query becomes a CTE of the reader. */
    const char *(*relation)(void *context, const Relation *relation);
    void *context;
    const char *schemas;               /* of the target: `dev_{layer}`; null: `{layer}`. Of emit_published only */
    const Relation *head;              /* begin with a comment that names it and its file; null: none */
    const Rows *columns;               /* cast the result to exactly these types, by position; null: the query's own */
    bool keep_order;                   /* keep the outermost ORDER BY without LIMIT (`gov query`) */
    bool without_run;                  /* run_date(), run_time() and run_id() are constants: a unit test has no run */
    const EmitCte *ctes;
    size_t cte_count;
    /* Read every relation as it was at one publication: the query of its number, in a column `number`, such as emit_publication()
     * gives; null: as it is now. What `as of` says of a table goes before it. */
    const char *as_of;
    /* What stands in SQL for half of an HMAC key, such as `$1`: the hexadecimal digits of the key of a secret's name, each byte xor
     * 0x36 or (outer) 0x5c. Null: no secret may stand there, which is reported. */
    const char *(*pad)(void *context, const char *secret, bool outer);
    void *pad_context;
} EmitOptions;

/* Writes a query, without a semicolon or line end behind it. Null options: none of them. False: something was reported
 * to program->diag. */
bool emit_query(Program *program, const Query *query, const Dialect *dialect, const EmitOptions *options, Buffer *out);
/* Writes a typed expression on one line or several. */
bool emit_expr(Program *program, const Expr *expr, const Dialect *dialect, const EmitOptions *options, Buffer *out);
/* The model's query with its declared types, inline models resolved. */
bool emit_model(Program *program, const Relation *model, const Dialect *dialect, const EmitOptions *options, Buffer *out);

/* The engine's name of a type, as its catalog shows it: `DECIMAL(18,2)`, `TIMESTAMP WITH TIME ZONE`. */
void emit_type(const Dialect *dialect, const Type *type, Buffer *out);
/* `::decimal(18,2)`, as people write it behind what they cast. */
void emit_cast(const Dialect *dialect, const Type *type, Buffer *out);
/* A name as the engine takes it (emit_fitted), quoted where the engine needs it. */
void emit_name(const Dialect *dialect, const char *name, Buffer *out);
/* A name as the engine's catalog keeps it: longer than it takes (63 bytes on postgres), its first bytes and 8 hexadecimal digits
 * of its SHA-256. Not quoted. */
const char *emit_fitted(Arena *arena, const Dialect *dialect, const char *name);
/* A text as a string literal. */
void emit_string(const Dialect *dialect, Text text, Buffer *out);
/* The schema of a layer: `{layer}` of the pattern replaced; null pattern: the layer's name. Not quoted. */
const char *emit_schema(Arena *arena, const char *pattern, const Layer *layer);
/* `marts.fct_orders`, as readers of the target name it; `suffix` (may be "") stands behind the last name, inside quotes. */
const char *emit_published(Arena *arena, const Dialect *dialect, const char *pattern, const Relation *relation,
                           const char *suffix);

/* history.c: the query of the number of the last publication at a moment, or of a run, in a column `number`, on one line. */
const char *emit_publication(Program *program, const Expr *moment, const Dialect *dialect, const EmitOptions *options);
/* The table of a relation's versions, quoted: "gov_history"."marts__fct_orders". */
const char *emit_history_table(Arena *arena, const Dialect *dialect, const char *pattern, const Relation *relation);

#endif
