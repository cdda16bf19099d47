/* What the files of emit/ share. */
#ifndef GOV_EMIT_INTERNAL_H
#define GOV_EMIT_INTERNAL_H

#include "compiler/emit/emit.h"
#include "compiler/emit/layout.h"

/* How tightly an expression binds, as PostgreSQL has it; one in a place that needs a tighter one gets parentheses. */
typedef enum {
    BINDS_NOT_AT_ALL,   /* always in parentheses within another */
    BINDS_OR, BINDS_AND, BINDS_NOT, BINDS_IS, BINDS_COMPARE, BINDS_IN, BINDS_OTHER, BINDS_ADD, BINDS_MULTIPLY, BINDS_POWER,
    BINDS_AT, BINDS_UNARY, BINDS_CAST, BINDS_TIGHT,
} Binds;

/* A call of a `function`, while its body is written: PARAMETERs are the arguments of the innermost. */
typedef struct Frame {
    const Inlined *call;
    struct Frame *outer;
    struct Lambdas *lambdas;   /* around the call */
    const Select *select;      /* that the call stands in */
} Frame;

typedef VEC(const Expr *) Guards;
typedef VEC(const Join *) Joins;

/* The SELECT that is being written. */
typedef struct Scope {
    const Select *select;
    bool many_tables;
    bool inline_windows; /* those of WINDOW are said at each use: their names would meet those of another select */
    bool of_star;        /* the reference that is written was made for a `*` */
    bool nameless;       /* nobody asks for the columns' names: in a subquery that is a value */
    bool label_all;      /* columns without a name get one: a select around this one names them */
    bool label_next;     /* the same of the selects within */
    bool in_order;       /* in ORDER BY, where aliases of the select list may be named */
    bool in_aggregate;   /* within an aggregate's arguments: input columns may be named */
    bool in_key;         /* within a key of GROUP BY, there or in the select list */
    bool in_input;       /* in WHERE or ON */
    bool in_having;      /* in HAVING, where an engine may take an alias of the list for what a column is called */
    Guards guards;       /* guard.c */
    bool adds_rows;      /* beneath a join whose other side may add rows */
    const Query *query;  /* of which the select is the body */
    bool keeps_order;    /* its order is one of the result */
    const Rows *by_name; /* the columns to give: those of a set operation BY NAME; null: the select's own */
    const Query *ties;   /* whose rows are ranked for WITH TIES */
    Joins filters;       /* semi and anti joins of FROM that are to be said in WHERE */
} Scope;

typedef struct Emitter {
    Program *program;
    Arena *arena;
    const Dialect *dialect;
    const EmitOptions *options;
    Buffer *out;                 /* marked text, see layout.h */
    Frame *frame;
    Scope scope;
    bool columns_named;          /* of the next query, by who reads it */
    bool names_values;           /* the next VALUES, first of a set operation, gives its columns their names */
    bool begun;                  /* the outermost query is being written */
    bool nameless;               /* of the next select, see Scope */
    const Rows *by_name;         /* of the next select, see Scope */
    const Query *ties;           /* the same */
    const Query *query;
    const Query *recursion;      /* of the CTE that is being written and reads itself; null: it does not */
    bool keeps_order;
    bool operand;                /* the next select is of a set operation */
    bool spread;                 /* each clause on a line of its own: not in a subquery that may fit on one */
    VEC(const Node *) hidden;    /* tables that are called otherwise, see hidden.c */
    VEC(const Node *) invented;  /* tables without alias that got one: `subquery_1`, `subquery_2`, … */
    uint32_t numbers;            /* that templates of functions asked for */
    bool in_from;                /* a function of FROM is being written */
    bool in_sets;                /* GROUP BY with grouping sets is being written */
    bool lifting;                /* expressions of their keys are being written, see sets.c */
    const Expr *scalar;          /* the operand whose text is asked of a number, a moment or the like: no object's */
    const Expr *plain;           /* `->>` that is written as the engine has it */
    const Call *unnested;        /* `unnested.element` is what it gives, see unnest.c */
    VEC(const Name *) merged;    /* columns of USING, so far */
    VEC(const Name *) windows;   /* named windows, so far */
    const Inlined *moved;        /* an argument is written within a query of this one's body, where its names may mean others */
    struct Lambdas *lambdas;     /* whose bodies are being written, the innermost first */
    VEC(const Relation *) inlined; /* inline models that are read, each behind those that it reads itself */
    const char *as_of;           /* of EmitOptions, or of the table whose query is being written: marked text */
    uint32_t aliases;            /* aliases of items within each other that are being written */
    bool too_deep;               /* they were too many: nothing more is written */
    bool failed;
} Emitter;

