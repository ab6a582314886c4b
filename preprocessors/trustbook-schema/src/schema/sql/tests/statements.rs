//! The effects of statements in all dialects, in MySQL and in SQLite.

use super::{clean, lines, notes, one};
use crate::schema::sql::Dialect::{Mysql, Postgresql, Sqlite};

#[test]
fn tables_come_and_go() {
    let text = "CREATE TABLE a (x int); CREATE TABLE IF NOT EXISTS a (y int); CREATE TABLE b (x int); \
                CREATE TEMPORARY TABLE c (x int); DROP TABLE b; DROP TABLE IF EXISTS b, d; ALTER TABLE c ADD y int;";
    for dialect in [Mysql, Postgresql, Sqlite] {
        assert_eq!(clean(text, dialect), ["a: x int [optional]"]);
    }
    let text = "CREATE TABLE a (x int); ALTER TABLE a RENAME TO \"B c\"; CREATE TABLE a (y int);";
    assert_eq!(clean(text, Postgresql), ["B c: x int [optional]", "a: y int [optional]"]);
    assert_eq!(clean("CREATE TABLE a (x int); RENAME TABLE a TO b;", Mysql), ["b: x int [optional]"]);
}

#[test]
fn columns_come_change_and_go() {
    let text = "CREATE TABLE t (a int, b text); ALTER TABLE t ADD COLUMN c text; ALTER TABLE t DROP COLUMN a; \
                ALTER TABLE t RENAME COLUMN b TO d;";
    for dialect in [Mysql, Postgresql, Sqlite] {
        assert_eq!(clean(text, dialect), ["t: d text [optional], c text [optional]"]);
    }
    let text = "CREATE TABLE t (a int, b int); ALTER TABLE t MODIFY b text NOT NULL FIRST, ADD (c int, d int), \
                CHANGE COLUMN `a` z bigint AFTER d, ALTER COLUMN c SET DEFAULT 4, DROP b, RENAME AS u, ENGINE=InnoDB;";
    assert_eq!(clean(text, Mysql), ["u: c int [default optional], d int [optional], z bigint [optional]"]);
}

#[test]
fn keys_are_said_of_columns() {
    let text = "CREATE TABLE t (a int, b int, c int, d int REFERENCES u (x) ON DELETE SET NULL, \
                PRIMARY KEY (a, b), UNIQUE (b, c), CONSTRAINT k UNIQUE (c), FOREIGN KEY (c) REFERENCES u (x));";
    let expected = ["t: a int [id], b int [id], c int [optional reference unique], d int [optional reference]"];
    for dialect in [Mysql, Postgresql, Sqlite] {
        assert_eq!(clean(text, dialect), expected);
    }
    let text = "CREATE TABLE t (a int NOT NULL, b int, KEY (b), FULLTEXT KEY f (b)); CREATE UNIQUE INDEX i ON t (b); \
                ALTER TABLE t ADD PRIMARY KEY (a), ADD UNIQUE KEY j (a); DROP INDEX i ON t; ALTER TABLE t DROP INDEX j;";
    assert_eq!(clean(text, Mysql), ["t: a int [id], b int [optional]"]);
}

#[test]
fn a_dump_of_mysql_is_read() {
    let text = "/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `a`;\nCREATE TABLE `a` (\n\
                `id` bigint(20) unsigned zerofill NOT NULL AUTO_INCREMENT,\n\
                `d` double DEFAULT '1',\n`t` varchar(5) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL,\n\
                `g` int GENERATED ALWAYS AS (`d` + 1) VIRTUAL, `h` int /*!80023 INVISIBLE */,\n\
                `j` longtext CHECK (json_valid(`j`)), `s` set('a','b') NOT NULL DEFAULT 'a',\n\
                PRIMARY KEY (`id`), UNIQUE KEY `u` (`t`(3)) USING BTREE,\n\
                CONSTRAINT `f` FOREIGN KEY (`d`) REFERENCES `b` (`id`)\n\
                ) ENGINE=InnoDB AUTO_INCREMENT=3 COMMENT='a; b'\n/*!50100 PARTITION BY HASH (id) */;\n\
                LOCK TABLES `a` WRITE;\nINSERT INTO `a` VALUES (1,'x;\\'');\nUNLOCK TABLES;\n\
                /*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 TRIGGER x BEFORE INSERT ON a FOR EACH ROW SET NEW.d = 1 */;\n\
                /*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=root@localhost SQL SECURITY DEFINER */\n\
                /*!50001 VIEW `v` AS select `a`.`id` AS `id`, count(0) AS `n` from `a` */;\nCREATE TABLE event (e int);";
    let expected = [
        "a: id bigint(20) unsigned zerofill [default id], d double [default optional reference], \
         t varchar(5) [optional unique], g int [generated optional], h int [optional], j longtext [optional], \
         s set('a','b') [default]",
        "v: id, n",
        "event: e int [optional]",
    ];
    assert_eq!(clean(text, Mysql), expected);
}

#[test]
fn the_first_database_is_left_off() {
    let text = "USE shop; CREATE TABLE a (x int); ALTER TABLE shop.a ADD y int; USE log; CREATE TABLE a (z int);";
    assert_eq!(clean(text, Mysql), ["a: x int [optional], y int [optional]", "log.a: z int [optional]"]);
}

#[test]
fn sqlite_has_its_own_ways() {
    let text = "CREATE TABLE 'a' ([b c] UNSIGNED BIG INT, \"d\", e VARYING CHARACTER(70) NOT NULL ON CONFLICT FAIL, \
                f AS (d), g TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, \
                CONSTRAINT p PRIMARY KEY (d) CONSTRAINT q CHECK (e > 1) FOREIGN KEY (e) REFERENCES x) STRICT;\n\
                CREATE VIRTUAL TABLE s USING fts5(title, body UNINDEXED, content='a', tokenize = 'porter');";
    let expected = [
        "a: b c unsigned big int [optional], d [id], e varying character(70) [reference], f [generated optional], \
         g text [optional unique]",
        "s: title [optional], body [optional]",
    ];
    assert_eq!(clean(text, Sqlite), expected);
    let text = "CREATE TABLE main.a (x int); CREATE TABLE temp.b (x int); CREATE TABLE A_new (y int); \
                INSERT INTO a_NEW SELECT x FROM a; DROP TABLE A; ALTER TABLE \"a_new\" RENAME TO a;";
    assert_eq!(clean(text, Sqlite), ["a: y int [optional]"]);
}

#[test]
fn categories_stand_in_comments() {
    let text = "CREATE TABLE t (\n  -- @category user.name\n  -- as it was typed\n  a text,\n  b text, -- @category user.id\n\
                  c text, /* @category user.sensor */ d text\n  -- @category user\n);";
    let expected = [
        "t: a text [optional] @user.name, b text [optional] @user.id, c text [optional] @user.sensor, d text [optional]",
    ];
    for dialect in [Mysql, Postgresql, Sqlite] {
        assert_eq!(clean(text, dialect), expected);
    }
}

#[test]
fn views_have_the_names_of_their_query() {
    let text = "CREATE TABLE t (a int); CREATE VIEW v (x, y) AS SELECT 1, 2; \
                CREATE VIEW w AS WITH q AS (SELECT 1) SELECT DISTINCT t.a, count(*) AS \"n n\", a + 1 b FROM t; \
                CREATE VIEW u AS SELECT *, a FROM t; DROP VIEW v;";
    let schema = one(text, Postgresql);
    assert_eq!(lines(&schema), ["t: a int [optional]", "w: a, n n, b", "u: a"]);
    assert_eq!(notes(&schema), ["not all columns of the view `u` have a name"]);
}
