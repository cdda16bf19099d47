/* Templates of stdlib's functions: the SQL of an engine with its arguments filled in.
 *
 *     {value}        the argument of that parameter; of a variadic one all that are left
 *     {value:exact}  the same, cast where the engine's own type is not that of the parameter
 *     {value:in weeks} the beginning of its week, if the first argument is `week`
 *     {value:collated} the same, and a text is ordered as columns are: for what recursive queries begin and go on with
 *     {format:to_char}  a constant in words of the engine: constant.c
 *     {change}       a lambda as the engine writes it; {change.body} is its body alone, {change.1} its first parameter
 *     {:filter}      ` filter (where …)`, where the call has FILTER; {:and filter} is ` and (…)`
 *     {:distinct}    `distinct `, {:order} ` order by …`, {:over} ` over (…)`, where the call has them
 *     {:remainder}   `a % b` of the call's two arguments, as the operator is written
 *     {:with list other} … {:end}   null where one of these arguments is null; in between each is computed once
 *
 * A template without those of the second kind takes DISTINCT, ORDER BY, FILTER and OVER only if it is one call. */
#include "compiler/emit/internal.h"

#include <ctype.h>
#include <string.h>

const Clause *template_of(const Emitter *emitter, const Call *call) {
    const Clause *all = NULL;
    if (!call->signature) return NULL;
    for (uint32_t i = 0; i < call->signature->templates.count; i++) {
        const Clause *clause = call->signature->templates.items[i];
        const char *engine = clause->word.name ? clause->word.name->text : "all";
        if (strcmp(engine, emitter->dialect->name) == 0) return clause;
        if (strcmp(engine, "all") == 0) all = clause;
    }
    return all;
}

/* ------------------------------------------------------------------ binding */

/* Whether the text is one call or stands in parentheses, and nothing else: then it binds tightly. */
static bool is_closed(Text text) {
    uint32_t i = 0;
    while (i < text.length && (isalnum((unsigned char)text.at[i]) || text.at[i] == '_' || text.at[i] == '.')) i++;
    if (i >= text.length || text.at[i] != '(' || text.at[text.length - 1] != ')') return false;
    int depth = 0;
    for (; i < text.length; i++) {
        depth += text.at[i] == '(';
        depth -= text.at[i] == ')';
        if (depth == 0) return i == text.length - 1;
    }
    return false;
}

/* `f(…)`: DISTINCT, FILTER and OVER fit. */
static bool is_one_call(Text text) {
    return text.length && text.at[0] != '(' && is_closed(text);
}

/* `f(…)::date` */
static bool is_cast_call(Text text) {
    uint32_t end = text.length;
    while (end > 0 && (isalnum((unsigned char)text.at[end - 1]) || strchr("_[]", text.at[end - 1]))) end--;
    return end > 2 && end < text.length && text.at[end - 1] == ':' && text.at[end - 2] == ':' &&
           is_closed((Text){text.at, end - 2});
}

Binds template_binds(const Clause *clause) {
    if (is_closed(clause->text)) return BINDS_TIGHT;
    return is_cast_call(clause->text) ? BINDS_CAST : BINDS_NOT_AT_ALL;
}

/* ---------------------------------------------------------------- arguments */

typedef struct Filling {
    Emitter *emitter;
    const Call *call;
    Text text;
    uint32_t bound;    /* bits of the parameters that a column of `gov_values` stands for */
    const struct With *with;
} Filling;

/* One placeholder, taken apart: `{parameter:filter}`. */
typedef struct Slot {
    const SignatureParam *param;
    uint32_t index;    /* of the parameter */
    Text part;         /* behind a dot: of a lambda */
    Text filter;
    Binds needed;
} Slot;

/* Arguments as the signature counts them: what WITHIN GROUP sorts by is one too. */
static const Expr *argument_at(const Call *call, uint32_t index) {
    if (index < call->args.count) return (const Expr *)call->args.items[index];
    index -= call->args.count;
    return index < call->within.count ? (const Expr *)NODE_AS(Sort, SORT, call->within.items[index])->expr : NULL;
}

