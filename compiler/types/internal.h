/* What the files of types share.
 *
 * relation.c walks the program, query.c and select.c the queries, from.c what stands in FROM, scope.c finds columns,
 * expr.c and its siblings type expressions, compat.c says which types go into which. */
#ifndef GOV_TYPES_INTERNAL_H
#define GOV_TYPES_INTERNAL_H

#include "compiler/names/names.h"

/* Type variables that are bound in a call; one more, `anything`, is bound to nothing. */
enum { VARIABLES = 3, ANYTHING = VARIABLES, MAX_PRECISION = 38 };

struct TypeTable {
    Arena *arena;
    Names *names;
    Type simple[TYPE_VARIABLE + 1];
    Type variables[VARIABLES + 1];
    const Type *decimals[MAX_PRECISION + 1][MAX_PRECISION + 1];
    Map arrays;                      /* element → array type */
    VEC(const Type *) compounds;     /* maps and structs */
    VEC(const Unit *) units;
    Map texts;                       /* type → its text */
    Map words;                       /* Name of a built-in type → its index + 1 in resolve.c */
};

/* ----------------------------------------------------------------- scopes */

/* Where an expression stands, for what may stand there. */
typedef enum {
    IN_SELECT, IN_FROM, IN_ON, IN_WHERE, IN_GROUP, IN_HAVING, IN_QUALIFY, IN_ORDER, IN_VALUES, IN_LIMIT,
    IN_AGGREGATE, IN_FILTER, IN_WINDOW, IN_CHECK, IN_LAMBDA,
} Place;

/* A table that names may be found in. */
typedef struct ScopeTable {
    Name *name;           /* alias, else the last part of its name; null: none */
    const Parts *path;    /* the dotted name, where there is no alias */
    Rows *rows;
    Node *node;
    Span span;            /* of its name, for labels */
    bool nulled;          /* an outer join may have no row of it */
    bool hidden;          /* right side of a semi or anti join, behind the join */
} ScopeTable;

/* A column merged by USING or NATURAL; stands for those of that name of tables [first, end). */
typedef struct Merged {
    Name *name;
    Column *column;
    Node *table;
    bool nullable;
    uint32_t first, end;
} Merged;

typedef enum { ITEM_UNTYPED, ITEM_BUSY, ITEM_TYPED } ItemState;

/* What is visible within one SELECT or VALUES. */
typedef struct Scope {
    struct Scope *outer;
    struct Scope *sibling;       /* FROM that a subquery without LATERAL stands in: for the help only */
    uint32_t distance;           /* of `outer`, in queries */
    VEC(ScopeTable) tables;
    VEC(Merged) merged;
    uint32_t visible;            /* index of the first table that may be named (within ON) */
    uint32_t separate;           /* of the first whose name others may not have: those within PIVOT are apart */
    Select *select;              /* whose aliases may be named; null: none */
    Node *output_of;             /* what Ref.table says of a column of `output` */
    Rows *output;                /* columns of a set operation, for its ORDER BY */
    Column **items;              /* beside select->items: made as they are typed */
    ItemState *states;
    uint32_t item_now;           /* the item being typed; aliases to the left are visible to it */
    SelectFacts *facts;
    bool rolled_up;              /* grouping sets: keys may be null */
    bool windowed;               /* a window function was met */
    const Inlined *inlined;      /* within whose body it stands */
} Scope;

typedef struct Narrowed { const Column *column; const Node *table; } Narrowed;

/* A parameter of a lambda, or a column that stands alone (`value` in the check of a type). */
typedef struct Local { struct Local *outer; Name *name; Column *column; Node *table; bool lambda; } Local;

typedef struct Checker {
    Program *program;
    Arena *arena;
    TypeTable *types;
    Diag *diag;
    Scope *scope;
    Local *locals;
    Place place;
    VEC(Narrowed) narrowed;      /* columns known not to be null here */
    const Inlined *inlined;      /* whose PARAMETERs are met */
    bool replayed;               /* within a model: nothing volatile */
    const Relation *relation;    /* being typed, or null */
} Checker;

/* ---------------------------------------------------------------- queries */

