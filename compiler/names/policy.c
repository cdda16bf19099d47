/* Policies: what layers require and forbid, and the exceptions that are declared from them. */
#include "compiler/names/internal.h"

static const char *const WORDS[] = {
#define REQUIRED(id, word) word,
#define FORBIDDEN(id, word, what) word,
#include "compiler/names/policy.def"
#undef REQUIRED
#undef FORBIDDEN
};

static const char *const WHATS[] = {
#define REQUIRED(id, word) word,
#define FORBIDDEN(id, word, what) what,
#include "compiler/names/policy.def"
#undef REQUIRED
#undef FORBIDDEN
};

const char *policy_word(Policy policy) {
    return WORDS[policy];
}

const char *policy_what(Policy policy) {
    return WHATS[policy];
}

unsigned policy_required(Binder *binder, Part part) {
    int index = word_among(binder, part, "requirement", WORDS + POLICY_OWNER, POLICY_STAR - POLICY_OWNER);
    return index < 0 ? 0 : policy_bit((Policy)(POLICY_OWNER + index));
}

unsigned policy_forbidden(Binder *binder, Part part) {
    int index = word_among(binder, part, "construct that can be forbidden", WORDS + POLICY_STAR, POLICY_COUNT - POLICY_STAR);
    return index < 0 ? 0 : policy_bit((Policy)(POLICY_STAR + index));
}

/* -------------------------------------------------------------- exceptions */

static void except(Binder *binder, Exception *exception, Relation *relation) {
    for (uint32_t i = 0; i < exception->relations.count; i++)
        if (exception->relations.items[i] == relation) return;
    vec_push(binder->arena, &exception->relations, relation);
    vec_push(binder->arena, &exception->used, false);
}

static void except_named(Binder *binder, Exception *exception, const Dotted *dotted) {
    if (!dotted->star) {
        Relation *relation = need_relation(binder, dotted->name);
        if (relation) except(binder, exception, relation);
        return;
    }
    Layer *layer = symbol_need_dotted(binder, SPACE_LAYER, dotted->name);
    for (uint32_t i = 0; layer && i < layer->relations.count; i++) except(binder, exception, layer->relations.values[i]);
}

static void declare_exception(Binder *binder, Decl *decl) {
    Exception *exception = arena_new(binder->arena, Exception);
    *exception = (Exception){.decl = decl};
    int policy = word_among(binder, decl->name.count ? decl->name.items[0] : (Part){0}, "policy", WORDS, POLICY_COUNT);
    const Clause *on = need_clause(binder, decl, CLAUSE_ON), *approved = decl_clause(decl, CLAUSE_APPROVED_BY);
    const Clause *until = decl_clause(decl, CLAUSE_UNTIL);
    need_clause(binder, decl, CLAUSE_BECAUSE);
    for (uint32_t i = 0; on && i < on->kids.count; i++)
        if (on->kids.items[i]->kind == NODE_DOTTED) except_named(binder, exception, (const Dotted *)on->kids.items[i]);
    if (approved) {
        symbol_need(binder, SPACE_OWNER, approved->word);
        checked_date(binder, approved->text, approved->node.span);
    }
    if (until) checked_date(binder, until->text, until->node.span);
    decl->entity = exception;
    if (policy < 0) return;
    exception->policy = (Policy)policy;
    vec_push(binder->arena, &binder->program->exceptions, exception);
}

void declare_exceptions(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        if (binder->decls.items[i]->of != DECL_EXCEPTION) continue;
        const Expansion *before = program_enter(binder->program, binder->decls.items[i]);
        declare_exception(binder, binder->decls.items[i]);
        binder->diag->expansion = before;
    }
}