/* What a parameter's type is in this call, as far as the result tells. */
static const Type *type_here(const Filling *filling, const Type *type) {
    const Type *returns = filling->call->signature->returns, *result = filling->call->expr.type;
    if (type == returns) return result;
    if (returns->element == type && result->element) return result->element;
    if (type->kind == TYPE_ARRAY && type->element == returns) return type_array(filling->emitter->program->types, result);
    return type->kind == TYPE_VARIABLE || (type->element && type->element->kind == TYPE_VARIABLE) ? NULL : type;
}

static void put_lambda(const Filling *filling, const Slot *slot, const Lambda *lambda) {
    uint32_t nth = slot->part.length == 1 ? (uint32_t)(slot->part.at[0] - '1') : UINT32_MAX;
    if (!slot->part.length) emit_lambda(filling->emitter, lambda);
    else if (nth < lambda->params.count) emit_lambda_name(filling->emitter, lambda, nth);
    else if (text_equal(slot->filter, text_of("collated"))) {
        const Expr *body = (const Expr *)lambda->body;
        bool collate = needs_collation(filling->emitter, body);
        put(filling->emitter, collate ? "(" : "");
        emit_lambda_body(filling->emitter, lambda, type_here(filling, slot->param->type), collate ? BINDS_UNARY : slot->needed);
        put(filling->emitter, collate ? " collate \"C\")" : "");
    } else emit_lambda_body(filling->emitter, lambda, text_equal(slot->filter, text_of("exact")) ? type_here(filling, slot->param->type) : NULL, slot->needed);
}

/* DuckDB counts whole weeks between two days, not the Mondays: each stands for its week. */
static void put_week(const Filling *filling, const Expr *argument, Binds needed) {
    Frame *frame = filling->emitter->frame;
    const Expr *part = expr_behind((const Expr *)filling->call->args.items[0], &frame);
    bool weeks = part->node.kind == NODE_LITERAL && text_equal(NODE_AS(Literal, LITERAL, part)->text, text_of("week"));
    put(filling->emitter, weeks ? "date_trunc('week', " : "");
    emit_node(filling->emitter, argument, weeks ? BINDS_NOT_AT_ALL : needed);
    put(filling->emitter, weeks ? ")" : "");
}

/* As `exact`, and a text is of the order that columns have. */
static void put_collated(const Filling *filling, const Slot *slot, const Expr *argument, Binds needed) {
    const Type *type = argument->type, *of = type && type->kind == TYPE_ARRAY ? type->element : type;
    bool made = argument->node.kind == NODE_CALL && of && of->kind == TYPE_TEXT && filling->emitter->dialect->flags & COLLATES_TEXT;
    bool collate = made || needs_collation(filling->emitter, argument); /* a function may have lost what its arguments have */
    if (filling->bound & 1u << slot->index) put_format(filling->emitter, "gov_value_%u", slot->index + 1);
    else emit_exact(filling->emitter, argument, type_here(filling, slot->param->type), collate ? BINDS_UNARY : needed);
    put(filling->emitter, collate ? " collate \"C\"" : "");
}

/* A text that the function compares, where none of its texts says how. */
static bool is_ordered_text(const Filling *filling, const Expr *argument) {
    const Call *call = filling->call;
    if (!needs_collation(filling->emitter, argument)) return false;
    if (call->distinct && call->order.count) return true; /* as ORDER BY has it: they must be the same */
    if (!call->signature->comparable) return false;
    for (uint32_t i = 0; i < call->args.count; i++) {
        const Expr *other = (const Expr *)call->args.items[i];
        if (other->type == argument->type && !needs_collation(filling->emitter, other)) return false;
    }
    return true;
}

/* `null::text` */
static bool is_null_cast(const Expr *expr) {
    const Expr *operand = expr->node.kind == NODE_CAST ? (const Expr *)NODE_AS(Cast, CAST, expr)->operand : NULL;
    return operand && operand->node.kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, operand)->of == LITERAL_NULL;
}

/* A text or an empty array, of which an engine may not know the type where any fits. */
static bool is_bare(const Expr *expr) {
    const Type *type = expr->type;
    if (expr->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == OP_COLLATE) return is_bare((const Expr *)NODE_AS(Binary, BINARY, expr)->left);
    if (expr->node.kind == NODE_ARRAY && type && type->kind == TYPE_ARRAY && type->element->kind == TYPE_NULL) return true;
    return expr->node.kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, expr)->of == LITERAL_STRING;
}

