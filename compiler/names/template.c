/* Templates: `as` a query, used in FROM; or `declares` declarations, made by `use`. */
#include "compiler/names/internal.h"

#include <string.h>

/* Kinds of parameters that are names of things. */
static const struct {
    const char *word;
    Space space;
} NAME_KINDS[] = {{"name", SPACE_COUNT}, {"owner", SPACE_OWNER}, {"role", SPACE_ROLE}, {"layer", SPACE_LAYER},
                  {"tag", SPACE_TAG},    {"unit", SPACE_UNIT},   {"mask", SPACE_MASK}};

enum { NAME_KIND_COUNT = sizeof NAME_KINDS / sizeof *NAME_KINDS, DEEPEST = 64 };

typedef struct Matching {
    Binder *binder;
    const Decl *templ;
    Scope *scope;
} Matching;

static const char *template_name(const Decl *templ) {
    return templ->name.items[0].name->text;
}

static const char *kind_of(const Param *param) {
    const TypeName *type = param->type && param->type->kind == NODE_TYPE_NAME ? (const TypeName *)param->type : NULL;
    return type && type->name.name ? type->name.name->text : "";
}

static Report *report_argument(const Matching *matching, const Param *param, Span span, const char *wanted) {
    Report *report = diag_report(matching->binder->diag, CODE_G0606, span, "`%s` of template `%s` is not %s",
                                 param->name.name->text, template_name(matching->templ), wanted);
    report_says(matching->binder->diag, report, "%s is wanted here", wanted);
    report_label(matching->binder->diag, report, param->name.span, "declared here");
    return report;
}

static bool is_column(const Node *node) {
    return node->kind == NODE_REF && ((const Ref *)node)->name.count;
}

static void bind_column(Binding *binding, const Matching *matching, Node *column) {
    binding->kind = BIND_COLUMN;
    binding->value = column;
    binding->parts = ((Ref *)column)->name;
    binding->text = text_of(binding->parts.items[binding->parts.count - 1].name->text);
    vec_push(matching->binder->arena, &binding->items, column);
}

static void bind_columns(Binding *binding, const Matching *matching, const Param *param, Node *value) {
    if (is_column(value)) bind_column(binding, matching, value);
    else if (value->kind == NODE_ROW) binding->items = ((Row *)value)->items;
    else report_argument(matching, param, value->span, "a list of columns");
    binding->kind = BIND_COLUMNS;
    for (uint32_t i = 0; i < binding->items.count; i++)
        if (!is_column(binding->items.items[i])) {
            report_argument(matching, param, binding->items.items[i]->span, "a list of columns");
            binding->items = (Nodes){0};
        }
    binding->value = node_new(matching->binder->arena, NODE_ERROR, value->span); /* where the list is empty */
}

static void bind_relation(Binding *binding, const Matching *matching, const Param *param, Node *value) {
    Arena *arena = matching->binder->arena;
    Scope *handed_on = map_get(&matching->binder->scopes, value);
    binding->kind = BIND_RELATION;
    binding->scope = handed_on ? handed_on : matching->scope;
    if (is_column(value)) {
        TableRef *table = (TableRef *)node_new(arena, NODE_TABLE_REF, value->span);
        table->name = binding->parts = ((Ref *)value)->name;
        binding->text = text_of(parts_text(arena, table->name));
        binding->value = &table->rowset.node;
    } else if (value->kind == NODE_SUBQUERY) {
        TableQuery *table = (TableQuery *)node_new(arena, NODE_TABLE_QUERY, value->span);
        table->query = ((Subquery *)value)->query;
        binding->value = &table->rowset.node;
    } else {
        report_argument(matching, param, value->span, "a relation");
    }
}

static void bind_name(Binding *binding, const Matching *matching, const Param *param, Space space, Node *value) {
    binding->kind = BIND_NAME;
    binding->bare = false; /* a name has no place of its own but within names */
    if (!is_column(value)) {
        report_argument(matching, param, value->span, arena_format(matching->binder->arena, "the name of %s",
                                                                    space == SPACE_COUNT ? "something" : kind_of(param)));
        binding->text = text_of("");
        return;
    }
    binding->parts = ((Ref *)value)->name;
    binding->text = text_of(parts_text(matching->binder->arena, binding->parts));
    if (space != SPACE_COUNT && !symbol_find(matching->binder, space, binding->parts.items[0].name))
        symbol_unknown(matching->binder, space, binding->parts.items[0].name->text, value->span);
}

