/* gov: one LALR(1) grammar for declarations and SQL, without a conflict, and the only list of the language's words.
 *
 * Rules of the house (each was paid for with conflicts):
 * - a clause begins with a word of its own; which clauses may stand together, or twice, is asked by names;
 * - never an empty rule before a word that may be a name: the alternatives are written out;
 * - a list within a list is in parentheses; no clause that may follow an expression begins with an infix word;
 * - no word that may begin a column's constraint is the name of a type (constraint_word below).
 * A new word is a %token and a place in one of the classes at the end. */
%require "3.8"
%define api.pure full
%define api.prefix {grammar_}
%define api.value.type union
%define api.token.prefix {T_}
%define api.location.type {Span}
%define parse.error custom
%define parse.lac full
%expect 0
%locations
%param {Parser *parser}
%code requires {
#include "compiler/syntax/node.h"
typedef struct Parser Parser;
typedef struct { Part name; Parts columns; } Alias;
typedef struct { bool all, by_name; } SetMode;
typedef struct { JoinKind kind; bool asof; } JoinHow;
typedef struct { SortDirection direction; NullsOrder nulls; } SortHow;
}
%code {
#include "compiler/syntax/build.h"
}

%token YYEOF 0 "the end of the file"
%token <Part> NAME "a name"
%token <Text> STRING "a string" INTEGER "a whole number" NUMBER "a number" DOC "a doc comment"
%token ELLIPSIS "..." CAST2 "::" GE ">=" LE "<=" NE "<>" ARROW "->" ARROW2 "->>" CONCAT "||" FAT "=>" MATCH "~"
    NMATCH "!~" NOT_LA "not before an operator" ASSIGN ":=" QUOTIENT "//" POWER "**" LIKE_OP "~~" NOT_LIKE_OP "!~~"
    ILIKE_OP "~~*" NOT_ILIKE_OP "!~~*" MATCH_CASE "~*" NMATCH_CASE "!~*" LAMBDA_ARROW "-> of a lambda"
/* words that are no names: reserved, then the words of joins, which are names of functions */
%token <Part> SELECT "select" FROM "from" WHERE "where" GROUP "group" HAVING "having" ORDER "order" UNION "union"
    INTERSECT "intersect" EXCEPT "except" WITH "with" AS "as" ON "on" USING "using" LATERAL "lateral" CASE "case"
    WHEN "when" THEN "then" ELSE "else" AND "and" OR "or" NOT "not" IN "in" BETWEEN "between" NULL "null" TRUE "true"
    FALSE "false" DISTINCT "distinct" ALL "all" ANY "any" SOME "some" FOR "for" ARRAY "array" BOTH "both"
    LEADING "leading" TRAILING "trailing"
%token <Part> JOIN "join" CROSS "cross" INNER "inner" LEFT "left" RIGHT "right" FULL "full" OUTER "outer"
    NATURAL "natural"
/* words that are names, by where they may be one (the classes at the end); each class in its order of appearance */
%token <Part> LIMIT "limit" OFFSET "offset" FETCH "fetch" WINDOW "window" QUALIFY "qualify" END "end" CAST "cast"
    TRY_CAST "try_cast" SAFE_CAST "safe_cast" EXISTS "exists" VALUES "values" POSITION "position" INTERVAL "interval" LAMBDA "lambda"
    ASC "asc" DESC "desc" TO "to"
%token <Part> SEMI "semi" ANTI "anti" ASOF "asof" PIVOT "pivot" UNPIVOT "unpivot" TABLESAMPLE "tablesample"
%token <Part> IS "is" LIKE "like" ILIKE "ilike" SIMILAR "similar" MATCHES "matches" COLLATE "collate" DIV "div"
    ISNULL "isnull" NOTNULL "notnull"
%token <Part> STRUCT "struct" MAP "map"
%token <Part> ESCAPE "escape" SCHEDULE "schedule" RECURSIVE "recursive" MATERIALIZED "materialized"
    ORDINALITY "ordinality" EXCLUDE "exclude" INCLUDE "include" REPLACE "replace" RENAME "rename" NULLS "nulls"
    FIRST "first" LAST "last" NEXT "next" ROW "row" ROWS "rows" ONLY "only" RANGE "range" GROUPS "groups"
    PARTITION "partition" PRECEDING "preceding" FOLLOWING "following" CURRENT "current" TIES "ties" OTHERS "others"
    NO "no" GROUPING "grouping" SETS "sets" BY "by" NAME_W "name" DOUBLE "double" TIME "time" ZONE "zone"
    UNKNOWN "unknown" PROJECT "project" TARGET "target" OWNER "owner" LAYER "layer" ROLE "role" TYPE "type"
    SOURCE "source" MODEL "model" FUNCTION "function" TEMPLATE "template" TEST "test" GRANT "grant" MASK "mask"
    RELEASE "release" ENDORSE "endorse" METRIC "metric" DASHBOARD "dashboard" JOB "job" DELIVERY "delivery"
    TIMEZONE "timezone" READS "reads" STORED "stored" REQUIRES "requires" IMPLIES "implies" CLEARED "cleared" UP "up"
    FRESH "fresh" INVALID "invalid" CHANGE "change" EXACTLY "exactly" ONCE "once" RATE "rate" PER "per" RETRY "retry"
    BACKOFF "backoff" TIMEOUT "timeout" VERIFIED "verified" PRESENCE "presence" SUBJECT "subject"
    PARTITIONED "partitioned" LOOKBACK "lookback" FILES "files" KEEPING "keeping" HISTORY "history" RETURNS "returns"
    SEVERITY "severity" GIVEN "given" EXPECT "expect" LEAST "least" BECAUSE "because" APPROVED "approved"
    UNTIL "until" DEADLINE "deadline" NOTIFY "notify" EXPECTS "expects" TITLE "title" TAB "tab" CHART "chart"
    STATUS "status" REPLACES "replaces" LANGUAGES "languages" INCLUDES "includes" CONST "const" OTHERWISE "otherwise"
    CHANGED "changed" DELETIONS "deletions" EACH "each" FILE "file" ITS "its" NEWEST "newest" EMPTY "empty"
    PAGES "pages" AUTH "auth" HEADER "header" PERCENT "percent" MOST "most" UNPACKING "unpacking" SORTED "sorted"
    INDEXED "indexed" BUILT "built" WHOLE "whole" DECLARES "declares" USE "use" ABOVE "above" REQUEST "request"
    HIDING "hiding" WHAT "what" INTO "into" SHARE "share" ALSO "also" LEGACY "legacy" REFRESH "refresh" EVERY "every"
    TOP "top" BUILDS "builds" TESTS "tests" BEFORE "before" BATCH "batch" LINE "line" ACCEPTED "accepted"
    ANSWER "answer" SEND "send" BUDGET "budget" STOP "stop" SCANNED "scanned" QUERY "query" REPLACED "replaced"
    YEAR "year" YEARS "years" QUARTER "quarter" QUARTERS "quarters" MONTH "month" MONTHS "months" WEEK "week"
    WEEKS "weeks" DAY "day" DAYS "days" HOUR "hour" HOURS "hours" MINUTE "minute" MINUTES "minutes" SECOND "second"
    SECONDS "seconds" PROPERTIES "properties" EXAMPLE "example" DELIVERS "delivers" EXCEPTION "exception" FORBIDS "forbids"
    BASIS "basis" PURPOSES "purposes" RETENTION "retention"
%token <Part> OF "of"
%token <Part> FILTER "filter" OVER "over" WITHIN "within" IGNORE "ignore" RESPECT "respect" AT "at"
    PRECISION "precision" WITHOUT "without" VARYING "varying"
%token <Part> KEY "key" UNIQUE "unique" REFERENCES "references" CHECK "check" FORMAT "format" PATH "path" UNIT "unit"
    TAG "tag" PUBLIC "public" NATIVE "native" RELATION "relation" TRACES "traces" WARN "warn" RENAMED "renamed"
    DEPRECATED "deprecated" DETERMINES "determines"

%nonassoc LOW
%nonassoc YEAR YEARS QUARTER QUARTERS MONTH MONTHS WEEK WEEKS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS
%left UNION EXCEPT
%left INTERSECT
%left OR
%left AND
%precedence NOT
%nonassoc IS ISNULL NOTNULL
%nonassoc '<' '>' '=' LE GE NE
%nonassoc BETWEEN IN LIKE ILIKE SIMILAR MATCHES NOT_LA MATCH NMATCH LIKE_OP NOT_LIKE_OP ILIKE_OP
    NOT_ILIKE_OP MATCH_CASE NMATCH_CASE
%precedence ESCAPE
%left CONCAT
%left '+' '-'
%left '*' '/' '%' DIV QUOTIENT
%left '^' POWER
%left ARROW ARROW2
%left AT
%precedence COLLATE
%precedence UMINUS
%left '(' ')'
%precedence CAST2

%type <Node *> item sampled layer_clause clearance unit_expr function_clause column_item column constraint_item
    table_constraint constraint check warn set_owner set_status set_tag until timezone schedule retry notify events
    deadline relation_clause keeping storage partition_by index source_clause origin_clause sending_clause
    forbids purposes tag_clause approval paging call duration param rows_of grant_clause readable masking release_clause metric_clause measure
    dashboard_clause dashboard_title_language legacy_clause part dimension job_clause selection selected
    delivery_clause expected budget_clause option list_name starred query select_clause simple_select row select_item
    repeat target_el star star_mods replacement rename where_opt having_opt qualify_opt window_def group_item
    sort_item offset table joined table_primary joined_parens table_func moment pivot_agg pivot_for pivot_val c_ref
    a_expr b_expr c_expr primary field constant typed_literal case_expr when else_opt func_expr func_application
    func_special arg bound typename simple_type struct_field
%type <Text> docs date
%type <Decl *> decl project target owner layer tag role exception unit type const_decl function function_head source model
    model_head template use test test_head unit_test unit_test_head grant mask release share metric metric_head
    dashboard legacy job delivery budget
%type <Nodes> typenames clearances columns column_list determined constraints partitions indexes declared params param_list
    readables maskings titles parts over_columns dimensions selections options option_list list_names row_list
    select_list replacements renames from_opt window_opt window_list group_list sort sort_list ctes from_list
    pivot_aggs pivot_fors pivot_vals refs expr_list fields whens args type_args struct_fields
%type <Parts> function_name names names_in ref ref_star dotted func_name lambda_names
%type <Repeat *> for_values
%type <Clause *> deprecated amount
%type <PlaceNode *> origin place format
%type <int64_t> count
%type <DashboardPart *> chart charted
%type <Query *> select_parens select_bare select_tail order limits limit with
%type <SetMode> set_mode
%type <Select *> select_body group_opt
%type <SortHow> sort_how
%type <SortDirection> sort_dir
%type <Cte *> cte
%type <Materialized> materialized
%type <JoinHow> join_kind
%type <JoinKind> join_side
%type <Alias *> alias_opt
%type <Part> alias reserved_word column_word join_word from_word operator_word type_word plain_word of_word
    suffix_word constraint_word name fname tyname talias asname slabel label time_unit any_unit
%type <IsKind> is_what
%type <Operator> cmp
%type <bool> quantifier
%type <In *> in_what
%type <Subscript *> subscript
%type <CallForm> trim_side
%type <Window *> window window_body frame_opt
%type <FrameUnit> frame_unit
%type <FrameExclude> frame_not

%%
/* ------------------------------------------------------------ the program
 * Every declaration is a head and a left-recursive list of clauses. */
program: %empty
    | program item ';'                              { syntax_item(parser, $2); }
    | program ';'
    | program error ';'                             { syntax_lost(parser); yyerrok; } ;
item: decl                                          { $$ = (Node *)$1; }
    | docs decl                                     { $2->doc = $1; $$ = (Node *)$2; }
    | query                                         { $$ = (Node *)DECLARE(QUERY, NO_PARTS, .body = $1); } ;
docs: DOC | docs DOC                                { $$ = syntax_more_doc(parser, $1, $2); } ;
decl: project | target | owner | layer | tag | role | unit | type | const_decl | function | source | model | template
    | use | test | unit_test | grant | mask | exception | release | share | metric | dashboard | legacy | job | delivery | budget ;

project: PROJECT name                               { $$ = DECLARE(PROJECT, ONE($2)); }
    | project timezone                              { $$ = WITH($1, $2); }
    | project LANGUAGES list_names                  { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), LANGUAGES, .kids = $3)); }
    | project forbids                               { $$ = WITH($1, $2); }
    | project options                               { $$ = WITH($1, CLAUSE_AT(@2, OPTIONS, .kids = $2)); } ;