/* For switches over NodeKind that are about expressions. */
#define NODES_THAT_ARE_NO_EXPRESSIONS                                                                                  \
    case NODE_TREE: case NODE_DECL: case NODE_CLAUSE: case NODE_COLUMN: case NODE_CONSTRAINT: case NODE_PARAM:         \
    case NODE_OPTION: case NODE_PLACE: case NODE_DURATION: case NODE_SELECTION: case NODE_CLEARANCE:                   \
    case NODE_MASKING: case NODE_GIVEN: case NODE_MEASURE: case NODE_DIMENSION: case NODE_PART: case NODE_TITLE:       \
    case NODE_DOTTED: case NODE_QUERY: case NODE_SELECT: case NODE_VALUES: case NODE_SET_OPERATION:                    \
    case NODE_SELECT_ITEM: case NODE_REPEAT: case NODE_CTE: case NODE_SORT: case NODE_WINDOW: case NODE_BOUND:         \
    case NODE_GROUPING_SETS: case NODE_TABLE_REF: case NODE_TABLE_FUNCTION: case NODE_TABLE_QUERY:                     \
    case NODE_TABLE_PARENS: case NODE_JOIN: case NODE_PIVOT: case NODE_PIVOT_FOR: case NODE_UNPIVOT:                   \
    case NODE_SAMPLE: case NODE_WHEN: case NODE_TYPE_NAME:

typedef enum {
    LACKS_ASOF = 1, LACKS_SEMI_JOIN = 2, LACKS_BY_NAME = 4, LACKS_PIVOT = 8, LACKS_IGNORE_NULLS = 16, LACKS_TRY_CAST = 32,
    NEEDS_TABLE_ALIAS = 64,
    LACKS_DISTINCT_ON = 128,
    USING_HIDES_SIDES = 256,        /* columns of USING cannot be qualified, and there is no NATURAL */
    LACKS_FRAME_EXCLUDE = 512, LACKS_MATERIALIZED = 1024,
    NULLS_BEHIND_CALL = 2048,       /* `last_value(x) ignore nulls`, not within the parentheses */
    OFFSET_BEFORE_LIMIT = 4096,
    UNNESTS_BY_ITSELF = 8192,       /* a table function sees the tables before it, and there is no `lateral` for it; its
                                       columns have no names but those of its alias */
    COLLATES_TEXT = 32768,          /* text is ordered as the database has it, unless `collate "C"` is said */
    STRUCTS_ARE_JSON = 65536,
    VALUES_LOSE_DIGITS = 1 << 23,   /* of VALUES a decimal has its digits only if each row says them */
    SERIES_ARE_ROWS = 1 << 17,      /* generate_series() and range() give rows in FROM, and arrays elsewhere */
    NAMES_VALUES = 1 << 18,         /* columns of VALUES are called column1, column2, … */
    LACKS_DISTINCT_OVER = 1 << 19,  /* `count(distinct x) over (…)` */
    PREDICATES_DO_NOT_NEST = 16384, /* `a = b is null` needs parentheses */
    ARROW_LAMBDAS = 1 << 20,        /* `x -> x + 1` */
    WIDE_DECIMALS_LOSE = 1 << 24,   /* of decimals that are united, one of 38 digits decides and takes the others' fractions; quotients have 38 */
    SELECT_IN_ANY_IS_QUERY = 1 << 26, /* `any ((select …))` is of the rows, though an array is meant: a cast tells */
    NULL_ARRAYS_ARE_EMPTY = 1 << 25, /* `x = any (null)` is false, `x = all (null)` true */
    LONGEST_MATCH = 1 << 22,        /* a regular expression matches the longest text, not the first alternative's */
    NAMES_RECURSION = 1 << 28,      /* a recursive query needs the names of its columns behind its own */
    SETS_OF_COLUMNS = 1 << 29,      /* keys of ROLLUP, CUBE and GROUPING SETS are columns, no expressions: PostgreSQL forgets that constants are null there */
    LACKS_QUARTERS = 1 << 27,       /* `interval '1 quarter'` */
    CORRELATES_LITTLE = 1 << 30,    /* how little outer queries and names are told apart: hidden.c */
    FLAT_ARRAYS = 1 << 21,          /* an array of arrays is one array of more dimensions */
} DialectFlags;