/* The type of the elements of several arrays of the same, as the arguments tell; null: there is but one array. */
static const Type *element_here(const Filling *filling, const Type *variable) {
    const Signature *signature = filling->call->signature;
    const Type *of = NULL;
    uint32_t arrays = 0;
    for (uint32_t i = 0; i < filling->call->args.count && i < signature->param_count; i++) {
        const Type *param = signature->params[i].type, *given = ((const Expr *)filling->call->args.items[i])->type;
        bool array = param->kind == TYPE_ARRAY && param->element == variable && given && given->kind == TYPE_ARRAY;
        const Type *one = array ? given->element : param == variable ? given : NULL;
        if (one) of = of ? type_common(filling->emitter->program->types, of, one) : one;
        arrays += array;
    }
    return arrays > 1 ? of : NULL;
}

/* Arrays that are taken together have elements of one type: an engine may not compare those of another. */
static const Type *array_here(const Filling *filling, const Slot *slot, const Expr *argument) {
    const Type *param = slot->param->type, *own = argument->type;
    bool array = param->kind == TYPE_ARRAY && param->element->kind == TYPE_VARIABLE && own && own->kind == TYPE_ARRAY;
    const Type *element = array ? element_here(filling, param->element) : NULL;
    return element && element != own->element && type_is_number(element) ? type_array(filling->emitter->program->types, element) : NULL;
}

static void put_argument(const Filling *filling, const Slot *slot, const Expr *argument, Binds needed) {
    bool null = argument->type && argument->type->kind == TYPE_NULL;
    if (slot->filter.length && !null && !is_null_cast(argument) && emit_constant(filling->emitter, argument, slot->filter)) return;
    const Type *array = array_here(filling, slot, argument);
    if (argument->node.kind == NODE_LAMBDA) put_lambda(filling, slot, NODE_AS(Lambda, LAMBDA, argument));
    else if (array) emit_exact(filling->emitter, argument, array, needed);
    else if (natural_is_integer(slot->param->type) && natural_is_wider(filling->emitter, argument)) emit_exact(filling->emitter, argument, slot->param->type, needed);
    else if (text_equal(slot->filter, text_of("exact")))
        emit_exact(filling->emitter, argument, type_here(filling, slot->param->type), needed);
    else if (text_equal(slot->filter, text_of("collated")))
        put_collated(filling, slot, argument, needed);
    else if (text_equal(slot->filter, text_of("in weeks")))
        put_week(filling, argument, needed);
    else if (slot->param->type->kind == TYPE_VARIABLE && is_bare(argument)) {
        bool collate = is_ordered_text(filling, argument);
        const Type *type = type_here(filling, slot->param->type);
        emit_exact(filling->emitter, argument, type ? type : argument->type, needed);
        put(filling->emitter, collate ? " collate \"C\"" : "");
    } else if (is_ordered_text(filling, argument)) emit_collated(filling->emitter, argument, needed);
    else if (slot->param->type->kind == TYPE_VARIABLE && filling->call->window && argument->type && argument->type->kind == TYPE_DECIMAL)
        emit_exact(filling->emitter, argument, type_here(filling, slot->param->type), needed); /* lag() takes its default as it is */
    else if (slot->param->type->kind == TYPE_VARIABLE) emit_united(filling->emitter, argument, type_here(filling, slot->param->type), needed);
    else emit_node(filling->emitter, argument, needed);
}

static void put_arguments(const Filling *filling, const Slot *slot) {
    uint32_t end = slot->param->variadic ? filling->call->args.count : slot->index + 1;
    for (uint32_t i = slot->index; i < end; i++) {
        const Expr *argument = argument_at(filling->call, i);
        if (i > slot->index) put(filling->emitter, ", ");
        bool collated = argument && text_equal(slot->filter, text_of("collated"));
        if (filling->bound & 1u << i && !collated) put_format(filling->emitter, "gov_value_%u", i + 1);
        else if (argument) put_argument(filling, slot, argument, slot->param->variadic ? BINDS_NOT_AT_ALL : slot->needed);
    }
}

