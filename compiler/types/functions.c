/* Functions as stdlib declares them: one declaration, one signature. */
#include "compiler/types/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Property { const char *word; void (*apply)(Signature *signature); } Property;

static void set_aggregate(Signature *signature) { signature->kind = FUNCTION_AGGREGATE; }
static void set_window(Signature *signature) { signature->kind = FUNCTION_WINDOW; }
static void set_table(Signature *signature) { signature->kind = FUNCTION_TABLE; }
static void set_strict(Signature *signature) { signature->nulls = NULLS_STRICT; }
static void set_never_null(Signature *signature) { signature->nulls = NULLS_NEVER; }
static void set_nullable(Signature *signature) { signature->nulls = NULLS_MAYBE; }
static void set_null_if_all(Signature *signature) { signature->nulls = NULLS_IF_ALL; }
static void set_volatile(Signature *signature) { signature->volatile_ = true; }
static void set_influence(Signature *signature) { signature->influence_only = true; }
static void set_ordered(Signature *signature) { signature->order_sensitive = true; }
static void set_keeps_unit(Signature *signature) { signature->units = UNITS_KEPT; }
static void set_dimensionless(Signature *signature) { signature->units = UNITS_REFUSED; }
static void set_unit_squared(Signature *signature) { signature->units = UNITS_SQUARED; }
static void set_unit_rooted(Signature *signature) { signature->units = UNITS_ROOTED; }
static void set_unit_raised(Signature *signature) { signature->units = UNITS_RAISED; }
static void set_comparable(Signature *signature) { signature->comparable = true; }

static const Property PROPERTIES[] = {
    {"aggregate", set_aggregate},     /* many rows give one value */
    {"window", set_window},           /* needs OVER */
    {"table", set_table},             /* gives rows: its result is an element of each */
    {"strict", set_strict},           /* null if an argument is; an aggregate: if there is nothing to aggregate */
    {"never_null", set_never_null},
    {"nullable", set_nullable},       /* may be null whatever the arguments are */
    {"null_if_all", set_null_if_all}, /* null only if all arguments are */
    {"volatile", set_volatile},       /* another value each time */
    {"influence", set_influence},     /* its arguments decide, but are not passed on */
    {"ordered", set_ordered},         /* depends on the order of rows */
    {"keeps_unit", set_keeps_unit},
    {"dimensionless", set_dimensionless}, /* its arguments have no unit */
    {"unit_squared", set_unit_squared},
    {"unit_rooted", set_unit_rooted},
    {"unit_raised", set_unit_raised},     /* to the power of the second argument, a number written as such */
    {"comparable", set_comparable},   /* compares its arguments */
};

static void apply_property(Program *program, Signature *signature, const Dotted *word) {
    const char *text = word->name.count ? word->name.items[0].name->text : "";
    const char *words[sizeof PROPERTIES / sizeof *PROPERTIES];
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++) {
        words[i] = PROPERTIES[i].word;
        if (strcmp(PROPERTIES[i].word, text)) continue;
        PROPERTIES[i].apply(signature);
        return;
    }
    Report *report = diag_report(program->diag, CODE_G0218, word->node.span, "unknown property `%s` of a function", text);
    report_near(program->diag, report, word->node.span, text, words, sizeof words / sizeof *words);
}

static void read_clause(Program *program, Signature *signature, Clause *clause) {
    if (clause->of == CLAUSE_PROPERTIES)
        for (uint32_t i = 0; i < clause->kids.count; i++)
            apply_property(program, signature, NODE_AS(Dotted, DOTTED, clause->kids.items[i]));
    if (clause->of == CLAUSE_TEMPLATE_FOR) vec_push(program->arena, &signature->templates, clause);
    if (clause->of == CLAUSE_EXAMPLE) vec_push(program->arena, &signature->examples, clause);
    if (clause->of != CLAUSE_RETURNS_BY) return;
    if (result_rule(clause->word.name)) signature->result_rule = clause->word.name;
    else
        diag_report(program->diag, CODE_G0218, clause->word.span, "unknown rule `%s` of a result", clause->word.name->text);
}

/* What the lambda is given that stands for a parameter. */
static void read_takes(Program *program, SignatureParam *to, const Param *param) {
    if (!to->take_count) return;
    to->takes = arena_alloc(program->arena, to->take_count * sizeof *to->takes);
    for (uint32_t i = 0; i < to->take_count; i++)
        to->takes[i] = type_resolve(program, (const TypeName *)param->takes.items[i], NULL);
}

static void read_params(Program *program, Signature *signature, const Decl *decl) {
    SignatureParam *params = arena_alloc(program->arena, (decl->params.count + 1) * sizeof *params);
    for (uint32_t i = 0; i < decl->params.count; i++) {
        const Param *param = NODE_AS(Param, PARAM, decl->params.items[i]);
        const Type *type = type_resolve(program, (const TypeName *)param->type, NULL);
        params[i] = (SignatureParam){param->name.name, type, param->variadic, NULL, param->takes.count};
        read_takes(program, &params[i], param);
    }
    signature->params = params;
    signature->param_count = decl->params.count;
}

