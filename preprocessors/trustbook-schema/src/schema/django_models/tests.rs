//! Tests of the reader of Django's models.

use super::super::find;
use super::super::seen::{columns, example, read, seen};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("django-models", example("django-models")),
        [
            "Account Table 11-18 to groups",
            "  id: AutoField default id 11-11",
            "  created: DateTimeField default 5-5",
            "  email: EmailField(254) unique @user.contact.email 12-12",
            "  country: ForeignKey optional reference 13-13",
            "  settings: JSONField default opaque 14-14",
            "Account_groups Table 15-15",
            "  id: AutoField default id 15-15",
            "  account_id: ForeignKey reference 15-15",
            "  group_id: ForeignKey reference 15-15",
        ]
    );
    let (schema, _) = read("django-models", &[("shop/models.py", example("django-models"))]);
    assert_eq!(schema.tables[0].stored_as.as_deref(), Some("accounts"));
    assert_eq!(schema.tables[0].fields[3].stored_as.as_deref(), Some("country_id"));
}

/// Returns the lines of models, with their skipped places.
fn lines(text: &str) -> Vec<String> {
    columns("django-models", "shop/models/a.py", text)
}

#[test]
fn classes_that_are_made_from_others_have_their_columns() {
    let text = "class Base(models.Model):\n  a = models.TextField()\n  b = models.TextField()\n  class Meta: abstract = True\n\
                class Plain:\n  c = models.IntegerField()\n\
                class Place(Plain, Base):\n  key: str = models.UUIDField(primary_key=True)\n  b = None\n  objects = models.Manager()\n\
                class Bar(Place):\n  beer = models.BooleanField()\n\
                class Proxy(Bar):\n  class Meta:\n    proxy = True\n\
                class Helper:\n  x = 1\n\
                class Typed(models.Model, Generic[T]):\n  j = models.JSONField[list[str]](default=list)\n";
    assert_eq!(
        lines(text),
        [
            "Bar (shop_bar): place_ptr OneToOneField, beer BooleanField",
            "Place (shop_place): a TextField, c IntegerField, key UUIDField",
            "Typed (shop_typed): id AutoField, j JSONField"
        ]
    );
}

#[test]
fn what_code_decides_is_listed() {
    let text = "class User(AbstractUser):\n  phone = models.CharField(max_length=9)\n  history = HistoricalRecords()\n\
                \x20 if X:\n    extra = models.TextField()\n  y = models.TextField(**opts)\n  z = A() if X else models.TextField()\n  w = make_field()\n  class Meta:\n    db_table = PREFIX + 'x'\n\
                User.add_to_class('z', models.TextField())\n";
    let expected = [
        "User (shop_user): id AutoField, phone CharField(9)",
        "a field that code adds is not known",
        "the name of the table is not known",
        "the fields that `User` has from `AbstractUser` are not known",
        "the effect of `HistoricalRecords` on the table of `User` is not known",
        "a field of `User` is decided at run time",
        "the field `y` is decided at run time",
        "the field `z` is decided at run time",
        "the effect of `make_field` on the table of `User` is not known",
    ];
    assert_eq!(lines(text), expected);
    let foreign = "class A(Thing):\n  x = models.TextField()\nclass B(Thing):\n  x = 1\n";
    assert_eq!(
        lines(foreign),
        ["A (shop_a): id AutoField, x TextField", "the fields that `A` has from `Thing` are not known"]
    );
}

#[test]
fn only_models_are_read_in_a_folder() {
    let reads = |path: &str| find("django-models").unwrap().reads(path);
    assert!(reads("a/models.py") && reads("models/x.py") && reads("a/models/b/x.py") && reads("a/mixins.py"));
    assert!(!reads("a/views.py") && !reads("a/migrations/0001.py") && !reads("a/my_models/x.py"));
    assert_eq!(
        ["a/models.py", "models.py", "models/x.py", "x/shop/models/b/c.py"].map(super::label),
        ["a", "app", "app", "shop"]
    );
}

#[test]
fn classes_in_circles_and_at_any_length_are_read() {
    let wide: String = (1..60)
        .map(|at| {
            format!("class C{at}(C{0}, D{0}):\n  x = models.TextField()\nclass D{at}(C{0}, D{0}): pass\n", at - 1)
        })
        .collect();
    lines(&format!("class C0(models.Model): pass\nclass D0: pass\n{wide}"));
    lines("class A(B):\n  x = models.TextField()\nclass B(A):\n  y = models.TextField()\n");
    let chain: String =
        (0..3000).map(|at| format!("class C{}(C{at}):\n  x{at} = models.TextField()\n", at + 1)).collect();
    lines(&format!("class C0(models.Model):\n  y = models.TextField()\n{chain}"));
    lines(&format!("class A(models.Model):\n{}", "  x = models.TextField()\n".repeat(20_000)));
    lines(&"class A:\n ".repeat(2000));
}