/* ---------------------------------------------------------------- modifiers */

static void put_filter(Filling *filling) {
    if (!filling->call->filter) return;
    put(filling->emitter, " filter (where ");
    emit_node(filling->emitter, (const Expr *)filling->call->filter, BINDS_NOT_AT_ALL);
    put(filling->emitter, ")");
}

static void put_and_filter(Filling *filling) {
    if (!filling->call->filter) return;
    put(filling->emitter, " and ");
    emit_node(filling->emitter, (const Expr *)filling->call->filter, BINDS_AND + 1);
}

static void put_order(Filling *filling) {
    if (!filling->call->order.count) return;
    put(filling->emitter, " order by ");
    emit_sorts(filling->emitter, &filling->call->order);
}

static void put_distinct(Filling *filling) {
    if (filling->call->distinct) put(filling->emitter, "distinct ");
}

static void put_over(Filling *filling) {
    emit_over(filling->emitter, filling->call);
}

static void put_remainder(Filling *filling) {
    emit_remainder(filling->emitter, filling->call);
}

static const struct {
    const char *word;
    void (*put)(Filling *filling);
} modifiers[] = {
    {":filter", put_filter}, {":and filter", put_and_filter}, {":order", put_order}, {":distinct", put_distinct}, {":over", put_over},
    {":remainder", put_remainder},
};

enum { MODIFIERS = sizeof modifiers / sizeof modifiers[0] };

static bool mentions(Text text, const char *word) {
    size_t length = strlen(word);
    for (uint32_t i = 0; i + length + 2 <= text.length; i++)
        if (text.at[i] == '{' && !memcmp(text.at + i + 1, word, length) && text.at[i + 1 + length] == '}') return true;
    return false;
}

/* Whether the template says itself where DISTINCT and its like go. */
static bool places_modifiers(Text text) {
    for (size_t i = 0; i < MODIFIERS; i++)
        if (mentions(text, modifiers[i].word)) return true;
    return false;
}

static bool is_over(const Call *call) {
    return call->over || call->over_name.name;
}

/* What the call has and a template that places modifiers itself has no place for; null if there is none. */
static const char *misplaced_modifier(const Call *call, Text text) {
    if (call->distinct && !mentions(text, ":distinct")) return "DISTINCT";
    if (call->order.count && !mentions(text, ":order")) return "ORDER BY";
    if (call->filter && !mentions(text, ":filter") && !mentions(text, ":and filter")) return "FILTER";
    if (is_over(call) && !mentions(text, ":over")) return "OVER";
    return call->nulls != NULLS_TREATMENT_DEFAULT ? "IGNORE NULLS" : NULL;
}

static bool has_modifiers(const Call *call) {
    return call->distinct || call->order.count || call->filter || call->within.count || is_over(call) ||
           call->nulls != NULLS_TREATMENT_DEFAULT;
}

/* ------------------------------------------------------------------ filling */

static bool ends_with_one(Text text, const char *const *words) {
    for (; *words; words++) {
        size_t length = strlen(*words);
        if (text.length >= length && !memcmp(text.at + text.length - length, *words, length)) return true;
    }
    return false;
}

static bool begins_with_one(Text text, const char *const *words) {
    for (; *words; words++)
        if (text.length >= strlen(*words) && !memcmp(text.at, *words, strlen(*words))) return true;
    return false;
}

/* Between delimiters anything can stand; elsewhere only what binds tightly. */
static Binds needed_at(Text text, uint32_t begin, uint32_t end) {
    static const char *const OPENING[] = {"(", ", ", "[", "select ", "where ", ": ", NULL};
    static const char *const CLOSING[] = {")", ",", "]", " from ", " order by ", NULL};
    bool opens = ends_with_one((Text){text.at, begin}, OPENING), closes = begins_with_one((Text){text.at + end, text.length - end}, CLOSING);
    return opens && closes ? BINDS_NOT_AT_ALL : BINDS_CAST;
}

/* The text before a mark; what is behind it is the rest, which may be nothing. */
static Text before(Text text, char mark, Text *ret_rest) {
    const char *at = memchr(text.at, mark, text.length);
    *ret_rest = (Text){0};
    if (!at) return text;
    Text first = {text.at, (uint32_t)(at - text.at)};
    *ret_rest = (Text){at + 1, text.length - first.length - 1};
    return first;
}