struct Quotient;

/* How an engine writes an expression in its own way. */
typedef struct Form {
    Binds binds;
    void (*write)(Emitter *emitter, const Expr *expr);
} Form;

struct Dialect {
    const char *name;
    unsigned flags;
    bool (*is_reserved)(const char *name);
    /* The type's name: as in the engine's catalog, or short, as people write a cast. */
    void (*type)(const Type *type, bool as_cast, Buffer *out);
    /* The type that the engine gives to what is emitted for the expression; null where that is not known. */
    const Type *(*natural)(Emitter *emitter, const Expr *expr);
    /* The quotient of two exact numbers, rounded half away from zero to `scale` digits, as a decimal; null by zero. */
    void (*quotient)(Emitter *emitter, const struct Quotient *quotient);
    Binds quotient_binds;
    /* Whether a text holds a match of a regular expression of the common subset (regex.c). Binds as a call, or as NOT. */
    /* A regular expression of the common subset in the engine's words; null: it has none. Null function: as it is. */
    const char *(*regex)(Arena *arena, const char *pattern);
    void (*matches)(Emitter *emitter, const Expr *text, const char *pattern, bool negated);
    /* Expressions that the engine writes in its own way; null for all others. May be null. */
    const Form *(*form)(Emitter *emitter, const Expr *expr);
    /* Writes a cast, binding as a call; null: `x::t`. */
    void (*cast)(Emitter *emitter, const Expr *operand, const Type *to, bool is_try);
    /* Writes a double as a decimal of the type, or as a number that a cast makes one without rounding: `x` times a power
     * of ten is rounded half away from zero. Null: the engine's own cast does so. */
    void (*decimal_of_double)(Emitter *emitter, const Expr *operand, const Type *to);
    bool distinct_on_leads;                     /* ORDER BY must begin with what DISTINCT ON names */
    bool full_join_by_equality;                 /* a full join needs an equality of its sides */
    bool rows_are_structs;                      /* `values (s)` of a struct is a row of its fields */
    const char *bytes_of_text[2], *text_of_bytes[2]; /* what stands around what is cast, in UTF-8; null: the engine's cast does so */
    /* The type in which the key of `range 1 preceding` is counted from, where it is another than its own. May be null. */
    const char *(*distance_type)(const Type *key);
    const char *whole_quotient;                 /* the operator that divides integers and cuts towards zero */
    const char *no_escape;                      /* behind LIKE: ` escape ''` where a backslash would escape else */
    const char *run_date, *run_time, *run_id;   /* parameters of the run as expressions */
};

/* Writes an expression, in parentheses if it binds less tightly than `needed`. */
void emit_node(Emitter *emitter, const Expr *expr, Binds needed);
/* The same, with a cast if the engine's own type would not be exactly `type`. */
void emit_exact(Emitter *emitter, const Expr *expr, const Type *type, Binds needed);
/* The same of a branch or argument that is united with others into `type`, where the engine's own way would lose digits. */
void emit_united(Emitter *emitter, const Expr *expr, const Type *type, Binds needed);
/* How tightly what emit_node() writes binds. */
Binds emit_binds(Emitter *emitter, const Expr *expr);
/* operator.c */
Binds operator_binds(Operator of);
/* `<>`, `is distinct from`. */
const char *operator_text(Operator of);
void emit_unary(Emitter *emitter, const Unary *unary);
Binds unary_binds(const Emitter *emitter, const Unary *unary);
void emit_binary(Emitter *emitter, const Binary *binary);
void emit_like(Emitter *emitter, const Like *like);
void emit_is(Emitter *emitter, const Is *is);
void emit_between(Emitter *emitter, const Between *between);
void emit_in(Emitter *emitter, const In *in);
void emit_quantified(Emitter *emitter, const Quantified *quantified);
/* A query in parentheses that is a value: nobody asks for its columns' names. A QUERY, or a SUBQUERY around one. */
void emit_query_value(Emitter *emitter, const Node *node, const Rows *columns);
/* call.c */
void emit_call(Emitter *emitter, const Call *call);
/* The call with its arguments and modifiers, under another name. */
void emit_called_as(Emitter *emitter, const Call *call, const char *name);
Binds call_binds(Emitter *emitter, const Call *call);
/* The window of a call with everything that it builds on, as a new node: the caller may change it. */
Window *window_of(Emitter *emitter, const Call *call);
/* distinct_over.c: count(distinct x) over (…) that the engine has not. */
bool counts_distinct_over(const Emitter *emitter, const Call *call);
void emit_distinct_over(Emitter *emitter, const Call *call);
/* nulls.c: a call with IGNORE NULLS that the engine has not. */
bool ignores_nulls(const Emitter *emitter, const Call *call);
void emit_ignoring_nulls(Emitter *emitter, const Call *call);
/* ORDER BY and IGNORE NULLS of a call, before its closing parenthesis. */
void emit_modifiers_within(Emitter *emitter, const Call *call);
/* WITHIN GROUP, FILTER and OVER of a call, behind it. */
void emit_modifiers_behind(Emitter *emitter, const Call *call);
void emit_over(Emitter *emitter, const Call *call);
/* `a % b` of the two arguments of a call, as the operator writes it: by zero it is null, and wide decimals keep their digits. */
void emit_remainder(Emitter *emitter, const Call *call);
/* template.c: the template that stdlib has for the engine, or null. */
const Clause *template_of(const Emitter *emitter, const Call *call);
Binds template_binds(const Clause *clause);
void emit_template(Emitter *emitter, const Call *call, const Clause *clause);
/* constant.c: a constant of a language of its own (`regex`, `strftime`, …) in the engine's words; what is none is reported.
 * False: there is no such filter. */
