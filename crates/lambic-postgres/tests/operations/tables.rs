//! Rows of the matrix: changes of a table.

use TableChange::{AddColumn, AddConstraint, AlterColumn, CreateIndex, DropColumn, DropConstraint};
use lambic_core::Operation;
use lambic_core::operation::{Object, TableChange};
use lambic_core::schema::{
    BigInteger, Check, Column, Constraint, Deferrable, Exclusion, ForeignKey, Generated, Identity,
    IdentityKind, Index, Key, KeyPart, NativeType, ObjectKind, QualifiedName, SequenceOptions, Table,
};

use crate::cases::{
    Case, alter, alter_column, alter_table, column, constraint, foreign_key, index, new_column, portable,
    properties, rename_columns, rewrite, set_option, table, table_id, text, users, works,
};

fn identity(kind: IdentityKind) -> Identity {
    Identity::new(kind)
}

fn retype(column: &mut Column, native: &str) {
    column.native = NativeType::new(native);
    column.portable = portable(native);
}

fn generated(name: &str, expression: &str, stored: bool) -> Column {
    let generated = Some(Generated { expression: text(expression), stored });
    Column { generated, ..new_column(name, "integer") }
}

fn swap_kind(schema: &lambic_core::Schema, kinds: &[Option<IdentityKind>; 2]) -> Operation {
    alter_column(schema, "id", |column| {
        let now = column.identity.as_ref().map(|identity| identity.kind.clone());
        let next = if now == kinds[0] { kinds[1].clone() } else { kinds[0].clone() };
        column.identity = next.map(identity);
    })
}

