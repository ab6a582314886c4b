//! Statements of real products that readers get wrong, each with what the server does.

use super::{clean, lines, many, notes, one};
use crate::schema::FieldContent;
use crate::schema::sql::Dialect::{Mysql, Postgresql, Sqlite};

#[test]
fn keywords_are_names_of_columns_tables_types_and_schemas() {
    let text =
        "CREATE TABLE t (id int); ALTER TABLE t ADD value text, ADD attribute text, ADD index int, ADD partition int;
        ALTER TABLE t RENAME value TO amount; ALTER TABLE t RENAME attribute TO kind; ALTER TABLE t DROP partition;
        ALTER TABLE t ALTER index TYPE bigint, ALTER index SET NOT NULL;";
    assert_eq!(
        clean(text, Postgresql),
        ["t: id int [optional], amount text [optional], kind text [optional], index bigint"]
    );
    assert_eq!(clean("CREATE TABLE t (like text, key text)", Sqlite), ["t: like text [optional], key text [optional]"]);
}

#[test]
fn lines_of_the_client_and_of_dashes_are_read_anywhere() {
    let text = "------------\nCREATE TABLE t (id int);\n-- a trigger\nDELIMITER //\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW\n\
                BEGIN\n  IF NEW.id = 0 THEN SET NEW.id = 1; END IF;\nEND//\n/* one more */ ALTER TABLE t ADD a int//\n\
                # the end\nDELIMITER ;\nALTER TABLE t ADD b int;\nALTER TABLE t ADD c int\nDELIMITER $$\nALTER TABLE t ADD d int$$\n\
                delimiter ;\nCREATE TABLE u (\n  delimiter varchar(3),\n  b int\n);";
    let expected = [
        "t: id int [optional], a int [optional], b int [optional], c int [optional], d int [optional]",
        "u: delimiter varchar(3) [optional], b int [optional]",
    ];
    assert_eq!(clean(text, Mysql), expected);
    let text = "CREATE TABLE t (a varchar(4) CHARACTER SET 'utf8' COLLATE 'utf8_bin' DEFAULT NULL, b char(1) charset \"latin1\");";
    assert_eq!(clean(text, Mysql), ["t: a varchar(4) [optional], b char(1) [optional]"]);
}

#[test]
fn a_table_goes_with_its_partitions() {
    let made = "CREATE TABLE p (id int, k int) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1) PARTITION BY \
                LIST (id); CREATE TABLE b PARTITION OF a FOR VALUES IN (1); CREATE TABLE c (id int, k int); CREATE TABLE d (m int) \
                INHERITS (p); ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (2);";
    let tables =
        |text: &str| one(&format!("{made}{text}"), Postgresql).tables.into_iter().map(|it| it.name).collect::<Vec<_>>();
    assert_eq!(tables(""), ["p", "a", "b", "c", "d"]);
    assert_eq!(tables("DROP TABLE p;"), ["d"]);
    assert_eq!(tables("DROP TABLE p CASCADE;"), Vec::<&str>::new());
    assert_eq!(tables("ALTER TABLE p DETACH PARTITION a; DROP TABLE p;"), ["a", "b", "d"]);
    let schema =
        one(&format!("{made} ALTER TABLE p DETACH PARTITION a; DROP TABLE p; ALTER TABLE a ADD x int;"), Postgresql);
    assert_eq!(
        lines(&schema)[..2],
        ["a: id int [optional], k int [optional], x int [optional]"; 1]
            .map(String::from)
            .into_iter()
            .chain(["b: id int [optional], k int [optional], x int [optional]".to_owned()])
            .collect::<Vec<_>>()
    );
}

