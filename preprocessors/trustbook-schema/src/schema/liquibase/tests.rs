//! Tests of the reader of Liquibase's changelogs.

use super::super::seen::{example, read, seen};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("liquibase", example("liquibase")),
        [
            "account Table 4-9",
            "  id: bigint default id 5-5",
            "  email: varchar(255) optional unique @user.contact.email 6-6",
            "  photo: blob optional opaque 7-7",
            "  note: varchar(2000) optional @user.content 8-8",
            "  country_id: int default optional reference 13-13",
        ]
    );
}

#[test]
fn yaml_is_read_in_the_order_of_its_includes() {
    let root = "databaseChangeLog:\n  - include: { file: 2/b.yaml, relativeToChangelogFile: true }\n  - include: { file: db/1/a.yaml }\n  - include: { file: c.sql }\n";
    let made = "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: x\n    changes:\n    - createTable:\n        tableName: t\n        columns:\n        - \
                column: { name: id, type: int, constraints: { primaryKey: true, nullable: false } }\n        - column:\n            name: a\n            type: text\n";
    let more = "databaseChangeLog:\n- changeSet:\n    id: 2\n    author: x\n    changes:\n    - renameColumn: { tableName: T, oldColumnName: A, newColumnName: b }\n    \
                - dropColumn: { tableName: t, columns: [{ column: { name: id } }] }\n    - addColumn: { tableName: t, columns: [{ column: { name: c, type: 'NUMBER(9, 2)' } }] }\n";
    let (schema, _) = read(
        "liquibase",
        &[("db/1/a.yaml", more), ("db/2/b.yaml", made), ("db/root.yaml", root), ("db/x.yml", "other: 1")],
    );
    assert_eq!(schema.problems, []);
    assert_eq!(
        schema.skipped.iter().map(|it| it.what.as_str()).collect::<Vec<_>>(),
        ["the changelog that is included here is not read"]
    );
    let fields: Vec<String> = schema.tables[0].fields.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
    assert_eq!((schema.tables[0].name.as_str(), fields), ("t", vec!["b text".to_owned(), "c number(9,2)".to_owned()]));
}

#[test]
fn what_is_not_known_is_listed() {
    let told = |inner: &str| {
        let text = format!("<databaseChangeLog><changeSet id='1' author='a'>{inner}</changeSet></databaseChangeLog>");
        let (schema, _) = read("liquibase", &[("a.xml", &text)]);
        schema.problems.iter().chain(&schema.skipped).map(|it| it.what.clone()).collect::<Vec<String>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(told("<sql>UPDATE a SET x = 1</sql><insert tableName='a'/>"), none);
    assert_eq!(told("<sql><![CDATA[ALTER TABLE a ADD x int]]></sql>"), ["the effect of this SQL is not known"]);
    assert_eq!(told("<sqlFile path='x.sql'/>"), ["the effect of `sqlFile` is not known"]);
    assert_eq!(told("<customChange class='X'/>"), ["the effect of `customChange` is not known"]);
    assert_eq!(told("<dropTable tableName='a'/>"), ["there is no table `a` to drop"]);
    let typed = "<createTable tableName='a'><column name='x' type='${t}'/></createTable>";
    assert_eq!(told(typed), ["a value of `createTable` is missing, or is decided at run time"]);
    assert_eq!(told("<createView viewName='v'>SELECT 1</createView>"), ["not all columns of the view `v` have a name"]);
    assert_eq!(told("<column"), ["a tag is not closed"]);
    assert_eq!(told("</x>"), ["`</x>` closes no element that is open"]);
    let text =
        "<databaseChangeLog><changeSet id='1' author='a' dbms='oracle'><sql>x</sql></changeSet></databaseChangeLog>";
    let (schema, _) = read("liquibase", &[("a.xml", text)]);
    assert_eq!(schema.skipped[0].what, "a changeset is run on `oracle` only");
}

#[test]
fn any_depth_and_any_length_are_read() {
    let set = "<changeSet id='1' author='a'><createTable tableName='a'/></changeSet>".repeat(5_000);
    for text in [
        "<a>".repeat(100_000),
        format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000)),
        format!("<databaseChangeLog>{set}</databaseChangeLog>"),
        "<!--".repeat(100_000),
        format!("<databaseChangeLog {}>", "a='b' ".repeat(50_000)),
        format!("databaseChangeLog: {}", "[".repeat(100_000)),
    ] {
        read("liquibase", &[("a.xml", &text)]);
    }
}
