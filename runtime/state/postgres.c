/* What PostgreSQL says of itself: its own catalogs (chapter "System Catalogs" of its manual), never information_schema, which
 * shows each role only what it may see. */
#include "runtime/state/internal.h"

#define NAMES(parameter) "any(string_to_array(" parameter "::text, chr(31)))"
#define BY_BYTES(column) column " collate \"C\""
#define OPTION_IS_SET(option)                                                                                          \
    "exists (select from pg_options_to_table(c.reloptions) where option_name = '" option "' and option_value::boolean)"

/* Those from whom nothing is hidden: who is a member of one of these reads or writes what was granted to nobody. */
#define MIGHTY "'pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'"

/* Roles that are managed or mighty, and all that are members of them, of their members, and so on. */
#define REACHING                                                                                                       \
    "with recursive reaching as (\n"                                                                                   \
    "  select oid from pg_roles where rolname = " NAMES("$2") " or rolname in (" MIGHTY ")\n"                          \
    "  union select m.member from pg_auth_members m join reaching on m.roleid = reaching.oid)\n"

#define ROLE_NAME(oid) "case when " oid " = 0 then 'public' else pg_get_userbyid(" oid ") end"
#define RIGHTS(kind, schema, name, column)                                                                             \
    "select '" kind "' as kind, " schema " as schema, " name " as name, " column " as column_name, " ROLE_NAME(        \
        "a.grantee") " as role, a.privilege_type as privilege, " ROLE_NAME("a.grantor") " as grantor, a.is_grantable\n"

static const char about[] =
    "select session_user, (select rolsuper from pg_roles where rolname = session_user), current_database()";

static const char schemas[] =
    "select nspname, pg_get_userbyid(nspowner), obj_description(oid, 'pg_namespace') from pg_namespace\n"
    "where nspname = " NAMES("$1") " order by " BY_BYTES("nspname");

static const char relations[] =
    "select schema, name, kind, owner, comment, definition, barrier, invoker, row_security from (\n"
    "  select n.nspname as schema, c.relname::text as name, pg_get_userbyid(c.relowner) as owner,\n"
    "    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'\n"
    "      when 'S' then 'sequence' else 'table' end as kind, obj_description(c.oid, 'pg_class') as comment,\n"
    "    case when c.relkind in ('v', 'm') then encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex') end as "
    "definition,\n"
    "    " OPTION_IS_SET("security_barrier") " as barrier, " OPTION_IS_SET(
        "security_invoker") " as invoker, c.relrowsecurity as row_security\n"
    "  from pg_class c join pg_namespace n on n.oid = c.relnamespace\n"
    "  where n.nspname = " NAMES("$1") " and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')\n"
    "  union all\n"
    "  select n.nspname, quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_userbyid(p.proowner),\n"
    "    case when p.prosecdef then 'security definer function' else 'function' end, obj_description(p.oid, 'pg_proc'),\n"
    "    encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), false, false, false\n"
    "  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = " NAMES("$1") ") found\n"
    "order by " BY_BYTES("schema") ", " BY_BYTES("name") ", kind";

static const char columns[] =
    "select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum), "
    "a.attnotnull\n"
    "from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace\n"
    "where n.nspname = " NAMES("$1") " and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped\n"
    "order by " BY_BYTES("n.nspname") ", " BY_BYTES("c.relname") ", a.attnum";

/* Rules but the one that makes a view; triggers but those of constraints; views that stand elsewhere and read it. */
static const char additions[] =
    "select n.nspname, c.relname, found.kind, found.name from (\n"
    "  select polrelid as relation, 'policy' as kind, polname as name from pg_policy\n"
    "  union all select tgrelid, 'trigger', tgname from pg_trigger where not tgisinternal\n"
    "  union all select ev_class, 'rule', rulename from pg_rewrite where rulename <> '_RETURN'\n"
    "  union all select p.oid, 'publication', t.pubname from pg_publication_tables t\n"
    "    join pg_namespace s on s.nspname = t.schemaname join pg_class p on p.relnamespace = s.oid and p.relname = t.tablename\n"
    "  union all select distinct d.refobjid, 'view', s.nspname || '.' || v.relname from pg_depend d\n"
    "    join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class join pg_namespace s on s.oid = v.relnamespace\n"
    "    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and v.oid <> d.refobjid\n"
    "      and not s.nspname = " NAMES("$1") ") found\n"
    "join pg_class c on c.oid = found.relation join pg_namespace n on n.oid = c.relnamespace\n"
    "where n.nspname = " NAMES("$1") "\n"
    "order by " BY_BYTES("n.nspname") ", " BY_BYTES("c.relname") ", found.kind, " BY_BYTES("found.name");

