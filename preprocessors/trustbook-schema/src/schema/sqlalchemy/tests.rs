//! Tests of the reader of SQLAlchemy.

use super::super::find;
use super::super::seen::{columns, example, read, seen};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("sqlalchemy", example("sqlalchemy")),
        [
            "Account Table 13-22 to posts",
            "  created: DateTime default 10-10",
            "  id: int id 17-17",
            "  email: String(254) unique @user.contact.email 18-18",
            "  nickname: str optional 19-19",
            "  country: ForeignKey optional reference 20-20",
            "  settings: JSON default optional opaque 21-21",
        ]
    );
    let (schema, _) = read("sqlalchemy", &[("models.py", example("sqlalchemy"))]);
    assert_eq!(schema.tables[0].stored_as.as_deref(), Some("app.accounts"));
    assert_eq!(schema.tables[0].fields[4].stored_as.as_deref(), Some("country_code"));
}

fn lines(text: &str) -> Vec<String> {
    columns("sqlalchemy", "models.py", text)
}

#[test]
fn tables_of_each_form_are_read() {
    let text = "tags = sa.Table('tags', metadata, sa.Column('id', sa.Integer, primary_key=True), sa.Column('t', ARRAY(Text)), Index('x', 't'))\n\
                class UserAccount(db.Model):\n  id = db.Column(db.Integer, primary_key=True)\n  posts = db.relationship('Post')\n\
                class Common:\n  @declared_attr\n  def owner(cls):\n    return Column(Integer, ForeignKey('x.id'))\n\
                class Staff(Common, Base):\n  __tablename__ = 'staff'\n  id = Column(Integer, primary_key=True)\n  kind = deferred(Column(String(3)))\n\
                class Boss(Staff):\n  bonus = Column(Numeric(10, 2))\n\
                class Guest(Staff):\n  __tablename__ = 'guests'\n  id = Column(ForeignKey('staff.id'), primary_key=True)\n  n: Mapped[Optional[int]]\n\
                class Plain:\n  x = 1\n";
    assert_eq!(
        lines(text),
        [
            "UserAccount (user_account): id Integer",
            "Staff (staff): owner Integer, id Integer, kind String(3), bonus Numeric(10, 2)",
            "Guest (guests): id ForeignKey, n int",
            "tags (): id Integer, t Text",
        ]
    );
}

#[test]
fn what_code_decides_is_listed() {
    let text = "class A(Thing, Base):\n  __tablename__ = PREFIX + 'a'\n  id = Column(Integer, primary_key=True)\n\
                \x20 x = Column(*args)\n  y = make(Column(Integer))\n  if X:\n    z = Column(Integer)\n\
                t = Table(NAME, metadata)\nu = Table('u', metadata, *columns)\n";
    let expected = [
        "A (): id Integer",
        "u (): ",
        "the name of the table of `A` depends on code",
        "the columns that `A` has from `Thing` are not known",
        "the column `x` is decided at run time",
        "the column `y` depends on the function `make`",
        "a column of `A` is decided at run time",
        "the name of the table `t` depends on code",
        "a column of `u` is decided at run time",
    ];
    assert_eq!(lines(text), expected);
}

#[test]
fn names_are_those_of_flask() {
    assert_eq!(
        ["User", "UserAccount", "HTTPServer", "A1B"].map(super::snake),
        ["user", "user_account", "http_server", "a1_b"]
    );
    let reads = |path: &str| find("sqlalchemy").unwrap().reads(path);
    assert!(reads("app/models/user.py") && reads("db.py") && !reads("app/views.py") && !reads("models/tests/x.py"));
}

#[test]
fn circles_and_any_length_are_read() {
    lines(
        "class A(B):\n  __tablename__ = 'a'\n  x = Column(Integer, primary_key=True)\nclass B(A):\n  y = Column(Integer)\n",
    );
    let chain: String = (0..3000).map(|at| format!("class C{}(C{at}):\n  x{at} = Column(Integer)\n", at + 1)).collect();
    lines(&format!(
        "class C0(Base):\n  y = Column(Integer, primary_key=True)\n{chain}class D(C3000):\n  __tablename__ = 'd'\n"
    ));
    lines(&format!(
        "class A(Base):\n  __tablename__ = 'a'\n{}",
        "  x = Column(Integer, primary_key=True)\n".repeat(20_000)
    ));
}
