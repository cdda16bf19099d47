/* Calls: where they may stand, which overload is meant, what comes out. */
#include "compiler/types/internal.h"

#include <string.h>

/* ------------------------------------------------------- as SQL spells them */

/* extract(year from d): the part is a word, not a column. */
static void name_part(Checker *checker, Call *call) {
    Node *part = call->args.items[0];
    if (part->kind != NODE_REF || ((Ref *)part)->name.count != 1) return;
    Literal *literal = (Literal *)node_new(checker->arena, NODE_LITERAL, part->span);
    literal->of = LITERAL_STRING;
    literal->text = text_of(((Ref *)part)->name.items[0].name->text);
    call->args.items[0] = (Node *)literal;
}

/* trim(leading 'x' from y) is ltrim(y, 'x'). */
static void name_trim(Checker *checker, Call *call) {
    static const char *const NAMES[] = {
        [CALL_TRIM_BOTH] = "trim", [CALL_TRIM_LEADING] = "ltrim", [CALL_TRIM_TRAILING] = "rtrim",
    };
    if (call->args.count == 2) {
        Node *characters = call->args.items[0];
        call->args.items[0] = call->args.items[1];
        call->args.items[1] = characters;
    }
    call->function = function_find(checker->program, name_of(checker->program->names, NAMES[call->form]));
    call->form = CALL_PLAIN;
}

/* extract(epoch from x) has a fraction, which no other part has: it is epoch(x). */
static void name_epoch(Checker *checker, Call *call) {
    const Literal *part = call->args.count == 2 ? text_literal(checker, call->args.items[0]) : NULL;
    if (!part || !text_equal(part->text, text_of("epoch"))) return;
    call->args.items[0] = call->args.items[1];
    call->args.count = 1;
    call->function = function_find(checker->program, name_of(checker->program->names, "epoch"));
    call->form = CALL_PLAIN;
}

/* listagg(x, ',') within group (order by y): the order in which texts are joined, and no argument. */
static void order_within(Call *call) {
    if (!call->within.count || call->order.count) return;
    call->order = call->within;
    call->within = (Nodes){0};
}

static bool is_named(const char *name, const char *const *names) {
    for (; *names; names++)
        if (!strcmp(name, *names)) return true;
    return false;
}

static void normalize(Checker *checker, Call *call) {
    static const char *const PARTS[] = {"extract", "date_part", "datepart", NULL};
    static const char *const JOINS[] = {"string_agg", "listagg", "group_concat", NULL};
    const char *name = call->name.items[call->name.count - 1].name->text;
    if (is_named(name, JOINS)) order_within(call);
    switch (call->form) {
    case CALL_IN: return;
    case CALL_PLAIN:
        if (is_named(name, PARTS)) name_epoch(checker, call);
        return;
    case CALL_FROM:
        if (call->args.count != 2 || !is_named(name, PARTS)) return;
        name_part(checker, call);
        name_epoch(checker, call);
        return;
    case CALL_TRIM_BOTH: case CALL_TRIM_LEADING: case CALL_TRIM_TRAILING: name_trim(checker, call); return;
    }
}

/* --------------------------------------------------------- where it stands */

static const char *place_words(Place place) {
    static const char *const WORDS[] = {
        [IN_SELECT] = "SELECT", [IN_FROM] = "FROM", [IN_ON] = "ON", [IN_WHERE] = "WHERE", [IN_GROUP] = "GROUP BY",
        [IN_HAVING] = "HAVING", [IN_QUALIFY] = "QUALIFY", [IN_ORDER] = "ORDER BY", [IN_VALUES] = "VALUES",
        [IN_LIMIT] = "LIMIT", [IN_AGGREGATE] = "an aggregate", [IN_FILTER] = "FILTER", [IN_WINDOW] = "a window function",
        [IN_CHECK] = "a check", [IN_LAMBDA] = "a lambda",
    };
    return WORDS[place];
}

