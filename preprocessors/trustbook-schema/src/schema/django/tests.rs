//! Tests of the reader of Django's migrations.

use super::super::seen::{example, read, seen};
use super::super::{Schema, find};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("django", example("django")),
        [
            "Account Table 9-18 to groups",
            "  id: BigAutoField default id 12-12",
            "  email: EmailField(254) unique @user.contact.email 13-13",
            "  settings: JSONField optional opaque 24-24",
            "  country: ForeignKey optional reference 19-23",
            "Account_groups Table 15-15",
            "  id: AutoField default id 15-15",
            "  account_id: ForeignKey reference 15-15",
            "  group_id: ForeignKey reference 15-15",
        ]
    );
    let (schema, _) = read("django", &[("shop/migrations/0001.py", example("django"))]);
    let [account, groups] = schema.tables.as_slice() else { panic!("two tables") };
    assert_eq!(account.stored_as.as_deref(), Some("accounts"));
    assert_eq!(groups.stored_as.as_deref(), Some("accounts_groups"));
    assert_eq!(account.fields[3].stored_as.as_deref(), Some("country_id"));
    assert_eq!(
        account.origin.as_ref().and_then(|it| it.date).map(|day| day.to_string()).as_deref(),
        Some("2025-03-26")
    );
}

/// Reads migrations of the app `shop`: each with its name, its dependencies and its operations.
fn replay(files: &[(&str, &str, &str)]) -> (Schema, Vec<String>) {
    let text = |needed: &str, operations: &str| {
        format!(
            "class Migration(migrations.Migration):\n    dependencies = [{needed}]\n    operations = [{operations}]\n"
        )
    };
    let texts: Vec<(String, String)> =
        files.iter().map(|(name, needed, run)| (format!("shop/migrations/{name}.py"), text(needed, run))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (schema, _) = read("django", &files);
    let line = |table: &super::super::Table| {
        let fields: Vec<String> = table.fields.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
        format!("{} ({}): {}", table.name, table.stored_as.as_deref().unwrap_or_default(), fields.join(", "))
    };
    let lines = schema.tables.iter().map(line).collect();
    (schema, lines)
}

const MADE: &str =
    "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('a', models.TextField())])";

#[test]
fn operations_are_replayed_in_the_order_of_their_dependencies() {
    let (schema, lines) = replay(&[
        (
            "0003_last",
            "('store', '0002_b'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)",
            "migrations.RenameModel('Item', 'Thing'), migrations.RemoveField(model_name='thing', name='a')",
        ),
        (
            "0002_b",
            "('store', '0010_a')",
            "migrations.RenameField('item', 'b', 'c'), migrations.AlterField('item', 'c', field=models.CharField(max_length=9))",
        ),
        ("0010_a", "('store', '0001_initial')", "migrations.AddField('item', 'b', models.CharField(max_length=5))"),
        ("0001_initial", "('auth', '0001_initial')", MADE),
    ]);
    assert_eq!((&schema.problems, &schema.skipped), (&vec![], &vec![]));
    // The label of the app is the one by which its migrations name each other.
    assert_eq!(lines, ["Thing (store_thing): id AutoField, c CharField(9)"]);
}

#[test]
fn a_squashed_migration_replaces_others() {
    let squashed = format!("{MADE}]\n    replaces = [('shop', '0001_a'), ('shop', '0002_b')");
    let (schema, lines) = replay(&[
        ("0001_a", "", MADE),
        ("0002_b", "('shop', '0001_a')", "migrations.DeleteModel('Item')"),
        ("0001_squashed_0002", "", &squashed),
        ("0003_c", "('shop', '0002_b')", "migrations.AlterModelTable('item', 'items')"),
    ]);
    assert_eq!(schema.problems, []);
    assert_eq!(lines, ["Item (items): id AutoField, a TextField"]);
}

#[test]
fn every_kind_of_field_is_read() {
    let field = |field: &str| {
        let run = format!("migrations.CreateModel(name='Item', fields=[('x', {field})])");
        let (schema, _) = replay(&[("0001", "", &run)]);
        assert_eq!((&schema.problems, &schema.skipped), (&vec![], &vec![]), "{field}");
        let field = schema.tables[0].fields.first().map(|field| {
            let modifiers: Vec<&str> = field.modifiers.iter().map(|it| it.word()).collect();
            format!(
                "{} {} {:?} {}",
                field.ty,
                modifiers.join(" "),
                field.content,
                field.stored_as.as_deref().unwrap_or("-")
            )
        });
        field.unwrap_or_else(|| format!("{:?}", schema.tables.iter().map(|table| &table.name).collect::<Vec<_>>()))
    };
    assert_eq!(field("models.DateTimeField(auto_now=True)"), "DateTimeField updated-at Plain -");
    assert_eq!(field("models.DateTimeField(auto_now_add=True, db_column='y')"), "DateTimeField default Plain y");
    assert_eq!(
        field("models.OneToOneField(to='b.C', on_delete=x, primary_key=True)"),
        "OneToOneField id reference Plain x_id"
    );
    assert_eq!(
        field("a.b.fields.ArrayField(base_field=models.CharField(max_length=7), null=True)"),
        "CharField(7) list optional Plain -"
    );
    assert_eq!(
        field("models.GeneratedField(db_persist=True, expression=F('a'), output_field=models.IntegerField())"),
        "IntegerField generated Plain -"
    );
    assert_eq!(field("custom.EncryptedJSONField()"), "EncryptedJSONField  Opaque -");
    assert_eq!(field("models.BinaryField(default=b'')"), "BinaryField default Opaque -");
    assert_eq!(field("models.ManyToManyField('self', db_table='y')"), "[\"Item\", \"Item_x\"]");
    assert_eq!(field("models.ManyToManyField(to='b.C', through='b.D')"), "[\"Item\"]");
}

#[test]
fn what_is_decided_at_run_time_is_listed() {
    let told = |run: &str| {
        let (schema, _) = replay(&[("0001", "", run)]);
        let all = schema.problems.iter().chain(&schema.skipped);
        all.map(|it| it.what.clone()).collect::<Vec<String>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(told("migrations.CreateModel('A', fields())"), ["the fields of `A` are decided at run time"]);
    assert_eq!(
        told("migrations.CreateModel('A', [('id', models.AutoField())] + more)"),
        ["the fields of `A` are decided at run time"]
    );
    assert_eq!(told("migrations.CreateModel('A', [('x', make())])"), none);
    assert_eq!(
        told("migrations.CreateModel('A', [('x', models.TextField() if y else z)])"),
        ["a field of `A` is decided at run time"]
    );
    assert_eq!(
        told("migrations.CreateModel('A', [('x', models.TextField(**more))])"),
        ["a field of `A` is decided at run time"]
    );
    assert_eq!(told("migrations.CreateModel('A', [*more])"), ["a field of `A` is decided at run time"]);
    assert_eq!(told("migrations.CreateModel(NAME, [])"), ["the model that is created here is not known"]);
    assert_eq!(told("migrations.CreateModel('A', [], {'db_table': TABLE})"), ["the name of the table is not known"]);
    assert_eq!(told("*more, migrations.RunPython(f)"), ["this operation is decided at run time"]);
    assert_eq!(told("migrations.RunPython(f)] + more + ["), ["the operations that are added here are not known"]);
    assert_eq!(told("other.Partition('x')"), ["the effect of the operation `Partition` is not known"]);
    assert_eq!(told("migrations.RunSQL('ALTER TABLE x ADD y int')"), ["the effect of this SQL is not known"]);
    assert_eq!(told("migrations.RunSQL('UPDATE x SET y = 1', 'alter')"), none);
    assert_eq!(told("migrations.RunSQL('ALTER TABLE x', state_operations=[migrations.CreateModel('A', [])])"), none);
    assert_eq!(
        told("migrations.SeparateDatabaseAndState(database_operations=[x()], state_operations=y)"),
        ["these operations are decided at run time"]
    );
    assert_eq!(
        told("migrations.CreateModel('A', [('x', models.ManyToManyField(to=settings.AUTH_USER_MODEL))])"),
        ["the name of a column for `x` depends on `settings.AUTH_USER_MODEL`"]
    );
    assert_eq!(told("migrations.AddField('a', 'x', models.TextField())"), ["there is no model `a`"]);
    assert_eq!(told(&format!("{MADE}, migrations.RemoveField('item', 'x')")), ["there is no field `x` in `item`"]);
    assert_eq!(told("]\n    operations.append(x)\n    rest = ["), ["these operations are decided at run time"]);
    assert_eq!(
        told("]\n\ndef f(apps, schema_editor):\n    schema_editor.execute('x')\n\nx = ["),
        ["the effect of this code is not known"]
    );
}

#[test]
fn only_migrations_are_read_in_a_folder() {
    let reads = |path: &str| find("django").unwrap().reads(path);
    assert!(reads("a/migrations/0001_initial.py") && reads("migrations/x.py"));
    assert!(!reads("a/models.py") && !reads("a/migrations/__init__.py") && !reads("a/migrations/x/y.py"));
}

#[test]
fn any_depth_and_any_length_are_read() {
    let deep = "(".repeat(100_000);
    let nested =
        format!("{}{}", "migrations.SeparateDatabaseAndState(state_operations=[".repeat(50_000), "])".repeat(50_000));
    let fields = "('x', models.TextField(default='a')),".repeat(50_000);
    let many: String =
        (0..20_000).map(|at| format!("migrations.AddField('item', 'f{at}', models.TextField()),")).collect();
    let uses = format!("] + {}[", "operations.x + ".repeat(30_000));
    for run in [
        uses,
        deep,
        nested,
        format!("migrations.CreateModel('A', [{fields}])"),
        format!("{MADE}, {many}"),
        "'''".repeat(33_333),
    ] {
        replay(&[("0001", "", &run)]);
    }
    let chain: Vec<(String, String)> =
        (0..3000).map(|at| (format!("{at:05}"), format!("('shop', '{:05}')", at + 1))).collect();
    let chain: Vec<(&str, &str, &str)> =
        chain.iter().map(|(name, needed)| (name.as_str(), needed.as_str(), "")).collect();
    replay(&chain);
}