target: TARGET name ON name options
        { $$ = WITH(WITH(DECLARE(TARGET, ONE($2)), CLAUSE_AT(SPAN(@3, @4), ENGINE, .word = $4)),
                    CLAUSE_AT(@5, OPTIONS, .kids = $5)); } ;
owner: OWNER name options
        { $$ = WITH(DECLARE(OWNER, ONE($2)), CLAUSE_AT(@3, OPTIONS, .kids = $3)); } ;
layer: LAYER name                                   { $$ = DECLARE(LAYER, ONE($2)); }
    | layer layer_clause                            { $$ = WITH($1, $2); } ;
layer_clause: READS list_names                      { $$ = CLAUSE(READS, .kids = $2); }
    | STORED AS storage                             { $$ = SPANNING($3); }
    | REQUIRES list_names                           { $$ = CLAUSE(REQUIRES, .kids = $2); }
    | forbids
    | set_owner ;
forbids: FORBIDS list_names                         { $$ = CLAUSE(FORBIDS, .kids = $2); } ;
purposes: PURPOSES list_names                       { $$ = CLAUSE(PURPOSES, .kids = $2); } ;
tag: TAG name                                       { $$ = DECLARE(TAG, ONE($2)); }
    | TAG name STRING                               { $$ = DECLARE(TAG, ONE($2), .title = $3); }
    | tag tag_clause                                { $$ = WITH($1, $2); } ;
tag_clause: IMPLIES list_names                      { $$ = CLAUSE(IMPLIES, .kids = $2); }
    | BASIS name                                    { $$ = CLAUSE(BASIS, .word = $2); }
    | RETENTION duration                            { $$ = CLAUSE(RETENTION, .expr = $2); }
    | purposes ;
role: ROLE name                                     { $$ = DECLARE(ROLE, ONE($2)); }
    | role CLEARED FOR clearances                   { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @4), CLEARED_FOR, .kids = $4)); }
    | role INCLUDES list_names                      { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), INCLUDES, .kids = $3)); }
    | role purposes                                 { $$ = WITH($1, $2); } ;
clearances: clearance { $$ = LIST($1); } | clearances ',' clearance { $$ = ADD($1, $3); } ;
clearance: name                                     { $$ = MAKE(CLEARANCE, Clearance, .tag = $1); }
    | name UP TO name                               { $$ = MAKE(CLEARANCE, Clearance, .tag = $1, .level = $4); } ;
unit: UNIT name                                     { $$ = DECLARE(UNIT, ONE($2)); } ;
unit_expr: name                                     { $$ = MAKE(REF, Ref, .name = ONE($1)); }
    | unit_expr '/' name                            { $$ = BINARY(DIV, $1, MAKE_AT(@3, REF, Ref, .name = ONE($3))); }
    | unit_expr '*' name                            { $$ = BINARY(MUL, $1, MAKE_AT(@3, REF, Ref, .name = ONE($3))); } ;
type: TYPE name AS typename constraints
        { $$ = DECLARE(TYPE, ONE($2), .type = $4, .columns = syntax_value_column(parser, $5, @5)); } ;
const_decl: CONST name '=' a_expr                   { $$ = DECLARE(CONST, ONE($2), .body = $4); } ;

/* functions: the project's have a body, stdlib's have a template an engine */
function: function_head
    | function_head AS a_expr                       { $$ = BODY($1, $3); } ;
function_head: FUNCTION function_name params RETURNS typename
                                                    { $$ = DECLARE(FUNCTION, $2, .params = $3, .type = $5); }
    | FUNCTION function_name params RETURNS typename BY name
        { $$ = WITH(DECLARE(FUNCTION, $2, .params = $3, .type = $5), CLAUSE_AT(SPAN(@6, @7), RETURNS_BY, .word = $7)); }
    | function_head function_clause                 { $$ = WITH($1, $2); } ;
function_clause: PROPERTIES '(' list_names ')'      { $$ = CLAUSE(PROPERTIES, .kids = $3); }
    | AS NATIVE STRING                              { $$ = CLAUSE(TEMPLATE_FOR, .text = $3); }
    | AS NATIVE NAME STRING                         { $$ = CLAUSE(TEMPLATE_FOR, .word = $3, .text = $4); }
    | ALSO names                                    { $$ = CLAUSE(ALSO_NAMED, .name = $2); }
    | EXAMPLE a_expr                                { $$ = CLAUSE(EXAMPLE, .expr = $2); } ;
function_name: func_name | POSITION                 { $$ = ONE($1); } ;

/* columns: of sources, models, answers, webhooks; types are optional */
columns: '(' column_list ')'                        { $$ = $2; } ;
column_list: column_item { $$ = LIST($1); } | column_list ',' column_item { $$ = ADD($1, $3); } ;
column_item: column | constraint_item
    | docs column                                   { ((ColumnDecl *)$2)->doc = $1; $$ = $2; }
    | ELLIPSIS                                      { $$ = MAKE(COLUMN, ColumnDecl, .of = COLUMN_ITEM_REST); }
    | FOR name IN for_values '(' column_list ')'
        { $4->variable = $2; $4->kids = $6;
          $$ = MAKE(COLUMN, ColumnDecl, .of = COLUMN_ITEM_REPEAT, .kids = LIST(SPANNING((Node *)$4))); } ;
for_values: '(' expr_list ')'                       { $$ = (Repeat *)MAKE(REPEAT, Repeat, .values = $2); }
    | name                                          { $$ = (Repeat *)MAKE(REPEAT, Repeat, .values_name = $1); } ;
column: name constraints                            { $$ = COLUMN(.name = $1, .constraints = $2); }
    | name typename constraints                     { $$ = COLUMN(.name = $1, .type = $2, .constraints = $3); } ;
constraint_item: table_constraint
        { $$ = COLUMN(.of = COLUMN_ITEM_CONSTRAINT, .constraints = LIST($1)); }
    | constraint_item warn                          { $$ = syntax_add_constraint(parser, $1, $2); } ;
table_constraint: KEY names_in                      { $$ = CONSTRAINT(KEY, .names = $2); }
    | UNIQUE names_in                               { $$ = CONSTRAINT(UNIQUE, .names = $2); }
    | check
    | name DETERMINES determined                    { $$ = CONSTRAINT(DETERMINES, .names = ONE($1), .kids = $3); }
    | names_in DETERMINES determined                { $$ = CONSTRAINT(DETERMINES, .names = $1, .kids = $3); }
    | names_in REFERENCES ref                       { $$ = CONSTRAINT(REFERENCES, .names = $1, .name = $3); }
    | names_in REFERENCES ref names_in
        { $$ = CONSTRAINT(REFERENCES, .names = $1, .name = $3, .referenced = $4); } ;
determined: list_name                               { $$ = LIST($1); }
    | '(' list_names ')'                            { $$ = $2; } ;
constraints: %empty                                 { $$ = NO_NODES; }
    | constraints constraint                        { $$ = ADD($1, $2); } ;
constraint: KEY                                     { $$ = CONSTRAINT(KEY); }
    | UNIQUE                                        { $$ = CONSTRAINT(UNIQUE); }
    | NOT NULL                                      { $$ = CONSTRAINT(NOT_NULL); }
    | NULL                                          { $$ = CONSTRAINT(NULLABLE); }
    | IN '(' expr_list ')'                          { $$ = CONSTRAINT(IN, .kids = $3); }
    | IN name                                       { $$ = CONSTRAINT(IN, .name = ONE($2)); }
    | MATCHES STRING                                { $$ = CONSTRAINT(MATCHES, .text = $2); }
    | check | warn
    | REFERENCES ref                                { $$ = CONSTRAINT(REFERENCES, .name = $2); }
    | REFERENCES ref names_in                       { $$ = CONSTRAINT(REFERENCES, .name = $2, .referenced = $3); }
    | TRACES ONLY TO list_name                      { $$ = CONSTRAINT(TRACES, .kids = LIST($4)); }
    | TRACES ONLY TO '(' list_names ')'             { $$ = CONSTRAINT(TRACES, .kids = $5); }
    | FORMAT STRING                                 { $$ = CONSTRAINT(FORMAT, .text = $2); }
    | PATH STRING                                   { $$ = CONSTRAINT(PATH, .text = $2); }
    | FROM PATH                                     { $$ = CONSTRAINT(FROM_PATH); }
    | FROM REQUEST                                  { $$ = CONSTRAINT(FROM_REQUEST); }
    | UNIT unit_expr                                { $$ = CONSTRAINT(UNIT, .expr = $2); }
    | TAG name                                      { $$ = CONSTRAINT(TAG, .name = ONE($2)); }
    | TAG name AS KEY                               { $$ = CONSTRAINT(TAG_AS_KEY, .name = ONE($2)); }
    | PUBLIC                                        { $$ = CONSTRAINT(PUBLIC); }
    | RENAMED FROM name                             { $$ = CONSTRAINT(RENAMED, .name = ONE($3)); }
    | deprecated
        { $$ = CONSTRAINT(DEPRECATED, .name = $1->name, .text = $1->text); } ;
check: CHECK '(' a_expr ')'                         { $$ = CONSTRAINT(CHECK, .expr = $3); } ;
warn: WARN                                          { $$ = CONSTRAINT(WARN); }
    | WARN ABOVE count ROWS                         { $$ = CONSTRAINT(WARN, .number = $3); } ;
deprecated: DEPRECATED                              { $$ = (Clause *)CLAUSE(DEPRECATED); }
    | DEPRECATED UNTIL date                         { $$ = (Clause *)CLAUSE(DEPRECATED, .text = $3); }
    | DEPRECATED USE ref                            { $$ = (Clause *)CLAUSE(DEPRECATED, .name = $3); }
    | DEPRECATED UNTIL date USE ref                 { $$ = (Clause *)CLAUSE(DEPRECATED, .text = $3, .name = $5); } ;

/* clauses of several kinds */
set_owner: OWNER name                               { $$ = CLAUSE(OWNER, .word = $2); } ;
set_status: STATUS name                             { $$ = CLAUSE(STATUS, .word = $2); } ;
set_tag: TAG name                                   { $$ = CLAUSE(TAG, .word = $2); } ;
until: UNTIL date                                   { $$ = CLAUSE(UNTIL, .text = $2); } ;
timezone: TIMEZONE STRING                           { $$ = CLAUSE(TIMEZONE, .text = $2); } ;
schedule: SCHEDULE STRING                           { $$ = CLAUSE(SCHEDULE, .text = $2); } ;
retry: RETRY count                                  { $$ = CLAUSE(RETRY, .number = $2); }
    | RETRY count WITH BACKOFF                      { $$ = CLAUSE(RETRY, .number = $2, .word = $4); } ;
notify: NOTIFY list_names ON events                 { $$ = CLAUSE(NOTIFY, .kids = $2, .expr = $4); }
    | NOTIFY list_names ON events BY names          { $$ = CLAUSE(NOTIFY, .kids = $2, .expr = $4, .other = $6); } ;
events: names                                       { $$ = syntax_row_of_refs(parser, $1, @$); } ;
deadline: DEADLINE STRING                           { $$ = CLAUSE(DEADLINE, .text = $2); }
    | DEADLINE STRING WARN duration BEFORE          { $$ = CLAUSE(DEADLINE, .text = $2, .expr = $4); } ;
relation_clause: SUBJECT b_expr                     { $$ = CLAUSE(SUBJECT, .expr = $2); }
    | ON INVALID name                               { $$ = CLAUSE(ON_INVALID, .word = $3, .number = -1); }
    | ON INVALID name AT MOST count PERCENT         { $$ = CLAUSE(ON_INVALID, .word = $3, .number = $6); }
    | ON CHANGE name                                { $$ = CLAUSE(ON_CHANGE, .word = $3); }
    | OTHERWISE PUBLIC                              { $$ = CLAUSE(OTHERWISE_PUBLIC); }
    | OTHERWISE TAG name                            { $$ = CLAUSE(OTHERWISE_TAG, .word = $3); }
    | REQUIRES FILTER ON '(' list_names ')'         { $$ = CLAUSE(REQUIRES_FILTER, .kids = $5); }
    | RENAMED FROM ref                              { $$ = CLAUSE(RENAMED_FROM, .name = $3); }
    | deprecated                                    { $$ = (Node *)$1; }
    | keeping | set_owner | set_tag | set_status ;