Rows *query_check(Checker *checker, Query *query, Scope *outer, Scope *sibling, uint32_t distance);
Rows *select_check(Checker *checker, Select *select, Scope *scope);
/* Types one item of the scope's SELECT now (an alias may ask before its turn). */
Column *select_item(Checker *checker, Scope *scope, uint32_t index);
void window_check(Checker *checker, Window *window);
/* Whether the frame of a window always holds the current row. */
bool window_holds_row(const Scope *scope, const Call *call);
Window *window_find(const Scope *scope, const Name *name);
void from_check(Checker *checker, Node *item);
void pivot_check(Checker *checker, Pivot *pivot);
void unpivot_check(Checker *checker, Unpivot *unpivot);
/* Columns of their own for a table in FROM, named by `names` as far as they go. */
Rows *rows_renamed(Checker *checker, const Rows *rows, const Parts *names, Node *at);
/* Whether the column is of a table of FROM that an outer join may leave out: then it is null, whatever it is by itself. */
bool is_left_out(const Checker *checker, const Column *column);
Text shared_words(const Column *left, const Column *right);
Column *column_add(Checker *checker, Rows *rows, Column column);
void scope_add(Checker *checker, ScopeTable table);
Rows *rows_new(Checker *checker);
/* Rows of which nothing is known: every name is found in them, as poison. */
Rows *rows_open(Checker *checker);
/* A column as an expression, for what takes two expressions. */
Node *column_value(Checker *checker, const Column *column, Span span);

/* Groups and checks of SELECT, in group.c. */
void group_keys(Checker *checker, Select *select);
/* Under ROLLUP and its like a key, be it a column or an expression, is null in the rows of the subtotals. */
void group_null_key(Checker *checker, Node *expr);
/* Refuses an aggregate of the outer query's columns alone: SQL computes it in that query, whatever its place. */
void aggregate_level_check(Checker *checker, Call *call);
void group_refuse_others(Checker *checker, Select *select, const Nodes *order);
bool expr_same(const Node *a, const Node *b);
bool has_aggregate(const Node *expr);
bool has_window(const Node *expr);

/* A name in scope; sets the REF's notes and type, or reports. */
void ref_check(Checker *checker, Ref *ref);
/* Types the bodies of the project's functions and masks as they are declared, used or not. */
void bodies_check(Checker *checker);
/* Binds a REF to a column of a table. */
void ref_bind(Checker *checker, Ref *ref, Column *column, Node *table, uint32_t depth, bool nullable);
/* Reports, in unfound.c: a column that `only` (null: no table in scope) has; one that two tables have; a table's name that no
 * table answers to; a column that a star's modifier names but the star does not give. */
void report_unknown_column(Checker *checker, Part part, const ScopeTable *only);
void report_ambiguous(Checker *checker, Part part, const ScopeTable *first, const ScopeTable *second);
void report_unknown_table(Checker *checker, Part part);
void star_refuse_unknown(Checker *checker, Part part, const Rows *among);
/* Adds a star's columns to the rows, each with a REF made for it. */
void star_expand(Checker *checker, const Star *star, Rows *rows);

/* ------------------------------------------------------------ expressions */

/* Types an expression: its type is never null afterwards. */
void expr_check(Checker *checker, Node *expr);
void exprs_check(Checker *checker, const Nodes *exprs);
/* The same at another place of the query. */
void expr_check_in(Checker *checker, Place place, Node *expr);
/* Types it and reports unless it is a condition. */
void condition_check(Checker *checker, Place place, Node *expr);
void binary_check(Checker *checker, Binary *binary);
void unary_check(Checker *checker, Unary *unary);
void cast_check(Checker *checker, Cast *cast);
void typed_literal_check(Checker *checker, TypedLiteral *literal);
void interval_check(Checker *checker, Interval *interval);
void literal_check(Checker *checker, Literal *literal);
void case_check(Checker *checker, Case *node);
void call_check(Checker *checker, Call *call);
/* Binds the calls within an expression to their functions, as far as there are such; nothing is checked. */
void calls_find(Checker *checker, Node *expr);
void report_aggregate_place(Checker *checker, const Node *at, Place place);
void report_window_place(Checker *checker, const Node *at, Place place);
/* Refuses, in a model, what gives another result each time. */
void volatile_check(Checker *checker, const Node *at, const char *name);
/* A regular expression must be a constant that all engines read alike. */
void pattern_check(Checker *checker, const Node *pattern);
void like_check(Checker *checker, Like *like);
void in_check(Checker *checker, In *in);
void subquery_check(Checker *checker, Subquery *subquery);
void quantified_check(Checker *checker, Quantified *quantified);
void between_check(Checker *checker, Between *between);
void inlined_check(Checker *checker, Inlined *inlined);
void parameter_check(Checker *checker, Parameter *parameter);
void subscript_check(Checker *checker, Subscript *subscript);
void field_check(Checker *checker, FieldAccess *field);
/* The type of a field of a struct, reported if there is none. */
const Type *field_type(Checker *checker, const Type *type, Part field);

#define TYPE_OF(node) (((const Expr *)(node))->type)
#define UNIT_OF(node) (((const Expr *)(node))->unit)
#define NULLABLE(node) (((const Expr *)(node))->nullable)