void report_aggregate_place(Checker *checker, const Node *at, Place place) {
    bool nested = place == IN_AGGREGATE;
    Report *report = diag_report(checker->diag, nested ? CODE_G0309 : CODE_G0307, at->span, "an aggregate cannot stand in %s",
                                 place_words(place));
    if (nested) report_help(checker->diag, report, "aggregate in a subquery first, and that again outside");
    else if (place == IN_WHERE)
        report_help(checker->diag, report, "WHERE chooses rows before they are grouped: write it in HAVING");
}

void report_window_place(Checker *checker, const Node *at, Place place) {
    Report *report = diag_report(checker->diag, CODE_G0308, at->span, "a window function cannot stand in %s", place_words(place));
    if (place == IN_WHERE || place == IN_HAVING)
        report_help(checker->diag, report, "windows are computed after %s: write it in QUALIFY", place_words(place));
}

static bool aggregate_fits(Place place) {
    return place == IN_SELECT || place == IN_HAVING || place == IN_QUALIFY || place == IN_ORDER || place == IN_WINDOW;
}

static bool window_fits(Place place) {
    return place == IN_SELECT || place == IN_QUALIFY || place == IN_ORDER;
}

static bool is_over(const Call *call) {
    return call->over || call->over_name.name;
}

static void place_check(Checker *checker, const Call *call, FunctionKind kind) {
    const Node *node = (const Node *)call;
    if (is_over(call)) {
        if (!window_fits(checker->place)) report_window_place(checker, node, checker->place);
        if (checker->scope) checker->scope->windowed = true;
        if (kind != FUNCTION_SCALAR && kind != FUNCTION_TABLE) return;
        Report *report = diag_report(checker->diag, CODE_G0337, node->span, "function `%s` is neither an aggregate nor of windows",
                                     parts_text(checker->arena, call->name));
        report_says(checker->diag, report, "it cannot have OVER");
    } else if (kind == FUNCTION_AGGREGATE) {
        if (!aggregate_fits(checker->place)) report_aggregate_place(checker, node, checker->place);
        if (checker->scope && checker->scope->facts) checker->scope->facts->aggregated = true;
    } else if (kind == FUNCTION_WINDOW) {
        Report *report = diag_report(checker->diag, CODE_G0338, node->span, "function `%s` needs OVER",
                                     parts_text(checker->arena, call->name));
        report_edit(checker->diag, report, span_after(node->span), " over (order by …)", "say over which rows");
    } else if (kind == FUNCTION_TABLE && checker->place != IN_FROM && checker->scope && checker->scope->facts) {
        checker->scope->facts->unnests = true;
    }
}

static void decorations_check(Checker *checker, Call *call, FunctionKind kind) {
    const Node *node = (const Node *)call;
    bool aggregate = kind == FUNCTION_AGGREGATE;
    const char *what = aggregate ? NULL : call->distinct ? "DISTINCT" : call->filter ? "FILTER" : call->within.count ? "WITHIN GROUP"
                       : call->order.count ? "ORDER BY" : NULL;
    if (what && !is_over(call)) {
        Report *report = diag_report(checker->diag, CODE_G0337, node->span, "function `%s` is no aggregate",
                                     parts_text(checker->arena, call->name));
        report_says(checker->diag, report, "it cannot have %s", what);
    }
    if (call->filter) condition_check(checker, IN_FILTER, call->filter);
}

/* ------------------------------------------------------------ the arguments */

static void sorts_check(Checker *checker, const Nodes *sorts) {
    for (uint32_t i = 0; i < sorts->count; i++) expr_check(checker, NODE_AS(Sort, SORT, sorts->items[i])->expr);
}

/* It is typed when it is known what it takes. */
static bool lambda_fits(Checker *checker, const Call *call, Node *lambda) {
    expr_set(lambda, simple(checker, TYPE_NULL), NULL, false);
    if (!call->function || function_takes_lambda(call->function)) return true;
    diag_report(checker->diag, CODE_G0335, lambda->span, "a lambda cannot stand in this call");
    return false;
}