/* Takes apart what stands between the braces; false if it names no parameter. */
static bool slot_of(const Signature *signature, Text inside, Slot *slot) {
    Text name = before(inside, ':', &slot->filter);
    name = before(name, '.', &slot->part);
    for (slot->index = 0; slot->index < signature->param_count; slot->index++) {
        slot->param = &signature->params[slot->index];
        if (text_equal(name, text_of(slot->param->name->text))) return true;
    }
    return false;
}

/* ------------------------------------------------- what a subquery changes */

static bool mentions_subquery(Text text) {
    return memmem(text.at, text.length, "(select ", 8);
}

typedef struct Search {
    const Emitter *emitter;
    Frame *frame;
    bool key;          /* a key of GROUP BY that is no column */
    bool over;         /* a window function was met */
    bool column;
    bool aggregate;
} Search;

static void find_level(void *context, Node **place) {
    Search *search = context;
    Frame *before = search->frame;
    const Node *node = &expr_behind((const Expr *)*place, &search->frame)->node;
    search->key |= node->kind != NODE_REF && node->kind != NODE_LITERAL && is_group_key(search->emitter, (const Expr *)node);
    if (node->kind == NODE_CALL) {
        const Call *call = (const Call *)node;
        search->over |= is_over(call) || (call->signature && call->signature->kind == FUNCTION_WINDOW);
        search->aggregate |= call->signature && call->signature->kind == FUNCTION_AGGREGATE;
    }
    const Ref *ref = node->kind == NODE_REF ? (const Ref *)node : NULL;
    search->column |= ref && ref->column;
    Node *alias = ref && ref->table && ref->table->kind == NODE_SELECT && ref->column && ref->column->expr ? &ref->column->expr->node : NULL;
    if (alias) find_level(search, &alias);
    else if (node->kind != NODE_QUERY) node_kids((Node *)node, find_level, search);
    search->frame = before;
}

/* What of an argument means something else, or nothing, within a subquery: there a window function or an aggregate of no column
 * would be of that subquery's rows. Null: nothing. */
static const char *changes_within(const Emitter *emitter, const Node *argument) {
    Search search = {.emitter = emitter, .frame = emitter->frame};
    Node *place = (Node *)argument;
    find_level(&search, &place);
    if (search.over) return "a window function";
    if (search.aggregate && !search.column) return "an aggregate of no column";
    return search.key ? "an expression that is grouped by" : NULL;
}

/* The same of a call whose template has a subquery. */
static const char *level_changes(const Emitter *emitter, const Call *call, Text text) {
    const char *found = NULL;
    for (uint32_t i = 0; !found && mentions_subquery(text) && i < call->args.count; i++) found = changes_within(emitter, call->args.items[i]);
    return found;
}

/* ----------------------------------------------------- what is computed once */

/* How `{:with …}` is done: by a condition, or by a row of values that has no row where one of them is null. */
typedef struct With {
    uint32_t nullable;   /* bits of the parameters */
    uint32_t bound;
} With;

/* A column or constant costs nothing to write again. */
static bool is_cheap(const Expr *expr) {
    return expr->node.kind == NODE_REF || expr->node.kind == NODE_LITERAL || expr->node.kind == NODE_TYPED_LITERAL;
}

static bool has_word(Text words, const char *word) {
    Text rest = words, first;
    do {
        first = before(rest, ' ', &rest);
        if (text_equal(first, text_of(word))) return true;
    } while (rest.length);
    return false;
}

static With *with_of(const Filling *filling, Text names) {
    With *with = arena_new(filling->emitter->arena, With);
    bool cheap = true, within = true;
    uint32_t all = 0;
    for (uint32_t i = 0; i < filling->call->signature->param_count; i++) {
        const char *name = filling->call->signature->params[i].name->text;
        const Expr *argument = argument_at(filling->call, i);
        if (!argument || !has_word(names, name)) continue;
        within &= is_cheap(argument) || !changes_within(filling->emitter, &argument->node);
        cheap &= is_cheap(argument);
        all |= 1u << i;
        with->nullable |= argument->nullable ? 1u << i : 0;
    }
    with->bound = cheap || !within ? 0 : all;
    return with;
}