keeping: STORED AS storage                          { $$ = SPANNING($3); }
    | PARTITIONED BY '(' partitions ')'             { $$ = CLAUSE(PARTITIONED_BY, .kids = $4); }
    | SORTED BY '(' sort_list ')'                   { $$ = CLAUSE(SORTED_BY, .kids = $4); }
    | INDEXED BY '(' indexes ')'                    { $$ = CLAUSE(INDEXED_BY, .kids = $4); }
    | BUILT WHOLE                                   { $$ = CLAUSE(BUILT_WHOLE); }
    | BUILT BY ref                                  { $$ = CLAUSE(BUILT_BY, .name = $3); }
    | BUILT BY ref PER time_unit                    { $$ = CLAUSE(BUILT_BY, .name = $3, .word = $5); }
    | BUILT BY ref PER time_unit LOOKBACK duration  { $$ = CLAUSE(BUILT_BY, .name = $3, .word = $5, .expr = $7); }
    | KEEPING HISTORY                               { $$ = CLAUSE(KEEPING_HISTORY); }
    | KEEPING HISTORY duration                      { $$ = CLAUSE(KEEPING_HISTORY, .expr = $3); }
    | KEEPING ROWS duration BY ref                  { $$ = CLAUSE(KEEPING_ROWS, .expr = $3, .name = $5); } ;
storage: name                                       { $$ = CLAUSE(STORED_AS, .word = $1); }
    | FILES STRING                                  { $$ = CLAUSE(STORED_AS, .word = $1, .text = $2); } ;
partitions: partition_by { $$ = LIST($1); } | partitions ',' partition_by { $$ = ADD($1, $3); } ;
partition_by: list_name
    | name PER time_unit                            { $$ = MAKE(DOTTED, Dotted, .name = ONE($1), .per = $3); } ;
indexes: index { $$ = LIST($1); } | indexes ',' index { $$ = ADD($1, $3); } ;
index: list_name
    | '(' list_names ')'                            { $$ = MAKE(DOTTED, Dotted, .kids = $2); } ;

/* sources */
source: SOURCE ref                                  { $$ = DECLARE(SOURCE, $2); }   /* without columns: refused by names */
    | SOURCE ref columns                            { $$ = DECLARE(SOURCE, $2, .columns = $3); }
    | source relation_clause                        { $$ = WITH($1, $2); }
    | source source_clause                          { $$ = WITH($1, $2); }
    | source origin_clause                          { $$ = syntax_with_origin(parser, $1, $2, CLAUSE_FROM); } ;
source_clause: FROM origin                          { $$ = CLAUSE(FROM, .expr = (Node *)$2); }
    | FRESH WITHIN duration                         { $$ = CLAUSE(FRESH, .expr = $3); }
    | FRESH WITHIN duration BY ref                  { $$ = CLAUSE(FRESH, .expr = $3, .name = $5); }
    | PRESENCE name                                 { $$ = CLAUSE(PRESENCE, .word = $2); } ;
origin: place
    | place WITH options                            { $1->parameters = $3; $$ = (PlaceNode *)SPANNING((Node *)$1); } ;
place: name options                                 { $$ = PLACE(.kind = $1, .options = $2); }
    | name STRING                                   { $$ = PLACE(.kind = $1, .text = $2, .has_text = true); }
    | name STRING options
        { $$ = PLACE(.kind = $1, .text = $2, .has_text = true, .options = $3); }
    | name name STRING
        { $$ = PLACE(.kind = $1, .method = $2, .text = $3, .has_text = true); }
    | name name STRING options
        { $$ = PLACE(.kind = $1, .method = $2, .text = $3, .has_text = true, .options = $4); } ;
origin_clause: IN name                              { $$ = CLAUSE(IN_TARGET, .word = $2); }
    | CHANGED BY ref                                { $$ = CLAUSE(CHANGED_BY, .name = $3); }
    | DELETIONS BY name                             { $$ = CLAUSE(DELETIONS_BY, .word = $3); }
    | EACH FILE ONCE                                { $$ = CLAUSE(EACH_FILE_ONCE); }
    | EACH FILE REPLACES ITS ROWS                   { $$ = CLAUSE(EACH_FILE_REPLACES); }
    | EACH FILE REPLACES ITS ROWS LOOKBACK duration { $$ = CLAUSE(EACH_FILE_REPLACES, .expr = $7); }
    | NEWEST FILE ONLY                              { $$ = CLAUSE(NEWEST_FILE); }
    | FOR name IN for_values
        { $$ = CLAUSE(FOR_VALUES, .word = $2, .kids = $4->values, .name = OPTIONAL($4->values_name)); }
    | WINDOW BY name FROM moment
        { $$ = CLAUSE(WINDOW_BY, .word = $3, .expr = $5, .kids = TWO(NULL, NULL)); }
    | WINDOW BY name FROM moment PER duration
        { $$ = CLAUSE(WINDOW_BY, .word = $3, .expr = $5, .kids = TWO($7, NULL)); }
    | WINDOW BY name FROM moment LOOKBACK duration
        { $$ = CLAUSE(WINDOW_BY, .word = $3, .expr = $5, .kids = TWO(NULL, $7)); }
    | WINDOW BY name FROM moment PER duration LOOKBACK duration
        { $$ = CLAUSE(WINDOW_BY, .word = $3, .expr = $5, .kids = TWO($7, $9)); }
    | ROWS AT STRING                                { $$ = CLAUSE(ROWS_AT, .text = $3); }
    | EMPTY ON STATUS count                         { $$ = CLAUSE(EMPTY_ON, .number = $4); }
    | PAGES BY paging                               { $$ = SPANNING($3); }
    | PAGES BY paging UNTIL STRING
        { ((Clause *)$3)->kids = LIST(LITERAL_AT(@5, STRING, $5)); $$ = SPANNING($3); }
    | VERIFIED BY call                              { $$ = CLAUSE(VERIFIED_BY, .expr = $3); }
    | EXACTLY ONCE BY '(' expr_list ')'             { $$ = CLAUSE(EXACTLY_ONCE_BY, .kids = $5); }
    | RETRY count EVERY duration                    { $$ = CLAUSE(RETRY, .number = $2, .expr = $4); }
    | retry | deadline | sending_clause ;
sending_clause: RATE LIMIT count PER time_unit      { $$ = CLAUSE(RATE_LIMIT, .number = $3, .word = $5); }
    | TIMEOUT duration                              { $$ = CLAUSE(TIMEOUT, .expr = $2); }
    | AUTH name options                             { $$ = CLAUSE(AUTH, .word = $2, .kids = $3); }
    | AUTH name call                                { $$ = CLAUSE(AUTH, .word = $2, .expr = $3); }
    | HEADER options                                { $$ = CLAUSE(HEADER, .kids = $2); } ;
paging: name                                        { $$ = CLAUSE(PAGES_BY, .word = $1); }
    | name STRING                                   { $$ = CLAUSE(PAGES_BY, .word = $1, .text = $2); }
    | name names_in OF count                        { $$ = CLAUSE(PAGES_BY, .word = $1, .other = $2, .number = $4); } ;
call: func_name '(' ')'                             { $$ = CALL($1); }
    | func_name '(' args ')'                        { $$ = CALL($1, .args = $3); } ;
duration: INTEGER time_unit
        { $$ = MAKE(DURATION, Duration, .count = NUMBER($1, @1), .unit = $2); } ;
count: INTEGER                                      { $$ = NUMBER($1, @1); } ;

/* models: where (stored), how (built), memory (keeping) */
model: model_head AS query                          { $$ = BODY($1, $3); }
    | model_head AS NATIVE name STRING READS '(' list_names ')'
        { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @9), NATIVE, .word = $4, .text = $5, .kids = $8)); }
    | model_head ;                                  /* unpacking */
model_head: MODEL ref                               { $$ = DECLARE(MODEL, $2); }
    | MODEL ref columns                             { $$ = DECLARE(MODEL, $2, .columns = $3); }
    | model_head relation_clause                    { $$ = WITH($1, $2); }
    | model_head UNPACKING ref                      { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), UNPACKING, .name = $3)); }
    | model_head UNPACKING ref EACH STRING
        { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @5), UNPACKING, .name = $3, .text = $5)); } ;

/* templates: of queries, of declarations */
template: TEMPLATE name params AS query             { $$ = DECLARE(TEMPLATE, ONE($2), .params = $3, .body = $5); }
    | TEMPLATE name params DECLARES '(' declared ')'
        { $$ = WITH(DECLARE(TEMPLATE, ONE($2), .params = $3), CLAUSE_AT(SPAN(@4, @7), DECLARES, .kids = $6)); } ;
declared: item ';'                                  { $$ = LIST($1); }
    | declared item ';'                             { $$ = ADD($1, $2); } ;
params: '(' ')'                                     { $$ = NO_NODES; }
    | '(' param_list ')'                            { $$ = $2; } ;
param_list: param { $$ = LIST($1); } | param_list ',' param { $$ = ADD($1, $3); } ;
param: name typename                                { $$ = MAKE(PARAM, Param, .name = $1, .type = $2); }
    | name typename ELLIPSIS
        { $$ = MAKE(PARAM, Param, .name = $1, .type = $2, .variadic = true); }
    | name LAMBDA '(' typenames ')' RETURNS typename
        { $$ = MAKE(PARAM, Param, .name = $1, .type = $7, .takes = $4); }
    | name RELATION                                 { $$ = MAKE(PARAM, Param, .name = $1, .is_relation = true); }
    | name RELATION columns
        { $$ = MAKE(PARAM, Param, .name = $1, .is_relation = true, .columns = $3); } ;
use: USE name '(' args ')'
        { $$ = WITH(DECLARE(USE, ONE($2)), CLAUSE_AT(SPAN(@3, @5), ARGUMENTS, .kids = $4)); } ;

/* tests */
test: test_head AS query                            { $$ = BODY($1, $3); } ;
test_head: TEST STRING ON list_name
        { $$ = WITH(DECLARE(TEST, NO_PARTS, .title = $2), CLAUSE_AT(SPAN(@3, @4), ON, .kids = LIST($4))); }
    | test_head SEVERITY name                       { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), SEVERITY, .word = $3)); }
    | test_head set_owner                           { $$ = WITH($1, $2); }
    | test_head set_tag                             { $$ = WITH($1, $2); } ;
unit_test: unit_test_head EXPECT rows_of            { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), EXPECT, .expr = $3)); } ;
unit_test_head: UNIT TEST STRING FOR list_name
        { $$ = WITH(DECLARE(UNIT_TEST, NO_PARTS, .title = $3), CLAUSE_AT(SPAN(@4, @5), FOR_MODEL, .kids = LIST($5))); }
    | unit_test_head GIVEN ref rows_of
        { ((Given *)$4)->relation = $3;
          $$ = WITH($1, CLAUSE_AT(SPAN(@2, @4), GIVEN, .expr = SPANNING_AT(SPAN(@3, @4), $4))); } ;
rows_of: names_in VALUES row_list                   { $$ = MAKE(GIVEN, Given, .columns = $1, .rows = $3); } ;

/* access */
grant: GRANT SELECT ON readables TO list_names
        { $$ = WITH(WITH(DECLARE(GRANT, NO_PARTS), CLAUSE_AT(SPAN(@3, @4), ON, .kids = $4)),
                    CLAUSE_AT(SPAN(@5, @6), TO, .kids = $6)); }
    | GRANT SELECT names_in ON readables TO list_names
        { $$ = WITH(WITH(DECLARE(GRANT, NO_PARTS, .columns = syntax_named_columns(parser, $3)),
                         CLAUSE_AT(SPAN(@4, @5), ON, .kids = $5)), CLAUSE_AT(SPAN(@6, @7), TO, .kids = $7)); }
    | grant grant_clause                            { $$ = WITH($1, $2); } ;
grant_clause: WHERE a_expr                          { $$ = CLAUSE(WHERE, .expr = $2); }
    | MASK maskings                                 { $$ = CLAUSE(MASK, .kids = $2); }
    | HIDING WHAT IS NOT CLEARED                    { $$ = CLAUSE(HIDING); }
    | until ;