void expr_set(Node *expr, const Type *type, const Unit *unit, bool nullable);
void expr_poison(Checker *checker, Node *expr);
bool is_poison(const Node *expr);
/* A number (perhaps with a sign) or null written as such: takes the unit and the width of the other side. */
bool is_bare(const Checker *checker, const Node *expr);
/* What an expression is behind parentheses, parameters and inlined constants. */
const Node *expr_meant(const Checker *checker, const Node *expr);
const Type *simple(const Checker *checker, TypeKind kind);
const char *type_name(const Checker *checker, const Type *type);

/* Reports that two expressions cannot be compared, unless they can; null or poison is silent. */
bool compare_check(Checker *checker, Node *left, Node *right, Span at, const char *operator);
/* What mends a text beside a value of another type: a cast of the text, or a number without its quotes. */
void suggest_for_text(Checker *checker, Report *report, const Node *left, const Node *right);
/* The unit of values that stand for one another; reports if they differ. `what`: "added", "compared". */
const Unit *units_agree(Checker *checker, const Nodes *exprs, Span at, const char *what);
/* The unit of a call by its function's rule, and of an operator's result; what does not fit is reported (G0324). */
const Unit *unit_of_call(Checker *checker, const Call *call, const Signature *signature, const Nodes *args);
const Unit *unit_of_binary(Checker *checker, const Binary *binary);
/* base ^ exponent; `what` takes a number without a unit unless the exponent is a digit. */
const Unit *unit_raised(Checker *checker, const Node *base, const Node *exponent, const char *what);
/* The type that holds all; reports (G0311) and gives poison if there is none. */
const Type *types_agree(Checker *checker, const Nodes *exprs, Span at, const char *what);
/* The same without a report: null if there is none. */
const Type *types_common(const Checker *checker, const Nodes *exprs);
/* The type of an expression where others decide: a literal takes as little as it needs. */
const Type *narrow_type(const Checker *checker, const Node *expr);
/* If `text` is a text literal and the other side is a date or the like: G0325 with the edit; gives whether it was. */
bool report_text_as_date(Checker *checker, const Node *text, const Type *other);

/* A constant text, or null: dates, patterns, parts are checked while compiling. */
const Literal *text_literal(const Checker *checker, const Node *expr);
/* Whether text is a value of a type: dates and times only, all else is true. */
bool date_text_valid(TypeKind kind, Text text);

/* What is known not to be null if `expr` came out as `outcome`. */
void narrow(Checker *checker, const Node *expr, bool outcome);
/* The same where it was not true: false, or null. */
void narrow_untrue(Checker *checker, const Node *expr);
/* A value is there. */
void narrow_present(Checker *checker, const Node *expr);
/* Columns of a SELECT's list that are there where its HAVING or QUALIFY was true: these are asked behind the list. */
void narrow_outputs(Checker *checker, Rows *rows, const Node *condition);
bool is_narrowed(const Checker *checker, const Column *column);
bool is_table_narrowed(const Checker *checker, const Node *table);

/* Decimals: decisions of the language; SQL Server's table, capped at 38. */
const Type *decimal_capped(TypeTable *types, int precision, int scale);
const Type *decimal_of(TypeTable *types, const Type *number);
const Type *arithmetic_type(TypeTable *types, Operator of, const Type *left, const Type *right);

/* The result of a call by the rule that its declaration names; reports what the rule refuses. */
typedef const Type *(*ResultRule)(Checker *checker, Call *call, const Type *declared);
/* Null if there is no such rule. */
ResultRule result_rule(const Name *name);
/* The overload that fits the arguments best, or null; variables[i] gets the type of the ith variable. */
const Signature *signature_match(Checker *checker, const Function *function, const Nodes *args,
                                 const Type *variables[VARIABLES]);
/* Types the lambdas among the arguments, of which the others have bound what they take; binds what they give. False: reported. */
bool lambdas_check(Checker *checker, Call *call, const Signature *signature, const Type *variables[VARIABLES]);
/* Whether an overload takes a lambda. */
bool function_takes_lambda(const Function *function);
/* A parameter of a lambda that we are in: types the REF. */
bool lambda_param_check(Checker *checker, Ref *ref);
/* The types behind the fields that a REF names from the part `from` on. */
void take_fields(Checker *checker, Ref *ref, uint32_t from);
/* A type of a signature, with what its variables stand for in a call. */
const Type *type_substitute(Checker *checker, const Type *type, const Type *const variables[VARIABLES]);
/* Puts arguments that are given by name in their places. False: reported. */
bool named_arguments(Checker *checker, Call *call, const Function *function);
const char *signature_text(Arena *arena, TypeTable *types, const Function *function, const Signature *signature);

#endif