pub(crate) const CASES: &[Case] = &[
    works("create table", |_| {
        let mut table = Table::new(
            QualifiedName::bare("n"),
            vec![
                Column {
                    identity: Some(identity(IdentityKind::Serial)),
                    ..new_column("id", "bigint").not_null()
                },
                Column { comment: Some("it's".into()), ..new_column("a \"b\"", "numeric(5,2)") },
                new_column("c", "timestamp(3) with time zone").default_to("CURRENT_TIMESTAMP"),
                new_column("d", "small"),
                new_column("e", "pair[]"),
                new_column("f", "character varying(3)").default_to("'x'::character varying").not_null(),
            ],
        );
        table.primary_key = Some(Key::over(["id"]).named("n_key"));
        table.uniques.push(Key { deferrable: Some(Deferrable::Deferred), ..Key::over(["f"]).named("n_f") });
        table.foreign_keys.push(ForeignKey {
            name: Some("n_u".into()),
            validated: false,
            comment: Some("later".into()),
            ..ForeignKey::new(["d"], QualifiedName::bare("u"), ["uid"])
        });
        table
            .indexes
            .insert(Index::new("n_e", vec![KeyPart::column("c").descending(), KeyPart::column("f")]));
        table.comment = Some("new".into());
        table.options = properties(&[
            ("storage.fillfactor", "70"),
            ("row-security", "true"),
            ("replica-identity", "full"),
        ]);
        Operation::create(Object::Table(Box::new(table)))
    }),
    works("drop table", |schema| Operation::Drop {
        object: Object::Table(Box::new(table(schema))),
        dependents: users(schema, &table_id("t")),
    })
    .not_on(&["incoming foreign key"]),
    works("add column", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "text").default_to("'it''s'::text"))])
    }),
    works("add column NOT NULL", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "integer").not_null().default_to("'-1'::integer"))])
    }),
    works("add column with everything", |schema| {
        let column = Column {
            collation: Some("\"C\"".into()),
            comment: Some("more".into()),
            options: properties(&[
                ("storage", "external"),
                ("statistics", "50"),
                ("attribute.n_distinct", "5"),
            ]),
            ..new_column("extra", "text").default_to("gen_random_uuid()").not_null()
        };
        alter(schema, vec![AddColumn(column)])
    }),
    works("add column with a foreign key and a check", |schema| {
        let key = ForeignKey {
            name: Some("to_log".into()),
            ..ForeignKey::new(["extra"], QualifiedName::bare("log"), ["id"])
        };
        let check = Check { name: Some("extra_low".into()), ..Check::new("extra < 5") };
        let column = new_column("extra", "integer");
        let constraints = [Constraint::ForeignKey(key), Constraint::Check(check)].map(AddConstraint);
        alter(schema, [AddColumn(column)].into_iter().chain(constraints).collect())
    }),
    works("add column: identity", |schema| {
        let sequence =
            SequenceOptions { increment: Some(BigInteger(-2)), cycle: true, ..SequenceOptions::default() };
        let identity = Some(Identity { kind: IdentityKind::Always, sequence: Box::new(sequence) });
        alter(schema, vec![AddColumn(Column { identity, ..new_column("extra", "smallint").not_null() })])
    })
    .not_on(&["15 partitioned"]),
    works("add column: serial", |schema| {
        let identity = Some(identity(IdentityKind::Serial));
        let options = properties(&[("sequence", "my_numbers")]);
        alter(schema, vec![AddColumn(Column { identity, options, ..new_column("extra", "bigint") })])
    }),
    works("add column: stored", |schema| {
        alter(schema, vec![AddColumn(generated("extra", "qty + u_id", true))])
    }),
    works("add column: virtual", |schema| {
        alter(schema, vec![AddColumn(generated("extra", "qty + u_id", false))])
    })
    .since(18),
    works("add column of an enumerated type", |schema| {
        alter(schema, vec![AddColumn(new_column("extra", "mood").default_to("'happy'::mood").not_null())])
    }),
    works("drop column", |schema| alter(schema, vec![DropColumn(column(schema, "spare"))]))
        .not_on(&["view", "partial and expression index"]),
    works("drop column that a constraint needs", |schema| {
        let key = constraint(schema, "to_u");
        alter(schema, vec![DropConstraint(key), DropColumn(column(schema, "u_id"))])
    })
    .one_way()
    .not_on(&["generated column"]),
    works("rename column", |schema| rename_columns(schema, &[("qty", "amount")])),
    works("rename column of a key", |schema| rename_columns(schema, &[("id", "key")])),
    works("swap columns", |schema| {
        rename_columns(schema, &[("u_id", "between"), ("spare", "u_id"), ("between", "spare")])
    }),
    works("rename column and drop the one of that name", |schema| {
        let dropped = DropColumn(column(schema, "spare"));
        let renamed = TableChange::RenameColumn { previous: "u_id".into(), next: "spare".into() };
        let mut alter = alter_table(schema, vec![dropped, renamed]);
        rewrite(&mut alter, "u_id", "spare");
        Operation::AlterTable(Box::new(alter))
    })
    .not_on(&["view", "partial and expression index"])
    .refills(&["spare"]),
    works("alter column: default", |schema| {
        alter_column(schema, "name", |column| *column = column.clone().default_to("'y'::text"))
    }),
    works("alter column: no default", |schema| alter_column(schema, "qty", |column| column.default = None)),
    works("alter column: nullable", |schema| alter_column(schema, "code", |column| column.nullable = true)),
    works("alter column: not null", |schema| alter_column(schema, "name", |column| column.nullable = true)),
    works("alter column: comment", |schema| {
        alter_column(schema, "qty", |column| column.comment = Some("n".into()))
    }),
    works("alter column: collation", |schema| {
        alter_column(schema, "spare", |column| column.collation = Some("\"POSIX\"".into()))
    }),
    works("alter column: type", |schema| alter_column(schema, "qty", |column| retype(column, "bigint"))),
    works("alter column: wider", |schema| {
        alter_column(schema, "code", |column| retype(column, "character varying(20)"))
    }),
    works("alter column: enumeration to text", |schema| {
        let mut operation = alter_column(schema, "mood", |column| {
            retype(column, "text");
            column.default = Some(text("'ok'::text"));
        });
        let Operation::AlterTable(alter) = &mut operation else { return operation };
        for dependent in &mut alter.dependents {
            dependent.next.depends_on.retain(|need| need.kind != ObjectKind::Enum);
        }
        operation
    })
    .not_on(&["policy"]),
    works("alter column: text to number", |schema| {
        alter_column(schema, "spare", |column| retype(column, "smallint"))
    })
    .loose()
    .not_on(&["view"]),
    works("alter column: identity or plain", |schema| swap_kind(schema, &[Some(IdentityKind::Always), None])),
    works("alter column: serial or plain", |schema| swap_kind(schema, &[Some(IdentityKind::Serial), None])),
    works("alter column: serial or identity", |schema| {
        swap_kind(schema, &[Some(IdentityKind::Serial), Some(IdentityKind::Always)])
    }),
    works("alter column: numbering, from one", |schema| {
        alter_column(schema, "id", |column| {
            let mut sequence = column.identity.clone().unwrap_or(identity(IdentityKind::ByDefault)).sequence;
            sequence.increment = Some(BigInteger(10));
            sequence.cache = Some(BigInteger(7));
            column.identity = Some(Identity { kind: IdentityKind::ByDefault, sequence });
        })
    }),
    works("alter column: generated expression", |schema| {
        let before = column(schema, "spare");
        let mut changes = vec![DropColumn(before), AddColumn(generated("spare", "qty * 2", true))];
        if table(schema).column("half").is_some() {
            let half = column(schema, "half");
            let generated = Some(Generated { expression: text("u_id / 3"), stored: true });
            let next = Column { generated, ..half.clone() };
            changes = vec![AlterColumn { previous: half.into(), next: next.into() }];
        }
        alter(schema, changes)
    })
    .refills(&["half", "spare"])
    .not_on(&["view", "partial and expression index", "15 generated column"]),
    works("alter column: no longer generated", |schema| {
        let name = if table(schema).column("loud").is_some() { "loud" } else { "qty" };
        alter_column(schema, name, |column| match column.generated.take() {
            Some(_) => {}
            None => column.generated = Some(Generated { expression: text("u_id + 1"), stored: true }),
        })
    })
    .one_way()
    .not_on(&UNCOMPUTED),
    works("alter column: storage and statistics", |schema| {
        alter_column(schema, "spare", |column| {
            column.options = properties(&[
                ("storage", "main"),
                ("statistics", "7"),
                ("attribute.n_distinct", "-0.5"),
                ("compression", "pglz"),
            ]);
        })
    }),
    works("alter column: named not null", |schema| {
        alter_column(schema, "code", |column| column.options = properties(&[("not-null.name", "code given")]))
    })
    .since(18),
    works("alter column: unchecked not null", |schema| {
        alter_column(schema, "u_id", |column| {
            column.nullable = false;
            column.options = properties(&[("not-null.name", "u_given"), ("not-null.not-valid", "true")]);
        })
    })
    .since(18),
    works("another primary key", |schema| {
        let mut changes = vec![DropConstraint(constraint(schema, "t_key"))];
        let key = Key { include: vec!["name".into()], ..Key::over(["id", "code"]).named("the key") };
        changes.push(AddConstraint(Constraint::PrimaryKey(key)));
        alter(schema, changes)
    })
    .not_on(&["incoming foreign key", "self reference"]),
    works("add unique constraint", |schema| {
        let key = Key {
            include: vec!["spare".into()],
            comment: Some("one each".into()),
            options: properties(&[("storage.fillfactor", "80")]),
            ..Key::over(["id", "qty"]).named("uq")
        };
        alter(schema, vec![AddConstraint(Constraint::Unique(key))])
    }),
    works("add unique constraint, NULLs equal", |schema| {
        let key = Key {
            options: properties(&[("nulls-not-distinct", "true")]),
            ..Key::over(["id", "qty"]).named("uq")
        };
        alter(schema, vec![AddConstraint(Constraint::Unique(key))])
    })
    .since(15),
    works("drop unique constraint", |schema| {
        alter(schema, vec![DropConstraint(constraint(schema, "one_code"))])
    })
    .not_on(&["incoming foreign key"]),
    works("add foreign key", |schema| {
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(foreign_key()))])
    })
    .not_on(&FILLED),
    works("add foreign key, unchecked", |schema| {
        let key = ForeignKey { validated: false, deferrable: Some(Deferrable::Immediate), ..foreign_key() };
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(key))])
    })
    .not_on(&["15 partitioned"]),
    works("add foreign key, not enforced", |schema| {
        let key = ForeignKey { enforced: false, ..foreign_key() };
        alter(schema, vec![AddConstraint(Constraint::ForeignKey(key))])
    })
    .since(18),
    works("drop foreign key", |schema| alter(schema, vec![DropConstraint(constraint(schema, "to_u"))])),
    works("add check", |schema| {
        let check = Check { name: Some("odd".into()), comment: Some("13".into()), ..Check::new("qty <> 13") };
        alter(schema, vec![AddConstraint(Constraint::Check(check))])
    }),
    works("add check, unchecked", |schema| {
        let check = Check { name: Some("odd".into()), validated: false, ..Check::new("qty <> 12") };
        alter(schema, vec![AddConstraint(Constraint::Check(check))])
    }),
    works("add check, not inherited", |schema| {
        let options = properties(&[("no-inherit", "true")]);
        let check = Check { name: Some("odd".into()), options, ..Check::new("qty <> 13") };
        alter(schema, vec![AddConstraint(Constraint::Check(check))])
    })
    .not_on(&["partitioned"]),
    works("add check, not enforced", |schema| {
        let check = Check { name: Some("odd".into()), enforced: false, ..Check::new("qty <> 12") };
        alter(schema, vec![AddConstraint(Constraint::Check(check))])
    })
    .since(18),
    works("drop check", |schema| alter(schema, vec![DropConstraint(constraint(schema, "few"))])),
    works("add exclusion constraint", |schema| {
        let definition =
            text("EXCLUDE USING gist (int4range(id, (id + 1)) WITH &&) WHERE ((id > 0)) DEFERRABLE");
        let exclusion =
            Exclusion { name: Some("apart".into()), definition, comment: Some("no overlap".into()) };
        alter(schema, vec![AddConstraint(Constraint::Exclusion(exclusion))])
    })
    .not_on(&["partitioned"]),
    works("add key without overlaps", |schema| {
        let options = properties(&[("without-overlaps", "true")]);
        let key = Key { options, ..Key::over(["extra"]).named("apart") };
        alter(
            schema,
            vec![AddColumn(new_column("extra", "int4range")), AddConstraint(Constraint::Unique(key))],
        )
    })
    .since(18)
    .not_on(&FIXTURES_ALL),
    works("rename constraint", |schema| {
        let previous = constraint(schema, "few");
        alter(schema, vec![TableChange::RenameConstraint { previous, next: "many \"and\" more".into() }])
    }),
    works("rename key", |schema| {
        let previous = constraint(schema, "one_code");
        alter(schema, vec![TableChange::RenameConstraint { previous, next: "code once".into() }])
    }),
    works("alter constraint", |schema| {
        let Constraint::ForeignKey(previous) = constraint(schema, "to_u") else { panic!("to_u is another") };
        let next = ForeignKey {
            deferrable: Some(Deferrable::Deferred),
            comment: Some("later".into()),
            ..previous.clone()
        };
        let (previous, next) = (Constraint::ForeignKey(previous), Constraint::ForeignKey(next));
        alter(schema, vec![TableChange::AlterConstraint { previous, next }])
    }),
    works("alter check", |schema| {
        let Constraint::Check(previous) = constraint(schema, "few") else { panic!("few is another") };
        let next = Check { validated: false, comment: Some("unchecked".into()), ..previous.clone() };
        let (previous, next) = (Constraint::Check(previous), Constraint::Check(next));
        alter(schema, vec![TableChange::AlterConstraint { previous, next }])
    }),
    works("create index", |schema| {
        let index = Index {
            unique: true,
            predicate: Some(text("code IS NOT NULL")),
            include: vec!["qty".into()],
            comment: Some("it".into()),
            options: properties(&[("storage.fillfactor", "60"), ("statistics.1", "99")]),
            ..Index::new(
                "new index",
                vec![
                    KeyPart {
                        collation: Some("\"C\"".into()),
                        ..KeyPart::expression("(code)::text || '!'::text").descending()
                    },
                    KeyPart { nulls: Some("first".into()), ..KeyPart::column("id") },
                ],
            )
        };
        alter(schema, vec![CreateIndex(index)])
    }),
    works("create index of another method", |schema| {
        let parts =
            vec![KeyPart { operator_class: Some("text_pattern_ops".into()), ..KeyPart::column("name") }];
        let hash =
            Index { method: Some("hash".into()), ..Index::new("i_hash", vec![KeyPart::column("qty")]) };
        alter(schema, vec![CreateIndex(Index::new("i_pattern", parts)), CreateIndex(hash)])
    }),
    works("drop index", |schema| alter(schema, vec![TableChange::DropIndex(index(schema))])),
    works("rename index", |schema| {
        alter(schema, vec![TableChange::RenameIndex { previous: index(schema), next: "by name".into() }])
    }),
    works("alter index", |schema| {
        let options = properties(&[("storage.fillfactor", "50"), ("storage.deduplicate_items", "off")]);
        let next = Index { options, comment: Some("tight".into()), ..index(schema) };
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    })
    .not_on(&["partitioned"]),
    works("alter index: what it covers", |schema| {
        let next = Index { predicate: Some(text("qty > 1")), ..index(schema) };
        alter(schema, vec![TableChange::AlterIndex { previous: index(schema), next }])
    }),
    works("many changes at once", |schema| {
        let qty = column(schema, "qty");
        let mut wide = qty.clone().default_to("5");
        retype(&mut wide, "bigint");
        let mut alter = alter_table(
            schema,
            vec![
                TableChange::RenameColumn { previous: "u_id".into(), next: "user".into() },
                AddColumn(new_column("extra", "integer").not_null().default_to("5")),
                AlterColumn { previous: qty.into(), next: wide.into() },
                DropConstraint(constraint(schema, "few")),
                CreateIndex(Index::new("by_extra", vec![KeyPart::column("extra")])),
                TableChange::RenameIndex { previous: index(schema), next: "t_title".into() },
                TableChange::SetComment { previous: table(schema).comment, next: Some("many".into()) },
            ],
        );
        rewrite(&mut alter, "u_id", "\"user\"");
        Operation::AlterTable(Box::new(alter))
    }),
];

