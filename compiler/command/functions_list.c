#include "compiler/command/functions.h"

#include "compiler/emit/emit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ engines */

typedef VEC(const char *) Engines;

static Engines engines_of(Session *session, const Signature *signature) {
    Engines engines = {0};
    char *names = arena_format(&session->arena, "%s", dialect_names()), *rest = names;
    for (char *name = strtok_r(names, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest))
        if (signature_is_for(signature, name)) vec_push(&session->arena, &engines, (const char *)name);
    return engines;
}

const char *function_engines(Session *session, const Signature *signature, const char *between) {
    Engines engines = engines_of(session, signature);
    Buffer out;
    buffer_open(&out, &session->arena);
    for (uint32_t i = 0; i < engines.count; i++) buffer_format(&out, "%s%s", i ? between : "", engines.items[i]);
    return buffer_string(&out);
}

/* --------------------------------------------------------------------- JSON */

static json_t *text_json(Text text) {
    return json_stringn(text.at, text.length);
}

static json_t *parameters_json(const Program *program, const Signature *signature) {
    json_t *parameters = json_array();
    for (uint32_t i = 0; i < signature->param_count; i++) {
        const SignatureParam *param = &signature->params[i];
        json_t *takes = json_array();
        for (uint32_t j = 0; j < param->take_count; j++)
            json_array_append_new(takes, json_string(type_text(program->types, param->takes[j])));
        json_array_append_new(parameters, json_pack("{s:s, s:s, s:b, s:o}", "name", param->name->text, "type",
                                                    type_text(program->types, param->type), "variadic", param->variadic,
                                                    "lambda", takes));
    }
    return parameters;
}

static json_t *also_json(const Decl *decl) {
    json_t *names = json_array();
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, decl->clauses.items[i]);
        for (uint32_t j = 0; clause->of == CLAUSE_ALSO_NAMED && j < clause->name.count; j++)
            json_array_append_new(names, json_string(clause->name.items[j].name->text));
    }
    return names;
}

static json_t *examples_json(const Session *session, const Signature *signature) {
    json_t *examples = json_array();
    for (uint32_t i = 0; i < signature->examples.count; i++)
        json_array_append_new(examples, text_json(source_text(&session->sources, signature->examples.items[i]->expr->span)));
    return examples;
}

static json_t *engines_json(Session *session, const Signature *signature) {
    Engines engines = engines_of(session, signature);
    json_t *names = json_array();
    for (uint32_t i = 0; i < engines.count; i++) json_array_append_new(names, json_string(engines.items[i]));
    return names;
}

static json_t *function_json(Session *session, const FunctionInfo *info) {
    const Signature *signature = info->from;
    return json_pack("{s:s, s:o, s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o}", "name", info->name, "also",
                     also_json(signature->decl), "signature", info->signature, "parameters",
                     parameters_json(session->program, signature), "returns",
                     type_text(session->program->types, signature->returns), "kind", info->kind, "nulls", info->nulls, "tags",
                     info->tags, "volatile", signature->volatile_, "doc", text_json(info->doc), "examples",
                     examples_json(session, signature), "engines", engines_json(session, signature));
}

static int add_json(const char *text, size_t length, void *out) {
    buffer_add(out, text, length);
    return 0;
}

void functions_json(Session *session, const FunctionInfos *functions, Buffer *out) {
    json_t *root = json_array();
    for (uint32_t i = 0; i < functions->count; i++)
        if (!functions->items[i].other_name) json_array_append_new(root, function_json(session, &functions->items[i]));
    if (!root || json_dump_callback(root, add_json, out, JSON_INDENT(2)))
        arena_alloc(out->arena, SIZE_MAX); /* jansson is out of memory: the arena's way out is the compiler's one answer */
    buffer_char(out, '\n');
    json_decref(root);
}

/* ----------------------------------------------------------------- Markdown */

