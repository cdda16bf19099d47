/* Types, columns and rows: what the compiler knows of every value before anything runs.
 *
 * types_check() walks the program's relations in dependency order and sets, on the tree itself, the type, unit and
 * nullability of each expression and the rows (columns) of each query, table and relation. What cannot be typed is
 * reported once and becomes poison (TYPE_UNKNOWN), which is silent. */
#ifndef GOV_TYPES_H
#define GOV_TYPES_H

#include "compiler/diag/diag.h"
#include "compiler/syntax/node.h"

typedef enum {
    TYPE_UNKNOWN,      /* poison: reported already */
    TYPE_NULL,         /* of a bare NULL: goes into any type */
    TYPE_BOOL, TYPE_INT2, TYPE_INT4, TYPE_INT8,
    TYPE_DECIMAL,      /* precision, scale */
    TYPE_FLOAT4, TYPE_FLOAT8, TYPE_TEXT, TYPE_BYTES, TYPE_DATE, TYPE_TIME, TYPE_TIMESTAMP, TYPE_TIMESTAMPTZ,
    TYPE_INTERVAL, TYPE_UUID, TYPE_JSON,
    TYPE_ARRAY,        /* element */
    TYPE_STRUCT,       /* fields */
    TYPE_MAP,          /* element (key), value */
    TYPE_VARIABLE,     /* only in signatures: `any`, the same type everywhere in one call */
} TypeKind;

typedef struct TypeField {
    Name *name;
    const struct Type *type;
} TypeField;

/* Interned: equal types are the same pointer. */
typedef struct Type {
    TypeKind kind;
    uint8_t precision;
    uint8_t scale;
    const struct Type *element;
    const struct Type *value;
    const TypeField *fields;
    uint32_t field_count;
} Type;

/* A unit of measure as a product of powers, interned: BRL/USD is {BRL: 1, USD: -1}; null is dimensionless. */
typedef struct UnitFactor {
    Name *name;
    int power;
} UnitFactor;

typedef struct Unit {
    const UnitFactor *factors;   /* sorted by name */
    uint32_t count;
} Unit;

/* How a column came to be, for words and lineage. */
typedef struct Column {
    Name *name;
    const Type *type;
    const Unit *unit;
    bool nullable;
    Span span;                    /* where it is written: the declaration, else the select item */
    Text doc;                     /* its own words, else those of the column it is a plain copy of */
    struct Relation *relation;    /* a relation's own column; null in a query */
    uint32_t index;               /* position among the columns of its rows */
    Expr *expr;                   /* what it is computed by, where it comes of a select item; else null */
    struct Column *copied;        /* the column (of a from item) that it is a plain copy of, or null */
    const struct ColumnFacts *declared; /* a relation's column that was declared: names.h */
} Column;

/* The columns of a query, a from item or a relation. Set operations, from items with aliases and joins have columns of
 * their own whose `copied` leads inwards. */
typedef struct Rows {
    VEC(Column *) columns;
    struct KeySet *keys;          /* set by facts */
    struct RowLineage *lineage;   /* set by facts: what decided which rows are there */
} Rows;

/* ------------------------------------------------------------------ functions */

typedef enum { FUNCTION_SCALAR, FUNCTION_AGGREGATE, FUNCTION_WINDOW, FUNCTION_TABLE } FunctionKind;
typedef enum {
    NULLS_STRICT,      /* null if any argument is (the default) */
    NULLS_NEVER,
    NULLS_MAYBE,       /* may be null whatever the arguments */
    NULLS_IF_ALL,      /* null only if all arguments are: coalesce */
} NullRule;

typedef struct SignatureParam {
    Name *name;
    const Type *type;
    bool variadic;     /* the last: zero or more of it */
} SignatureParam;

/* One declaration of a function in stdlib; overloads share a name. */
typedef struct Signature {
    const Decl *decl;
    const SignatureParam *params;
    uint32_t param_count;
    const Type *returns;          /* before result rules such as those of decimals */
    Name *result_rule;            /* name of a rule in types/result.c, or null */
    NullRule nulls;
    FunctionKind kind;
    bool volatile_;               /* random(), now(): an error in a model */
    bool influence_only;          /* passes its arguments' tags as influence: count, is null, row_number */
    bool order_sensitive;
    VEC(Clause *) templates;      /* TEMPLATE_FOR */
    VEC(Clause *) examples;
} Signature;

typedef struct Function {
    Name *name;
    VEC(Signature *) signatures;
} Function;

/* ---------------------------------------------------------------- interface */

typedef struct TypeTable TypeTable;

TypeTable *types_open(Arena *arena, Names *names);
const Type *type_simple(TypeTable *types, TypeKind kind);
const Type *type_decimal(TypeTable *types, int precision, int scale);
const Type *type_array(TypeTable *types, const Type *element);
const Type *type_map(TypeTable *types, const Type *key, const Type *value);
const Type *type_struct(TypeTable *types, const TypeField *fields, uint32_t count);
/* As the language writes it, `decimal(18,2)`; owned by the table. */
const char *type_text(TypeTable *types, const Type *type);
/* The product of factors (merged and sorted here); null for none. */
const Unit *unit_of(TypeTable *types, const UnitFactor *factors, uint32_t count);
const Unit *unit_multiply(TypeTable *types, const Unit *a, const Unit *b, int power_of_b);
/* `BRL/USD`; "" for dimensionless. */
const char *unit_text(TypeTable *types, const Unit *unit);

struct Program;
/* Types the whole program (see above). `diag` gets the reports. */
void types_check(struct Program *program);
/* Types one query against the program's relations, for `gov query` and tests; gives its rows. */
Rows *types_check_query(struct Program *program, Query *query);
/* A relation's column of that name, or null. */
Column *rows_find(const Rows *rows, const Name *name);

#endif
