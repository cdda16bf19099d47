/* What stands in FROM: tables, joins, functions, pivots. */
#include "compiler/emit/internal.h"

#include <string.h>

const Name *table_alias(const Node *table) {
    switch ((NodeKind)table->kind) {
    case NODE_TABLE_REF: {
        const TableRef *ref = NODE_AS(TableRef, TABLE_REF, table);
        return ref->alias.name ? ref->alias.name : ref->name.items[ref->name.count - 1].name;
    }
    case NODE_TABLE_FUNCTION: return NODE_AS(TableFunction, TABLE_FUNCTION, table)->alias.name;
    case NODE_TABLE_QUERY: return NODE_AS(TableQuery, TABLE_QUERY, table)->alias.name;
    case NODE_TABLE_PARENS: return NODE_AS(TableParens, TABLE_PARENS, table)->alias.name;
    case NODE_PIVOT: return NODE_AS(Pivot, PIVOT, table)->alias.name;
    case NODE_UNPIVOT: return NODE_AS(Unpivot, UNPIVOT, table)->alias.name;
    default: return NULL; /* a join's merged columns, a select's aliases: not qualified */
    }
}

/* The alias that was made up for a table without one; made now if it is the first time. */
static const char *invented_alias(Emitter *emitter, const Node *table) {
    uint32_t number = 0;
    while (number < emitter->invented.count && emitter->invented.items[number] != table) number++;
    if (number == emitter->invented.count) vec_push(emitter->arena, &emitter->invented, table);
    return arena_format(emitter->arena, "subquery_%u", number + 1);
}

static const char *quoted(const Emitter *emitter, const char *name) {
    Buffer buffer;
    buffer_open(&buffer, emitter->arena);
    emit_name(emitter->dialect, name, &buffer);
    return buffer_string(&buffer);
}

const char *table_alias_text(Emitter *emitter, const Node *table) {
    const Name *name = table_alias(table);
    if (!name) {
        bool needed = table->kind == NODE_TABLE_QUERY || table->kind == NODE_PIVOT || table->kind == NODE_UNPIVOT;
        return needed && emitter->dialect->flags & NEEDS_TABLE_ALIAS ? invented_alias(emitter, table) : NULL;
    }
    return quoted(emitter, is_hidden_table(emitter, table) ? arena_format(emitter->arena, "gov_%s", name->text) : name->text);
}

void emit_alias(Emitter *emitter, const Node *table, Part name, const Parts *columns) {
    if (name.name) {
        put(emitter, " as ");
        put(emitter, is_hidden_table(emitter, table) ? table_alias_text(emitter, table) : quoted(emitter, name.name->text));
    } else if (columns->count || emitter->dialect->flags & NEEDS_TABLE_ALIAS) {
        put_format(emitter, " as %s", invented_alias(emitter, table));
    }
    for (uint32_t i = 0; i < columns->count; i++) {
        put(emitter, i ? ", " : " (");
        put_name(emitter, columns->items[i].name);
    }
    put(emitter, columns->count ? ")" : "");
}

static bool ends_with_name(const Emitter *emitter, const char *text, const Name *name) {
    Buffer buffer;
    buffer_open(&buffer, emitter->arena);
    buffer_char(&buffer, '.');
    emit_name(emitter->dialect, name->text, &buffer);
    size_t length = strlen(text);
    return length > buffer.length && strcmp(text + length - buffer.length, buffer_string(&buffer)) == 0;
}

const char *relation_text(Emitter *emitter, const Relation *relation) {
    const EmitOptions *options = emitter->options;
    const char *name = options->relation ? options->relation(options->context, relation) : NULL;
    if (name) return name;
    if (relation->stored != STORED_INLINE)
        return emit_published(emitter->arena, emitter->dialect, options->schemas, relation, "");
    Buffer buffer;
    buffer_open(&buffer, emitter->arena);
    emit_name(emitter->dialect, relation->full_name->text, &buffer);
    return buffer_string(&buffer);
}

/* A table whose name at the target is not the one written keeps that as its alias: columns are qualified by it. */
static void table_ref(Emitter *emitter, const TableRef *ref) {
    if (emit_as_of(emitter, ref)) return;
    if (!ref->relation) {
        Part name = ref->alias;
        if (!name.name && (ref->columns.count || is_hidden_table(emitter, &ref->rowset.node))) name = ref->name.items[ref->name.count - 1];
        put_name(emitter, ref->name.items[ref->name.count - 1].name);
        if (name.name) emit_alias(emitter, &ref->rowset.node, name, &ref->columns);
        return;
    }
    const char *text = relation_text(emitter, ref->relation);
    Part name = ref->alias;
    bool hidden = is_hidden_table(emitter, &ref->rowset.node);
    if (!name.name && (ref->columns.count || hidden || !ends_with_name(emitter, text, ref->relation->name)))
        name.name = ref->relation->name;
    put(emitter, text);
    if (name.name) emit_alias(emitter, &ref->rowset.node, name, &ref->columns);
}