/* Whether a literal is one of the parameter's type, as far as its writing tells; the rest is told where it is used. */
static bool literal_fits(const Literal *literal, const Type *type) {
    bool number = type_is_number(type);
    switch (literal->of) {
    case LITERAL_NULL: return true;
    case LITERAL_INTEGER: return number;
    case LITERAL_NUMBER: return number && type->kind >= TYPE_DECIMAL;
    case LITERAL_TRUE: case LITERAL_FALSE: return type->kind == TYPE_BOOL;
    case LITERAL_STRING: return !number && type->kind != TYPE_BOOL;
    }
    return true;
}

static void bind_value_of_type(Binding *binding, const Matching *matching, const Param *param, Node *value) {
    const TypeName *name = param->type && param->type->kind == NODE_TYPE_NAME ? (const TypeName *)param->type : NULL;
    const Type *type = name && !name->element ? type_builtin(matching->binder->program->types, name->name.name) : NULL;
    if (value->kind == NODE_ROW) binding->items = ((Row *)value)->items;
    if (value->kind != NODE_LITERAL) return;
    binding->text = ((Literal *)value)->text;
    if (type && !literal_fits((const Literal *)value, type))
        report_argument(matching, param, value->span,
                        arena_format(matching->binder->arena, "a value of type `%s`", name->name.name->text));
}

static void bind_argument(Binding *binding, const Matching *matching, const Param *param, Node *value) {
    *binding = (Binding){.kind = BIND_VALUE, .name = param->name.name, .value = value, .bare = true};
    binding->hole = hole_name(matching->binder, param->name.name);
    const char *kind = kind_of(param);
    if (param->is_relation) {
        bind_relation(binding, matching, param, value);
        return;
    }
    if (!strcmp(kind, "columns")) {
        bind_columns(binding, matching, param, value);
        return;
    }
    if (!strcmp(kind, "column")) {
        if (is_column(value)) bind_column(binding, matching, value);
        else report_argument(matching, param, value->span, "a column");
        return;
    }
    for (int i = 0; i < NAME_KIND_COUNT; i++)
        if (!strcmp(kind, NAME_KINDS[i].word)) {
            bind_name(binding, matching, param, NAME_KINDS[i].space, value);
            return;
        }
    bind_value_of_type(binding, matching, param, value);
}

/* ---------------------------------------------------------------- arguments */

static int index_of_param(const Matching *matching, const NamedArgument *argument) {
    const Decl *templ = matching->templ;
    const char *names[64];
    size_t count = 0;
    for (uint32_t i = 0; i < templ->params.count; i++) {
        const Param *param = (const Param *)templ->params.items[i];
        if (param->name.name == argument->name.name) return (int)i;
        if (count < 64) names[count++] = param->name.name->text;
    }
    Report *report = diag_report(matching->binder->diag, CODE_G0606, argument->name.span, "template `%s` has no parameter `%s`",
                                 template_name(templ), argument->name.name->text);
    report_label(matching->binder->diag, report, parts_span(templ->name), "declared here");
    report_near(matching->binder->diag, report, argument->name.span, argument->name.name->text, names, count);
    return -1;
}

static bool take_argument(const Matching *matching, Node **values, uint32_t position, Node *argument) {
    const Decl *templ = matching->templ;
    int index = (int)position;
    Node *value = argument;
    if (argument->kind == NODE_NAMED_ARGUMENT) {
        index = index_of_param(matching, (NamedArgument *)argument);
        value = ((NamedArgument *)argument)->value;
        if (index < 0) return false;
    }
    if (index >= (int)templ->params.count || values[index]) {
        Report *report = diag_report(matching->binder->diag, CODE_G0606, argument->span,
                                     index < (int)templ->params.count ? "an argument of template `%s` is given twice"
                                                                      : "an argument too many for template `%s`",
                                     template_name(templ));
        report_label(matching->binder->diag, report, parts_span(templ->name), "declared here");
        return false;
    }
    values[index] = value;
    return true;
}

/* Binds all parameters; false after a report. */
static bool match(const Matching *matching, const Nodes *arguments, Span use, Substitution *out) {
    const Decl *templ = matching->templ;
    Arena *arena = matching->binder->arena;
    Node **values = arena_alloc(arena, (templ->params.count + 1) * sizeof *values);
    for (uint32_t i = 0; i < arguments->count; i++)
        if (!take_argument(matching, values, i, arguments->items[i])) return false;
    uint32_t errors = matching->binder->diag->errors;
    *out = (Substitution){matching->binder, arena_alloc(arena, (templ->params.count + 1) * sizeof(Binding)), templ->params.count};
    for (uint32_t i = 0; i < templ->params.count; i++) {
        const Param *param = (const Param *)templ->params.items[i];
        if (values[i]) {
            bind_argument(&out->bindings[i], matching, param, values[i]);
            continue;
        }
        Report *report = diag_report(matching->binder->diag, CODE_G0606, use, "template `%s` needs `%s`", template_name(templ),
                                     param->name.name->text);
        report_says(matching->binder->diag, report, "an argument is missing");
        report_label(matching->binder->diag, report, param->name.span, "declared here");
        return false;
    }
    return errors == matching->binder->diag->errors;
}

