/* What the files of names/ share: the Binder, and one prototype a thing. */
#ifndef GOV_NAMES_INTERNAL_H
#define GOV_NAMES_INTERNAL_H

#include "compiler/names/names.h"

typedef enum {
#define SPACE(kind, word, code) SPACE_##kind,
#include "compiler/names/spaces.def"
#undef SPACE
    SPACE_COUNT
} Space;

/* A user's function while calls of it are inlined. */
typedef struct Inlinable {
    Node *body;                     /* with PARAMETER for its parameters, otherwise as written; null: never inlined */
    bool open, traced;              /* being looked through for cycles; done with */
} Inlinable;

typedef struct Binder {
    Arena *arena;
    Names *names;
    Diag *diag;
    Program *program;
    Map spaces[SPACE_COUNT];        /* Name → Decl: of a dotted name, the whole name */
    VEC(Decl *) decls;              /* all, those made by `use` too, in order */
    VEC(Decl *) uses;
    Map scopes;                     /* Node (a relation handed to a template) → Scope of the use */
    uint32_t builtin_end;           /* positions before it are stdlib's */
    uint32_t mark;                  /* see Relation.mark */
    uint32_t unknown;               /* names not found so far: near names are costly */
    Map misnamed;                   /* first Name → Decl of relations without a layer: reported already */
    Map open_types;                 /* Decl → itself: named types that are being looked at */
    Map missing_layers;             /* Name → itself: reported already */
    const Relation *reading;        /* whose query is being bound, or null */
    size_t copied;                  /* bytes of the copies that its functions, templates and `for` made */
    Name *value;                    /* `value`, in a type's check */
} Binder;

/* ---------------------------------------------------------------- bind.c */

/* Reports every `{x}` that nothing stands for. */
void report_placeholders(Binder *binder);
/* Finds the relations that templates were handed. */
void find_handed(Program *program);

/* ------------------------------------------------------------- symbols.c */

/* Enters a declaration under a name. A second one is reported at both places and not entered; one of stdlib gives way
 * to the project's (but functions do not). False if it was not entered. */
bool symbol_put(Binder *binder, Space space, Name *name, Decl *decl, Span span);
/* The declaration of a name, or null without a report. */
Decl *symbol_find(const Binder *binder, Space space, const Name *name);
/* What a name's declaration was made into (Decl.entity); reports an unknown name with near ones. Null for none. */
void *symbol_need(Binder *binder, Space space, Part part);
/* The same for a dotted name. */
void *symbol_need_dotted(Binder *binder, Space space, Parts parts);
/* Reports a name that is not in a space: gives the report, for more to be said. */
Report *symbol_unknown(Binder *binder, Space space, const char *wrong, Span span);
bool is_builtin(const Binder *binder, Span span);
/* `a.b.c` as one name. */
Name *dotted_name(Binder *binder, Parts parts);
Span parts_span(Parts parts);
/* One of a fixed list of words; -1, reported with near words, for any other. `what` is "level", "severity" … */
int word_among(Binder *binder, Part part, const char *what, const char *const *words, int count);

/* ------------------------------------------------------------- collect.c */

/* Takes the declarations of all trees into the binder's spaces; instantiates every `use`. */
void collect_trees(Binder *binder, Tree **trees, uint32_t tree_count);
void collect_decl(Binder *binder, Decl *decl);

/* ------------------------------------------------------------- clauses.c */

/* Reports clauses and options that do not fit the declaration, or stand twice. */
void check_clauses(Binder *binder, Decl *decl);
/* The clause, or null after a report that the declaration must have one. */
Clause *need_clause(Binder *binder, Decl *decl, ClauseKind kind);

/* ------------------------------------------------------------- declare.c */

void declare_owners(Binder *binder);
void declare_units(Binder *binder);
void declare_tags(Binder *binder);
void declare_layers(Binder *binder);
void declare_roles(Binder *binder);
void declare_targets(Binder *binder);
void declare_project(Binder *binder);
/* The level of a word, or LEVEL_NONE after a report. */
Level level_of(Binder *binder, Part part);
/* The owner of a declaration's `owner` clause, or null. */
Owner *owner_of(Binder *binder, const Decl *decl);
/* A date written `'2027-03-31'`, or empty after a report if there is no such day. */
Text checked_date(Binder *binder, Text date, Span span);

/* ------------------------------------------------------------ typename.c */

void declare_types(Binder *binder);

/* ------------------------------------------------------------ constant.c */

void declare_constants(Binder *binder);
/* Whether a node may be a constant's value: a literal, a typed literal, a minus before one, env() or secret(). */
bool is_constant_value(const Node *node);
/* Makes `x in sale` a list; reports a name that is no list. */
void inline_list(Binder *binder, In *in);

/* ------------------------------------------------------------ function.c */

/* Prepares the users' functions for inlining; reports those that call themselves. */
void declare_functions(Binder *binder);

