//! Circles between source files: files that use one another, directly or through others.
//!
//! A file uses another where a `use` names something of it, also by way of a re-export. A module and those inside it belong
//! together and are not counted, and neither are tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex_lite::Regex;

/// How many circles there may be.
const MOST: usize = 1;

type Module = Vec<String>;

/// The `use`s of one module: the path of each, and the name under which it is re-exported, if it is.
type Uses = Vec<(Module, Option<String>)>;

#[test]
fn files_do_not_use_one_another_in_more_circles() {
    let mut modules = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &Module::new(), &mut modules);
    let circles = circles(&graph(&modules));
    let shown: Vec<String> = circles.iter().map(|circle| circle.join(" - ")).collect();
    println!("{} circles:\n{}", circles.len(), shown.join("\n"));
    assert!(circles.len() <= MOST, "{} circles, at most {MOST}:\n{}", circles.len(), shown.join("\n"));
}

/// Reads the modules of a folder.
fn read(folder: &Path, module: &[String], modules: &mut BTreeMap<Module, Uses>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
        if path.is_dir() {
            read(&path, &inner, modules);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
            let module = if ["mod", "lib"].contains(&name.as_str()) { module.to_vec() } else { inner };
            let text = std::fs::read_to_string(&path).expect("a text");
            let uses = uses(&module, &text);
            modules.insert(module, uses);
        }
    }
}

/// What a module's text uses outside its tests.
fn uses(module: &[String], text: &str) -> Uses {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let statement = Regex::new(r"(?m)^\s*(pub(?:\(\w+\))? )?use ([^;]+);").expect("a good pattern");
    let mut uses = Uses::new();
    for found in statement.captures_iter(text) {
        let mut paths = Vec::new();
        expand("", &found[2].split_whitespace().collect::<Vec<_>>().join(" "), &mut paths);
        for path in paths {
            let (path, alias) = path.split_once(" as ").unwrap_or((&path, ""));
            let path = absolute(module, path);
            let name = if alias.is_empty() { path.last().cloned() } else { Some(alias.to_owned()) };
            uses.push((path, name.filter(|_| found.get(1).is_some())));
        }
    }
    uses
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expand(start: &str, tree: &str, paths: &mut Vec<String>) {
    let (mut depth, mut from) = (0, 0);
    let ends = tree.char_indices().filter_map(|(at, sign)| {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    });
    for end in ends.collect::<Vec<_>>().into_iter().chain([tree.len()]) {
        let part = tree[from..end].trim();
        from = (end + 1).min(tree.len());
        match part.split_once('{') {
            Some((head, rest)) => expand(&format!("{start}{head}"), rest.trim_end().trim_end_matches('}'), paths),
            None if part.is_empty() => {}
            None => paths.push(format!("{start}{part}")),
        }
    }
}

/// The path from the crate's root.
fn absolute(module: &[String], path: &str) -> Module {
    let mut base = module.to_vec();
    let mut parts = path.split("::").peekable();
    match parts.peek() {
        Some(&"crate") => base.clear(),
        Some(&"self" | &"super") => {}
        _ => base.clear(),
    }
    for part in parts {
        match part {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            name => base.push(name.to_owned()),
        }
    }
    base
}

/// The module that a path leads to, re-exports followed.
fn target(path: &[String], modules: &BTreeMap<Module, Uses>, hops: usize) -> Option<Module> {
    let (module, rest) =
        (1..=path.len()).rev().map(|at| path.split_at(at)).find(|(head, _)| modules.contains_key(*head))?;
    let exported = rest.first().filter(|_| hops > 0).and_then(|name| {
        modules[module].iter().find(|(_, exported)| exported.as_ref() == Some(name)).map(|(path, _)| path)
    });
    match exported {
        Some(path) => target(path, modules, hops - 1),
        None => Some(module.to_vec()),
    }
}

/// Which module uses which.
fn graph(modules: &BTreeMap<Module, Uses>) -> BTreeMap<&Module, BTreeSet<Module>> {
    let used = |module: &Module, uses: &Uses| {
        let targets = uses.iter().filter_map(|(path, _)| target(path, modules, 4));
        targets.filter(|target| !target.starts_with(module) && !module.starts_with(target)).collect()
    };
    modules.iter().map(|(module, uses)| (module, used(module, uses))).collect()
}

/// The groups of modules that each reach all of their group.
fn circles(graph: &BTreeMap<&Module, BTreeSet<Module>>) -> Vec<Vec<String>> {
    let reached = |from: &Module| {
        let mut reached = BTreeSet::new();
        let mut left: Vec<&Module> = graph[from].iter().collect();
        while let Some(module) = left.pop() {
            if reached.insert(module) {
                left.extend(graph.get(module).into_iter().flatten());
            }
        }
        reached
    };
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = graph.keys().map(|module| (*module, reached(module))).collect();
    let mut groups = BTreeSet::new();
    for (module, reached) in &reach {
        let group: BTreeSet<String> =
            reached.iter().filter(|other| reach[**other].contains(*module)).map(|module| module.join("/")).collect();
        if group.len() > 1 {
            groups.insert(group);
        }
    }
    groups.into_iter().map(|group| group.into_iter().collect()).collect()
}

#[test]
fn a_circle_is_found_through_others_and_re_exports() {
    let source = [
        ("a", "use crate::b::{self, c::{Deep, D as E}};\nuse std::fs;"),
        ("b", "pub use self::c::Thing;\nmod c;"),
        ("b::c", "use super::super::d::Other;\nuse super::Thing;"),
        ("d", "use crate::b::Thing;\n#[cfg(test)]\nmod tests {\nuse crate::e::X;\n}"),
        ("e", "use crate::d::Other;\n// use crate::a::X;"),
    ];
    let modules: BTreeMap<Module, Uses> = source
        .iter()
        .map(|(name, text)| {
            let module: Module = name.split("::").map(str::to_owned).collect();
            let uses = uses(&module, text);
            (module, uses)
        })
        .collect();
    assert_eq!(circles(&graph(&modules)), [["b/c", "d"]]);
}
