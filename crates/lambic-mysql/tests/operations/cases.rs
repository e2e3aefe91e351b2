//! One row of the matrix for each operation on the inside of a table.

use lambic_core::operation::TableChange;
use lambic_core::schema::{
    Check, Column, Constraint, Deferrable, Exclusion, Expression, ForeignKey, Generated, Identity,
    IdentityKind, Index, Key, KeyPart, NativeType, Partition, Partitioning, PortableType, Properties,
    QualifiedName, ReferentialAction,
};
use lambic_core::{Operation, Schema};

use crate::model::{
    alter, alter_column, alter_table, change_column, column, complete_renamed, dialect, drop_constraint, few,
    index, native_column, new_column, reference, rename_columns, set_option, table,
};
use TableChange::{AddColumn, AddConstraint, DropColumn, DropConstraint};

/// What must become of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// It works.
    Works,
    /// Rendering refuses it.
    Unsupported,
    /// The database refuses the statement with one of these codes, and nothing changes.
    Refused(&'static str),
    /// The database refuses a statement with one of these codes, when foreign keys are gone that had to go first.
    RefusedHalfway(&'static str),
}

/// A row of the matrix.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&Schema) -> Operation,
    /// What becomes of it, but on these fixtures and dialects.
    pub(crate) expect: Expect,
    pub(crate) but: &'static [(&'static str, Expect)],
    /// Values are compared by their text: a type changed.
    pub(crate) loose: bool,
}

pub(crate) const fn works(name: &'static str, make: fn(&Schema) -> Operation) -> Case {
    Case { name, make, expect: Expect::Works, but: &[], loose: false }
}

pub(crate) const fn unsupported(name: &'static str, make: fn(&Schema) -> Operation) -> Case {
    Case { expect: Expect::Unsupported, ..works(name, make) }
}

pub(crate) const fn but(but: &'static [(&'static str, Expect)], case: Case) -> Case {
    Case { but, ..case }
}

pub(crate) const MARIADB_ONLY: &[(&str, Expect)] = &[("mysql", Expect::Unsupported)];
const MYSQL_ONLY: &[(&str, Expect)] = &[("mariadb", Expect::Unsupported)];