readables: readable { $$ = LIST($1); } | readables ',' readable { $$ = ADD($1, $3); } ;
readable: list_name | starred ;
maskings: masking { $$ = LIST($1); } | maskings ',' masking { $$ = ADD($1, $3); } ;
masking: name WITH name                             { $$ = MAKE(MASKING, Masking, .column = $1, .mask = $3); }
    | name WITH NULL                                { $$ = MAKE(MASKING, Masking, .column = $1); } ;
mask: MASK name params RETURNS typename TO name AS a_expr
        { $$ = WITH(DECLARE(MASK, ONE($2), .params = $3, .type = $5),
                    CLAUSE_AT(SPAN(@6, @7), TO, .kids = LIST(DOTTED($7, @7))));
          $$ = BODY($$, $9); } ;
exception: EXCEPTION name ON readables              { $$ = WITH(DECLARE(EXCEPTION, ONE($2)), CLAUSE_AT(SPAN(@3, @4), ON, .kids = $4)); }
    | exception approval                            { $$ = WITH($1, $2); } ;
approval: BECAUSE STRING                            { $$ = CLAUSE(BECAUSE, .text = $2); }
    | APPROVED BY name ON date                      { $$ = CLAUSE(APPROVED_BY, .word = $3, .text = $5); }
    | until ;
release: RELEASE ref '(' list_names ')' TO name
        { $$ = syntax_release(parser, DECLARE(RELEASE, $2), CLAUSE_AT(SPAN(@3, @5), CATEGORIES, .kids = $4),
                              CLAUSE_AT(SPAN(@6, @7), TO, .kids = LIST(DOTTED($7, @7)))); }
    | ENDORSE ref '(' list_names ')' TO name
        { $$ = syntax_release(parser, DECLARE(ENDORSE, $2), CLAUSE_AT(SPAN(@3, @5), CATEGORIES, .kids = $4),
                              CLAUSE_AT(SPAN(@6, @7), TO, .kids = LIST(DOTTED($7, @7)))); }
    | release release_clause                        { $$ = WITH($1, $2); } ;
release_clause: WHEN AT LEAST count DISTINCT ref    { $$ = CLAUSE(WHEN_AT_LEAST, .number = $4, .name = $6); }
    | OTHERS INTO STRING                            { $$ = CLAUSE(OTHERS_INTO, .text = $3); }
    | approval ;
share: SHARE ref TO name AS place
        { $$ = WITH(WITH(DECLARE(SHARE, $2), CLAUSE_AT(SPAN(@3, @4), TO, .kids = LIST(DOTTED($4, @4)))),
                    CLAUSE_AT(SPAN(@5, @6), AS_PLACE, .expr = (Node *)$6)); }
    | share until                                   { $$ = WITH($1, $2); }
    | share set_owner                               { $$ = WITH($1, $2); } ;
date: STRING | tyname STRING                        { $$ = $2; } ;

/* metrics, dashboards */
metric: metric_head AS measure                      { $$ = BODY($1, $3); }
    | metric ALSO measure                           { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), ALSO, .expr = $3)); } ;
metric_head: METRIC ref                             { $$ = DECLARE(METRIC, $2); }
    | metric_head metric_clause                     { $$ = WITH($1, $2); } ;
metric_clause: UNIT unit_expr                       { $$ = CLAUSE(UNIT, .expr = $2); }
    | deprecated                                    { $$ = (Node *)$1; }
    | set_owner | set_status | set_tag ;
measure: a_expr                                     { $$ = MEASURE(.expr = $1); }
    | a_expr FROM ref                               { $$ = MEASURE(.expr = $1, .relation = $3); }
    | a_expr FROM ref BY dimensions                 { $$ = MEASURE(.expr = $1, .relation = $3, .dimensions = $5); }
    | a_expr FROM ref WHERE a_expr                  { $$ = MEASURE(.expr = $1, .relation = $3, .where = $5); }
    | a_expr FROM ref WHERE a_expr BY dimensions
        { $$ = MEASURE(.expr = $1, .relation = $3, .where = $5, .dimensions = $7); } ;
dashboard: DASHBOARD ref '(' parts ')'
        { $$ = WITH(DECLARE(DASHBOARD, $2), CLAUSE_AT(SPAN(@3, @5), PARTS, .kids = $4)); }
    | dashboard dashboard_clause                    { $$ = WITH($1, $2); } ;
dashboard_clause: TITLE STRING                      { $$ = CLAUSE(TITLE, .text = $2); }
    | dashboard_title_language
    | FOR list_names                                { $$ = CLAUSE(FOR_MODEL, .kids = $2); }
    | REPLACES STRING                               { $$ = CLAUSE(REPLACES, .text = $2); }
    | REFRESH EVERY duration                        { $$ = CLAUSE(REFRESH, .expr = $3); }
    | set_owner | set_status | set_tag ;
dashboard_title_language: NAME STRING               { $$ = CLAUSE(TITLE, .word = $1, .text = $2); } ;
legacy: LEGACY DASHBOARD ref STRING                 { $$ = DECLARE(LEGACY_DASHBOARD, $3, .title = $4); }
    | legacy legacy_clause                          { $$ = WITH($1, $2); } ;
legacy_clause: READS list_names                     { $$ = CLAUSE(READS, .kids = $2); }
    | REPLACED BY ref                               { $$ = CLAUSE(REPLACED_BY, .name = $3); }
    | set_owner ;
titles: TITLE STRING                                { $$ = LIST(MAKE(TITLE, Title, .text = $2)); }
    | titles NAME STRING
        { $$ = ADD($1, MAKE_AT(SPAN(@2, @3), TITLE, Title, .language = $2, .text = $3)); } ;
parts: part                                         { $$ = LIST($1); }
    | docs part                                     { ((DashboardPart *)$2)->doc = $1; $$ = LIST($2); }
    | parts ',' part                                { $$ = ADD($1, $3); }
    | parts ',' docs part                           { ((DashboardPart *)$4)->doc = $3; $$ = ADD($1, $4); } ;
part: FILTER name OVER over_columns                 { $$ = PART($1, .name = $2, .dimensions = $4); }
    | FILTER name OVER over_columns titles          { $$ = PART($1, .name = $2, .dimensions = $4, .titles = $5); }
    | TAB name '(' parts ')'                        { $$ = PART($1, .name = $2, .kids = $4); }
    | TAB name titles '(' parts ')'                 { $$ = PART($1, .name = $2, .titles = $3, .kids = $5); }
    | CHART name '(' chart ')'                      { $4->kind = $1; $4->name = $2; $$ = SPANNING((Node *)$4); }
    | CHART name '(' chart ')' titles
        { $4->kind = $1; $4->name = $2; $4->titles = $6; $$ = SPANNING((Node *)$4); } ;
over_columns: ref                                   { $$ = LIST(MAKE(DIMENSION, Dimension, .name = $1)); }
    | over_columns NAME ref                         { $$ = syntax_in_language(parser, $1, $2, $3, SPAN(@2, @3)); } ;
chart: charted
    | charted WHERE a_expr                          { $1->where = $3; $$ = $1; } ;
charted: list_names                                 { $$ = (DashboardPart *)MAKE(PART, DashboardPart, .measures = $1); }
    | list_names BY dimensions
        { $$ = (DashboardPart *)MAKE(PART, DashboardPart, .measures = $1, .dimensions = $3); }
    | list_names FROM ref
        { $$ = (DashboardPart *)MAKE(PART, DashboardPart, .measures = $1, .relation = $3); } ;
dimensions: dimension { $$ = LIST($1); } | dimensions ',' dimension { $$ = ADD($1, $3); } ;
dimension: ref                                      { $$ = MAKE(DIMENSION, Dimension, .name = $1); }
    | ref TOP count                                 { $$ = MAKE(DIMENSION, Dimension, .name = $1, .top = $3); }
    | ref LAST duration                             { $$ = MAKE(DIMENSION, Dimension, .name = $1, .last = $3); } ;

/* jobs, deliveries, budgets */
job: JOB name                                       { $$ = DECLARE(JOB, ONE($2)); }
    | job job_clause                                { $$ = WITH($1, $2); } ;
job_clause: WHEN a_expr                             { $$ = CLAUSE(WHEN, .expr = $2); }
    | BUILDS selections                             { $$ = CLAUSE(BUILDS, .kids = $2); }
    | TESTS selections                              { $$ = CLAUSE(TESTS, .kids = $2); }
    | DELIVERS selections                           { $$ = CLAUSE(DELIVERS, .kids = $2); }
    | schedule | timezone | retry | notify | deadline | set_owner ;
selections: selection { $$ = LIST($1); } | selections ',' selection { $$ = ADD($1, $3); } ;
selection: selected                                 { $$ = $1; }
    | '+' selected                                  { ((Selection *)$2)->ancestors = true; $$ = SPANNING($2); }
    | selected '+'                                  { ((Selection *)$1)->descendants = true; $$ = SPANNING($1); }
    | '+' selected '+'
        { ((Selection *)$2)->ancestors = ((Selection *)$2)->descendants = true; $$ = SPANNING($2); } ;
selected: ref                                       { $$ = MAKE(SELECTION, Selection, .name = $1); }
    | ref_star                                      { $$ = MAKE(SELECTION, Selection, .name = $1, .star = true); } ;
delivery: DELIVERY name FROM ref TO name
        { $$ = WITH(WITH(DECLARE(DELIVERY, ONE($2)), CLAUSE_AT(SPAN(@3, @4), DELIVER_FROM, .name = $4)),
                    CLAUSE_AT(SPAN(@5, @6), TO, .kids = LIST(DOTTED($6, @6)))); }
    | delivery TO origin
        { $$ = WITH($1, CLAUSE_AT(SPAN(@2, @3), DELIVER_TO, .expr = (Node *)$3)); }
    | delivery sending_clause                       { $$ = syntax_with_origin(parser, $1, $2, CLAUSE_DELIVER_TO); }
    | delivery delivery_clause                      { $$ = WITH($1, $2); }
    | delivery EXPECTS expected columns
        { ((Clause *)$3)->kids = $4; $$ = WITH($1, SPANNING_AT(SPAN(@2, @4), $3)); }
    | delivery EXPECTS expected columns WITHIN duration
        { ((Clause *)$3)->kids = $4;
          $$ = WITH(WITH($1, SPANNING_AT(SPAN(@2, @4), $3)), CLAUSE_AT(SPAN(@5, @6), EXPECTS_WITHIN, .expr = $6)); } ;
delivery_clause: AS format                          { $$ = CLAUSE(DELIVER_AS, .expr = (Node *)$2); }
    | AS format FILE STRING                         { $$ = CLAUSE(DELIVER_AS, .expr = (Node *)$2, .text = $4); }
    | AS STRING                                     { $$ = CLAUSE(BATCH_NAME, .text = $2); }
    | BATCH BY list_names                           { $$ = CLAUSE(BATCH_BY, .kids = $3); }
    | BATCH BY list_names OF count                  { $$ = CLAUSE(BATCH_BY, .kids = $3, .number = $5); }
    | LINE name                                     { $$ = CLAUSE(LINE, .word = $2); }
    | ACCEPTED WHEN a_expr                          { $$ = CLAUSE(ACCEPTED_WHEN, .expr = $3); }
    | ANSWER columns                                { $$ = CLAUSE(ANSWER, .kids = $2); }
    | BEFORE SEND TESTS selections                  { $$ = CLAUSE(BEFORE_TESTS, .kids = $4); }
    | BEFORE SEND APPROVED BY name                  { $$ = CLAUSE(BEFORE_APPROVED, .word = $5); }
    | BEFORE SEND APPROVED BY name WHEN a_expr      { $$ = CLAUSE(BEFORE_APPROVED, .word = $5, .expr = $7); }
    | retry | deadline | schedule | timezone | notify | set_owner | purposes ;
format: name                                        { $$ = PLACE(.kind = $1); }
    | name options                                  { $$ = PLACE(.kind = $1, .options = $2); } ;
expected: name STRING                               { $$ = CLAUSE(EXPECTS, .word = $1, .text = $2); }
    | name STRING VERIFIED BY call                  { $$ = CLAUSE(EXPECTS, .word = $1, .text = $2, .expr = $5); } ;
budget: BUDGET name amount PER time_unit AT amount PER name SCANNED
        { $$ = WITH(DECLARE(BUDGET, ONE($2)), CLAUSE_AT(SPAN(@3, @10), BUDGET_AMOUNT, .kids = TWO($3->expr, $7->expr),
                    .word = $5, .other = THREE($3->word, $7->word, $9))); }
    | budget budget_clause                          { $$ = WITH($1, $2); } ;