/* Adds a signature to the function of a name, which may be a new one. */
static void function_add(Program *program, Name *name, Signature *signature) {
    Function *function = map_get(&program->functions, name);
    if (!function) {
        function = arena_new(program->arena, Function);
        function->name = name;
        map_put(&program->functions, name, function);
    }
    vec_push(program->arena, &function->signatures, signature);
}

static void add_other_names(Program *program, const Decl *decl, Signature *signature) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, decl->clauses.items[i]);
        for (uint32_t j = 0; clause->of == CLAUSE_ALSO_NAMED && j < clause->name.count; j++)
            function_add(program, clause->name.items[j].name, signature);
    }
}

void function_declare(Program *program, Decl *decl) {
    if (!decl->name.count) return;
    Signature *signature = arena_new(program->arena, Signature);
    signature->decl = decl;
    signature->returns = type_resolve(program, (const TypeName *)decl->type, NULL);
    read_params(program, signature, decl);
    for (uint32_t i = 0; i < decl->clauses.count; i++)
        read_clause(program, signature, NODE_AS(Clause, CLAUSE, decl->clauses.items[i]));
    function_add(program, decl->name.items[decl->name.count - 1].name, signature);
    add_other_names(program, decl, signature);
}

Function *function_find(const Program *program, const Name *name) {
    return map_get(&program->functions, name);
}

bool function_is_aggregate(const Function *function) {
    return function && function->signatures.count && function->signatures.items[0]->kind == FUNCTION_AGGREGATE;
}

const char *signature_text(Arena *arena, TypeTable *types, const Function *function, const Signature *signature) {
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "%s(", function->name->text);
    for (uint32_t i = 0; i < signature->param_count; i++) {
        const SignatureParam *param = &signature->params[i];
        buffer_format(&out, "%s%s ", i ? ", " : "", param->name->text);
        for (uint32_t j = 0; j < param->take_count; j++)
            buffer_format(&out, "%s%s", j ? ", " : "lambda (", type_text(types, param->takes[j]));
        buffer_format(&out, "%s%s%s", param->take_count ? ") returns " : "", type_text(types, param->type), param->variadic ? " ..." : "");
    }
    buffer_format(&out, ") returns %s", type_text(types, signature->returns));
    return buffer_string(&out);
}

/* ------------------------------------------------------------ the reference */

static const char *kind_words(FunctionKind kind) {
    static const char *const WORDS[] = {
        [FUNCTION_SCALAR] = "scalar", [FUNCTION_AGGREGATE] = "aggregate", [FUNCTION_WINDOW] = "window",
        [FUNCTION_TABLE] = "table",
    };
    return WORDS[kind];
}

static const char *nulls_words(const Signature *signature) {
    bool aggregate = signature->kind == FUNCTION_AGGREGATE;
    switch (signature->nulls) {
    case NULLS_STRICT: return aggregate ? "null of nothing but nulls" : "null if an argument is null";
    case NULLS_NEVER: return "never null";
    case NULLS_MAYBE: return "may be null";
    case NULLS_IF_ALL: return "null if all arguments are null";
    }
    return "";
}

static const char *tags_words(const Signature *signature) {
    if (signature->influence_only) return "the arguments' tags are an influence only";
    return signature->param_count ? "the arguments' tags are passed on" : "no arguments, no tags";
}

bool signature_is_for(const Signature *signature, const char *engine) {
    for (uint32_t i = 0; i < signature->templates.count; i++) {
        const Name *of = signature->templates.items[i]->word.name;
        if (!of || !strcmp(of->text, engine)) return true;
    }
    return !signature->templates.count;
}

static bool mentions(const FunctionInfo *info, const char *word) {
    if (!word || !*word || strcasestr(info->name, word) || strcasestr(info->signature, word)) return true;
    size_t length = strlen(word);
    Text doc = info->doc;
    for (uint32_t i = 0; i + length <= doc.length; i++)
        if (!strncasecmp(doc.at + i, word, length)) return true;
    return false;
}

static int by_name(const void *a, const void *b) {
    const FunctionInfo *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    return order ? order : (left->from->decl->node.span.begin > right->from->decl->node.span.begin) * 2 - 1;
}

static FunctionInfo info_of(const Program *program, const Function *function, const Signature *signature) {
    const Decl *decl = signature->decl;
    return (FunctionInfo){
        .name = function->name->text, .signature = signature_text(program->arena, program->types, function, signature),
        .kind = kind_words(signature->kind), .nulls = nulls_words(signature), .tags = tags_words(signature), .doc = decl->doc,
        .other_name = decl->name.items[decl->name.count - 1].name != function->name, .from = signature};
}

FunctionInfos functions_list(const Program *program, const char *word) {
    FunctionInfos infos = {0};
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const Function *function = program->functions.values[i];
        for (uint32_t j = 0; j < function->signatures.count; j++) {
            FunctionInfo info = info_of(program, function, function->signatures.items[j]);
            if (mentions(&info, word)) vec_push(program->arena, &infos, info);
        }
    }
    if (infos.count) qsort(infos.items, infos.count, sizeof *infos.items, by_name);
    return infos;
}