#[test]
fn tables_follow_their_parents_as_in_the_server() {
    let made = "CREATE TABLE p (id int, at date NOT NULL, n text DEFAULT 'x') PARTITION BY RANGE (at); \
                CREATE TABLE q (at date NOT NULL, id int, n text); CREATE TABLE r PARTITION OF p (n NOT NULL) DEFAULT;";
    let tables = |text: &str| clean(&format!("{made}{text}"), Postgresql);
    let attached = "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM ('2021-01-01') TO ('2022-01-01'); ALTER TABLE p ADD more int; \
                    ALTER TABLE p RENAME n TO name; ALTER TABLE p ALTER id TYPE bigint, DROP at, ADD PRIMARY KEY (id);";
    let expected = [
        "p: id bigint [id], name text [default optional], more int [optional]",
        "q: id bigint [id], name text [optional], more int [optional]",
        "r: id bigint [id], name text [default], more int [optional]",
    ];
    assert_eq!(tables(attached), expected);
    let alone =
        "ALTER TABLE p DETACH PARTITION r; ALTER TABLE p ADD more int; ALTER TABLE r DROP at, ALTER n DROP NOT NULL;";
    assert_eq!(tables(alone)[2], "r: id int [optional], n text [default optional]");
    let text = "CREATE TABLE a (id int PRIMARY KEY, x int DEFAULT 1); CREATE TABLE b (y int, x int NOT NULL) INHERITS (a); \
                ALTER TABLE a ADD z text; ALTER TABLE ONLY a ALTER x SET NOT NULL; ALTER TABLE a DROP x; \
                ALTER TABLE b ALTER id TYPE bigint; ALTER TABLE b NO INHERIT a; ALTER TABLE a ADD later int, DROP z;";
    let expected =
        ["a: id int [id], later int [optional]", "b: id bigint, x int [default], y int [optional], z text [optional]"];
    assert_eq!(clean(text, Postgresql), expected);
    let text = "CREATE TYPE c AS (a int, b text); CREATE TABLE t OF c (b WITH OPTIONS DEFAULT 'x' NOT NULL); \
                ALTER TYPE c ADD ATTRIBUTE d date CASCADE, ALTER ATTRIBUTE b TYPE varchar(20) CASCADE; ALTER TYPE c DROP ATTRIBUTE a CASCADE;";
    assert_eq!(clean(text, Postgresql)[1], "t: b varchar(20) [default], d date [optional]");
}

#[test]
fn what_a_schema_a_type_or_a_table_takes_with_it_is_gone() {
    let text = "CREATE SCHEMA s; CREATE TABLE s.t (id int); CREATE TABLE k (id int); DROP SCHEMA s CASCADE; \
                CREATE SCHEMA a; CREATE TABLE a.\"T\" (id int); ALTER SCHEMA a RENAME TO b; ALTER TABLE b.\"T\" ADD x int;";
    assert_eq!(clean(text, Postgresql), ["k: id int [optional]", "b.T: id int [optional], x int [optional]"]);
    let text = "CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS text; CREATE TABLE t (id int, a e, b d, c d[]); DROP TYPE e CASCADE; \
                DROP DOMAIN IF EXISTS d CASCADE;";
    assert_eq!(clean(text, Postgresql), ["t: id int [optional]"]);
    let text = "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v; \
                CREATE TABLE u (t int); \
                CREATE VIEW x AS SELECT u.t FROM u; DROP TABLE t CASCADE;";
    assert_eq!(clean(text, Postgresql), ["u: t int [optional]", "x: t"]);
    assert_eq!(
        clean("CREATE TABLE a.t (id int); CREATE TABLE b.t (id int); DROP DATABASE a;", Mysql),
        ["b.t: id int [optional]"]
    );
}

#[test]
fn names_without_a_schema_are_in_the_one_that_is_set() {
    let text = "SET search_path TO s, public; CREATE TABLE a (id int); RESET search_path; CREATE TABLE b (id int); \
                SET search_path = s; SET search_path TO DEFAULT; CREATE TABLE c (id int); \
                SELECT pg_catalog.set_config('search_path', 'r, public', false); CREATE TABLE d (id int); DISCARD ALL; CREATE TABLE e (id int);";
    let names: Vec<String> = one(text, Postgresql).tables.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["s.a", "b", "c", "r.d", "e"]);
    let schema = one("CREATE SCHEMA s CREATE TABLE t (id int)", Postgresql);
    assert_eq!(notes(&schema), ["the effect of `CREATE SCHEMA s CREATE TABLE` is not known"]);
}

#[test]
fn what_is_run_on_a_condition_or_taken_back_is_listed() {
    let schema = one("\\if :x\nCREATE TABLE a (id int);\n\\endif\nBEGIN;\nDROP TABLE a;\nROLLBACK TO b;", Postgresql);
    let expected = [
        "`\\if :x` decides when it is run; all its branches are read",
        "what `ROLLBACK` takes back is read as if it had stayed",
    ];
    assert_eq!(notes(&schema), expected);
}

#[test]
fn a_temporary_table_hides_another() {
    for dialect in [Mysql, Postgresql, Sqlite] {
        let text = "CREATE TABLE t (b int); CREATE TEMPORARY TABLE t (id int); ALTER TABLE t ADD c int; DROP TABLE t; ALTER TABLE t ADD d int;";
        assert_eq!(clean(text, dialect), ["t: b int [optional], d int [optional]"]);
    }
}