budget_clause: WARN AT count PERCENT                { $$ = CLAUSE(WARN_AT, .number = $3); }
    | STOP AT count PERCENT                         { $$ = CLAUSE(STOP_AT, .number = $3); }
    | LIMIT amount PER QUERY
        { $$ = CLAUSE(LIMIT_PER_QUERY, .kids = LIST($2->expr), .word = $2->word); }
    | notify | set_owner ;
amount: INTEGER name
        { $$ = (Clause *)CLAUSE(BUDGET_AMOUNT, .expr = LITERAL_AT(@1, INTEGER, $1), .word = $2); }
    | NUMBER name
        { $$ = (Clause *)CLAUSE(BUDGET_AMOUNT, .expr = LITERAL_AT(@1, NUMBER, $1), .word = $2); } ;

/* shared */
options: '(' option_list ')'                        { $$ = $2; } ;
option_list: option { $$ = LIST($1); } | option_list ',' option { $$ = ADD($1, $3); } ;
option: label '=' a_expr
        { $$ = MAKE(OPTION, Option, .key = syntax_spelling(parser, @1), .value = $3); }
    | STRING '=' a_expr                             { $$ = MAKE(OPTION, Option, .key = $1, .value = $3); } ;
names: name { $$ = ONE($1); } | names ',' name { $$ = MORE($1, $3); } ;
names_in: '(' names ')'                             { $$ = $2; } ;
list_names: list_name { $$ = LIST($1); } | list_names ',' list_name { $$ = ADD($1, $3); } ;
list_name: ref                                      { $$ = MAKE(DOTTED, Dotted, .name = $1); } ;
starred: ref_star                                   { $$ = MAKE(DOTTED, Dotted, .name = $1, .star = true); } ;
ref: name                                           { $$ = ONE($1); }
    | dotted ;
ref_star: name '.' '*'                              { $$ = ONE($1); }
    | dotted '.' '*'                                { $$ = $1; } ;
dotted: name '.' label                              { $$ = MORE(ONE($1), $3); }
    | dotted '.' label                              { $$ = MORE($1, $3); } ;

/* ------------------------------------------------------------ queries */
query: select_bare                                  { $$ = (Node *)$1; }
    | select_parens                                 { $$ = (Node *)$1; } ;
select_parens: '(' select_bare ')'                  { $$ = $2; }
    | '(' select_parens ')'                         { $$ = $2; } ;
select_bare: simple_select                          { $$ = QUERY(NULL, $1, NULL); }
    | with select_clause                            { $$ = QUERY($1, $2, NULL); }
    | select_clause select_tail                     { $$ = QUERY(NULL, $1, $2); }
    | with select_clause select_tail                { $$ = QUERY($1, $2, $3); } ;
select_tail: order
    | limits
    | order limits                                  { $2->order = $1->order; $2->order_all = $1->order_all; $$ = $2; } ;
select_clause: simple_select
    | select_parens                                 { $$ = syntax_operand($1); } ;
simple_select: SELECT select_list select_body       { $3->items = $2; $$ = SPANNING((Node *)$3); }
    | SELECT ALL select_list select_body            { $4->items = $3; $$ = SPANNING((Node *)$4); }
    | SELECT DISTINCT select_list select_body       { $4->items = $3; $4->distinct = true; $$ = SPANNING((Node *)$4); }
    | SELECT DISTINCT ON '(' expr_list ')' select_list select_body
        { $8->items = $7; $8->distinct = true; $8->distinct_on = $5; $$ = SPANNING((Node *)$8); }
    | VALUES row_list                               { $$ = MAKE(VALUES, Values, .rows = $2); }
    | select_clause UNION set_mode select_clause    { $$ = SET(UNION, $1, $3, $4); }
    | select_clause INTERSECT set_mode select_clause { $$ = SET(INTERSECT, $1, $3, $4); }
    | select_clause EXCEPT set_mode select_clause   { $$ = SET(EXCEPT, $1, $3, $4); } ;
set_mode: %empty                                    { $$ = (SetMode){false, false}; }
    | ALL                                           { $$ = (SetMode){true, false}; }
    | DISTINCT                                      { $$ = (SetMode){false, false}; }
    | BY NAME_W                                     { $$ = (SetMode){false, true}; }
    | ALL BY NAME_W                                 { $$ = (SetMode){true, true}; }
    | DISTINCT BY NAME_W                            { $$ = (SetMode){false, true}; } ;
row_list: row { $$ = LIST($1); } | row_list ',' row { $$ = ADD($1, $3); } ;
row: '(' expr_list ')'                              { $$ = MAKE(ROW, Row, .items = $2); } ;

select_list: select_item { $$ = LIST($1); } | select_list ',' select_item { $$ = ADD($1, $3); } ;
select_item: target_el | repeat
    | docs target_el                                { ((SelectItem *)$2)->doc = $1; $$ = $2; } ;
repeat: FOR name IN for_values '(' select_list ')'  { $4->variable = $2; $4->kids = $6; $$ = SPANNING((Node *)$4); } ;
target_el: a_expr                                   { $$ = ITEM(.expr = $1); }
    | a_expr AS label                               { $$ = ITEM(.expr = $1, .alias = $3); }
    | a_expr slabel
        { $$ = ITEM(.expr = $1, .alias = $2); syntax_bare_alias(parser, @1, @2); }
    | star                                          { $$ = ITEM(.expr = (Node *)$1); } ;
star: '*' star_mods                                 { $$ = SPANNING($2); }
    | ref_star star_mods                            { ((Star *)$2)->qualifier = $1; $$ = SPANNING($2); } ;
star_mods: %empty                                   { $$ = MAKE(STAR, Star); }
    | star_mods EXCLUDE names_in                    { ((Star *)$1)->exclude = $3; $$ = $1; }
    | star_mods EXCLUDE name                        { ((Star *)$1)->exclude = ONE($3); $$ = $1; }
    | star_mods REPLACE '(' replacements ')'        { ((Star *)$1)->replace = $4; $$ = $1; }
    | star_mods RENAME '(' renames ')'              { ((Star *)$1)->rename = $4; $$ = $1; } ;
replacements: replacement { $$ = LIST($1); } | replacements ',' replacement { $$ = ADD($1, $3); } ;
replacement: a_expr AS label                        { $$ = ITEM(.expr = $1, .alias = $3); } ;
renames: rename { $$ = LIST($1); } | renames ',' rename { $$ = ADD($1, $3); } ;
rename: name AS label
        { $$ = ITEM(.expr = MAKE_AT(@1, REF, Ref, .name = ONE($1)), .alias = $3); } ;

select_body: from_opt where_opt group_opt having_opt window_opt qualify_opt
        { $3->from = $1; $3->where = $2; $3->having = $4; $3->windows = $5; $3->qualify = $6; $$ = $3; } ;
from_opt: %empty                                    { $$ = NO_NODES; }
    | FROM from_list                                { $$ = $2; } ;
where_opt: %empty                                   { $$ = NULL; }
    | WHERE a_expr                                  { $$ = $2; } ;
group_opt: %empty                                   { $$ = (Select *)MAKE(SELECT, Select); }
    | GROUP BY ALL                                  { $$ = (Select *)MAKE(SELECT, Select, .group_all = true); }
    | GROUP BY group_list                           { $$ = (Select *)MAKE(SELECT, Select, .group = $3); } ;
having_opt: %empty                                  { $$ = NULL; }
    | HAVING a_expr                                 { $$ = $2; } ;
window_opt: %empty                                  { $$ = NO_NODES; }
    | WINDOW window_list                            { $$ = $2; } ;
qualify_opt: %empty                                 { $$ = NULL; }
    | QUALIFY a_expr                                { $$ = $2; } ;
window_list: window_def { $$ = LIST($1); } | window_list ',' window_def { $$ = ADD($1, $3); } ;
window_def: name AS window                          { $3->name = $1; $$ = SPANNING((Node *)$3); } ;
group_list: group_item { $$ = LIST($1); } | group_list ',' group_item { $$ = ADD($1, $3); } ;
group_item: a_expr
    | '(' ')'                                       { $$ = MAKE(ROW, Row); }
    | GROUPING SETS '(' group_list ')'              { $$ = MAKE(GROUPING_SETS, GroupingSets, .sets = $4); } ;

order: ORDER BY ALL sort_how
        { Node *all = MAKE_AT(SPAN(@3, @4), SORT, Sort, .direction = $4.direction, .nulls = $4.nulls);
          $$ = (Query *)MAKE(QUERY, Query, .order_all = true, .order = LIST(all)); }
    | sort                                          { $$ = (Query *)MAKE(QUERY, Query, .order = $1); } ;
sort: ORDER BY sort_list                            { $$ = $3; } ;
sort_list: sort_item { $$ = LIST($1); } | sort_list ',' sort_item { $$ = ADD($1, $3); } ;
sort_item: a_expr sort_how
        { $$ = MAKE(SORT, Sort, .expr = $1, .direction = $2.direction, .nulls = $2.nulls); } ;
sort_how: sort_dir                                  { $$ = (SortHow){$1, NULLS_DEFAULT}; }
    | sort_dir NULLS FIRST                          { $$ = (SortHow){$1, NULLS_FIRST}; }
    | sort_dir NULLS LAST                           { $$ = (SortHow){$1, NULLS_LAST}; } ;
sort_dir: %empty                                    { $$ = SORT_DEFAULT; }
    | ASC                                           { $$ = SORT_ASC; }
    | DESC                                          { $$ = SORT_DESC; } ;
limits: limit
    | offset                                        { $$ = (Query *)MAKE(QUERY, Query, .offset = $1); }
    | limit offset                                  { $1->offset = $2; $$ = $1; }
    | offset limit                                  { $2->offset = $1; $$ = $2; } ;
limit: LIMIT a_expr                                 { $$ = (Query *)MAKE(QUERY, Query, .limit = $2); }
    | LIMIT ALL                                     { $$ = (Query *)MAKE(QUERY, Query); }
    | FETCH first_next a_expr row_rows ONLY         { $$ = (Query *)MAKE(QUERY, Query, .limit = $3); }
    | FETCH first_next a_expr row_rows WITH TIES
        { $$ = (Query *)MAKE(QUERY, Query, .limit = $3, .with_ties = true); }
    | FETCH first_next row_rows ONLY                { $$ = (Query *)MAKE(QUERY, Query, .limit = syntax_one_literal(parser, @3)); } ;
first_next: FIRST | NEXT ;
row_rows: ROW | ROWS ;
offset: OFFSET a_expr                               { $$ = $2; }
    | OFFSET a_expr row_rows                        { $$ = $2; } ;

with: WITH ctes                                     { $$ = (Query *)MAKE(QUERY, Query, .ctes = $2); }
    | WITH RECURSIVE ctes
        { $$ = (Query *)MAKE(QUERY, Query, .ctes = $3, .recursive = true); } ;
ctes: cte                                           { $$ = LIST((Node *)$1); }
    | docs cte                                      { $2->doc = $1; $$ = LIST((Node *)$2); }
    | ctes ',' cte                                  { $$ = ADD($1, (Node *)$3); }
    | ctes ',' docs cte                             { $4->doc = $3; $$ = ADD($1, (Node *)$4); } ;
cte: name AS materialized '(' query ')'
        { $$ = (Cte *)MAKE(CTE, Cte, .name = $1, .materialized = $3, .query = $5); }
    | name names_in AS materialized '(' query ')'
        { $$ = (Cte *)MAKE(CTE, Cte, .name = $1, .columns = $2, .materialized = $4, .query = $6); } ;
materialized: %empty                                { $$ = MATERIALIZED_DEFAULT; }
    | MATERIALIZED                                  { $$ = MATERIALIZED_YES; }
    | NOT MATERIALIZED                              { $$ = MATERIALIZED_NO; } ;

/* FROM */
from_list: table { $$ = LIST($1); } | from_list ',' table { $$ = ADD($1, $3); } ;
table: table_primary | joined ;
joined: table CROSS JOIN table_primary              { $$ = JOINED($1, $4, .of = JOIN_CROSS); }
    | table NATURAL join_kind table_primary
        { $$ = JOINED($1, $4, .of = $3.kind, .asof = $3.asof, .natural = true); }
    | table join_kind table ON a_expr               { $$ = JOINED($1, $3, .of = $2.kind, .asof = $2.asof, .on = $5); }
    | table join_kind table USING names_in
        { $$ = JOINED($1, $3, .of = $2.kind, .asof = $2.asof, .using_names = $5); } ;