pub(crate) const TABLES: &[Case] = &[
    works("add column", |schema| {
        let column = new_column(schema, "extra", &PortableType::Varchar(20)).default_to("'it''s \\\\ \\n'");
        alter(schema, vec![AddColumn(Column { comment: Some("it's \\ new".into()), ..column })])
    }),
    works("add column NOT NULL", |schema| {
        alter(
            schema,
            vec![AddColumn(new_column(schema, "extra", &PortableType::Integer).not_null().default_to("-1"))],
        )
    }),
    works("add column with an expression as default", |schema| {
        let default = if mysql(schema) { "((1 + 2))" } else { "(1 + 2)" };
        alter(schema, vec![AddColumn(new_column(schema, "extra", &PortableType::BigInt).default_to(default))])
    }),
    works("add columns here and there", |schema| {
        let names = ["first", "middle", "last", "very last"];
        let columns = names.map(|name| {
            AddColumn(new_column(schema, name, &PortableType::Integer).not_null().default_to("7"))
        });
        let mut alter = alter_table(schema, columns.into());
        let count = alter.next.columns.len();
        let (first, middle) = (alter.next.columns.remove(count - 4), alter.next.columns.remove(count - 4));
        alter.next.columns.insert(0, first);
        alter.next.columns.insert(3, middle);
        Operation::AlterTable(Box::new(alter))
    }),
    works("move columns", |schema| {
        let mut alter = alter_table(schema, vec![]);
        let spare = alter.next.columns.remove(4);
        alter.next.columns.insert(0, spare);
        let qty = alter.next.columns.remove(3);
        alter.next.columns.insert(5, qty);
        Operation::AlterTable(Box::new(alter))
    }),
    works("add column of every portable type", |schema| {
        let types = [
            PortableType::Boolean,
            PortableType::SmallInt,
            PortableType::Real,
            PortableType::Double,
            PortableType::Numeric { precision: Some(9), scale: Some(3) },
            PortableType::Char(4),
            PortableType::Text,
            PortableType::Binary,
            PortableType::Date,
            PortableType::Time(Some(2)),
            PortableType::Timestamp { precision: None, with_time_zone: false },
            PortableType::Uuid,
            PortableType::Json,
            PortableType::Enum { name: None, values: vec!["it's".into(), "b\\c".into()] },
        ];
        let columns =
            types.iter().enumerate().map(|(at, kind)| AddColumn(new_column(schema, &format!("x{at}"), kind)));
        alter(schema, columns.collect())
    }),
    but(
        &[("partitioned", Expect::Refused("1506"))],
        works("add column with a foreign key", |schema| {
            let key = ForeignKey {
                name: Some("to_log".into()),
                ..ForeignKey::new(["extra"], QualifiedName::bare("log"), ["id"])
            };
            let column = new_column(schema, "extra", &PortableType::Integer);
            alter(schema, vec![AddColumn(column), AddConstraint(Constraint::ForeignKey(key))])
        }),
    ),
    works("add column VIRTUAL", |schema| alter(schema, vec![AddColumn(generated(schema, false))])),
    works("add column STORED", |schema| alter(schema, vec![AddColumn(generated(schema, true))])),
    works("add column INVISIBLE", |schema| {
        let mut column = new_column(schema, "extra", &PortableType::Integer);
        column.options.insert("invisible".into(), "true".into());
        alter(schema, vec![AddColumn(column)])
    }),
    works("drop column", |schema| alter(schema, vec![DropColumn(column(schema, "spare"))])),
    works("drop column that a foreign key needs", |schema| {
        let mut changes = drop_constraint(reference(schema).map(Constraint::ForeignKey));
        changes.push(DropColumn(column(schema, "u_id")));
        let mut alter = alter_table(schema, changes);
        // The trigger on the other table uses the column.
        for dependent in &mut alter.dependents {
            let text = &mut dependent.next.definition;
            *text = text.replace("t.u_id", "t.id");
        }
        Operation::AlterTable(Box::new(alter))
    }),
    works("rename column", |schema| rename_columns(schema, &[("spare", "the \"spare\"")], vec![])),
    works("rename column that text names, completed", |schema| complete_renamed(schema, "name", "title")),
    works("rename column of a check, completed", |schema| complete_renamed(schema, "qty", "quantity")),
    works("rename column that text names", |schema| rename_columns(schema, &[("name", "title")], vec![])),
    works("rename column of a check", |schema| rename_columns(schema, &[("qty", "quantity")], vec![])),
    works("rename column of a key", |schema| {
        rename_columns(schema, &[("u_id", "user"), ("code", "Sign")], vec![])
    }),
    works("rename column of a key and more", |schema| {
        let added = AddColumn(new_column(schema, "extra", &PortableType::Integer));
        let changed = change_column(schema, "kind", |column| column.comment = Some("sort".into()));
        rename_columns(schema, &[("code", "sign"), ("qty", "number")], vec![added, changed])
    }),
    but(
        &[("mysql partitioned", Expect::Refused("3855"))],
        works("rename column of the primary key", |schema| rename_columns(schema, &[("id", "key")], vec![])),
    ),
    works("swap columns", |schema| {
        rename_columns(schema, &[("spare", "between"), ("u_id", "spare"), ("between", "u_id")], vec![])
    }),
    works("rename column and drop the one of that name", |schema| {
        let dropped = DropColumn(column(schema, "spare"));
        let renamed = TableChange::RenameColumn { previous: "kind".into(), next: "spare".into() };
        alter(schema, vec![dropped, renamed])
    }),
    works("rename and change a column", |schema| {
        let previous = Column { name: "text".into(), ..column(schema, "spare") };
        let next = Column { comment: Some("!".into()), ..previous.clone() }.default_to("'d'");
        rename_columns(
            schema,
            &[("spare", "text")],
            vec![TableChange::AlterColumn { previous: previous.into(), next: next.into() }],
        )
    }),
    works("alter column: default", |schema| {
        alter_column(schema, "name", |column| column.default = Some(Expression::new("'y''\\\\'")))
    }),
    works("alter column: no default", |schema| alter_column(schema, "qty", |column| column.default = None)),
    works("alter column: nullable", |schema| alter_column(schema, "code", |column| column.nullable = true)),
    works("alter column: not null", |schema| {
        alter_column(schema, "updated", |column| column.nullable = false)
    }),
    works("alter column: on update", |schema| {
        alter_column(schema, "updated", |column| column.options.clear())
    }),
    works("alter column: collation", |schema| {
        alter_column(schema, "name", |column| column.collation = Some("latin1_bin".into()))
    }),
    works("alter column: character set of the table", |schema| {
        alter_column(schema, "name", |column| (column.charset, column.collation) = (None, None))
    }),
    works("alter column: comment", |schema| alter_column(schema, "name", |column| column.comment = None)),
    works("alter column: longer", |schema| {
        alter_column(schema, "name", |column| column.native = NativeType::new("varchar(60)"))
    }),
    works("alter column: values", |schema| {
        alter_column(schema, "kind", |column| column.native = NativeType::new("enum('a','it''s','c\\\\d')"))
    }),
    Case {
        loose: true,
        ..works("alter column: type", |schema| {
            alter_column(schema, "updated", |column| {
                column.native = NativeType::new("datetime(6)");
                column.default = Some(Expression::new(if mysql(schema) {
                    "CURRENT_TIMESTAMP(6)"
                } else {
                    "current_timestamp(6)"
                }));
                column.options.clear();
            })
        })
    },
    works("alter column: AUTO_INCREMENT", |schema| {
        alter_column(schema, "id", |column| {
            let numbers = column.identity.is_none();
            column.identity = numbers.then(|| Identity::new(IdentityKind::AutoIncrement));
        })
    }),
    unsupported("alter column: GENERATED AS IDENTITY", |schema| {
        alter_column(schema, "id", |column| column.identity = Some(Identity::new(IdentityKind::Always)))
    }),
    works("alter column: stored, from plain", |schema| {
        alter_column(schema, "spare", |column| generate(column, Some(true)))
    }),
    works("alter column: virtual, from plain", |schema| {
        alter_column(schema, "spare", |column| generate(column, Some(false)))
    }),
    works("alter column: from virtual to stored or stored to virtual", |schema| {
        let mut table = table(schema);
        let Some(at) = table.columns.iter().position(|column| column.name == "half") else {
            return alter(schema, vec![]);
        };
        let half = table.columns.remove(at);
        let mut next = half.clone();
        next.generated.as_mut().unwrap().stored = true;
        alter(schema, vec![TableChange::AlterColumn { previous: half.into(), next: next.into() }])
    }),
    works("alter column: from virtual to plain", |schema| {
        let Some(half) = table(schema).column("half").cloned() else { return alter(schema, vec![]) };
        let next = Column { generated: None, ..half.clone() };
        alter(schema, vec![TableChange::AlterColumn { previous: half.into(), next: next.into() }])
    }),
    but(
        &[
            ("mysql incoming foreign key", Expect::Refused("1553")),
            ("mysql self reference", Expect::Refused("1553")),
        ],
        works("another primary key", |schema| {
            let id = column(schema, "id");
            let mut changes = Vec::new();
            if id.identity.is_some() {
                let plain = Column { identity: None, ..id.clone() };
                changes.push(TableChange::AlterColumn { previous: id.into(), next: plain.into() });
            }
            changes.push(DropConstraint(Constraint::PrimaryKey(table(schema).primary_key.unwrap())));
            changes.push(AddConstraint(Constraint::PrimaryKey(Key::over(["code", "id"]))));
            alter(schema, changes)
        }),
    ),
    but(
        &[
            ("mysql incoming foreign key", Expect::Refused("1553")),
            ("mysql self reference", Expect::Refused("1553")),
            ("AUTO_INCREMENT", Expect::Refused("1075")),
        ],
        works("no primary key", |schema| {
            alter(schema, vec![DropConstraint(Constraint::PrimaryKey(table(schema).primary_key.unwrap()))])
        }),
    ),
    works("add unique constraint", |schema| {
        let key = Key {
            columns: vec![KeyPart::column("code").descending(), KeyPart::column("id")],
            ..Key::over::<_, String>([]).named("both")
        };
        alter(schema, vec![AddConstraint(Constraint::Unique(key))])
    }),
    works("drop unique constraint", |schema| {
        // It is an index to the database; another one takes its place.
        let unique = table(schema).indexes.get(&"one_code".to_owned()).unwrap().clone();
        let key = Key { columns: unique.parts.clone(), ..Key::over::<_, String>([]).named("one_code") };
        let mut alter = alter_table(schema, vec![]);
        alter.previous.uniques.push(key.clone());
        alter.previous.indexes.remove(&unique.name);
        alter.next.indexes.remove(&unique.name);
        let index = Index { name: "code_index".into(), ..unique };
        alter.next.indexes.insert(index.clone());
        alter.changes = vec![DropConstraint(Constraint::Unique(key)), TableChange::CreateIndex(index)];
        Operation::AlterTable(Box::new(alter))
    }),
    but(
        &[("partitioned", Expect::Refused("1506"))],
        works("add foreign key", |schema| {
            alter(schema, vec![AddConstraint(Constraint::ForeignKey(foreign_key()))])
        }),
    ),
    works("drop foreign key", |schema| {
        alter(schema, drop_constraint(reference(schema).map(Constraint::ForeignKey)))
    }),
    works("other foreign key of the same name", |schema| {
        let Some(key) = reference(schema) else { return alter(schema, vec![]) };
        let next = ForeignKey { on_delete: ReferentialAction::Cascade, ..key.clone() };
        alter(
            schema,
            vec![DropConstraint(Constraint::ForeignKey(key)), AddConstraint(Constraint::ForeignKey(next))],
        )
    }),
    works("foreign key and its column change", |schema| {
        let Some(key) = reference(schema) else { return alter(schema, vec![]) };
        let changed = change_column(schema, "u_id", |column| column.comment = Some("who".into()));
        alter(
            schema,
            vec![
                DropConstraint(Constraint::ForeignKey(key.clone())),
                changed,
                AddConstraint(Constraint::ForeignKey(key)),
            ],
        )
    }),
    works("index that serves a foreign key comes and goes", |schema| {
        let index = Index::new("serving", vec![KeyPart::column("u_id"), KeyPart::column("qty")]);
        alter(schema, vec![TableChange::CreateIndex(index)])
    }),
    works("add check", |schema| {
        let check = Check { name: Some("odd".into()), ..Check::new("`qty` <> 13") };
        alter(schema, vec![AddConstraint(Constraint::Check(check))])
    }),
    works("drop check", |schema| alter(schema, vec![DropConstraint(Constraint::Check(few(schema)))])),
    works("other check of the same name", |schema| {
        let next = Check { expression: Expression::new("`qty` < 2000"), ..few(schema) };
        alter(
            schema,
            vec![DropConstraint(Constraint::Check(few(schema))), AddConstraint(Constraint::Check(next))],
        )
    }),
    works("rename constraint", |schema| {
        let previous = Constraint::Check(few(schema));
        alter(schema, vec![TableChange::RenameConstraint { previous, next: "many `and` more".into() }])
    }),
    works("rename constraint: foreign key", |schema| {
        let Some(key) = reference(schema) else { return alter(schema, vec![]) };
        alter(
            schema,
            vec![TableChange::RenameConstraint {
                previous: Constraint::ForeignKey(key),
                next: "other".into(),
            }],
        )
    }),
    but(
        MYSQL_ONLY,
        works("alter constraint: enforced", |schema| {
            let next = Check { enforced: false, ..few(schema) };
            let (previous, next) = (Constraint::Check(few(schema)), Constraint::Check(next));
            alter(schema, vec![TableChange::AlterConstraint { previous, next }])
        }),
    ),
    unsupported("add foreign key DEFERRABLE", |schema| {
        let key = ForeignKey { deferrable: Some(Deferrable::Deferred), ..foreign_key() };
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(key))])
    }),
    unsupported("add foreign key SET DEFAULT", |schema| {
        let key = ForeignKey { on_delete: ReferentialAction::SetDefault, ..foreign_key() };
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(key))])
    }),
    unsupported("add exclusion constraint", |schema| {
        let exclusion =
            Exclusion { name: None, definition: Expression::new("EXCLUDE (id WITH =)"), comment: None };
        alter(schema, vec![AddConstraint(Constraint::Exclusion(exclusion))])
    }),
    works("create index", |schema| {
        let parts =
            vec![KeyPart::column("qty").descending(), KeyPart { prefix: Some(5), ..KeyPart::column("code") }];
        let index = Index { comment: Some("it's".into()), ..Index::new("an index", parts) };
        alter(schema, vec![TableChange::CreateIndex(index)])
    }),
    but(
        MYSQL_ONLY,
        works("create index over an expression", |schema| {
            let parts = vec![KeyPart::expression("`qty` + 1"), KeyPart::column("id")];
            alter(schema, vec![TableChange::CreateIndex(Index::new("computed", parts))])
        }),
    ),
    but(
        &[("mysql partitioned", Expect::Refused("1214"))],
        works("create index FULLTEXT", |schema| {
            let index = Index {
                method: Some("fulltext".into()),
                ..Index::new("more words", vec![KeyPart::column("code")])
            };
            alter(schema, vec![TableChange::CreateIndex(index)])
        }),
    ),
    unsupported("create index over some rows", |schema| {
        let index = Index {
            predicate: Some(Expression::new("qty > 1")),
            ..Index::new("some", vec![KeyPart::column("qty")])
        };
        alter(schema, vec![TableChange::CreateIndex(index)])
    }),
    unsupported("create index that includes", |schema| {
        let index =
            Index { include: vec!["code".into()], ..Index::new("more", vec![KeyPart::column("qty")]) };
        alter(schema, vec![TableChange::CreateIndex(index)])
    }),
    works("drop index", |schema| alter(schema, vec![TableChange::DropIndex(index(schema))])),
    works("rename index", |schema| {
        alter(schema, vec![TableChange::RenameIndex { previous: index(schema), next: "by name".into() }])
    }),
    works("alter index: parts", |schema| {
        let next = Index { parts: vec![KeyPart::column("name"), KeyPart::column("qty")], ..index(schema) };
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    }),
    works("alter index: invisible", |schema| {
        let mut next = index(schema);
        next.options.insert("invisible".into(), "true".into());
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    }),
    works("set options: row format", |schema| {
        set_option(schema, &[("row-format", "DYNAMIC"), ("stats-persistent", "1")])
    }),
    but(
        &[("incoming foreign key", Expect::Refused("1833 3780"))],
        works("set options: character set", |schema| {
            set_option(schema, &[("charset", "latin2"), ("collation", "latin2_croatian_ci")])
        }),
    ),
    but(
        &[
            ("incoming foreign key", Expect::RefusedHalfway("1217 1451 3776")),
            ("system versioning", Expect::RefusedHalfway("4120")),
            ("mysql generated column", Expect::RefusedHalfway("1478")),
            ("mysql partitioned", Expect::Refused("1178")),
        ],
        works("set options: engine", |schema| {
            let operation = set_option(schema, &[("engine", "MyISAM")]);
            // Foreign keys and descending indexes cannot come along.
            let mut changes = drop_constraint(reference(schema).map(Constraint::ForeignKey));
            let indexes = table(schema).indexes;
            let descending = |index: &&Index| index.parts.iter().any(|part| part.descending);
            changes.extend(indexes.iter().filter(descending).cloned().map(TableChange::DropIndex));
            let Operation::AlterTable(alter_table) = &operation else { unreachable!() };
            let keys = table(schema).foreign_keys.into_iter().filter(|key| key.columns != ["u_id"]);
            changes.extend(keys.map(|key| DropConstraint(Constraint::ForeignKey(key))));
            changes.extend(alter_table.changes.clone());
            alter(schema, changes)
        }),
    ),
    unsupported("set options: storage parameters", |schema| {
        set_option(schema, &[("storage.fillfactor", "10")])
    }),
    but(
        MARIADB_ONLY,
        but(
            &[("mysql", Expect::Unsupported), ("partitioned", Expect::Works)],
            works("set options: system versioning", |schema| {
                set_option(schema, &[("system-versioning", "true")])
            }),
        ),
    ),
    works("set comment", |schema| {
        let previous = table(schema).comment;
        alter(schema, vec![TableChange::SetComment { previous, next: Some("it's \\ \n".into()) }])
    }),
    but(
        &[
            ("self reference", Expect::RefusedHalfway("1506 1217")),
            ("incoming foreign key", Expect::RefusedHalfway("1506 1217")),
            ("mysql FULLTEXT", Expect::RefusedHalfway("1214")),
        ],
        works("partitions", |schema| {
            let mut changes = drop_constraint(reference(schema).map(Constraint::ForeignKey));
            let unique = table(schema).indexes.get(&"one_code".to_owned()).cloned();
            changes.extend(unique.filter(|index| index.parts.len() == 1).map(TableChange::DropIndex));
            let mut alter = alter_table(schema, changes);
            let name = |name: &str| QualifiedName::bare(name);
            let partition = |called: &str, bound: &str| Partition {
                name: name(called),
                bound: Expression::new(bound),
                partitioning: None,
                options: Properties::new(),
            };
            let partitions = vec![
                partition("low", "VALUES LESS THAN (5)"),
                partition("middle", "VALUES LESS THAN (50)"),
                partition("high", "VALUES LESS THAN (100)"),
                partition("all the rest", "VALUES LESS THAN MAXVALUE"),
            ];
            alter.next.partitioning = Some(Partitioning { by: Expression::new("RANGE (`id`)"), partitions });
            Operation::AlterTable(Box::new(alter))
        }),
    ),
    works("many changes at once", |schema| {
        let index = index(schema);
        let changes = vec![
            AddColumn(
                native_column(
                    schema,
                    "extra",
                    if mysql(schema) { "mediumint unsigned" } else { "mediumint(8) unsigned" },
                )
                .not_null()
                .default_to("5"),
            ),
            DropColumn(column(schema, "spare")),
            change_column(schema, "kind", |column| column.comment = Some("of what".into())),
            DropConstraint(Constraint::Check(few(schema))),
            TableChange::RenameIndex { previous: index, next: "t_title".into() },
            TableChange::SetComment { previous: None, next: Some("changed".into()) },
        ];
        alter(schema, changes)
    }),
];
/// Whether the schema is of the product with a dictionary.
pub(crate) fn mysql(schema: &Schema) -> bool {
    dialect(schema).name() == "mysql"
}

/// A second key from a column that has one already, so that no row breaks it.
fn foreign_key() -> ForeignKey {
    ForeignKey {
        name: Some("again".to_owned()),
        on_update: ReferentialAction::Cascade,
        ..ForeignKey::new(["u_id"], QualifiedName::bare("u"), ["uid"])
    }
}

fn generated(schema: &Schema, stored: bool) -> Column {
    let expression = Expression::new("coalesce(`qty`,5) * 2");
    Column {
        generated: Some(Generated { expression, stored }),
        ..new_column(schema, "extra", &PortableType::BigInt)
    }
}

fn generate(column: &mut Column, stored: Option<bool>) {
    column.generated =
        stored.map(|stored| Generated { expression: Expression::new("concat(`code`)"), stored });
}
