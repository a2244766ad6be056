//! The packages of the project as `cargo metadata` lists them.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::variable::variable;

/// A package.
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: String,
    /// None for what is in this folder.
    pub source: Option<String>,
    id: String,
    is_macro: bool,
}

/// A dependency that the project names.
pub struct Direct {
    /// The name it goes by in the code.
    pub name: String,
    pub only_for_tests: bool,
}

/// All packages of the project, tests and tools of the build among them.
pub struct Packages {
    packages: Vec<Package>,
    metadata: Value,
}

impl Packages {
    /// Asks cargo, without a network.
    pub fn of_the_project() -> Self {
        let cargo = variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
        let words = [
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ];
        let output =
            Command::new(cargo).args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
        let packages = list(&metadata["packages"]).map(package).collect();
        Self { packages, metadata }
    }

    /// Every one.
    pub fn all(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter()
    }

    /// What ends up in the program.
    pub fn in_the_program(&self) -> impl Iterator<Item = &Package> {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut next = vec![text(&self.metadata["resolve"]["root"])];
        while let Some(id) = next.pop() {
            let is_macro = self.packages.iter().any(|package| package.id == id && package.is_macro);
            if is_macro || !reached.insert(id) {
                continue;
            }
            let node = list(&self.metadata["resolve"]["nodes"]).find(|node| text(&node["id"]) == id);
            for dependency in node.into_iter().flat_map(|node| list(&node["deps"])) {
                if list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()) {
                    next.push(text(&dependency["pkg"]));
                }
            }
        }
        self.packages.iter().filter(move |package| reached.contains(package.id.as_str()))
    }

    /// What the project itself names.
    pub fn direct(&self) -> Vec<Direct> {
        let root = text(&self.metadata["resolve"]["root"]);
        let package = list(&self.metadata["packages"]).find(|package| text(&package["id"]) == root);
        package
            .into_iter()
            .flat_map(|package| list(&package["dependencies"]))
            .map(|dependency| Direct {
                name: dependency["rename"].as_str().unwrap_or_else(|| text(&dependency["name"])).to_owned(),
                only_for_tests: dependency["kind"].as_str() == Some("dev"),
            })
            .collect()
    }
}

fn package(package: &Value) -> Package {
    let kinds = list(&package["targets"]).flat_map(|target| list(&target["kind"]));
    Package {
        name: text(&package["name"]).to_owned(),
        version: text(&package["version"]).to_owned(),
        licence: text(&package["license"]).to_owned(),
        source: package["source"].as_str().map(str::to_owned),
        id: text(&package["id"]).to_owned(),
        is_macro: kinds.into_iter().any(|kind| text(kind) == "proc-macro"),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