/* Looked at behind the first use: a parameter that nothing took was forgotten, or lacks its braces. */
static void warn_of_unused(Binder *binder, const Decl *templ, const Substitution *substitution) {
    for (uint32_t i = 0; i < substitution->count; i++) {
        const Binding *binding = &substitution->bindings[i];
        if (binding->used) continue;
        const char *name = binding->name->text;
        Report *report = diag_report(binder->diag, CODE_G0612, ((Param *)templ->params.items[i])->name.span,
                                     "nothing in template `%s` takes `%s`", template_name(templ), name);
        report_says(binder->diag, report, "never used below");
        report_help(binder->diag, report, "write `{%s}` where it is meant, or take it away", name);
    }
}

/* Relations whose columns the template states are looked at again when columns are known. */
static void hand_over(Binder *binder, Decl *templ, const Substitution *substitution, Span use) {
    for (uint32_t i = 0; i < substitution->count; i++) {
        Param *param = (Param *)templ->params.items[i];
        const Binding *binding = &substitution->bindings[i];
        if (!param->columns.count || !binding->parts.count) continue;
        Handed *handed = arena_new(binder->arena, Handed);
        *handed = (Handed){.templ = templ, .param = param, .name = binding->parts, .use = use};
        vec_push(binder->arena, &binder->program->handed, handed);
    }
}

static void report_recursion(Binder *binder, const Decl *templ, Span use) {
    Report *report = diag_report(binder->diag, CODE_G0217, use, "template `%s` uses itself", template_name(templ));
    report_says(binder->diag, report, "this would never end");
    report_label(binder->diag, report, parts_span(templ->name), "declared here");
}

static bool is_inside(const struct Nesting *inside, const Decl *decl) {
    int depth = 0;
    for (; inside; inside = inside->outer, depth++)
        if (inside->decl == decl) return true;
    return depth > DEEPEST;
}

/* ------------------------------------------------------------------ queries */

static void poison_table(Walk *walk, Node **place, Span span) {
    TableQuery *table = (TableQuery *)node_new(walk->binder->arena, NODE_TABLE_QUERY, span);
    *place = &table->rowset.node; /* a query of nothing: of unknown columns */
}

/* ---------------------------------------------- common table expressions of a template */

typedef struct Renaming { Binder *binder; Name *from, *to; } Renaming;

static void rename_cte(void *context, Node **place) {
    const Renaming *renaming = context;
    Node *node = *place;
    if (node->kind == NODE_CTE && ((Cte *)node)->name.name == renaming->from) ((Cte *)node)->name.name = renaming->to;
    TableRef *table = node->kind == NODE_TABLE_REF ? (TableRef *)node : NULL;
    if (table && table->name.count == 1 && table->name.items[0].name == renaming->from && !map_get(&renaming->binder->scopes, node)) {
        if (!table->alias.name) table->alias = table->name.items[0];
        table->name.items[0].name = renaming->to;
    }
    node_kids(node, rename_cte, context);
}

/* A template's own common table expression must not hide the caller's of the same name, which may have been handed in. */
static void keep_apart(Walk *walk, Node *body) {
    Query *query = body->kind == NODE_QUERY ? (Query *)body : NULL;
    for (uint32_t i = 0; query && i < query->ctes.count; i++) {
        Name *name = ((Cte *)query->ctes.items[i])->name.name;
        for (const Scope *scope = walk->scope; scope; scope = scope->outer) {
            if (scope->cte->name.name != name) continue;
            Renaming renaming = {walk->binder, name, name_of(walk->binder->names, arena_format(walk->binder->arena, "%s__own", name->text))};
            rename_cte(&renaming, &body);
            break;
        }
    }
}