static void named_check(Checker *checker, NamedArgument *named) {
    expr_check(checker, named->value);
    expr_set((Node *)named, TYPE_OF(named->value), UNIT_OF(named->value), NULLABLE(named->value));
}

static bool args_check(Checker *checker, Call *call, Place place) {
    Place before = checker->place;
    checker->place = place;
    bool good = true;
    for (uint32_t i = 0; i < call->args.count; i++) {
        Node *arg = call->args.items[i];
        if (arg->kind == NODE_LAMBDA) good &= lambda_fits(checker, call, arg);
        else if (arg->kind == NODE_NAMED_ARGUMENT) named_check(checker, (NamedArgument *)arg);
        else expr_check(checker, arg);
        good &= !is_poison(arg);
    }
    sorts_check(checker, &call->order);
    sorts_check(checker, &call->within);
    checker->place = before;
    return good;
}

/* Arguments as the signature counts them: what WITHIN GROUP sorts by is one too. */
static Nodes all_args(Checker *checker, const Call *call) {
    if (!call->within.count) return call->args;
    Nodes all = {0};
    for (uint32_t i = 0; i < call->args.count; i++) vec_push(checker->arena, &all, call->args.items[i]);
    for (uint32_t i = 0; i < call->within.count; i++)
        vec_push(checker->arena, &all, ((Sort *)call->within.items[i])->expr);
    return all;
}

static const char *given_text(Checker *checker, const Nodes *args) {
    Buffer out;
    buffer_open(&out, checker->arena);
    for (uint32_t i = 0; i < args->count; i++) {
        const Node *arg = args->items[i];
        buffer_format(&out, "%s%s", i ? ", " : "", arg->kind == NODE_LAMBDA ? "lambda" : type_name(checker, TYPE_OF(arg)));
    }
    return buffer_string(&out);
}

/* A text literal where a date is taken: the usual slip has an error of its own. */
static bool refuse_date_text(Checker *checker, const Function *function, const Nodes *args) {
    for (uint32_t i = 0; i < function->signatures.count; i++) {
        const Signature *signature = function->signatures.items[i];
        for (uint32_t j = 0; j < args->count && j < signature->param_count; j++) {
            const Type *wanted = signature->params[j].type;
            if (TYPE_OF(args->items[j])->kind == TYPE_TEXT && wanted->kind != TYPE_TEXT && wanted->kind != TYPE_VARIABLE &&
                signature->param_count == args->count && report_text_as_date(checker, args->items[j], wanted))
                return true;
        }
    }
    for (uint32_t i = 0; i < args->count; i++)
        for (uint32_t j = 0; j < args->count; j++)
            if (function->signatures.items[0]->params[0].type->kind == TYPE_VARIABLE &&
                report_text_as_date(checker, args->items[i], TYPE_OF(args->items[j])))
                return true;
    return false;
}

static void refuse_args(Checker *checker, const Call *call, const Function *function, const Nodes *args) {
    if (args->count && function->signatures.items[0]->param_count && refuse_date_text(checker, function, args)) return;
    Report *report = diag_report(checker->diag, CODE_G0305, call->expr.node.span, "function `%s` does not take (%s)",
                                 function->name->text, given_text(checker, args));
    for (uint32_t i = 0; i < args->count; i++)
        if (args->items[i]->kind != NODE_LAMBDA)
            report_label(checker->diag, report, args->items[i]->span, "`%s`", type_name(checker, TYPE_OF(args->items[i])));
    for (uint32_t i = 0; i < function->signatures.count; i++)
        report_note(checker->diag, report, "it is %s", signature_text(checker->arena, checker->types, function,
                                                                      function->signatures.items[i]));
    if (args->count == 1 && TYPE_OF(args->items[0])->kind == TYPE_TEXT && call->args.count == 1)
        report_help(checker->diag, report, "cast the text to a number: `x::decimal(18,2)`");
}

