/* Templates of stdlib's functions: the SQL of an engine with its arguments filled in.
 *
 *     {value}        the argument of that parameter; of a variadic one all that are left
 *     {value:exact}  the same, cast where the engine's own type is not that of the parameter
 *     {:filter}      ` filter (where …)`, where the call has FILTER; {:and filter} is ` and (…)`
 *     {:distinct}    `distinct `, {:order} ` order by …`, {:over} ` over (…)`, where the call has them
 *     {:number}      a number of its own for each use, for names that must not meet others
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
    uint32_t number;   /* of this use, made when it is asked for */
} Filling;

/* One placeholder, taken apart: `{parameter:filter}`. */
typedef struct Slot {
    const SignatureParam *param;
    uint32_t index;    /* of the parameter */
    Text filter;
    Binds needed;
} Slot;

/* Arguments as the signature counts them: what WITHIN GROUP sorts by is one too. */
static const Expr *argument_at(const Call *call, uint32_t index) {
    if (index < call->args.count) return (const Expr *)call->args.items[index];
    index -= call->args.count;
    return index < call->within.count ? (const Expr *)NODE_AS(Sort, SORT, call->within.items[index])->expr : NULL;
}

static void put_argument(const Filling *filling, const Slot *slot, const Expr *argument, Binds needed) {
    const Type *type = slot->param->type;
    bool exact = text_equal(slot->filter, text_of("exact")) && type->kind != TYPE_VARIABLE;
    if (exact) emit_exact(filling->emitter, argument, type, needed);
    else emit_node(filling->emitter, argument, needed);
}

static void put_arguments(const Filling *filling, const Slot *slot) {
    uint32_t end = slot->param->variadic ? filling->call->args.count : slot->index + 1;
    for (uint32_t i = slot->index; i < end; i++) {
        const Expr *argument = argument_at(filling->call, i);
        if (i > slot->index) put(filling->emitter, ", ");
        if (argument) put_argument(filling, slot, argument, slot->param->variadic ? BINDS_NOT_AT_ALL : slot->needed);
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

static void put_number(Filling *filling) {
    if (!filling->number) filling->number = ++filling->emitter->numbers;
    put_format(filling->emitter, "%u", filling->number);
}

static const struct {
    const char *word;
    void (*put)(Filling *filling);
    bool of_aggregates;
} modifiers[] = {
    {":filter", put_filter, true}, {":and filter", put_and_filter, true}, {":order", put_order, true},
    {":distinct", put_distinct, true}, {":over", put_over, true}, {":number", put_number, false},
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
        if (modifiers[i].of_aggregates && mentions(text, modifiers[i].word)) return true;
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

/* Between `(` or `,` and `)` or `,` anything can stand; elsewhere only what binds tightly. */
static Binds needed_at(Text text, uint32_t begin, uint32_t end) {
    while (begin > 0 && text.at[begin - 1] == ' ') begin--;
    bool opens = begin > 0 && (text.at[begin - 1] == '(' || text.at[begin - 1] == ',');
    bool closes = end < text.length && (text.at[end] == ')' || text.at[end] == ',');
    return opens && closes ? BINDS_NOT_AT_ALL : BINDS_CAST;
}

/* Takes apart what stands between the braces; false if it names no parameter. */
static bool slot_of(const Signature *signature, Text inside, Slot *slot) {
    const char *colon = memchr(inside.at, ':', inside.length);
    Text name = {inside.at, colon ? (uint32_t)(colon - inside.at) : inside.length};
    slot->filter = colon ? (Text){colon + 1, inside.length - name.length - 1} : (Text){0};
    for (slot->index = 0; slot->index < signature->param_count; slot->index++) {
        slot->param = &signature->params[slot->index];
        if (text_equal(name, text_of(slot->param->name->text))) return true;
    }
    return false;
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
    Slot slot = {.needed = needed_at(filling->text, at, at + inside.length + 2)};
    if (!slot_of(filling->call->signature, inside, &slot)) return 0;
    put_arguments(filling, &slot);
    return inside.length + 2;
}

static void fill(Filling *filling, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end;) {
        uint32_t length = filling->text.at[i] == '{' ? fill_slot(filling, i) : 0;
        if (!length) buffer_char(filling->emitter->out, filling->text.at[i++]);
        i += length;
    }
}

static const char *called(const Call *call) {
    return call->name.count ? call->name.items[call->name.count - 1].name->text : "";
}

static void lacks(const Filling *filling, const char *what) {
    emit_lacks(filling->emitter, filling->call->expr.node.span,
               arena_format(filling->emitter->arena, "%s() with %s", called(filling->call), what));
}

void emit_template(Emitter *emitter, const Call *call, const Clause *clause) {
    Filling filling = {emitter, call, clause->text, 0};
    Text text = clause->text;
    if (places_modifiers(text)) {
        const char *misplaced = misplaced_modifier(call, text);
        if (misplaced) lacks(&filling, misplaced);
        else fill(&filling, 0, text.length);
        return;
    }
    if (!has_modifiers(call)) {
        fill(&filling, 0, text.length);
        return;
    }
    if (!is_one_call(text)) {
        lacks(&filling, "DISTINCT, ORDER BY, FILTER or OVER");
        return;
    }
    uint32_t open = (uint32_t)((const char *)memchr(text.at, '(', text.length) - text.at);
    fill(&filling, 0, open + 1);
    put_distinct(&filling);
    fill(&filling, open + 1, text.length - 1);
    emit_modifiers_within(emitter, call);
    put(emitter, ")");
    emit_modifiers_behind(emitter, call);
}
