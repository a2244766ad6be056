//! Profiles and regions against another implementation of the same files: the SDK's own loader.

use std::path::Path;
use std::process::Command;

use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use serde_json::Value;

const CONFIG: &str = "\
[default]
region = eu-west-1
[profile plain]
region=eu-central-1
[profile trailing]
region = ap-south-1\x20\x20
# region = none
[profile spaced]
region	=	us-west-2
output = text
[profile nested]
s3 =
  region = not-this-one
region = ca-central-1
";

fn sdk(file: &Path, profile: &str) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Config, file).build();
    let finder = ProfileFileRegionProvider::builder().profile_files(files).profile_name(profile).build();
    runtime.block_on(finder.region()).map(|region| region.as_ref().to_owned())
}

fn ours(file: &Path, profile: &str) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_redrive-execution"))
        .args(["doctor", "--output", "json", "--profile", profile])
        .env_clear()
        .env("AWS_CONFIG_FILE", file)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("the program runs");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let settings = found.get("settings")?.as_array()?;
    let region = settings.iter().find(|setting| setting.get("setting").is_some_and(|name| name == "region"))?;
    region.get("value")?.as_str().map(str::to_owned)
}

#[test]
fn a_profile_has_the_region_that_the_sdk_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, CONFIG).expect("a file");
    for profile in ["default", "plain", "trailing", "spaced", "nested"] {
        let region = sdk(&file, profile);
        assert!(region.is_some(), "{profile}");
        assert_eq!(ours(&file, profile), region, "{profile}");
    }
}