join_kind: JOIN                                     { $$ = (JoinHow){JOIN_INNER, false}; }
    | INNER JOIN                                    { $$ = (JoinHow){JOIN_INNER, false}; }
    | join_side JOIN                                { $$ = (JoinHow){$1, false}; }
    | SEMI JOIN                                     { $$ = (JoinHow){JOIN_SEMI, false}; }
    | ANTI JOIN                                     { $$ = (JoinHow){JOIN_ANTI, false}; }
    | LEFT SEMI JOIN                                { $$ = (JoinHow){JOIN_SEMI, false}; }
    | LEFT ANTI JOIN                                { $$ = (JoinHow){JOIN_ANTI, false}; }
    | ASOF JOIN                                     { $$ = (JoinHow){JOIN_INNER, true}; }
    | ASOF INNER JOIN                               { $$ = (JoinHow){JOIN_INNER, true}; }
    | ASOF join_side JOIN                           { $$ = (JoinHow){$2, true}; } ;
join_side: LEFT                                     { $$ = JOIN_LEFT; }
    | RIGHT                                         { $$ = JOIN_RIGHT; }
    | FULL                                          { $$ = JOIN_FULL; }
    | LEFT OUTER                                    { $$ = JOIN_LEFT; }
    | RIGHT OUTER                                   { $$ = JOIN_RIGHT; }
    | FULL OUTER                                    { $$ = JOIN_FULL; } ;
table_primary: ref alias_opt                        { $$ = MAKE(TABLE_REF, TableRef, .name = $1, ALIASED($2)); }
    | ref AS OF moment alias_opt
        { $$ = MAKE(TABLE_REF, TableRef, .name = $1, .as_of = $4, ALIASED($5)); }
    | table_func alias_opt                          { $$ = syntax_table_function(parser, $1, false, $2, @$); }
    | LATERAL table_func alias_opt                  { $$ = syntax_table_function(parser, $2, true, $3, @$); }
    | select_parens alias_opt
        { $$ = MAKE(TABLE_QUERY, TableQuery, .query = (Node *)$1, ALIASED($2)); }
    | LATERAL select_parens alias_opt
        { $$ = MAKE(TABLE_QUERY, TableQuery, .query = (Node *)$2, .lateral = true, ALIASED($3)); }
    | '(' joined_parens ')' alias_opt               { $$ = MAKE(TABLE_PARENS, TableParens, .table = $2, ALIASED($4)); }
    | table_primary PIVOT '(' pivot_aggs FOR pivot_fors ')' alias_opt
        { $$ = MAKE(PIVOT, Pivot, .table = $1, .aggregates = $4, .fors = $6, ALIASED($8)); }
    | table_primary PIVOT '(' pivot_aggs FOR pivot_fors GROUP BY refs ')' alias_opt
        { $$ = MAKE(PIVOT, Pivot, .table = $1, .aggregates = $4, .fors = $6, .group = $9, ALIASED($11)); }
    | table_primary UNPIVOT '(' name FOR name IN '(' pivot_vals ')' ')' alias_opt
        { $$ = MAKE(UNPIVOT, Unpivot, .table = $1, .value = $4, .name = $6, .values = $9, ALIASED($12)); }
    | table_primary UNPIVOT INCLUDE NULLS '(' name FOR name IN '(' pivot_vals ')' ')' alias_opt
        { $$ = MAKE(UNPIVOT, Unpivot, .table = $1, .include_nulls = true, .value = $6, .name = $8, .values = $11,
                    ALIASED($14)); }
    | table_primary TABLESAMPLE '(' sampled ')'     { $$ = MAKE(SAMPLE, Sample, .table = $1, .amount = $4); }
    | table_primary TABLESAMPLE name '(' sampled ')'
        { $$ = MAKE(SAMPLE, Sample, .table = $1, .method = $3, .amount = $5); } ;
sampled: a_expr
    | a_expr '%'                                    { $$ = $1; }
    | a_expr PERCENT                                { $$ = $1; }
    | a_expr ROWS                                   { $$ = $1; } ;
joined_parens: joined
    | '(' joined_parens ')'                         { $$ = MAKE(TABLE_PARENS, TableParens, .table = $2); } ;
table_func: func_application
    | func_application WITH ORDINALITY
        { $$ = MAKE(TABLE_FUNCTION, TableFunction, .call = $1, .ordinality = true); } ;
alias_opt: %empty                                   { $$ = NULL; }
    | alias                                         { $$ = syntax_alias(parser, $1, NO_PARTS); }
    | alias names_in                                { $$ = syntax_alias(parser, $1, $2); } ;
alias: AS asname                                    { $$ = $2; }
    | talias                                        { $$ = $1; } ;
moment: STRING                                      { $$ = LITERAL(STRING, $1); }
    | typed_literal
    | '(' a_expr ')'                                { $$ = $2; } ;
pivot_aggs: pivot_agg { $$ = LIST($1); } | pivot_aggs ',' pivot_agg { $$ = ADD($1, $3); } ;
pivot_agg: func_expr                                { $$ = ITEM(.expr = $1); }
    | func_expr AS label                            { $$ = ITEM(.expr = $1, .alias = $3); }
    | func_expr slabel                              { $$ = ITEM(.expr = $1, .alias = $2); } ;
pivot_fors: pivot_for                               { $$ = LIST($1); }
    | pivot_fors pivot_for                          { $$ = ADD($1, $2); } ;
pivot_for: ref IN '(' pivot_vals ')'
        { $$ = MAKE(PIVOT_FOR, PivotFor, .column = MAKE_AT(@1, REF, Ref, .name = $1), .values = $4); } ;
pivot_vals: pivot_val { $$ = LIST($1); } | pivot_vals ',' pivot_val { $$ = ADD($1, $3); } ;
pivot_val: a_expr                                   { $$ = ITEM(.expr = $1); }
    | a_expr AS label                               { $$ = ITEM(.expr = $1, .alias = $3); } ;
refs: c_ref { $$ = LIST($1); } | refs ',' c_ref { $$ = ADD($1, $3); } ;
c_ref: ref                                          { $$ = MAKE(REF, Ref, .name = $1); } ;

/* expressions, PostgreSQL's two levels: b_expr may stand before AND of BETWEEN */
expr_list: a_expr { $$ = LIST($1); } | expr_list ',' a_expr { $$ = ADD($1, $3); } ;
a_expr: c_expr
    | a_expr CAST2 typename                         { $$ = MAKE(CAST, Cast, .operand = $1, .to = $3); }
    | a_expr CAST2 UNIT name                        /* states a unit and keeps the type */
        { $$ = MAKE(CAST, Cast, .operand = $1, .to = MAKE_AT(SPAN(@3, @4), TYPE_NAME, TypeName,
                                                             .value = MAKE_AT(@4, REF, Ref, .name = ONE($4)))); }
    | a_expr COLLATE ref                            { $$ = BINARY(COLLATE, $1, MAKE_AT(@3, REF, Ref, .name = $3)); }
    | a_expr AT TIME ZONE a_expr %prec AT           { $$ = BINARY(AT_TIME_ZONE, $1, $5); }
    | '+' a_expr %prec UMINUS                       { $$ = UNARY(PLUS, $2); }
    | '-' a_expr %prec UMINUS                       { $$ = UNARY(NEGATE, $2); }
    | a_expr '+' a_expr                             { $$ = BINARY(ADD, $1, $3); }
    | a_expr '-' a_expr                             { $$ = BINARY(SUB, $1, $3); }
    | a_expr '*' a_expr                             { $$ = BINARY(MUL, $1, $3); }
    | a_expr '/' a_expr                             { $$ = BINARY(DIV, $1, $3); }
    | a_expr '%' a_expr                             { $$ = BINARY(MOD, $1, $3); }
    | a_expr DIV a_expr                             { $$ = BINARY(INTDIV, $1, $3); }
    | a_expr QUOTIENT a_expr                        { $$ = BINARY(INTDIV, $1, $3); }
    | a_expr '^' a_expr                             { $$ = BINARY(POW, $1, $3); }
    | a_expr POWER a_expr                           { $$ = BINARY(POW, $1, $3); }
    | a_expr '<' a_expr                             { $$ = BINARY(LT, $1, $3); }
    | a_expr '>' a_expr                             { $$ = BINARY(GT, $1, $3); }
    | a_expr '=' a_expr                             { $$ = BINARY(EQ, $1, $3); }
    | a_expr LE a_expr                              { $$ = BINARY(LE, $1, $3); }
    | a_expr GE a_expr                              { $$ = BINARY(GE, $1, $3); }
    | a_expr NE a_expr                              { $$ = BINARY(NE, $1, $3); }
    | a_expr CONCAT a_expr                          { $$ = BINARY(CONCAT, $1, $3); }
    | a_expr ARROW a_expr                           { $$ = BINARY(ARROW, $1, $3); }
    | a_expr ARROW2 a_expr                          { $$ = BINARY(ARROW2, $1, $3); }
    | a_expr MATCH a_expr                           { $$ = BINARY(REGEX, $1, $3); }
    | a_expr NMATCH a_expr                          { $$ = BINARY(NOT_REGEX, $1, $3); }
    | a_expr LIKE_OP a_expr                         { $$ = LIKE(LIKE, false, $1, $3, NULL); }
    | a_expr NOT_LIKE_OP a_expr                     { $$ = LIKE(LIKE, true, $1, $3, NULL); }
    | a_expr ILIKE_OP a_expr                        { $$ = LIKE(ILIKE, false, $1, $3, NULL); }
    | a_expr NOT_ILIKE_OP a_expr                    { $$ = LIKE(ILIKE, true, $1, $3, NULL); }
    | a_expr MATCH_CASE a_expr                      { $$ = LIKE(MATCHES_ANY_CASE, false, $1, $3, NULL); }
    | a_expr NMATCH_CASE a_expr                     { $$ = LIKE(MATCHES_ANY_CASE, true, $1, $3, NULL); }
    | a_expr AND a_expr                             { $$ = BINARY(AND, $1, $3); }
    | a_expr OR a_expr                              { $$ = BINARY(OR, $1, $3); }
    | NOT a_expr                                    { $$ = UNARY(NOT, $2); }
    | NOT_LA a_expr %prec NOT                       { $$ = UNARY(NOT, $2); }
    | a_expr LIKE a_expr                            { $$ = LIKE(LIKE, false, $1, $3, NULL); }
    | a_expr LIKE a_expr ESCAPE a_expr %prec LIKE   { $$ = LIKE(LIKE, false, $1, $3, $5); }
    | a_expr NOT_LA LIKE a_expr %prec NOT_LA        { $$ = LIKE(LIKE, true, $1, $4, NULL); }
    | a_expr NOT_LA LIKE a_expr ESCAPE a_expr %prec NOT_LA { $$ = LIKE(LIKE, true, $1, $4, $6); }
    | a_expr ILIKE a_expr                           { $$ = LIKE(ILIKE, false, $1, $3, NULL); }
    | a_expr ILIKE a_expr ESCAPE a_expr %prec ILIKE { $$ = LIKE(ILIKE, false, $1, $3, $5); }
    | a_expr NOT_LA ILIKE a_expr %prec NOT_LA       { $$ = LIKE(ILIKE, true, $1, $4, NULL); }
    | a_expr NOT_LA ILIKE a_expr ESCAPE a_expr %prec NOT_LA { $$ = LIKE(ILIKE, true, $1, $4, $6); }
    | a_expr LIKE quantifier '(' expr_list ')' %prec LIKE
        { $$ = syntax_like_any(parser, $1, LIKE_LIKE, $3, $5); }
    | a_expr ILIKE quantifier '(' expr_list ')' %prec ILIKE
        { $$ = syntax_like_any(parser, $1, LIKE_ILIKE, $3, $5); }
    | a_expr SIMILAR TO a_expr %prec SIMILAR        { $$ = LIKE(SIMILAR, false, $1, $4, NULL); }
    | a_expr NOT_LA SIMILAR TO a_expr %prec NOT_LA  { $$ = LIKE(SIMILAR, true, $1, $5, NULL); }
    | a_expr MATCHES a_expr                         { $$ = LIKE(MATCHES, false, $1, $3, NULL); }
    | a_expr NOT_LA MATCHES a_expr %prec NOT_LA     { $$ = LIKE(MATCHES, true, $1, $4, NULL); }
    | a_expr IS is_what %prec IS                    { $$ = MAKE(IS, Is, .of = $3, .operand = $1); }
    | a_expr IS NOT is_what %prec IS                { $$ = MAKE(IS, Is, .of = $4, .negated = true, .operand = $1); }
    | a_expr ISNULL                                 { $$ = MAKE(IS, Is, .of = IS_NULL, .operand = $1); }
    | a_expr NOTNULL                                { $$ = MAKE(IS, Is, .of = IS_NULL, .negated = true, .operand = $1); }
    | a_expr IS DISTINCT FROM a_expr %prec IS       { $$ = BINARY(DISTINCT, $1, $5); }
    | a_expr IS NOT DISTINCT FROM a_expr %prec IS   { $$ = BINARY(NOT_DISTINCT, $1, $6); }
    | a_expr BETWEEN b_expr AND a_expr %prec BETWEEN
        { $$ = MAKE(BETWEEN, Between, .operand = $1, .low = $3, .high = $5); }
    | a_expr NOT_LA BETWEEN b_expr AND a_expr %prec NOT_LA
        { $$ = MAKE(BETWEEN, Between, .negated = true, .operand = $1, .low = $4, .high = $6); }
    | a_expr IN in_what                             { $3->operand = $1; $$ = SPANNING((Node *)$3); }
    | a_expr NOT_LA IN in_what %prec NOT_LA         { $4->operand = $1; $4->negated = true; $$ = SPANNING((Node *)$4); }
    | a_expr cmp quantifier select_parens %prec '='
        { $$ = MAKE(QUANTIFIED, Quantified, .of = $2, .all = $3, .left = $1, .right = SUBQUERY($4, @4)); }
    | a_expr cmp quantifier '(' a_expr ')' %prec '='
        { $$ = MAKE(QUANTIFIED, Quantified, .of = $2, .all = $3, .left = $1, .right = $5); } ;
