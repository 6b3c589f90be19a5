//! The hash by which a change of write-only secrets is noticed.
//!
//! Argon2id with OWASP's parameters for little memory (7 MiB, five passes), about 20 ms: slow on purpose,
//! since the hash is stored in the state. One runs at a time, in a buffer that is kept: each further buffer
//! would be half of what the provider holds otherwise, and Terraform itself keeps the other processors busy
//! meanwhile. What was compared is remembered: an update compares when Terraform asks for its plan once more,
//! and again when it is carried out.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex as StdMutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use blake2::{Blake2b256, Digest as _};
use serde_json::{Map, Value as Json};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const SALT: usize = 16;
const HASH: usize = 32;

/// What a hash works in; empty until the first.
static BUFFER: Mutex<Vec<Block>> = Mutex::const_new(Vec::new());

/// The comparisons that are remembered; more than a large fleet has.
const COMPARED: usize = 20_000;

/// What was compared in this process, and whether it matched.
static ANSWERS: LazyLock<Answers> =
    LazyLock::new(|| Answers { key: rand::random(), answers: StdMutex::default() });

/// Each comparison under a digest of hash and secrets, which tells nothing outside of this process: the key
/// is its own.
struct Answers {
    key: [u8; 32],
    answers: StdMutex<HashMap<[u8; 32], bool>>,
}

impl Answers {
    fn digest(&self, hash: &str, text: &[u8]) -> [u8; 32] {
        // The text is an object's, so its first character ends the hash.
        Blake2b256::new().chain_update(self.key).chain_update(hash).chain_update(text).finalize().into()
    }

    fn get(&self, digest: &[u8; 32]) -> Option<bool> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(digest).copied()
    }

    fn keep(&self, digest: [u8; 32], answer: bool) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() == COMPARED {
            answers.clear();
        }
        answers.insert(digest, answer);
    }
}

/// A new hash of secrets as they are sent, salted anew.
pub(super) async fn of(secrets: &Map<String, Json>) -> String {
    let salt: [u8; SALT] = *uuid::Uuid::new_v4().as_bytes();
    let hash = slow_hash(text(secrets), salt).await;
    format!("{}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash))
}

/// Whether these are the secrets of the hash.
pub(super) async fn matches(hash: &str, secrets: &Map<String, Json>) -> bool {
    let text = text(secrets);
    let digest = ANSWERS.digest(hash, &text);
    if let Some(answer) = ANSWERS.get(&digest) {
        return answer;
    }
    let Some((salt, hash)) = hash.split_once('$') else { return false };
    let salt: Option<[u8; SALT]> = STANDARD_NO_PAD.decode(salt).ok().and_then(|salt| salt.try_into().ok());
    let (Some(salt), Ok(hash)) = (salt, STANDARD_NO_PAD.decode(hash)) else { return false };
    let answer = slow_hash(text, salt).await.as_slice() == hash;
    ANSWERS.keep(digest, answer);
    answer
}

/// A map is written with sorted keys, so equal secrets are equal text.
fn text(secrets: &Map<String, Json>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(secrets).unwrap_or_default())
}

async fn slow_hash(text: Zeroizing<Vec<u8>>, salt: [u8; SALT]) -> [u8; HASH] {
    // The guard goes along, so that a caller who gives up does not let a second one begin meanwhile.
    let mut buffer = BUFFER.lock().await;
    let hashed = tokio::task::spawn_blocking(move || {
        let mut hash = [0; HASH];
        let parameters = Params::new(MEMORY_KIB, PASSES, 1, Some(HASH)).unwrap_or_default();
        buffer.resize(parameters.block_count(), Block::new());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        // Fails only for parameters out of bounds, and these are constants.
        let _ = argon2.hash_password_into_with_memory(&text, &salt, &mut hash, buffer.as_mut_slice());
        // Nothing that came of the secrets stays.
        buffer.fill(Block::new());
        hash
    });
    hashed.await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn many_hashes_share_one_clean_buffer() {
        let tasks: Vec<_> = (0..12).map(|_| tokio::spawn(async { of(&Map::new()).await })).collect();
        for task in tasks {
            assert!(matches(&task.await.unwrap(), &Map::new()).await);
        }
        let buffer = BUFFER.lock().await;
        assert_eq!(buffer.len(), MEMORY_KIB as usize);
        assert!(buffer.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[tokio::test]
    async fn equal_secrets_match_and_others_do_not() {
        let secrets = |json: Json| json.as_object().cloned().unwrap_or_default();
        let hash = of(&secrets(json!({"user": "u", "password": "hunter2"}))).await;
        assert!(matches(&hash, &secrets(json!({"password": "hunter2", "user": "u"}))).await);
        assert!(!matches(&hash, &secrets(json!({"password": "hunter3", "user": "u"}))).await);
        assert_ne!(hash, of(&secrets(json!({"user": "u", "password": "hunter2"}))).await, "salted");
        assert!(!hash.contains("hunter2"));
        for broken in ["", "$", "a$b", "!$!"] {
            assert!(!matches(broken, &Map::new()).await);
        }
    }

    #[tokio::test]
    async fn what_was_compared_is_remembered_under_both_of_its_parts() {
        let secrets = |key: &str| Map::from_iter([("key".to_owned(), Json::from(key))]);
        let hash = of(&secrets("a")).await;
        for (key, answer) in [("a", true), ("b", false)] {
            let digest = ANSWERS.digest(&hash, &text(&secrets(key)));
            assert_eq!(ANSWERS.get(&digest), None);
            for _ in 0..2 {
                assert_eq!(matches(&hash, &secrets(key)).await, answer);
                assert_eq!(ANSWERS.get(&digest), Some(answer));
            }
        }
        assert!(!matches(&of(&secrets("b")).await, &secrets("a")).await, "another hash, another answer");
    }

    #[test]
    fn only_so_much_is_remembered() {
        let answers = Answers { key: [0; 32], answers: StdMutex::default() };
        for number in 0..=COMPARED {
            answers.keep(answers.digest(&number.to_string(), b"{}"), true);
        }
        let held = answers.answers.lock().unwrap().len();
        assert!((1..=COMPARED).contains(&held), "{held}");
    }
}