static void refuse_json(Checker *checker, const Call *call, const Signature *signature, const Nodes *args) {
    if (!signature->comparable && !call->distinct) return;
    for (uint32_t i = 0; i < args->count; i++)
        if (TYPE_OF(args->items[i])->kind == TYPE_JSON) {
            Report *report = diag_report(checker->diag, CODE_G0317, args->items[i]->span, "json is not compared");
            report_help(checker->diag, report, "compare a value taken out of it: `x ->> 'key'`");
        }
}

/* ---------------------------------------------------------------- the result */

static bool any_nullable(const Nodes *args, bool all) {
    uint32_t nullable = 0;
    for (uint32_t i = 0; i < args->count; i++) nullable += NULLABLE(args->items[i]);
    return all ? nullable == args->count : nullable > 0;
}

/* An aggregate of not-null values is null only of no rows: no GROUP BY, a FILTER, a frame without the row itself. */
static bool may_be_empty(const Checker *checker, const Call *call) {
    const Scope *scope = checker->scope;
    if (call->filter || !scope) return true;
    return is_over(call) ? !window_holds_row(scope, call) : !scope->facts || scope->facts->one_group;
}

static bool result_nullable(const Checker *checker, const Call *call, const Signature *signature, const Nodes *args) {
    switch (signature->nulls) {
    case NULLS_NEVER: return false;
    case NULLS_MAYBE: return true;
    case NULLS_IF_ALL: return any_nullable(args, true);
    case NULLS_STRICT: break;
    }
    bool of_rows = signature->kind == FUNCTION_AGGREGATE || signature->kind == FUNCTION_WINDOW;
    return any_nullable(args, false) || (of_rows && may_be_empty(checker, call)) || signature->kind == FUNCTION_TABLE;
}

const Type *type_substitute(Checker *checker, const Type *type, const Type *const variables[VARIABLES]) {
    if (type->kind == TYPE_VARIABLE && type->precision == ANYTHING) return simple(checker, TYPE_NULL);
    if (type->kind == TYPE_VARIABLE) return variables[type->precision] ? variables[type->precision] : simple(checker, TYPE_NULL);
    if (type->kind == TYPE_ARRAY) return type_array(checker->types, type_substitute(checker, type->element, variables));
    if (type->kind == TYPE_MAP)
        return type_map(checker->types, type_substitute(checker, type->element, variables), type_substitute(checker, type->value, variables));
    return type;
}

static void refuse_secret(Checker *checker, const Node *at) {
    Report *report = diag_report(checker->diag, CODE_G0431, at->span, "a secret in a model");
    report_says(checker->diag, report, "whoever can read the model's text at the engine would read it");
    report_help(checker->diag, report, "mask with it: `mask … as hmac_sha256(value, secret('NAME'))`, and grant with the mask");
}

void volatile_check(Checker *checker, const Node *at, const char *name) {
    if (!checker->replayed) return;
    if (!strcmp(name, "secret")) {
        refuse_secret(checker, at);
        return;
    }
    Report *report = diag_report(checker->diag, CODE_G0315, at->span, "`%s` in a model gives another result each time", name);
    report_note(checker->diag, report, "a model that is built again from the same data must be the same");
    if (!strcmp(name, "current_date"))
        report_edit(checker->diag, report, at->span, "run_date()", "the day of the run is the same in a retry");
    else if (!strcmp(name, "localtimestamp"))
        report_edit(checker->diag, report, at->span, "run_time()::timestamp", "the time of the run is the same in a retry");
    else if (!strcmp(name, "now") || !strcmp(name, "current_timestamp"))
        report_edit(checker->diag, report, at->span, "run_time()", "the time of the run is the same in a retry");
}

