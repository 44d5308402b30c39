//! Encryption: nothing in clear, and who can't open it.

use std::fs;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ironward_core::history::Verdict;
use ironward_core::state::Lineage;
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use ironward_store::codec::keys::{Cost, DataKey, KeyDocument, KeyWrapper, Passphrase, Wrapped};
use ironward_store::{LocalStore, Options, Protection};

use crate::world::{SEED, World, append, apply, life, wait};

/// `cargo xtask test` looks for this in every file that is left.
const SECRET: &str = "correct 9tQ4vX7kLm2ZwR8n";

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn passphrase(text: &str) -> Protection {
    Protection::Passphrase(Arc::new(Passphrase::new(text)), CHEAP)
}

fn open(world: &World, protection: Protection) -> Result<LocalStore, StoreError> {
    wait(LocalStore::open(world.dir(), Options::new("test", protection).with_lineage(SEED)))
}

#[test]
fn nothing_is_readable_in_the_files_of_an_encrypted_state() {
    let told =
        ["fhir", "ada@lab", "id-first", "id-second", "Test::Thing", "src/main.rs", "succeeded", "5f5f5f"];
    let found = |world: &World| -> Vec<&str> {
        world.fill(&apply(2, &life("second"), Some(Verdict::Succeeded)));
        let copy = world.copy();
        assert_eq!(copy.len(), 4);
        let all: Vec<u8> = copy.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let all = String::from_utf8(all).unwrap();
        told.into_iter().filter(|text| all.contains(text)).collect()
    };
    assert_eq!(found(&World::sealed()), Vec::<&str>::new());
    assert_eq!(found(&World::plain()), told, "the search finds what is in clear");
}

/// Everything that is wrong says so once, with a hint, and changes nothing.
#[track_caller]
fn refused(world: &World, protection: Protection, what: &str) {
    let before = world.copy();
    let error = open(world, protection).expect_err("it was opened");
    assert!(error.to_string().contains(what), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(world.copy(), before, "a refused state was touched");
}

#[test]
fn a_passphrase_opens_what_it_closed_and_another_doesn_t() {
    let world = World::sealed();
    append(&open(&world, passphrase(SECRET)).unwrap(), &life("a"));
    let state = wait(open(&world, passphrase(SECRET)).unwrap().load()).unwrap();
    assert_eq!(state.serial, 3);
    refused(&world, passphrase("correct 9tQ4vX7kLm2ZwR8m"), "the passphrase doesn't open");
    refused(&world, passphrase(""), "the passphrase doesn't open");
    // The cost is the one that the state was begun with.
    let dearer = Cost { memory_kib: 128, ..CHEAP };
    let protection = Protection::Passphrase(Arc::new(Passphrase::new(SECRET)), dearer);
    assert!(open(&world, protection).is_ok());
    let Wrapped::Passphrase { cost, .. } = KeyDocument::read(&world.read("key.json")).unwrap().wrapped else {
        panic!("it isn't under a passphrase")
    };
    assert_eq!(cost, CHEAP);
}

#[test]
fn the_usual_cost_is_the_one_of_the_standard() {
    assert_eq!(Cost::default(), Cost { memory_kib: 65_536, passes: 3, lanes: 1 });
}

#[test]
fn an_absurd_cost_is_not_paid() {
    let world = World::sealed();
    drop(open(&world, passphrase("p")).unwrap());
    let mut document = KeyDocument::read(&world.read("key.json")).unwrap();
    if let Wrapped::Passphrase { cost, .. } = &mut document.wrapped {
        cost.memory_kib = u32::MAX;
    }
    world.write("key.json", document.write());
    refused(&world, passphrase("p"), "the passphrase doesn't open");
}

#[test]
fn a_missing_key_file_and_one_of_another_state_are_told_apart() {
    let world = World::sealed();
    world.fill(&[]);
    let key = fs::read(world.key_file()).unwrap();
    fs::remove_file(world.key_file()).unwrap();
    refused(&world, world.protection(), &format!("the key file {} is missing", world.key_file().display()));
    fs::write(world.key_file(), [3; 32]).unwrap();
    refused(&world, world.protection(), "isn't the one of");
    fs::write(world.key_file(), key).unwrap();
    assert_eq!(world.load().applies, 1);
}

#[test]
fn the_key_document_of_another_state_is_refused() {
    let (world, mut other) = (World::sealed(), World::sealed());
    other.seed = [9; 16];
    world.fill(&[]);
    other.fill(&[]);
    world.write("key.json", other.read("key.json"));
    fs::create_dir_all(world.keys()).unwrap();
    fs::copy(other.key_file(), world.keys().join(other.key_file().file_name().unwrap())).unwrap();
    refused(&world, world.protection(), "of another state");
}

#[test]
fn another_protection_is_named() {
    let world = World::sealed();
    world.fill(&[]);
    refused(&world, passphrase("p"), "is protected by `key-file`");
    refused(&world, Protection::None, "is protected by `key-file`");
    let hint = open(&world, Protection::None).unwrap_err().hint().unwrap().to_owned();
    assert_eq!(hint, "set the stack's `encryption` to \"key-file\"");
    let plain = World::plain();
    plain.fill(&[]);
    refused(&plain, plain_key_file(&plain), "is protected by `none`");
}

fn plain_key_file(world: &World) -> Protection {
    Protection::KeyFile(world.keys())
}

/// Keeps keys under numbers, as a KMS would.
#[derive(Default)]
struct Service {
    kept: Mutex<Vec<(Lineage, [u8; 32])>>,
}

#[async_trait]
impl KeyWrapper for Service {
    fn kind(&self) -> &str {
        "test-kms"
    }

    async fn wrap_key(&self, key: &DataKey, lineage: &Lineage) -> Result<Vec<u8>, StoreError> {
        let mut kept = self.kept.lock().unwrap();
        kept.push((lineage.clone(), *key.expose()));
        Ok(vec![u8::try_from(kept.len()).unwrap()])
    }

    async fn unwrap_key(&self, wrapped: &[u8], lineage: &Lineage) -> Result<DataKey, StoreError> {
        let kept = self.kept.lock().unwrap();
        match wrapped.first().and_then(|number| kept.get(usize::from(*number) - 1)) {
            Some((whose, key)) if whose == lineage => Ok(DataKey::from_bytes(key)),
            _ => Err(StoreError::new(StoreErrorKind::Denied, "the service refuses")
                .with_hint("ask for access to the key")),
        }
    }
}

#[test]
fn a_service_wraps_the_key() {
    let world = World::sealed();
    let service = Arc::new(Service::default());
    append(&open(&world, Protection::Service(Arc::clone(&service) as _)).unwrap(), &life("a"));
    assert!(String::from_utf8(world.read("key.json")).unwrap().contains("\"kind\":\"test-kms\""));
    assert_eq!(wait(open(&world, Protection::Service(service)).unwrap().load()).unwrap().serial, 3);
    refused(&world, Protection::Service(Arc::new(Service::default())), "the service refuses");
}

#[test]
fn keys_are_not_printed() {
    let key = DataKey::from_bytes(&[0xab; 32]);
    assert_eq!(format!("{key:?}"), "DataKey(secret)");
    assert_eq!(format!("{:?}", Passphrase::new("hunter2")), "Passphrase(secret)");
    assert_eq!(format!("{:?}", passphrase("hunter2")), "Protection(passphrase)");
}