/* `a is not null and b is not null` of the parameters whose bits are set. */
static void put_not_null(const Filling *filling, uint32_t params) {
    const char *between = "";
    for (uint32_t i = 0; i < filling->call->signature->param_count; i++) {
        if (!(params & 1u << i)) continue;
        put(filling->emitter, between);
        if (filling->with->bound & 1u << i) put_format(filling->emitter, "gov_value_%u", i + 1);
        else emit_node(filling->emitter, argument_at(filling->call, i), BINDS_IS + 1);
        put(filling->emitter, " is not null");
        between = " and ";
    }
}

static void put_values(const Filling *filling) {
    const char *between = " from (select ";
    for (uint32_t i = 0; i < filling->call->signature->param_count; i++) {
        if (!(filling->with->bound & 1u << i)) continue;
        put(filling->emitter, between);
        const Expr *argument = argument_at(filling->call, i);
        bool collate = is_ordered_text(filling, argument);
        emit_exact(filling->emitter, argument, argument->type, collate ? BINDS_UNARY : BINDS_NOT_AT_ALL);
        put(filling->emitter, collate ? " collate \"C\"" : "");
        put_format(filling->emitter, " as gov_value_%u", i + 1);
        between = ", ";
    }
    put(filling->emitter, ") as gov_values");
    if (filling->with->nullable) put(filling->emitter, " where ");
    put_not_null(filling, filling->with->nullable);
}

static void begin_with(Filling *filling, Text names) {
    filling->with = with_of(filling, names);
    filling->bound = filling->with->bound;
    if (filling->bound) {
        put(filling->emitter, "(select ");
    } else if (filling->with->nullable) {
        put(filling->emitter, "case when ");
        put_not_null(filling, filling->with->nullable);
        put(filling->emitter, " then ");
    }
}

static void end_with(Filling *filling) {
    filling->bound = 0;
    if (filling->with->bound) {
        put_values(filling);
        put(filling->emitter, ")");
    } else if (filling->with->nullable) {
        put(filling->emitter, " end");
    }
}

static bool put_with(Filling *filling, Text inside) {
    static const char WITH[] = ":with ";
    bool begins = inside.length >= sizeof WITH && !memcmp(inside.at, WITH, sizeof WITH - 1);
    if (begins) begin_with(filling, (Text){inside.at + sizeof WITH - 1, inside.length - (uint32_t)(sizeof WITH - 1)});
    else if (text_equal(inside, text_of(":end"))) end_with(filling);
    else return false;
    return true;
}

/* Writes what stands at a brace; gives how much of the template that was, 0 if it is no placeholder. */
static uint32_t fill_slot(Filling *filling, uint32_t at) {
    const char *open = filling->text.at + at, *close = memchr(open, '}', filling->text.length - at);
    if (!close) return 0;
    Text inside = {open + 1, (uint32_t)(close - open) - 1};
    for (size_t i = 0; i < MODIFIERS; i++) {
        if (!text_equal(inside, text_of(modifiers[i].word))) continue;
        modifiers[i].put(filling);
        return inside.length + 2;
    }
    if (put_with(filling, inside)) return inside.length + 2;
    Slot slot = {.needed = needed_at(filling->text, at, at + inside.length + 2)};
    if (!slot_of(filling->call->signature, inside, &slot)) return 0;
    put_arguments(filling, &slot);
    return inside.length + 2;
}

/* A space of the template where a long line may end. */
static bool may_break(const Filling *filling, uint32_t at) {
    static const char *const BEHIND[] = {" from ", " where ", " order by ", " union all ", " cross join ", " lambda ", NULL};
    Text text = filling->text;
    if (text.at[at] != ' ') return false;
    bool argument = at > 0 && text.at[at - 1] == ',' && is_one_call(text) && !has_modifiers(filling->call);
    return argument || begins_with_one((Text){text.at + at, text.length - at}, BEHIND);
}