static Node *instance(Walk *walk, Decl *templ, const TableFunction *used, Substitution *substitution) {
    Binder *binder = walk->binder;
    TableQuery *table = (TableQuery *)node_new(binder->arena, NODE_TABLE_QUERY, used->rowset.node.span);
    table->query = copy_for_use(binder, templ->body, used->call->span);
    table->alias = used->alias.name ? used->alias : (Part){templ->name.items[0].name, used->rowset.node.span};
    table->columns = used->columns;
    table->lateral = used->lateral;
    substitute(substitution, &table->query);
    warn_of_unused(binder, templ, substitution);
    keep_apart(walk, table->query);
    const Expansion *before = binder->diag->expansion;
    expand(binder, table, used->call->span, "in this use of template `%s`", template_name(templ));
    struct Nesting nesting = {templ, walk->inside};
    Scope *scope = walk->scope;
    walk->inside = &nesting;
    walk->scope = NULL; /* hygiene: it sees what it was given, and relations by their full names */
    walk_node(walk, &table->query);
    walk->scope = scope;
    walk->inside = nesting.outer;
    binder->diag->expansion = before;
    return &table->rowset.node;
}

bool instantiate_query(Walk *walk, Node **place) {
    TableFunction *used = (TableFunction *)*place;
    Call *call = (Call *)used->call;
    Decl *templ = call->name.count == 1 ? symbol_find(walk->binder, SPACE_TEMPLATE, call->name.items[0].name) : NULL;
    if (!templ) return false;
    Substitution substitution;
    Matching matching = {walk->binder, templ, walk->scope};
    if (!templ->body) {
        Report *report = diag_report(walk->binder->diag, CODE_G0606, call->expr.node.span, "template `%s` is no query", template_name(templ));
        report_label(walk->binder->diag, report, parts_span(templ->name), "it declares declarations");
        report_help(walk->binder->diag, report, "use it as a declaration: `use %s (…);`", template_name(templ));
        poison_table(walk, place, call->expr.node.span);
    } else if (is_inside(walk->inside, templ)) {
        report_recursion(walk->binder, templ, call->expr.node.span);
        poison_table(walk, place, call->expr.node.span);
    } else if (!match(&matching, &call->args, call->expr.node.span, &substitution)) {
        poison_table(walk, place, call->expr.node.span);
    } else {
        hand_over(walk->binder, templ, &substitution, call->expr.node.span);
        *place = instance(walk, templ, used, &substitution);
    }
    return true;
}

/* ------------------------------------------------------------- declarations */

/* How many uses a use stands in: a template that uses itself never ends. */
static int use_depth(const Expansion *expansion) {
    int depth = 0;
    for (; expansion; expansion = expansion->outer) depth++;
    return depth;
}

static void declare_all(Binder *binder, Decl *templ, Substitution *substitution) {
    const Clause *declares = decl_clause(templ, CLAUSE_DECLARES);
    const Expansion *here = binder->diag->expansion;
    for (uint32_t i = 0; i < declares->kids.count; i++) {
        if (declares->kids.items[i]->kind != NODE_DECL) continue;
        Node *copy = node_clone(binder->arena, declares->kids.items[i]);
        substitute(substitution, &copy);
        map_put(&binder->program->expansions, copy, (void *)here);
        collect_decl(binder, (Decl *)copy);
    }
}

void instantiate_declarations(Binder *binder, Decl *use) {
    Decl *templ = use->name.count ? symbol_find(binder, SPACE_TEMPLATE, use->name.items[0].name) : NULL;
    if (!templ) {
        if (use->name.count) symbol_unknown(binder, SPACE_TEMPLATE, use->name.items[0].name->text, parts_span(use->name));
        return;
    }
    const Expansion *before = program_enter(binder->program, use);
    Clause *arguments = decl_clause(use, CLAUSE_ARGUMENTS);
    Substitution substitution;
    Matching matching = {binder, templ, NULL};
    if (!decl_clause(templ, CLAUSE_DECLARES)) {
        Report *report = diag_report(binder->diag, CODE_G0606, parts_span(use->name), "template `%s` declares nothing", template_name(templ));
        report_label(binder->diag, report, parts_span(templ->name), "it is a query");
        report_help(binder->diag, report, "use it in FROM: `select * from %s(…)`", template_name(templ));
    } else if (use_depth(binder->diag->expansion) > DEEPEST) {
        report_recursion(binder, templ, parts_span(use->name));
    } else if (match(&matching, arguments ? &arguments->kids : &(Nodes){0}, parts_span(use->name), &substitution)) {
        expand(binder, NULL, parts_span(use->name), "in this use of template `%s`", template_name(templ));
        hand_over(binder, templ, &substitution, parts_span(use->name));
        declare_all(binder, templ, &substitution);
        binder->diag->expansion = before;
        warn_of_unused(binder, templ, &substitution);
    }
    binder->diag->expansion = before;
}