/* --------------------------------------------------------------- query.c */

typedef struct Scope {
    Cte *cte;
    bool used;
    struct Scope *outer;
} Scope;

/* One walk through a query or an expression. */
typedef struct Walk {
    Binder *binder;
    Scope *scope;
    uint32_t mark;                                  /* unique to the reader; 0: reads are not wanted */
    VEC(Relation *) reads;
    VEC(Span) read_spans;
    const struct Nesting { const Decl *decl; const struct Nesting *outer; } *inside; /* functions and templates being opened */
    int depth;
    uint32_t kept_apart;                            /* calls of functions whose queries' tables got names of their own */
} Walk;

/* A walk that notes what is read. */
Walk walk_open(Binder *binder);
/* Binds every name of the node and what is below it: tables, calls of users' functions and templates, constants, `for`.
 * The node may be replaced. */
void walk_node(Walk *walk, Node **place);
/* The relation of a dotted name, noted as read; reported if unknown. CTEs are not looked at. */
Relation *walk_relation(Walk *walk, Parts name);
/* The relation of a dotted name, or null after a report. */
Relation *need_relation(Binder *binder, Parts name);
/* Replaces a call of a user's function by what it means. False: it is none. */
bool inline_call(Walk *walk, Node **place);
/* A copy of what a function, a template or a `for` stands for, at a use of it. Those of one model are bounded, for each may
 * use others twice: beyond it, reported once, a NODE_ERROR. */
Node *copy_for_use(Binder *binder, const Node *node, Span use);
/* Notes that a node is the root of text made by a use; gives the note, which is also where Diag now is. */
const Expansion *expand(Binder *binder, const void *root, Span use, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---------------------------------------------------------- substitute.c */

typedef enum { BIND_VALUE, BIND_COLUMN, BIND_COLUMNS, BIND_NAME, BIND_RELATION } BindingKind;

/* What a parameter of a template, or the variable of a `for`, stands for. */
typedef struct Binding {
    BindingKind kind;
    Name *name;
    Name *hole;             /* `{name}` */
    bool bare;              /* may be written without braces */
    Node *value;            /* VALUE: an expression; COLUMN: a REF; RELATION: a TABLE_REF or TABLE_QUERY */
    Nodes items;            /* COLUMNS: REFs; VALUE: of a list, its items */
    Parts parts;            /* of NAME, COLUMN and RELATION: the name */
    Text text;              /* what `{name}` is inside names and texts; null `at`: may not stand there */
    Scope *scope;           /* RELATION: where its name is to be looked up */
    bool used;
} Binding;

typedef struct Substitution {
    Binder *binder;
    Binding *bindings;
    uint32_t count;
} Substitution;

/* Replaces parameters below a node, in place. */
void substitute(Substitution *substitution, Node **place);
/* The same for every node of a list, which may grow. */
void substitute_list(Substitution *substitution, Nodes *list);
/* `{name}` as a name. */
Name *hole_name(Binder *binder, const Name *name);
/* Reports a `{x}` that nothing stands for, in names below a node. */
void report_holes(Binder *binder, Node *node);

/* -------------------------------------------------------------- repeat.c */

/* Unrolls every `for` of a select list or column list, in place. */
void unroll(Binder *binder, Nodes *list);

/* ------------------------------------------------------------ template.c */

/* Replaces a TABLE_FUNCTION that names a template by a TABLE_QUERY. False: it names none. */
bool instantiate_query(Walk *walk, Node **place);
/* Takes in the declarations of a `use`. */
void instantiate_declarations(Binder *binder, Decl *use);

/* ------------------------------------------------------------ relation.c */

void declare_relations(Binder *binder);
/* Whether its contract is not kept: `on invalid warn`. */
bool only_warns(const Relation *relation);
/* Reports sources, and models that are no queries, without a list of columns; their rows are poison. */
void refuse_undeclared_columns(Binder *binder);
/* Binds the queries of models, in order of writing. */
void bind_models(Binder *binder);

/* ---------------------------------------------------------------- test.c */

/* Tests of a column's or list's constraints; named types' first. */
void add_column_tests(Binder *binder, Relation *relation);
void declare_tests(Binder *binder);
void declare_unit_tests(Binder *binder);

/* --------------------------------------------------------------- order.c */

/* Puts the program's relations in dependency order; reports cycles and breaks them. */
void order_relations(Binder *binder);
/* Takes system tables that nothing names out of the program's relations. */
void drop_unmentioned(Program *program);

/* -------------------------------------------------------------- access.c */

void declare_masks(Binder *binder);
void declare_grants(Binder *binder);
void declare_exceptions(Binder *binder);
/* The policy_bit() of a word of `requires` and of `forbids`; 0: reported. */
unsigned policy_required(Binder *binder, Part part);
unsigned policy_forbidden(Binder *binder, Part part);

/* ------------------------------------------------------------ deferred.c */

void declare_deferred(Binder *binder);

#endif
