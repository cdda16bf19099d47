/* Nodes of queries that nobody wrote: the views by which roles read, the conditions of jobs. Each stands at the place that asked for it. */
#ifndef GOV_NAMES_MAKE_H
#define GOV_NAMES_MAKE_H

#include "compiler/names/names.h"

typedef struct Maker {
    Arena *arena;
    Names *names;
    Span span;
} Maker;

/* A column by its name alone. */
Node *make_ref(const Maker *maker, Name *name);
Node *make_number(const Maker *maker, int64_t number);
Node *make_string(const Maker *maker, Text text);
/* `true`, `false`; `interval '1 day'`. */
Node *make_boolean(const Maker *maker, bool value);
Node *make_interval(const Maker *maker, const char *text);
Node *make_binary(const Maker *maker, Operator of, Node *left, Node *right);
/* `left and right`; one of them may be null. */
Node *make_and(const Maker *maker, Node *left, Node *right);
Node *make_is_not_null(const Maker *maker, Node *operand);
/* `case when condition then result else otherwise end`; no `otherwise`: null. */
Node *make_case(const Maker *maker, Node *condition, Node *result, Node *otherwise);
/* `null::type`. */
Node *make_null_of(const Maker *maker, TypeTable *types, const Type *type);
/* `name(argument)`; no argument: `name(*)` if `star`, else `name()`. */
Call *make_call(const Maker *maker, const char *name, Node *argument, bool star);
/* `over (partition by … order by …)`; no order: null. */
Node *make_over(const Maker *maker, Nodes partition, Node *order);
void make_item(const Maker *maker, Select *select, Node *expr, Name *alias);
/* `*` in a select list. */
void make_star(const Maker *maker, Select *select);
/* No `from`: a select without FROM. */
Select *make_select(const Maker *maker, Node *from);
Query *make_query(const Maker *maker, Select *body);
/* A common table expression of the query, and the table in FROM that reads it. */
Cte *make_cte(const Maker *maker, Query *of, const char *name, Query *query);
Node *make_cte_table(const Maker *maker, Cte *cte);
/* A relation in FROM; a query in FROM. */
Node *make_table(const Maker *maker, const Relation *relation);
Node *make_subquery(const Maker *maker, Query *query, Name *alias);
/* A query as a value. */
Node *make_scalar(const Maker *maker, Query *query);

#endif