/* ` as name (columns)`, whether the author says them or not: an alias alone names the column as well, but not on DuckDB. */
static void named_columns(Emitter *emitter, const TableFunction *function) {
    const Rows *rows = function->rowset.rows;
    static const Parts none;
    if (function->alias.name)
        emit_alias(emitter, &function->rowset.node, function->alias, &none);
    else
        put_format(emitter, " as %s", invented_alias(emitter, &function->rowset.node));
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        put(emitter, i ? ", " : " (");
        put_label(emitter, rows->columns.items[i]);
    }
    put(emitter, rows && rows->columns.count ? ")" : "");
}

static bool unnests_structs(const TableFunction *function) {
    const Call *call = NODE_AS(Call, CALL, function->call);
    const Type *of = call->args.count == 1 ? ((const Expr *)call->args.items[0])->type : NULL;
    return of && of->kind == TYPE_ARRAY && of->element->kind == TYPE_STRUCT;
}

/* A struct would become a column for each of its fields: a row that holds it becomes one. */
static void unnested_structs(Emitter *emitter, const Call *call) {
    put(emitter, "unnest(transform(");
    emit_node(emitter, (const Expr *)call->args.items[0], BINDS_NOT_AT_ALL);
    put(emitter, ", element -> row(element)))");
}

/* Whether what stands in FROM is an array where the engine wants rows: DuckDB has series and ranges as rows, too. */
static bool gives_array(Emitter *emitter, const Expr *expr) {
    const Call *call = expr->node.kind == NODE_CALL ? NODE_AS(Call, CALL, expr) : NULL;
    if (!expr->type) return false;
    if (!call || !call->signature) return expr->type->kind == TYPE_ARRAY;
    const char *name = call->name.items[call->name.count - 1].name->text;
    bool rows = strcmp(name, "generate_series") == 0 || strcmp(name, "range") == 0;
    bool series = rows && emitter->dialect->flags & SERIES_ARE_ROWS;
    return call->signature->kind != FUNCTION_TABLE && !series;
}

static void table_function(Emitter *emitter, const TableFunction *function) {
    if (emit_history(emitter, function)) return;
    bool by_itself = emitter->dialect->flags & UNNESTS_BY_ITSELF;
    put(emitter, function->lateral && !by_itself ? "lateral " : "");
    bool array = gives_array(emitter, (const Expr *)function->call);
    put(emitter, array ? "unnest(" : "");
    emitter->in_from = !array;
    if (by_itself && !array && unnests_structs(function))
        unnested_structs(emitter, NODE_AS(Call, CALL, function->call));
    else
        emit_node(emitter, (const Expr *)function->call, BINDS_NOT_AT_ALL);
    emitter->in_from = false;
    put(emitter, array ? ")" : "");
    put(emitter, function->ordinality ? " with ordinality" : "");
    const Parts *called = &NODE_AS(Call, CALL, function->call)->name;
    bool own_name = called->count == 1 && strcmp(called->items[0].name->text, "unnest"); /* that of another may be another's */
    if (by_itself || (!function->columns.count && (function->alias.name || own_name))) {
        named_columns(emitter, function);
        return;
    }
    if (function->alias.name || function->columns.count) emit_alias(emitter, &function->rowset.node, function->alias, &function->columns);
}

static void table_query(Emitter *emitter, const TableQuery *table) {
    put(emitter, table->lateral ? "lateral " : "");
    emitter->columns_named = table->columns.count > 0;
    emit_subquery(emitter, table->query, NULL);
    emit_alias(emitter, &table->rowset.node, table->alias, &table->columns);
}

static void table_parens(Emitter *emitter, const TableParens *table) {
    put(emitter, L_OPEN "(" L_IN L_EMPTY);
    emit_from(emitter, table->table);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    if (table->alias.name || table->columns.count) emit_alias(emitter, &table->rowset.node, table->alias, &table->columns);
}

