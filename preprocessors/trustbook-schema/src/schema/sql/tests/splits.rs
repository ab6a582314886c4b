//! The beginnings and ends of statements.

use crate::schema::sql::Dialect::{self, Mysql, Postgresql, Sqlite};
use crate::schema::sql::split::{Split, split};
use crate::span::SourceMap;

fn read(text: &str, dialect: Dialect) -> (Vec<String>, Vec<String>) {
    let file = SourceMap::default().add("a.sql", text);
    let Split { statements, problems, .. } = split(text, file, dialect);
    let words = statements.iter().map(|it| {
        let words = it.tokens.iter().map(|token| &text[token.start..token.end]);
        words.collect::<Vec<_>>().join(" ")
    });
    (words.collect(), problems.into_iter().map(|problem| problem.what).collect())
}

fn words(text: &str, dialect: Dialect) -> Vec<String> {
    let (words, problems) = read(text, dialect);
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    words
}

#[test]
fn quotes_and_comments_hide_semicolons() {
    assert_eq!(words("a 'x;''y' b; c", Postgresql), ["a 'x;''y' b", "c"]);
    assert_eq!(words(r"a E'x\';' b; c '\'; d", Postgresql), [r"a E'x\';' b", r"c '\'", "d"]);
    assert_eq!(words(r#"a 'x\';' "y;\"" `z;`; c"#, Mysql), [r#"a 'x\';' "y;\"" `z;`"#, "c"]);
    assert_eq!(words("a [x;] \"y;\" `z;`; c", Sqlite), ["a [x;] \"y;\" `z;`", "c"]);
    assert_eq!(words("a $$x;$$ b $t$;$$;$t$ c$1; d", Postgresql), ["a $$x;$$ b $t$;$$;$t$ c$1", "d"]);
    assert_eq!(words("a -- x;\n b; /* ; /* ; */ ; */ c", Postgresql), ["a b", "c"]);
    assert_eq!(words("a # x;\n b; c", Mysql), ["a b", "c"]);
    assert_eq!(words("a 5--3; b /* /* */ c", Mysql), ["a 5 - - 3", "b c"]);
}

#[test]
fn conditional_comments_are_carried_out() {
    assert_eq!(words("/*!50001 a */ /*!b*/; /*M!100401 c */; /* d */ /*M!999999\\- e */", Mysql), ["a b", "c"]);
    assert_eq!(words("/*!50001 a */ b", Postgresql), ["b"]);
}

#[test]
fn lines_for_the_client_are_passed() {
    assert_eq!(words("DELIMITER //\na; b//\nDELIMITER ;\nc; d", Mysql), ["a ; b", "c", "d"]);
    assert_eq!(words("delimiter $$\na; END$$\ndelimiter ;\nc", Mysql), ["a ; END", "c"]);
    assert_eq!(words("\\connect x\na;\n\\i b.sql\nc", Postgresql), ["a", "\\i b.sql", "c"]);
    assert_eq!(words(".mode list\na;\n.read b.sql\nc", Sqlite), ["a", ".read b.sql", "c"]);
    let copy = "COPY t (a) FROM stdin;\n1;'\n\\.x\n\\.\nc";
    assert_eq!(words(copy, Postgresql), ["COPY t ( a ) FROM stdin", "c"]);
}

#[test]
fn bodies_are_one_statement() {
    let sqlite = "CREATE TRIGGER t AFTER UPDATE ON a BEGIN x; SELECT CASE 1 WHEN 1 THEN 2 END; END; b";
    assert_eq!(words(sqlite, Sqlite).len(), 2);
    let mysql = "CREATE DEFINER=`r`@`h` PROCEDURE p() BEGIN IF a THEN b; END IF; CASE x WHEN 1 THEN y; END CASE; \
                 LOOP z; END LOOP; END; c";
    assert_eq!(words(mysql, Mysql).len(), 2);
    let atomic = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; c";
    assert_eq!(words(atomic, Postgresql).len(), 2);
    assert_eq!(words("BEGIN; a; END; CREATE TABLE event (a int); b", Mysql).len(), 5);
}

#[test]
fn what_takes_back_is_left_out() {
    assert_eq!(words("-- +goose Up\na;\n-- +goose Down\nb;\n-- +goose Up\nc;", Postgresql), ["a", "c"]);
    assert_eq!(words("-- migrate:up\na;\n-- migrate:down\nb;", Sqlite), ["a"]);
}

#[test]
fn a_mistake_swallows_nothing_that_follows() {
    let (found, problems) = read("CREATE TABLE a (x 'y,\nz int);\nCREATE TABLE b (c 'd');", Postgresql);
    assert_eq!(found, ["CREATE TABLE a ( x 'y , z int )", "CREATE TABLE b ( c 'd' )"]);
    assert_eq!(problems, ["the quote ' is not closed"]);
    for text in ["a \"b;\nc", "a $$b;\nc", "/* a;\nc", "a 'b;\nc", "a /* b ;\nc"] {
        let (found, problems) = read(text, Postgresql);
        assert_eq!(found.last().map(String::as_str).map(|it| it.ends_with('c')), Some(true), "{text}");
        assert_eq!(problems.len(), 1, "{text}");
    }
    let (found, problems) = read("CREATE TABLE a (x int)\nCREATE TABLE b (x int);\nCREATE TABLE c (", Sqlite);
    assert_eq!((found.len(), problems.len()), (3, 1));
    let (found, problems) = read("CREATE TRIGGER t AFTER UPDATE ON a BEGIN x;\nCREATE TABLE b (x int);", Sqlite);
    assert_eq!((found.len(), problems), (2, vec!["the body has no end".to_owned()]));
    let (found, problems) = read("COPY t FROM stdin;\nCREATE TABLE b (x int);", Postgresql);
    assert_eq!((found.len(), problems.len()), (2, 1));
}