is_what: NULL                                       { $$ = IS_NULL; }
    | TRUE                                          { $$ = IS_TRUE; }
    | FALSE                                         { $$ = IS_FALSE; }
    | UNKNOWN                                       { $$ = IS_UNKNOWN; } ;
cmp: '<' { $$ = OP_LT; } | '>' { $$ = OP_GT; } | '=' { $$ = OP_EQ; }
    | LE { $$ = OP_LE; } | GE { $$ = OP_GE; } | NE { $$ = OP_NE; } ;
quantifier: ANY { $$ = false; } | SOME { $$ = false; } | ALL { $$ = true; } ;
in_what: select_parens                              { $$ = (In *)MAKE(IN, In, .query = (Node *)$1); }
    | '(' expr_list ')'                             { $$ = (In *)MAKE(IN, In, .list = $2); }
    | name                                          { $$ = (In *)MAKE(IN, In, .list_name = $1); } ;  /* a const, a parameter */
b_expr: c_expr
    | b_expr CAST2 typename                         { $$ = MAKE(CAST, Cast, .operand = $1, .to = $3); }
    | '+' b_expr %prec UMINUS                       { $$ = UNARY(PLUS, $2); }
    | '-' b_expr %prec UMINUS                       { $$ = UNARY(NEGATE, $2); }
    | b_expr '+' b_expr                             { $$ = BINARY(ADD, $1, $3); }
    | b_expr '-' b_expr                             { $$ = BINARY(SUB, $1, $3); }
    | b_expr '*' b_expr                             { $$ = BINARY(MUL, $1, $3); }
    | b_expr '/' b_expr                             { $$ = BINARY(DIV, $1, $3); }
    | b_expr '%' b_expr                             { $$ = BINARY(MOD, $1, $3); }
    | b_expr DIV b_expr                             { $$ = BINARY(INTDIV, $1, $3); }
    | b_expr QUOTIENT b_expr                        { $$ = BINARY(INTDIV, $1, $3); }
    | b_expr '^' b_expr                             { $$ = BINARY(POW, $1, $3); }
    | b_expr POWER b_expr                           { $$ = BINARY(POW, $1, $3); }
    | b_expr CONCAT b_expr                          { $$ = BINARY(CONCAT, $1, $3); }
    | b_expr ARROW b_expr                           { $$ = BINARY(ARROW, $1, $3); }
    | b_expr ARROW2 b_expr                          { $$ = BINARY(ARROW2, $1, $3); } ;
c_expr: c_ref | primary ;
primary: constant | case_expr | func_expr
    | '(' a_expr ')'                                { $$ = $2; }
    | '(' a_expr ',' expr_list ')'                  { $$ = MAKE(ROW, Row, .items = syntax_prepend(parser, $2, $4)); }
    | select_parens %prec UMINUS                    { $$ = SUBQUERY($1, @1); }
    | EXISTS select_parens                          { $$ = MAKE(EXISTS, Exists, .query = (Node *)$2); }
    | CAST '(' a_expr AS typename ')'               { $$ = MAKE(CAST, Cast, .operand = $3, .to = $5); }
    | SAFE_CAST '(' a_expr AS typename ')'          { $$ = MAKE(CAST, Cast, .operand = $3, .to = $5, .is_try = true); }
    | TRY_CAST '(' a_expr AS typename ')'           { $$ = MAKE(CAST, Cast, .operand = $3, .to = $5, .is_try = true); }
    | ARRAY select_parens                           { $$ = MAKE(ARRAY_QUERY, ArrayQuery, .query = (Node *)$2); }
    | ARRAY '[' ']'                                 { $$ = MAKE(ARRAY, Array); }
    | ARRAY '[' expr_list ']'                       { $$ = MAKE(ARRAY, Array, .items = $3); }
    | '[' ']'                                       { $$ = MAKE(ARRAY, Array); }
    | '[' expr_list ']'                             { $$ = MAKE(ARRAY, Array, .items = $2); }
    | '{' '}'                                       { $$ = MAKE(STRUCT, StructLiteral); }
    | '{' fields '}'                                { $$ = MAKE(STRUCT, StructLiteral, .fields = $2); }
    | c_ref subscript                               { $2->operand = $1; $$ = SPANNING((Node *)$2); }
    | primary subscript                             { $2->operand = $1; $$ = SPANNING((Node *)$2); }
    | primary '.' label                             { $$ = MAKE(FIELD, FieldAccess, .operand = $1, .name = $3); } ;
subscript: '[' a_expr ']'                           { $$ = SUBSCRIPT(.low = $2); }
    | '[' a_expr ':' a_expr ']'                     { $$ = SUBSCRIPT(.low = $2, .high = $4, .slice = true); }
    | '[' a_expr ':' ']'                            { $$ = SUBSCRIPT(.low = $2, .slice = true); }
    | '[' ':' a_expr ']'                            { $$ = SUBSCRIPT(.high = $3, .slice = true); } ;
fields: field { $$ = LIST($1); } | fields ',' field { $$ = ADD($1, $3); } ;
field: label ':' a_expr                             { $$ = ITEM(.expr = $3, .alias = $1); }
    | STRING ':' a_expr
        { $$ = ITEM(.expr = $3, .alias = syntax_text_name(parser, $1, @1)); } ;
constant: INTEGER %prec LOW                         { $$ = LITERAL(INTEGER, $1); }
    | INTEGER time_unit
        { $$ = MAKE(INTERVAL, Interval, .amount = LITERAL_AT(@1, INTEGER, $1), .unit = $2); }
    | NUMBER                                        { $$ = LITERAL(NUMBER, $1); }
    | STRING                                        { $$ = LITERAL(STRING, $1); }
    | typed_literal
    | TRUE                                          { $$ = LITERAL(TRUE, NO_TEXT); }
    | FALSE                                         { $$ = LITERAL(FALSE, NO_TEXT); }
    | NULL                                          { $$ = MAKE(LITERAL, Literal, .of = LITERAL_NULL); }
    | INTERVAL STRING %prec LOW
        { $$ = MAKE(INTERVAL, Interval, .amount = LITERAL_AT(@2, STRING, $2)); }
    | INTERVAL STRING time_unit
        { $$ = MAKE(INTERVAL, Interval, .amount = LITERAL_AT(@2, STRING, $2), .unit = $3); }
    | INTERVAL INTEGER time_unit
        { $$ = MAKE(INTERVAL, Interval, .amount = LITERAL_AT(@2, INTEGER, $2), .unit = $3); }
    | INTERVAL '(' a_expr ')' time_unit             { $$ = MAKE(INTERVAL, Interval, .amount = $3, .unit = $5); } ;
typed_literal: tyname STRING                        { $$ = TYPED(@1, $2, .name = $1); }
    | tyname WITH TIME ZONE STRING                  { $$ = TYPED(SPAN(@1, @4), $5, .name = $1, .with_time_zone = true); }
    | tyname WITHOUT TIME ZONE STRING               { $$ = TYPED(SPAN(@1, @4), $5, .name = $1); }
    | tyname VARYING STRING                         { $$ = TYPED(SPAN(@1, @2), $3, .name = syntax_varying(parser, $1, $2)); }
    | DOUBLE PRECISION STRING                       { $$ = TYPED(SPAN(@1, @2), $3, .name = $1); } ;
case_expr: CASE a_expr whens else_opt END
        { $$ = MAKE(CASE, Case, .operand = $2, .whens = $3, .otherwise = $4); }
    | CASE whens else_opt END                       { $$ = MAKE(CASE, Case, .whens = $2, .otherwise = $3); } ;
whens: when                                         { $$ = LIST($1); }
    | whens when                                    { $$ = ADD($1, $2); } ;
when: WHEN a_expr THEN a_expr                       { $$ = MAKE(WHEN, When, .condition = $2, .result = $4); } ;
else_opt: %empty                                    { $$ = NULL; }
    | ELSE a_expr                                   { $$ = $2; } ;

func_expr: func_application | func_special
    | func_expr FILTER '(' WHERE a_expr ')'         { ((Call *)$1)->filter = $5; $$ = SPANNING($1); }
    | func_expr WITHIN GROUP '(' sort ')'           { ((Call *)$1)->within = $5; $$ = SPANNING($1); }
    | func_expr IGNORE NULLS                        { ((Call *)$1)->nulls = NULLS_IGNORE; $$ = SPANNING($1); }
    | func_expr RESPECT NULLS                       { ((Call *)$1)->nulls = NULLS_RESPECT; $$ = SPANNING($1); }
    | func_expr OVER name                           { ((Call *)$1)->over_name = $3; $$ = SPANNING($1); }
    | func_expr OVER window                         { ((Call *)$1)->over = (Node *)$3; $$ = SPANNING($1); } ;
func_name: fname                                    { $$ = ONE($1); }
    | dotted ;
func_application: func_name '(' ')'                 { $$ = CALL($1); }
    | func_name '(' '*' ')'                         { $$ = syntax_special_call(parser, CALL($1, .star = true)); }
    | func_name '(' args ')'                        { $$ = syntax_special_call(parser, CALL($1, .args = $3)); }
    | func_name '(' args sort ')'                   { $$ = CALL($1, .args = $3, .order = $4); }
    | func_name '(' ALL args ')'                    { $$ = CALL($1, .args = $4); }
    | func_name '(' DISTINCT args ')'               { $$ = CALL($1, .distinct = true, .args = $4); }
    | func_name '(' DISTINCT args sort ')'          { $$ = CALL($1, .distinct = true, .args = $4, .order = $5); } ;
func_special: POSITION '(' b_expr IN b_expr ')'     { $$ = CALL(ONE($1), .form = CALL_IN, .args = TWO($3, $5)); }
    | func_name '(' a_expr FROM a_expr ')'          { $$ = syntax_from_call(parser, CALL($1, .args = TWO($3, $5))); }
    | func_name '(' a_expr FROM a_expr FOR a_expr ')'
        { $$ = CALL($1, .form = CALL_FROM, .args = ADD(TWO($3, $5), $7)); }
    | func_name '(' a_expr FOR a_expr ')'           /* from the first character */
        { $$ = CALL($1, .form = CALL_FROM, .args = ADD(TWO($3, syntax_one_literal(parser, @4)), $5)); }
    | func_name '(' trim_side a_expr FROM a_expr ')' { $$ = CALL($1, .form = $3, .args = TWO($4, $6)); }
    | func_name '(' trim_side FROM a_expr ')'       { $$ = CALL($1, .form = $3, .args = LIST($5)); } ;
trim_side: BOTH                                     { $$ = CALL_TRIM_BOTH; }
    | LEADING                                       { $$ = CALL_TRIM_LEADING; }
    | TRAILING                                      { $$ = CALL_TRIM_TRAILING; } ;