bool emit_constant(Emitter *emitter, const Expr *argument, Text filter);
/* lambda.c: a lambda as the engine writes it; its body (cast to a type, if one is given) and the names of its parameters,
 * for engines that have none. */
void emit_lambda(Emitter *emitter, const Lambda *lambda);
void emit_lambda_body(Emitter *emitter, const Lambda *lambda, const Type *type, Binds needed);
void emit_lambda_name(Emitter *emitter, const Lambda *lambda, uint32_t index);
/* A name that is a parameter of a lambda which is being written; false: it is none. */
bool emit_lambda_param(Emitter *emitter, const Name *name);
void emit_window(Emitter *emitter, const Window *window);
/* A key of ORDER BY or DISTINCT ON; of GROUP BY, where no order is meant. */
void emit_key(Emitter *emitter, const Expr *expr);
void emit_group_key(Emitter *emitter, const Expr *expr);
void emit_sorts(Emitter *emitter, const Nodes *sorts);
void emit_list(Emitter *emitter, const Nodes *list);
void emit_from(Emitter *emitter, const Node *table);
/* Notes the columns that USING has merged in a table of FROM. */
void collect_merged(Emitter *emitter, const Node *table);
/* ` as name (columns)`; one made up where the engine needs one. */
void emit_alias(Emitter *emitter, const Node *table, Part name, const Parts *columns);
/* collation.c: whether a text would be ordered in the engine's own way. */
bool needs_collation(Emitter *emitter, const Expr *expr);
/* Of two that are compared one is enough. */
bool needs_collations(Emitter *emitter, const Expr *left, const Expr *right);
/* The expression with `collate "C"` behind it where it needs that. */
void emit_collated(Emitter *emitter, const Expr *expr, Binds needed);
/* rows.c: comparisons of rows that may hold nulls, written out; null for all else. For Dialect.form. */
const Form *row_form(const Emitter *emitter, const Expr *expr);
/* The same of a row that is looked for in a query. */
const Form *row_query_form(const Emitter *emitter, const Expr *expr);
/* try_cast.c */
void emit_try_cast(Emitter *emitter, const Cast *cast);
/* asof.c: the join and its right side, behind its left side, where the engine has no such joins. */
void emit_asof(Emitter *emitter, const Join *join);
/* Whether GROUP BY has ROLLUP, CUBE, GROUPING SETS or (). */
bool select_has_sets(const Select *select);
/* sets.c: the number of the column that holds a key of the select's grouping sets; 0: it is none, or said as it is. */
uint32_t lifted_key(Emitter *emitter, const Node *node);
/* The same for Dialect.form: the column's name; null: it is none. */
const Form *lifted_form(Emitter *emitter, const Expr *expr);
void emit_lifted_keys(Emitter *emitter, const Select *select);
/* The clauses of a select behind its list, but QUALIFY. */
void emit_clauses(Emitter *emitter, const Select *select);
/* unnest.c: the unnest() in the list of a select that must be said in FROM, or null. */
const Call *unnest_of_list(const Emitter *emitter, const Select *select);
void emit_unnested_select(Emitter *emitter, const Select *select, const Rows *columns);
/* hidden.c: notes the tables of a query whose alias an inner query would misunderstand; whether a table is one of them. */
void find_hidden_tables(Emitter *emitter, const Query *query);
bool is_hidden_table(const Emitter *emitter, const Node *table);
/* Whether a select of one group names columns of outer queries and has a constant, which the engine loses where there are no rows. */
bool loses_constants(const Emitter *emitter, const Select *select);
/* Whether columns of outer queries are named in a query. */
bool names_outer_columns(const Node *query);
/* Whether a window function stands in an expression. */
bool holds_window(const Expr *expr);
/* Reports a subquery in ON of an outer, semi or anti join where the engine has none: in a condition that is not of the other side alone. */
void refuse_queries_in_on(Emitter *emitter, const Join *join, const Node *condition);
/* Reports a full join that the engine cannot do. */
void refuse_full_join(Emitter *emitter, const Join *join);
/* Reports windows in subqueries of a window's keys, where the engine has none there. */
void refuse_windows_within(Emitter *emitter, const Nodes *list);
/* Reports columns of outer queries in what stands in a window function, where the engine has no such windows. */
void refuse_outer_columns(Emitter *emitter, const Node *node);
/* pivot.c */
void emit_pivot(Emitter *emitter, const Pivot *pivot);
void emit_unpivot(Emitter *emitter, const Unpivot *unpivot);
/* history.c: the table with its alias as it was at an earlier moment, in parentheses; false: it is read as it is now. */
bool emit_as_of(Emitter *emitter, const TableRef *table);
/* The versions of the rows of `history(relation)`, without the alias; false: it is another function. */
bool emit_history(Emitter *emitter, const TableFunction *table);
/* filter.c */
/* A column of one of the tables beneath, qualified; of one that a full join has merged both. */
void emit_side_column(Emitter *emitter, const Node *table, const Column *column);
/* `l.a = r.a and l.b = r.b` of USING */
void emit_using_condition(Emitter *emitter, const Join *join);
bool is_filter(const Join *join);
/* Whether a semi or anti join may be said in WHERE instead: then it filters the rows of what is joined behind it, too, so
 * that must not add rows of its own. */