static void result_check(Checker *checker, Call *call, const Function *function) {
    const Type *variables[VARIABLES] = {0};
    Nodes args = all_args(checker, call);
    const Signature *signature = signature_match(checker, function, &args, variables);
    Node *node = (Node *)call;
    if (!signature) {
        refuse_args(checker, call, function, &args);
        expr_poison(checker, node);
        return;
    }
    call->signature = signature;
    if (!lambdas_check(checker, call, signature, variables)) {
        expr_poison(checker, node);
        return;
    }
    if (signature->volatile_) volatile_check(checker, node, function->name->text);
    refuse_json(checker, call, signature, &args);
    const Type *type = type_substitute(checker, signature->returns, variables);
    Call as_counted = *call;
    as_counted.args = args;
    if (signature->result_rule) type = result_rule(signature->result_rule)(checker, &as_counted, type);
    expr_set(node, type, unit_of_call(checker, call, signature, &args), result_nullable(checker, call, signature, &args));
}

static void over_check(Checker *checker, Call *call) {
    if (call->over) window_check(checker, (Window *)call->over);
    bool named = call->over_name.name && checker->scope;
    call->window = named ? window_find(checker->scope, call->over_name.name) : (Window *)call->over;
    if (!named || call->window) return;
    Report *report = diag_report(checker->diag, CODE_G0231, call->over_name.span, "unknown window `%s`", call->over_name.name->text);
    VEC(const char *) names = {0};
    const Select *select = checker->scope->select;
    for (uint32_t i = 0; select && i < select->windows.count; i++)
        vec_push(checker->arena, &names, (const char *)((Window *)select->windows.items[i])->name.name->text);
    if (!report_near(checker->diag, report, call->over_name.span, call->over_name.name->text, names.items, names.count))
        report_help(checker->diag, report, "define it behind the query: `window %s as (…)`", call->over_name.name->text);
}

static void report_unknown(Checker *checker, const Call *call) {
    const Program *program = checker->program;
    Part last = call->name.items[call->name.count - 1];
    VEC(const char *) names = {0};
    Report *report = diag_report(checker->diag, CODE_G0208, last.span, "unknown function `%s`", last.name->text);
    for (uint32_t i = 0; i < program->functions.count; i++)
        vec_push(checker->arena, &names, (const char *)((const Name *)program->functions.keys[i])->text);
    for (uint32_t i = 0; i < program->user_functions.count; i++)
        vec_push(checker->arena, &names, (const char *)program->user_functions.items[i]->name.items[0].name->text);
    if (!report_near(checker->diag, report, last.span, last.name->text, names.items, names.count))
        report_help(checker->diag, report, "`gov functions %s` looks for it in the words of all functions", last.name->text);
}

/* Whose name it is: bound once, for a tree may be typed again. */
static const Function *function_of(Checker *checker, Call *call) {
    if (call->function || !call->name.count) return call->function;
    if (call->name.count == 1) call->function = function_find(checker->program, call->name.items[0].name);
    if (!call->function) report_unknown(checker, call);
    return call->function;
}

static void find_call(void *context, Node **place) {
    Call *call = (Call *)*place;
    if (call->expr.node.kind == NODE_CALL && !call->function && call->name.count == 1)
        call->function = function_find(((Checker *)context)->program, call->name.items[0].name);
    if ((*place)->kind != NODE_QUERY) node_kids(*place, find_call, context);
}

void calls_find(Checker *checker, Node *expr) {
    find_call(checker, &expr);
}

void call_check(Checker *checker, Call *call) {
    normalize(checker, call);
    const Function *function = function_of(checker, call);
    FunctionKind kind = function && function->signatures.count ? function->signatures.items[0]->kind : FUNCTION_SCALAR;
    if (function) place_check(checker, call, kind);
    bool aggregate = kind == FUNCTION_AGGREGATE && !is_over(call);
    bool named = !function || named_arguments(checker, call, function);
    bool good = named & args_check(checker, call, aggregate ? IN_AGGREGATE : is_over(call) ? IN_WINDOW : checker->place);
    if (function) decorations_check(checker, call, kind);
    if (aggregate) aggregate_level_check(checker, call);
    over_check(checker, call);
    if (!function || !good) expr_poison(checker, (Node *)call);
    else result_check(checker, call, function);
}