/// Every fixture that has rows that no `u` belongs to.
const FILLED: [&str; 13] = [
    "rows",
    "trigger",
    "view",
    "incoming foreign key",
    "self reference",
    "partial and expression index",
    "generated column",
    "identity",
    "serial",
    "partitioned",
    "policy",
    "inheritance",
    "unlogged",
];

/// Every fixture without a generated column: what is plain stays plain.
const UNCOMPUTED: [&str; 13] = [
    "empty table",
    "rows",
    "trigger",
    "view",
    "incoming foreign key",
    "self reference",
    "partial and expression index",
    "identity",
    "serial",
    "partitioned",
    "policy",
    "inheritance",
    "unlogged",
];

/// A key without overlaps needs a scalar column besides, for which there is no operator class at hand.
const FIXTURES_ALL: [&str; 14] = crate::fixtures::FIXTURES;

pub(crate) const OPTIONS: &[Case] = &[
    works("set options: storage parameters", |schema| {
        set_option(
            schema,
            &[("storage.fillfactor", Some("55")), ("storage.toast.autovacuum_enabled", Some("false"))],
        )
    })
    .not_on(&["partitioned"]),
    works("set options: unlogged", |schema| set_option(schema, &[("unlogged", Some("true"))]))
        .not_on(&["partitioned", "incoming foreign key"]),
    works("set options: row security", |schema| {
        set_option(schema, &[("row-security", Some("true")), ("row-security.force", Some("true"))])
    }),
    works("set options: replica identity", |schema| {
        set_option(
            schema,
            &[("replica-identity", Some("index")), ("replica-identity.index", Some("one_code"))],
        )
    }),
    works("set options: cluster", |schema| set_option(schema, &[("cluster", Some("t_name"))]))
        .not_on(&["partitioned"]),
    works("set options: inherits", |schema| {
        let parents =
            if table(schema).options.contains_key("inherits") { "parent, naming" } else { "naming" };
        set_option(schema, &[("inherits", Some(parents))])
    })
    .not_on(&["partitioned"]),
    works("set options: engine", |schema| set_option(schema, &[("engine", Some("InnoDB"))])).since(99),
    works("set comment", |schema| {
        let previous = table(schema).comment;
        alter(schema, vec![TableChange::SetComment { previous, next: Some("it's more".into()) }])
    }),
    works("partitions", |schema| {
        let previous = table(schema).comment;
        let mut alter =
            alter_table(schema, vec![TableChange::SetComment { previous, next: Some("more".into()) }]);
        let Some(partitioning) = &mut alter.next.partitioning else {
            return Operation::AlterTable(Box::new(alter));
        };
        let mut more = partitioning.partitions.iter().find(|one| one.partitioning.is_none()).unwrap().clone();
        more.name = QualifiedName::bare("t_more");
        more.bound = text("FOR VALUES FROM (100) TO (200)");
        partitioning.partitions.push(more);
        Operation::AlterTable(Box::new(alter))
    }),
];