#[test]
fn a_key_leaves_its_columns_without_nulls() {
    let text = "CREATE TABLE t (id int, b int, PRIMARY KEY (id)); ALTER TABLE t DROP CONSTRAINT t_pkey;";
    assert_eq!(clean(text, Postgresql), ["t: id int, b int [optional]"]);
    let text = "CREATE TABLE t (id int, b int, PRIMARY KEY (id)); ALTER TABLE t DROP PRIMARY KEY;";
    assert_eq!(clean(text, Mysql), ["t: id int, b int [optional]"]);
}

#[test]
fn words_of_mariadb_after_a_type_are_read() {
    let text = "CREATE TABLE t (a char(3) ASCII, b int WITHOUT SYSTEM VERSIONING, \
                s timestamp(6) GENERATED ALWAYS AS ROW START, PERIOD FOR SYSTEM_TIME (s, s)) WITH SYSTEM VERSIONING\\G\nALTER TABLE t ADD d int\\g\n";
    let expected = "t: a char(3) [optional], b int [optional], s timestamp(6) [generated], d int [optional]";
    assert_eq!(clean(text, Mysql), [expected]);
    assert_eq!(
        clean("CREATE TABLE only (id int); ALTER TABLE only ADD b int;", Mysql),
        ["only: id int [optional], b int [optional]"]
    );
}

#[test]
fn content_is_followed_through_domains_and_conditions() {
    let text = "CREATE DOMAIN payload AS jsonb CHECK (true); CREATE DOMAIN inner_payload AS payload; CREATE DOMAIN name AS varchar(3);
        CREATE TABLE t (a payload, b public.inner_payload NOT NULL, c name, d payload[]); ALTER DOMAIN name RENAME TO title; \
                ALTER DOMAIN payload SET NOT NULL;";
    let schema = one(text, Postgresql);
    assert_eq!(
        lines(&schema),
        ["t: a payload as jsonb [optional], b inner_payload as jsonb, c title as varchar(3) [optional], \
          d payload as jsonb [list optional]"]
    );
    let opaque: Vec<bool> = schema.tables[0].fields.iter().map(|it| it.content == FieldContent::Opaque).collect();
    assert_eq!(opaque, [true, true, false, true]);
    let text =
        "CREATE TABLE t (a longtext CHECK (json_valid(`a`)), b text, c text, CONSTRAINT x CHECK (json_valid(b)))";
    for dialect in [Mysql, Sqlite] {
        let schema = one(text, dialect);
        let opaque: Vec<bool> = schema.tables[0].fields.iter().map(|it| it.content == FieldContent::Opaque).collect();
        assert_eq!(opaque, [true, true, false]);
    }
}

#[test]
fn copies_have_what_the_server_copies() {
    let made = "CREATE TABLE a (id bigserial PRIMARY KEY, n int DEFAULT 5, m int NOT NULL UNIQUE, \
                s int GENERATED ALWAYS AS (n + 1) STORED);";
    let copy = |like: &str| clean(&format!("{made} CREATE TABLE b (LIKE a{like});"), Postgresql)[1].clone();
    assert_eq!(copy(""), "b: id bigint, n int [optional], m int, s int [optional]");
    assert_eq!(
        copy(" INCLUDING ALL"),
        "b: id bigserial [default id], n int [default optional], m int [unique], s int [generated optional]"
    );
    assert_eq!(
        copy(" INCLUDING ALL EXCLUDING DEFAULTS EXCLUDING INDEXES"),
        "b: id bigint, n int [optional], m int, s int [generated optional]"
    );
    let identity = |like: &str| {
        let made = "CREATE TABLE a (id int GENERATED BY DEFAULT AS IDENTITY, g int GENERATED ALWAYS AS (1) STORED, n int DEFAULT 1);";
        clean(&format!("{made} CREATE TABLE b (LIKE a INCLUDING {like});"), Postgresql)[1].clone()
    };
    assert_eq!(identity("IDENTITY"), "b: id int [default], g int [optional], n int [optional]");
    assert_eq!(
        identity("DEFAULTS INCLUDING GENERATED"),
        "b: id int, g int [generated optional], n int [default optional]"
    );
    let mysql = "CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT 5); CREATE TABLE b LIKE a;";
    assert_eq!(clean(mysql, Mysql)[1], "b: id int [id], n int [default optional]");
}