static const char privileges[] =
    REACHING
    ", managed_role as (select oid from pg_roles where rolname = " NAMES("$2") "),\n"
    "managed_schema as (select oid from pg_namespace where nspname = " NAMES("$1") ")\n"
    "select distinct * from (\n"    RIGHTS("database", "''", "''", "''")
    "from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where d.datname = current_database() and a.grantee <> d.datdba\n"
    "union all\n"
    RIGHTS("schema", "n.nspname", "''", "''")
    "from pg_namespace n, aclexplode(n.nspacl) a where a.grantee <> n.nspowner\n"
    "  and (n.oid in (select oid from managed_schema) or a.grantee in (select oid from managed_role))\n"
    "union all\n"
    RIGHTS("relation", "n.nspname", "c.relname", "''")
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a where a.grantee <> c.relowner\n"
    "  and (n.oid in (select oid from managed_schema) or a.grantee in (select oid from managed_role))\n"
    "union all\n"
    RIGHTS("column", "n.nspname", "c.relname", "t.attname")
    "from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace,\n"
    "  aclexplode(t.attacl) a where t.attacl is not null and not t.attisdropped and a.grantee <> c.relowner\n"
    "  and (n.oid in (select oid from managed_schema) or a.grantee in (select oid from managed_role))\n"
    "union all\n"
    RIGHTS("function", "n.nspname", "quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'", "''")
    "from pg_proc p join pg_namespace n on n.oid = p.pronamespace,\n"
    "  aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a\n"
    "where a.grantee <> p.proowner and n.oid in (select oid from managed_schema)\n"
    "union all\n"
    RIGHTS("default", "coalesce(n.nspname, '')", "pg_get_userbyid(d.defaclrole)",
           "case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'\n"
           "  when 'T' then 'types' else 'schemas' end")
    "from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a\n"
    "where a.grantee <> d.defaclrole and (n.oid in (select oid from managed_schema)\n"
    "  or (d.defaclnamespace = 0 and d.defaclrole in (select oid from managed_role))\n"
    "  or a.grantee in (select oid from managed_role))\n"
    "union all\n"
    "select 'member', '', pg_get_userbyid(m.roleid), '', pg_get_userbyid(m.member), 'MEMBER', pg_get_userbyid(m.grantor),\n"
    "  m.admin_option from pg_auth_members m where m.roleid in (select oid from reaching)\n"
    "union all\n"
    "select 'member', '', pg_get_userbyid(m.roleid), '', pg_get_userbyid(m.member), 'MEMBER', pg_get_userbyid(m.grantor),\n"
    "  m.admin_option from pg_auth_members m where m.member in (select oid from managed_role)) found";

/* Who may make roles or read past all rights, too: each of them reaches every role, or needs none. */
static const char roles[] =
    REACHING
    "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, oid = 10 from pg_roles\n"
    "where (oid in (select oid from reaching) or rolsuper or rolbypassrls or rolcreaterole or rolreplication\n"
    "    or $1::text is null)\n"
    "  and rolname not in (" MIGHTY ")\n"
    "order by " BY_BYTES("rolname");

const StateQueries state_queries_postgres = {
    .engine = "postgres",
    .settings = "set local search_path = pg_catalog",
    .about = about,
    .schemas = schemas,
    .relations = relations,
    .columns = columns,
    .additions = additions,
    .privileges = privileges,
    .roles = roles,
};
