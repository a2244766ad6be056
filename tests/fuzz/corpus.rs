//! The seeds of the random inputs: the words, files and responses of the recorded cases.

use serde_json::Value;

/// Texts of the recorded cases, by what they are.
#[derive(Default)]
pub struct Corpus {
    pub words: Vec<String>,
    pub queries: Vec<String>,
    pub json: Vec<String>,
    pub yaml: Vec<String>,
    pub config: Vec<String>,
    pub bodies: Vec<String>,
}

impl Corpus {
    pub fn load() -> Self {
        let mut corpus = Self::default();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines().for_each(|line| corpus.take(&serde_json::from_str(line).unwrap()));
        }
        for texts in [
            &mut corpus.words,
            &mut corpus.queries,
            &mut corpus.json,
            &mut corpus.yaml,
            &mut corpus.config,
            &mut corpus.bodies,
        ] {
            texts.sort();
            texts.dedup();
            assert!(!texts.is_empty(), "the recorded cases hold something of each kind");
        }
        corpus
    }

    fn take(&mut self, case: &Value) {
        let words: Vec<&str> = case["argv"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (place, word) in words.iter().enumerate() {
            let kind = match place.checked_sub(1).map(|before| words[before]) {
                Some("--query") => &mut self.queries,
                Some("--cli-input-json") => &mut self.json,
                Some("--cli-input-yaml") => &mut self.yaml,
                _ => &mut self.words,
            };
            kind.push((*word).to_owned());
        }
        for (name, content) in case["files"].as_object().into_iter().flatten() {
            let Some(content) = content.as_str() else { continue };
            let kind = if name.contains("config") || name.contains("credentials") {
                &mut self.config
            } else if name.ends_with("json") {
                &mut self.json
            } else {
                &mut self.yaml
            };
            kind.push(content.to_owned());
        }
        for response in case["responses"].as_array().into_iter().flatten() {
            match (&response["json"], response["raw"].as_str().or(response["text"].as_str())) {
                (_, Some(text)) => self.bodies.push(text.to_owned()),
                (json, None) => self.bodies.push(json.to_string()),
            }
        }
    }
}