bool becomes_filter(const Emitter *emitter, const Join *join);
/* A semi or anti join as a condition: `[not] exists (select 1 from … where …)`. */
void emit_filter(Emitter *emitter, const Join *join);
/* The join as a subquery with its condition; reports where that cannot be. */
void emit_filtered_table(Emitter *emitter, const Join *join);
/* The table beneath one of FROM that has exactly this column, or null. */
const Node *table_of(const Node *table, const Column *column);
/* What stands around `union` and between the clauses of a select: a new line, or a break of its group. */
const char *clause_break(const Emitter *emitter);
/* The type that a column must have: that of `columns` (may be null) by position, else its own. */
const Type *column_type(const Rows *columns, uint32_t index, const Column *own);
/* The column's name; one made up where it has none. */
const char *label_text(Emitter *emitter, const Column *column);
void put_label(Emitter *emitter, const Column *column);
/* The names of all columns. */
void emit_labels(Emitter *emitter, const Rows *rows);
/* A name that none of the columns has: what is wished, or that with a number. */
const char *free_name(Emitter *emitter, const Rows *rows, const char *wish);
/* A SELECT, VALUES, set operation or query in parentheses. */
void emit_body(Emitter *emitter, const Node *node, const Rows *columns);
/* ties.c: a query with FETCH … WITH TIES; and the columns that its select needs for that. */
void emit_with_ties(Emitter *emitter, const Query *query, const Rows *columns);
void emit_places(Emitter *emitter, const Query *query);
/* setop.c */
void emit_values(Emitter *emitter, const Values *values, const Rows *columns);
/* select column1 from (values …) as given (column1) */
void emit_named_values(Emitter *emitter, const Values *values, const Rows *columns);
void emit_set_operation(Emitter *emitter, const SetOperation *of, const Rows *columns);
/* `null::date as day` */
void emit_null_as(Emitter *emitter, const Column *column);
/* A query without parentheses; `columns` (may be null) are the types that its result must have. */
void emit_query_node(Emitter *emitter, const Query *query, const Rows *columns);
/* A query in parentheses, on lines of its own where it does not fit. */
void emit_subquery(Emitter *emitter, const Node *query, const Rows *columns);
/* How a relation is called in FROM. */
const char *relation_text(Emitter *emitter, const Relation *relation);
void emit_cast_to(Emitter *emitter, const Type *type);
/* What is written binds as tightly as a cast needs: `text::type` or `cast(text as type)`. */
void emit_text_as(Emitter *emitter, const char *text, const Type *type);

