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
    TYPE_VARIABLE,     /* only in signatures: `any`, the same type everywhere in one call; precision: which one */
} TypeKind;

typedef struct TypeField {
    Name *name;
    const struct Type *type;
} TypeField;

/* Interned: equal types are the same pointer. */
typedef struct Type {
    TypeKind kind;
    uint8_t precision;            /* of a decimal, 1 to 38; 0, in signatures only: any decimal */
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

/* How a column came to be, for words and lineage.
 *
 * A model's column: `copied` is the column of its query that it is; null where the list declares one that the query
 * does not give. Of a select item: `expr` is the item's expression; what a star stands for is a REF made for it, so
 * that `expr` is never null there; `copied` is the column of a from item if the expression is nothing but that.
 * Of a table in FROM: `copied` is the relation's, CTE's or subquery's column. Of a set operation: `copied` is the
 * left side's column, `other` the right side's.
 *
 * `maker` is what made a column that is no copy of another and more than its expression: SET_OPERATION, the full JOIN
 * that merged it, VALUES, PIVOT, UNPIVOT (of the values), TABLE_FUNCTION (of what is beside its elements), or a SELECT that
 * puts all rows into one group. */
typedef struct Column {
    Name *name;
    const Type *type;
    const Unit *unit;
    bool nullable;
    uint32_t index;               /* position among the columns of its rows */
    Span span;                    /* where it is written: the declaration, else the select item */
    Text doc;                     /* its own words, else those of the column it is a plain copy of */
    struct Relation *relation;    /* a relation's own column; null in a query */
    Expr *expr;                   /* what it is computed by, where it comes of a select item; else null */
    struct Column *copied;        /* see above */
    struct Column *other;         /* the right side's column: of a set operation, and of USING in a full join */
    Node *maker;                  /* see above; else null */
    const struct ColumnFacts *declared; /* a relation's column that was declared: names.h */
} Column;

/* The columns of a query, a from item or a relation.
 *
 * Each table in FROM has columns of its own, so that the two sides of a self join differ. A join lists the columns of
 * its sides themselves; of a column merged by USING or NATURAL it lists the left side's (right join: the right side's;
 * full join: a new one, with `copied` and `other`). Whether an outer join makes a column null is told by the REF
 * (`nullable`), not by the column. */
typedef struct Rows {
    VEC(Column *) columns;
    bool open;                    /* its columns could not be known (reported already): every name is found, as poison */
    Map index;                    /* private to rows_find(): name → column of the first `indexed`, of long lists */
    uint32_t indexed;
    struct KeySet *keys;          /* set by facts */
} Rows;

/* What a SELECT is, beyond its rows. */
typedef struct SelectFacts {
    bool aggregated;              /* GROUP BY, HAVING or an aggregate: a row stands for a group */
    bool one_group;               /* aggregated without keys, or with an empty grouping set: a row even of no input */
    VEC(Expr *) group;            /* keys of GROUP BY; ALL, ordinals and aliases replaced by what they mean; those of
                                   * grouping sets flattened; each once */
    bool open;                    /* a key could not be understood (reported already) */
    bool unnests;                 /* a function in the list gives a row for each element */
} SelectFacts;

/* ------------------------------------------------------------------ functions */

typedef enum { FUNCTION_SCALAR, FUNCTION_AGGREGATE, FUNCTION_WINDOW, FUNCTION_TABLE } FunctionKind;
typedef enum {
    NULLS_STRICT,      /* null if any argument is (the default) */
    NULLS_NEVER,
    NULLS_MAYBE,       /* may be null whatever the arguments */
    NULLS_IF_ALL,      /* null only if all arguments are: coalesce */
} NullRule;

/* The unit of a call's result. */
typedef enum {
    UNITS_DROPPED,     /* it has none (the default): count, length */
    UNITS_KEPT,        /* that of the arguments of its type: sum, round, coalesce */
    UNITS_REFUSED,     /* arguments must have none: ln, sin */
    UNITS_SQUARED,     /* variance */
    UNITS_ROOTED,      /* sqrt */
    UNITS_RAISED,      /* that of the first to the power of the second: power */
} UnitRule;

typedef struct SignatureParam {
    Name *name;
    const Type *type;
    bool variadic;     /* the last: zero or more of it */
    const Type **takes;   /* of a lambda: the types of its parameters; `type` is that of what it gives */
    uint32_t take_count;  /* 0: no lambda */
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
    UnitRule units;
    bool comparable;              /* its arguments are compared: json is refused */
    VEC(Clause *) templates;      /* TEMPLATE_FOR */
    VEC(Clause *) examples;
} Signature;

typedef struct Function {
    Name *name;
    VEC(Signature *) signatures;
} Function;

/* ---------------------------------------------------------------- interface */

struct Program;
struct NamedType;

typedef struct TypeTable TypeTable;

TypeTable *types_open(Arena *arena, Names *names);
/* A type without arguments (any kind but decimal, array, struct, map). */
const Type *type_simple(TypeTable *types, TypeKind kind);
/* decimal(precision, scale), 1 <= precision <= 38, 0 <= scale <= precision; decimal(0, 0): any, in signatures. */
const Type *type_decimal(TypeTable *types, int precision, int scale);
const Type *type_array(TypeTable *types, const Type *element);
const Type *type_map(TypeTable *types, const Type *key, const Type *value);
/* The fields are copied. */
const Type *type_struct(TypeTable *types, const TypeField *fields, uint32_t count);
/* The nth type variable of a signature. */
const Type *type_variable(TypeTable *types, int nth);
/* As the language writes it, `decimal(18,2)`; owned by the table. */
const char *type_text(TypeTable *types, const Type *type);

/* The product of factors (merged and sorted here); null for none. */
const Unit *unit_of(TypeTable *types, const UnitFactor *factors, uint32_t count);
/* a × b^power_of_b: 1 multiplies, -1 divides. */
const Unit *unit_multiply(TypeTable *types, const Unit *a, const Unit *b, int power_of_b);
/* `BRL/USD`; "" for dimensionless. */
const char *unit_text(TypeTable *types, const Unit *unit);

/* The kind of type that a word of the language itself means (`int` is int4; of a decimal only its kind), or null. */
const Type *type_builtin(TypeTable *types, const Name *name);
/* What a type as written means; a named type's own type, and then *ret_named (may be null) is it. An unknown type is
 * reported (G0206) and TYPE_UNKNOWN. Needs program->types and program->named_types. */
const Type *type_resolve(struct Program *program, const TypeName *name, struct NamedType **ret_named);
/* What `BRL/USD` (BINARY over REF, or LITERAL 1) means; unknown units are reported (G0207) and left out. */
const Unit *unit_resolve(struct Program *program, const Node *expr);

/* Adds a declaration of stdlib (DECL_FUNCTION without body) to program->functions, as a new function or an overload. */
void function_declare(struct Program *program, Decl *decl);
/* The function of a name as called, or null. */
Function *function_find(const struct Program *program, const Name *name);
/* Whether a call of this function is an aggregate (without OVER) by its declarations. */
bool function_is_aggregate(const Function *function);

/* Whether every value of `from` may be stored as `to` without a cast being written: equal, or widening (int2 → int4 →
 * int8 → decimal → double, date → timestamp, null → any), or a decimal of at least the same scale (too large a value
 * is an error when it runs). Poison fits everything. */
bool type_fits(const Type *from, const Type *to);
/* Whether CAST can be written from one to the other. */
bool type_casts(const Type *from, const Type *to);
/* The type that holds both without loss, or null. */
const Type *type_common(TypeTable *types, const Type *a, const Type *b);
bool type_is_number(const Type *type);

/* Types the whole program: every relation's rows, every query, test, unit test and predicate. Sources' rows are made
 * of their declared columns; a model's are its query's, with what its list declares (type, unit, not null, words).
 * Whether the query gives what the list declares is left to compiler/check. */
void types_check(struct Program *program);
/* Types the examples of stdlib's functions: each must be a condition. For the tests that run them. */
void types_check_examples(struct Program *program);
/* Types one query against the program's relations, for `gov query` and tests; gives its rows. */
Rows *types_check_query(struct Program *program, Query *query);
/* 28 to 31: days of a month (1 to 12) of a year in the Gregorian calendar. */
int days_of_month(int year, int month);
/* A column of that name, or null. The first of several. */
Column *rows_find(Rows *rows, const Name *name);

/* Each relation with its columns, `name type [not null] [unit]`, for `gov dump --stage=types`. */
void types_dump(const struct Program *program, Buffer *out);

/* One overload of a function, for `gov functions` and the reference. */
typedef struct FunctionInfo {
    const char *name;
    const char *signature;   /* `left(value text, count int8) returns text` */
    const char *kind;        /* scalar, aggregate, window, table */
    const char *nulls;       /* when it is null, in words */
    const char *tags;        /* what it does with its arguments' tags, in words */
    bool other_name;         /* `name` is not that of the declaration */
    Text doc;
    const Signature *from;
} FunctionInfo;

typedef VEC(FunctionInfo) FunctionInfos;

/* Whether stdlib has SQL of an overload for an engine, or leaves it to the emitter on all. */
bool signature_is_for(const Signature *signature, const char *engine);
/* All overloads of which name, signature or words hold `word` (null or "": all), sorted by name. */
FunctionInfos functions_list(const struct Program *program, const char *word);

/* ---------------------------------------------------------------- notations */

/* How a format of dates is written: `%Y` of C, `YYYY` of PostgreSQL and Oracle, `%i` of MySQL and Trino for minutes; or the
 * regular expression of the texts that have it. */
typedef enum { FORMAT_AS_PERCENT, FORMAT_AS_WORDS, FORMAT_AS_MYSQL, FORMAT_AS_FORM } FormatStyle;

/* The format `text`, of words or of percent signs, in another style; of the arena. NULL if it has what engines do not share:
 * `why` is which fields there are. */
const char *format_of_dates(Arena *arena, Text text, bool words, FormatStyle style, const char **why);
/* The path `$.a."b c"[0]`, with `strict ` before it, its keys in brackets; of the arena. NULL, and `why`, if it is none. */
const char *path_of_json(Arena *arena, Text text, bool strict, bool brackets, const char **why);

#endif