static void fill(Filling *filling, uint32_t begin, uint32_t end) {
    bool quoted = false;
    for (uint32_t i = begin; i < end;) {
        uint32_t length = filling->text.at[i] == '{' ? fill_slot(filling, i) : 0;
        i += length;
        if (length) continue;
        quoted ^= filling->text.at[i] == '\'';
        if (!quoted && may_break(filling, i)) put(filling->emitter, L_FILL);
        else buffer_char(filling->emitter->out, filling->text.at[i]);
        i++;
    }
}

static const char *called(const Call *call) {
    return call->name.count ? call->name.items[call->name.count - 1].name->text : "";
}

/* ------------------------------------------------------ what cannot be filled in */

static bool is_nested(const Type *type) {
    return type && type->kind == TYPE_ARRAY && type->element && type->element->kind == TYPE_ARRAY;
}

/* An array of arrays is one array of more dimensions to some engines, and its functions mean something else. */
static bool nests_arrays(const Call *call) {
    bool nested = is_nested(call->expr.type);
    for (uint32_t i = 0; i < call->args.count; i++) nested |= is_nested(((const Expr *)call->args.items[i])->type);
    return nested;
}

static void find_query(void *context, Node **place) {
    bool *found = context;
    *found |= (*place)->kind == NODE_QUERY;
    if (!*found) node_kids(*place, find_query, found);
}

/* Whether an argument with a subquery would be written within a lambda of the template, where an engine has none. */
static bool queries_within_lambda(const Emitter *emitter, const Call *call, Text text) {
    const char *lambda = memmem(text.at, text.length, "lambda ", 7);
    if (!lambda || !(emitter->dialect->flags & CORRELATES_LITTLE)) return false;
    for (uint32_t i = 0; i < call->args.count && i < call->signature->param_count; i++) {
        bool found = false;
        const char *slot = arena_format(emitter->arena, "{%s", call->signature->params[i].name->text);
        find_query(&found, &((Nodes *)&call->args)->items[i]);
        if (found && memmem(lambda, text.length - (size_t)(lambda - text.at), slot, strlen(slot))) return true;
    }
    return false;
}

/* What this call has that the template cannot take; null if it takes all. */
static const char *refused(const Emitter *emitter, const Call *call, Text text) {
    const char *within = level_changes(emitter, call, text);
    const char *name = arena_format(emitter->arena, "%s()", called(call));
    if (emitter->dialect->flags & FLAT_ARRAYS && nests_arrays(call)) return "arrays of arrays";
    if (within) return arena_format(emitter->arena, "%s of %s", name, within);
    if (call->order.count && is_over(call) && emitter->dialect->flags & LACKS_DISTINCT_OVER) return "ORDER BY in an aggregate with OVER";
    if (queries_within_lambda(emitter, call, text)) return arena_format(emitter->arena, "%s of a subquery", name);
    const char *misplaced = places_modifiers(text) ? misplaced_modifier(call, text) : NULL;
    if (misplaced) return arena_format(emitter->arena, "%s with %s", name, misplaced);
    bool fits = places_modifiers(text) || !has_modifiers(call) || is_one_call(text);
    return fits ? NULL : arena_format(emitter->arena, "%s with DISTINCT, ORDER BY, FILTER or OVER", name);
}

/* DISTINCT and its like where every aggregate has them. */
static void fill_with_modifiers(Filling *filling, const Call *call) {
    Text text = filling->text;
    uint32_t open = (uint32_t)((const char *)memchr(text.at, '(', text.length) - text.at);
    fill(filling, 0, open + 1);
    put_distinct(filling);
    fill(filling, open + 1, text.length - 1);
    emit_modifiers_within(filling->emitter, call);
    put(filling->emitter, ")");
    emit_modifiers_behind(filling->emitter, call);
}

void emit_template(Emitter *emitter, const Call *call, const Clause *clause) {
    Filling filling = {emitter, call, clause->text, 0, NULL};
    const char *lacking = refused(emitter, call, clause->text);
    if (lacking) {
        emit_lacks(emitter, call->expr.node.span, lacking);
        return;
    }
    if (has_modifiers(call) && !places_modifiers(clause->text)) {
        fill_with_modifiers(&filling, call);
        return;
    }
    put(emitter, L_IN);
    fill(&filling, 0, clause->text.length);
    put(emitter, L_OUT);
}