static void join_words(Emitter *emitter, const Join *join) {
    static const char *const words[] = {
        [JOIN_CROSS] = "cross ", [JOIN_INNER] = "",     [JOIN_LEFT] = "left ", [JOIN_RIGHT] = "right ",
        [JOIN_FULL] = "full ",   [JOIN_SEMI] = "semi ", [JOIN_ANTI] = "anti ",
    };
    bool natural = join->natural && !join->using_names.count; /* else its columns are said: a new one changes nothing */
    natural = natural && !(emitter->dialect->flags & USING_HIDES_SIDES);
    put_format(emitter, "%s%s%sjoin ", natural ? "natural " : "", join->asof ? "asof " : "", words[join->of]);
}

static void condition(Emitter *emitter, const Join *join) {
    Scope outer = emitter->scope;
    refuse_queries_in_on(emitter, join, join->on);
    refuse_full_join(emitter, join);
    emitter->scope.guards = guards_of_join(emitter, join);
    emitter->scope.in_input = true;
    put(emitter, " on ");
    emit_node(emitter, (const Expr *)join->on, BINDS_NOT_AT_ALL);
    emitter->scope = outer;
}

void collect_merged(Emitter *emitter, const Node *table) {
    if (table->kind == NODE_TABLE_PARENS) collect_merged(emitter, NODE_AS(TableParens, TABLE_PARENS, table)->table);
    if (table->kind != NODE_JOIN) return;
    const Join *join = NODE_AS(Join, JOIN, table);
    collect_merged(emitter, join->left);
    collect_merged(emitter, join->right);
    bool lowered = join->asof && emitter->dialect->flags & LACKS_ASOF; /* to a join with ON */
    for (uint32_t i = 0; i < join->using_names.count && (lowered || emitter->dialect->flags & USING_HIDES_SIDES); i++)
        vec_push(emitter->arena, &emitter->merged, join->using_names.items[i].name);
}

/* USING and NATURAL as ON. */
static void said_condition(Emitter *emitter, const Join *join) {
    if (join->using_names.count) {
        put(emitter, " on ");
        emit_using_condition(emitter, join);
    } else if (join->natural) {
        put(emitter, " on true");
    }
}

static void join(Emitter *emitter, const Join *join) {
    bool before = emitter->scope.adds_rows;
    bool filter = becomes_filter(emitter, join);
    if (is_filter(join) && !filter && emitter->dialect->flags & LACKS_SEMI_JOIN) {
        emit_filtered_table(emitter, join);
        return;
    }
    emitter->scope.adds_rows = before || join->of == JOIN_RIGHT || join->of == JOIN_FULL;
    emit_from(emitter, join->left);
    emitter->scope.adds_rows = before;
    if (filter) {
        vec_push(emitter->arena, &emitter->scope.filters, join);
        return;
    }
    if (join->asof && emitter->dialect->flags & LACKS_ASOF) {
        emit_asof(emitter, join);
        return;
    }
    put(emitter, L_LINE);
    join_words(emitter, join);
    bool nested = join->right->kind == NODE_JOIN;
    put(emitter, nested ? "(" L_IN : "");
    emitter->scope.adds_rows = true; /* a filter within the right side is not one of the whole */
    emit_from(emitter, join->right);
    emitter->scope.adds_rows = before;
    put(emitter, nested ? L_OUT ")" : "");
    if (join->on) condition(emitter, join);
    if (emitter->dialect->flags & USING_HIDES_SIDES) {
        said_condition(emitter, join);
        return;
    }
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        put(emitter, i ? ", " : " using (");
        put_name(emitter, join->using_names.items[i].name);
    }
    put(emitter, join->using_names.count ? ")" : "");
}

void emit_from(Emitter *emitter, const Node *table) {
    if (table->kind == NODE_TABLE_REF)
        table_ref(emitter, NODE_AS(TableRef, TABLE_REF, table));
    else if (table->kind == NODE_TABLE_FUNCTION)
        table_function(emitter, NODE_AS(TableFunction, TABLE_FUNCTION, table));
    else if (table->kind == NODE_TABLE_QUERY)
        table_query(emitter, NODE_AS(TableQuery, TABLE_QUERY, table));
    else if (table->kind == NODE_TABLE_PARENS)
        table_parens(emitter, NODE_AS(TableParens, TABLE_PARENS, table));
    else if (table->kind == NODE_JOIN)
        join(emitter, NODE_AS(Join, JOIN, table));
    else if (table->kind == NODE_PIVOT)
        emit_pivot(emitter, NODE_AS(Pivot, PIVOT, table));
    else if (table->kind == NODE_UNPIVOT)
        emit_unpivot(emitter, NODE_AS(Unpivot, UNPIVOT, table));
    else
        emit_lacks(emitter, table->span, "sampling");
}