static int by_place(const void *a, const void *b) {
    uint32_t left = ((const FunctionInfo *)a)->from->decl->node.span.begin, right = ((const FunctionInfo *)b)->from->decl->node.span.begin;
    return (left > right) - (left < right);
}

/* The first line of a file, without its dashes: `Text. Characters are …`: the title of its chapter, and what follows. */
static void put_chapter(const Session *session, const Source *source, Buffer *out) {
    Text line = source_line(source, 1);
    const char *end = memchr(line.at, '.', line.length);
    (void)session;
    if (line.length < 4 || !end) return;
    uint32_t title = (uint32_t)(end - line.at);
    buffer_format(out, "\n## %.*s\n\n", (int)title - 3, line.at + 3);
    if (line.length > title + 2) buffer_format(out, "%.*s\n\n", (int)(line.length - title - 2), line.at + title + 2);
}

static void put_also(const Decl *decl, Buffer *out) {
    const char *between = " Also ";
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, decl->clauses.items[i]);
        for (uint32_t j = 0; clause->of == CLAUSE_ALSO_NAMED && j < clause->name.count; j++, between = ", ")
            buffer_format(out, "%s`%s`", between, clause->name.items[j].name->text);
    }
    if (between[0] == ',') buffer_char(out, '.');
}

/* Markdown would take what stands between `<` and `>` for a tag, were it not within backquotes. */
static void put_function(Session *session, const FunctionInfo *info, Buffer *out) {
    const Signature *signature = info->from;
    buffer_format(out, "- `%s`: %.*s", info->signature, TEXT_ARGS(info->doc));
    put_also(signature->decl, out);
    const char *engines = function_engines(session, signature, ", ");
    bool everywhere = strlen(engines) == strlen(dialect_names());
    buffer_format(out, " *%s%s%s%s%s.*\n", signature->kind == FUNCTION_SCALAR ? "" : info->kind,
                  signature->kind == FUNCTION_SCALAR ? "" : "; ", info->nulls, signature->influence_only ? "; tags as influence" : "",
                  everywhere ? "" : arena_format(&session->arena, "; only on %s", engines));
    for (uint32_t i = 0; i < signature->examples.count; i++) {
        Text example = source_text(&session->sources, signature->examples.items[i]->expr->span);
        buffer_format(out, "%s`", i ? " · " : "  ");
        for (uint32_t j = 0; j < example.length; j++)
            if (example.at[j] != '\n') buffer_char(out, example.at[j]);
            else while (j + 1 < example.length && example.at[j + 1] == ' ') j++;
        buffer_char(out, '`');
    }
    if (signature->examples.count) buffer_char(out, '\n');
}

void functions_markdown(Session *session, const FunctionInfos *functions, Buffer *out) {
    FunctionInfos own = {0};
    const Source *source = NULL;
    const char *before = "";
    uint32_t names = 0;
    for (uint32_t i = 0; i < functions->count; before = functions->items[i].name, i++) {
        names += strcmp(functions->items[i].name, before) != 0;
        if (!functions->items[i].other_name) vec_push(&session->arena, &own, functions->items[i]);
    }
    qsort(own.items, own.count, sizeof *own.items, by_place);
    buffer_format(out, "# Functions\n\nWritten by `gov functions --format markdown` from `stdlib/`: change it there. %u functions by name, "
                       "%u signatures. Every example is run on every engine that is named.\n", names, own.count);
    buffer_text(out, "\nArguments go by position or by name (`round(x, digits => 2)`). `any`, `any2`, `any3` are types that the arguments decide, "
                     "each the same wherever it stands in a call; `anything` is of any type; `...` is as many as there are; "
                     "`lambda (a) returns b` is `lambda x: …`.\n");
    for (uint32_t i = 0; i < own.count; i++) {
        const Source *of = source_of(&session->sources, own.items[i].from->decl->node.span.begin);
        if (of != source) put_chapter(session, source = of, out);
        put_function(session, &own.items[i], out);
    }
}