args: arg { $$ = LIST($1); } | args ',' arg { $$ = ADD($1, $3); } ;
arg: a_expr
    | name FAT a_expr
        { $$ = MAKE(NAMED_ARGUMENT, NamedArgument, .name = $1, .value = $3); }
    | name ASSIGN a_expr
        { $$ = MAKE(NAMED_ARGUMENT, NamedArgument, .name = $1, .value = $3); }
    | name FAT '(' ')'
        { Node *none = MAKE_AT(SPAN(@3, @4), ROW, Row, .items = NO_NODES);
          $$ = MAKE(NAMED_ARGUMENT, NamedArgument, .name = $1, .value = none); }
    | LAMBDA lambda_names ':' a_expr                { $$ = MAKE(LAMBDA, Lambda, .params = $2, .body = $4); }
    | NAME LAMBDA_ARROW a_expr                      { $$ = MAKE(LAMBDA, Lambda, .params = ONE($1), .body = $3); } ;
lambda_names: NAME { $$ = ONE($1); } | lambda_names ',' NAME { $$ = MORE($1, $3); } ;
window: '(' window_body ')'                         { $$ = (Window *)SPANNING((Node *)$2); }
    | '(' NAME window_body ')'                      { $3->base = $2; $$ = (Window *)SPANNING((Node *)$3); } ;
window_body: frame_opt
    | sort frame_opt                                { $2->order = $1; $$ = $2; }
    | PARTITION BY expr_list frame_opt              { $4->partition = $3; $$ = $4; }
    | PARTITION BY expr_list sort frame_opt         { $5->partition = $3; $5->order = $4; $$ = $5; } ;
frame_opt: %empty                                   { $$ = (Window *)MAKE(WINDOW, Window); }
    | frame_unit bound frame_not
        { $$ = (Window *)MAKE(WINDOW, Window, .unit = $1, .start = $2, .exclude = $3); }
    | frame_unit BETWEEN bound AND bound frame_not
        { $$ = (Window *)MAKE(WINDOW, Window, .unit = $1, .start = $3, .end = $5, .exclude = $6); } ;
frame_unit: ROWS                                    { $$ = FRAME_ROWS; }
    | RANGE                                         { $$ = FRAME_RANGE; }
    | GROUPS                                        { $$ = FRAME_GROUPS; } ;
frame_not: %empty                                   { $$ = EXCLUDE_NONE; }
    | EXCLUDE CURRENT ROW                           { $$ = EXCLUDE_CURRENT_ROW; }
    | EXCLUDE GROUP                                 { $$ = EXCLUDE_GROUP; }
    | EXCLUDE TIES                                  { $$ = EXCLUDE_TIES; }
    | EXCLUDE NO OTHERS                             { $$ = EXCLUDE_NO_OTHERS; } ;
bound: a_expr PRECEDING                             { $$ = syntax_bound(parser, $1, true, @$); }
    | a_expr FOLLOWING                              { $$ = syntax_bound(parser, $1, false, @$); }
    | CURRENT ROW                                   { $$ = MAKE(BOUND, Bound, .of = BOUND_CURRENT_ROW); } ;

/* types */
typenames: typename { $$ = LIST($1); } | typenames ',' typename { $$ = ADD($1, $3); } ;
typename: simple_type
    | typename '[' ']'                              { $$ = TYPE(.name = ARRAY_NAME(SPAN(@2, @3)), .element = $1); }
    | typename '[' INTEGER ']'
        { $$ = TYPE(.name = ARRAY_NAME(SPAN(@2, @4)), .element = $1, .args = LIST(LITERAL_AT(@3, INTEGER, $3))); } ;
simple_type: tyname                                 { $$ = TYPE(.name = $1); }
    | tyname '(' type_args ')'                      { $$ = TYPE(.name = $1, .args = $3); }
    | tyname WITH TIME ZONE                         { $$ = TYPE(.name = $1, .with_time_zone = true); }
    | tyname WITHOUT TIME ZONE                      { $$ = TYPE(.name = $1); }
    | tyname '(' type_args ')' WITH TIME ZONE       { $$ = TYPE(.name = $1, .args = $3, .with_time_zone = true); }
    | tyname '(' type_args ')' WITHOUT TIME ZONE    { $$ = TYPE(.name = $1, .args = $3); }
    | tyname VARYING                                { $$ = TYPE(.name = syntax_varying(parser, $1, $2)); }
    | tyname VARYING '(' type_args ')'              { $$ = TYPE(.name = syntax_varying(parser, $1, $2), .args = $4); }
    | DOUBLE PRECISION                              { $$ = TYPE(.name = $1); }
    | INTERVAL                                      { $$ = TYPE(.name = $1); }
    | ANY                                           { $$ = TYPE(.name = $1); }      /* of stdlib's parameters */
    | ARRAY '<' typename '>'                        { $$ = TYPE(.name = $1, .element = $3); }
    | MAP '<' typename ',' typename '>'             { $$ = TYPE(.name = $1, .element = $3, .value = $5); }
    | STRUCT '<' struct_fields '>'                  { $$ = TYPE(.name = $1, .fields = $3); }
    | MAP '(' typename ',' typename ')'             { $$ = TYPE(.name = $1, .element = $3, .value = $5); }
    | STRUCT '(' struct_fields ')'                  { $$ = TYPE(.name = $1, .fields = $3); } ;
type_args: INTEGER                                  { $$ = LIST(LITERAL_AT(@1, INTEGER, $1)); }
    | type_args ',' INTEGER                         { $$ = ADD($1, LITERAL_AT(@3, INTEGER, $3)); } ;
struct_fields: struct_field { $$ = LIST($1); } | struct_fields ',' struct_field { $$ = ADD($1, $3); } ;
struct_field: name typename                         { $$ = MAKE(PARAM, Param, .name = $1, .type = $2); } ;

/* ------------------------------------------------------------ words
 * name: a column, a table · fname: a function · tyname: a type · talias, slabel: an alias without `as` in FROM, in SELECT
 * asname: an alias behind `as` · label: behind a dot, every word */
reserved_word: SELECT | FROM | WHERE | GROUP | HAVING | ORDER | UNION | INTERSECT | EXCEPT | WITH | AS | ON | USING
     | LATERAL | CASE | WHEN | THEN | ELSE | AND | OR | NOT | IN | BETWEEN | NULL | TRUE | FALSE | DISTINCT | ALL
     | ANY | SOME | FOR | ARRAY | BOTH | LEADING | TRAILING ;
column_word: LIMIT | OFFSET | FETCH | WINDOW | QUALIFY | END | CAST | TRY_CAST | SAFE_CAST | EXISTS | VALUES | POSITION
     | INTERVAL | LAMBDA | ASC | DESC | TO ;
join_word: JOIN | CROSS | INNER | LEFT | RIGHT | FULL | OUTER | NATURAL ;
from_word: SEMI | ANTI | ASOF | PIVOT | UNPIVOT | TABLESAMPLE ;
operator_word: IS | LIKE | ILIKE | SIMILAR | MATCHES | COLLATE | DIV | ISNULL | NOTNULL ;
type_word: STRUCT | MAP ;
plain_word: ESCAPE | SCHEDULE | RECURSIVE | MATERIALIZED | ORDINALITY | EXCLUDE | INCLUDE | REPLACE | RENAME | NULLS
     | FIRST | LAST | NEXT | ROW | ROWS | ONLY | RANGE | GROUPS | PARTITION | PRECEDING | FOLLOWING | CURRENT | TIES
     | OTHERS | NO | GROUPING | SETS | BY | NAME_W | DOUBLE | TIME | ZONE | UNKNOWN | PROJECT | TARGET | OWNER | LAYER
     | ROLE | TYPE | SOURCE | MODEL | FUNCTION | TEMPLATE | TEST | GRANT | MASK | RELEASE | ENDORSE | METRIC
     | DASHBOARD | JOB | DELIVERY | TIMEZONE | READS | STORED | REQUIRES | IMPLIES | CLEARED | UP | FRESH | INVALID | CHANGE
     | EXACTLY | ONCE | RATE | PER | RETRY | BACKOFF | TIMEOUT | VERIFIED | PRESENCE | SUBJECT | PARTITIONED
     | LOOKBACK | FILES | KEEPING | HISTORY | RETURNS | SEVERITY | GIVEN | EXPECT | LEAST | BECAUSE | APPROVED | UNTIL
     | DEADLINE | NOTIFY | EXPECTS | TITLE | TAB | CHART | STATUS | REPLACES | LANGUAGES | INCLUDES | CONST
     | OTHERWISE | CHANGED | DELETIONS | EACH | FILE | ITS | NEWEST | EMPTY | PAGES | AUTH | HEADER | PERCENT | MOST
     | UNPACKING | SORTED | INDEXED | BUILT | WHOLE | DECLARES | USE | ABOVE | REQUEST | HIDING | WHAT | INTO | SHARE
     | ALSO | LEGACY | REFRESH | EVERY | TOP | BUILDS | TESTS | BEFORE | BATCH | LINE | ACCEPTED | ANSWER | SEND
     | BUDGET | STOP | SCANNED | QUERY | REPLACED | YEAR | YEARS | QUARTER | QUARTERS | MONTH | MONTHS | WEEK | WEEKS
     | DAY | DAYS | HOUR | HOURS | MINUTE | MINUTES | SECOND | SECONDS | PROPERTIES | EXAMPLE | DELIVERS
     | EXCEPTION | FORBIDS | BASIS | PURPOSES | RETENTION ;
of_word: OF ;
suffix_word: FILTER | OVER | WITHIN | IGNORE | RESPECT | AT | PRECISION | WITHOUT | VARYING ;
constraint_word: KEY | UNIQUE | REFERENCES | CHECK | FORMAT | PATH | UNIT | TAG | PUBLIC | NATIVE | RELATION | TRACES
     | WARN | RENAMED | DEPRECATED | DETERMINES ;
name: NAME | column_word | from_word | operator_word | type_word | plain_word | of_word | suffix_word
    | constraint_word ;
fname: NAME | join_word | from_word | operator_word | plain_word | of_word | suffix_word | constraint_word ;
tyname: NAME | from_word | plain_word | of_word | suffix_word ;
talias: NAME | type_word | plain_word | suffix_word | constraint_word ;
asname: NAME | column_word | from_word | operator_word | type_word | plain_word | suffix_word | constraint_word ;
slabel: NAME | type_word | plain_word | of_word | constraint_word ;
label: NAME | reserved_word | join_word | column_word | from_word | operator_word | type_word | plain_word | of_word
    | suffix_word | constraint_word ;
time_unit: any_unit                                 { $$ = syntax_singular(parser, $1); } ;
any_unit: YEAR | YEARS | QUARTER | QUARTERS | MONTH | MONTHS | WEEK | WEEKS | DAY | DAYS | HOUR | HOURS
    | MINUTE | MINUTES | SECOND | SECONDS ;
%%
#ifndef GRAMMAR_QUICK /* parse_quick.c */
const char *token_alias(int token) {
    return yysymbol_name(YYTRANSLATE(token));
}

bool token_is_word(int token) {
    return token >= T_SELECT && token <= T_DETERMINES;
}

bool token_reserved(int token) {
    return token >= T_SELECT && token <= T_NATURAL;
}

void words_install(Names *names) {
    if (name_of(names, "select")->token) return;
    for (int token = T_SELECT; token <= T_DETERMINES; token++) name_of(names, token_alias(token))->token = token;
}

void grammar_error(Span *span, Parser *parser, const char *words) {
    (void)words; /* only "memory exhausted": nested too deep */
    if (!parser->too_deep.begin) parser->too_deep = *span;
}
#endif

/* Symbols are numbered by bison, tokens by us: the reporter is given tokens. */
static int yyreport_syntax_error(const yypcontext_t *context, Parser *parser) {
    yysymbol_kind_t symbols[YYNTOKENS];
    int token_of[YYNTOKENS], expected[YYNTOKENS];
    for (int token = YYMAXUTOK; token >= 0; token--) token_of[YYTRANSLATE(token)] = token;
    int count = yypcontext_expected_tokens(context, symbols, YYNTOKENS);
    for (int i = 0; i < count; i++) expected[i] = token_of[symbols[i]];
    syntax_unexpected(parser, token_of[yypcontext_token(context)], *yypcontext_location(context), expected, count);
    return 0;
}