#[test]
fn a_name_keeps_its_form_in_another_schema() {
    let text = "CREATE TABLE People (id int); ALTER TABLE people SET SCHEMA public; ALTER TABLE people ADD a int;
        ALTER TABLE people SET SCHEMA other; ALTER TABLE other.PEOPLE ADD b int;
        CREATE TABLE \"Big\" (id int); ALTER TABLE \"Big\" SET SCHEMA other; ALTER TABLE other.\"Big\" ADD c int;";
    assert_eq!(
        clean(text, Postgresql),
        [
            "other.People: id int [optional], a int [optional], b int [optional]",
            "other.Big: id int [optional], c int [optional]"
        ]
    );
}

#[test]
fn a_column_of_a_view_can_have_any_name() {
    let text = "CREATE VIEW v AS SELECT 1 AS group, 2 AS from, CAST(a AS text) AS order, b AS limit FROM t;";
    assert_eq!(clean(text, Postgresql), ["v: group, from, order, limit"]);
}

#[test]
fn a_table_cannot_take_the_name_of_another() {
    let text = "CREATE TABLE a (x int); CREATE TABLE b (y int); ALTER TABLE a RENAME TO b;";
    for dialect in [Mysql, Postgresql, Sqlite] {
        let schema = one(text, dialect);
        assert_eq!(notes(&schema), ["the table `b` already exists"]);
        assert_eq!(lines(&schema), ["a: x int [optional]", "b: y int [optional]"]);
    }
    let swap = "CREATE TABLE a (x int); CREATE TABLE b (y int); RENAME TABLE a TO c, b TO a, c TO b;";
    assert_eq!(clean(swap, Mysql), ["b: x int [optional]", "a: y int [optional]"]);
}

#[test]
fn what_one_file_makes_and_drops_is_reported() {
    let other = ("2.sql", "CREATE TABLE other (x int);");
    let text = "CREATE TABLE a (x int); -- revert\nDROP TABLE a;";
    assert_eq!(
        notes(&many(&[("1.sql", text), other], Postgresql)),
        ["the table `a` is created and dropped in the same file"]
    );
    let text = "CREATE TABLE a (x int); ALTER TABLE a ADD y int; ALTER TABLE a DROP COLUMN y;";
    assert_eq!(
        notes(&many(&[("1.sql", text), other], Postgresql)),
        ["the column `y` of `a` is added and dropped in the same file"]
    );
    // A table that is made anew is there at the end, and a temporary one is never kept.
    for text in [
        "CREATE TABLE a (x int); DROP TABLE a; CREATE TABLE a (y int);",
        "CREATE TEMP TABLE a (x int); DROP TABLE a; CREATE TABLE b (y int);",
    ] {
        assert_eq!(notes(&many(&[("1.sql", text), other], Postgresql)), Vec::<&str>::new());
    }
}

#[test]
fn templates_and_blocks_are_listed_with_their_places() {
    for text in [
        "CREATE TABLE {{ .Schema }}.users (id int);",
        "CREATE TABLE ${schema}.users (id int);",
        "CREATE TABLE :schema.users (id int);",
        "CREATE TABLE users_{{ x }} (id int);",
        "DO $$ BEGIN CREATE TABLE people (id int); END $$;",
        "SELECT make_tables();",
        "EXECUTE make;",
    ] {
        let schema = one(text, Postgresql);
        assert_eq!(schema.skipped.len() + schema.problems.len(), 1, "{text}: {:?}", notes(&schema));
        let span = schema.skipped.iter().chain(&schema.problems).next().unwrap().span;
        assert_eq!(span.start, 0, "{text}");
    }
}

#[test]
fn chains_of_parents_end() {
    let cycle = "CREATE TABLE a (x int); CREATE TABLE b (y int); ALTER TABLE a INHERIT b; ALTER TABLE b INHERIT a; \
                 DROP TABLE a CASCADE;";
    assert_eq!(lines(&one(cycle, Postgresql)), Vec::<String>::new());
    let columns: String = (0..2000).map(|at| format!("c{at} int,")).collect();
    let steps = "ALTER TABLE b INHERIT a; ALTER TABLE b NO INHERIT a; ".repeat(2000);
    one(&format!("CREATE TABLE a ({columns} z int); CREATE TABLE b (y int); {steps}"), Postgresql);
    let parts: String = (0..5000).map(|at| format!("CREATE TABLE t{0} PARTITION OF t{at} DEFAULT;", at + 1)).collect();
    let text = format!("CREATE TABLE t0 (x int); {parts} DROP TABLE t0;");
    assert_eq!(lines(&one(&text, Postgresql)), Vec::<String>::new());
}