void put(Emitter *emitter, const char *text);
void put_name(Emitter *emitter, const Name *name);
void put_string(Emitter *emitter, Text text);
void put_format(Emitter *emitter, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Reports that the engine lacks a construct; what was written is not to be used. */
void emit_lacks(Emitter *emitter, Span span, const char *construct);

/* The expression behind inlining: bodies of functions and their arguments. `*frame` follows. */
const Expr *expr_behind(const Expr *expr, Frame **frame);
/* The name by which a table's columns are qualified, or null. */
const Name *table_alias(const Node *table);
/* The same as SQL; one that is made up where the engine needs one. Null: the table has none. */
const char *table_alias_text(Emitter *emitter, const Node *table);
/* The type that an argument is cast to where a parameter stands for it, or null. */
const Type *parameter_cast(const Expr *parameter, const Expr *argument);
/* The select item that a reference to its alias stands for, where the engine may not know the alias; else null. */
const Expr *aliased_item(const Emitter *emitter, const Ref *ref);
/* The windows of a select's WINDOW clause. */
const Window *window_named(const Emitter *emitter, const Name *name);

/* ---- types that engines give: natural.c */

bool natural_is_integer(const Type *of);
bool natural_is_integer_literal(Emitter *emitter, const Expr *expr);
/* Digits and scale of the decimal that an engine makes of a number beside a decimal; false: it makes none. */
bool natural_as_decimal(const Type *of, int *ret_precision, int *ret_scale);
/* The common type of branches or arguments; null where it is not certain. */
const Type *natural_of_case(Emitter *emitter, const Case *node);
const Type *natural_of_arguments(Emitter *emitter, const Call *call);
/* Whether the result has the type of arguments of which the engine makes another type than was promised. */
bool natural_follows_others(Emitter *emitter, const Call *call);
/* Whether an integer is narrower than the parameter that it is handed to. */
bool natural_takes_narrower(Emitter *emitter, const Call *call);
/* Whether an engine may make more of an integer than its type says: of a sum, of what is computed with it. */
bool natural_is_wider(Emitter *emitter, const Expr *expr);
/* Whether an operand or argument is a constant that may be null: an engine may then forget the type of the result. */
bool natural_may_fold(Emitter *emitter, const Expr *expr);
/* All but literals, operators and calls. */
const Type *natural_of_rest(Emitter *emitter, const Expr *expr);

/* ---- casts that may fail: guard.c */

bool cast_may_fail(const Cast *cast, Frame *frame);
/* What keeps bad rows away from casts in a select, or in the ON of a join. */
Guards guards_of_select(Emitter *emitter, const Select *select);
Guards guards_of_join(Emitter *emitter, const Join *join);
/* Whether the cast must be written within CASE. */
bool is_guarded(const Emitter *emitter, const Cast *cast);
bool is_group_key(const Emitter *emitter, const Expr *expr);
/* The condition of that CASE. */
void emit_guards(Emitter *emitter);

/* ---- regular expressions: regex.c */

/* The pattern, if it is of the subset that all engines understand alike; else null and why. */
const char *regex_check(Arena *arena, Text pattern, const char **why);
/* A SIMILAR TO pattern as such a regular expression. */
const char *regex_of_similar(Arena *arena, Text pattern, const char **why);

/* ---- quotients: quotient.c */

/* A number as numerator or denominator: an expression, or an aggregate of one. */
typedef struct Quotient {
    void (*numerator)(Emitter *emitter, const void *context);     /* writes it, binding tightly */
    void (*denominator)(Emitter *emitter, const void *context);
    const void *context;
    const Type *numerator_type;      /* as the engine has it */
    const Type *denominator_type;
    int scale;                       /* of the result */
} Quotient;

bool is_exact_division(const Expr *expr);
/* `x / y` of exact numbers, to `scale` digits. */
void emit_division(Emitter *emitter, const Binary *division, int scale);
void emit_average(Emitter *emitter, const Call *call);
/* round(x / y, n) as one operation: the scale n, or -1 if the call is not that. */
int rounded_division(const Call *call);
bool is_average(const Call *call);

/* Whether a name is among words that are sorted by bytes, such as an engine's reserved ones. */
bool listed_word(const char *name, const char *const *words, size_t count);

#endif
