//! Every parser on arbitrary and on mutated bytes: none panics, and none takes what wasn't
//! written.

use ironward_core::history::Verdict;
use ironward_core::state::{Entry, Lineage};
use ironward_store::anchor::Head;
use ironward_store::codec::keys::{KeyDocument, Wrapped};
use ironward_store::codec::vault::{Kind, Mark, Point, Vault};
use ironward_store::codec::{format1, history, journal, sealed, snapshot};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::world::{SEED, apply, life};

fn vault() -> Vault {
    Vault::plain(Lineage::from_random(SEED))
}

fn origin(vault: &Vault) -> Point {
    Point { serial: 0, digest: vault.origin(Kind::Entry, 0) }
}

fn written() -> Vec<Entry> {
    apply(1, &life("a"), Some(Verdict::Succeeded))
}

fn journal_text() -> String {
    let vault = vault();
    let mut head = origin(&vault);
    let mut text = journal::header(&vault, &head);
    for entry in written() {
        let (line, next) = journal::line(&vault, &head, &serde_json::to_string(&entry).unwrap()).unwrap();
        text += &line;
        head = next;
    }
    text
}

fn history_text() -> String {
    let vault = vault();
    let mut head = Mark { apply: 0, digest: vault.origin(Kind::Apply, 0) };
    let mut text = history::header(&vault, 0);
    let mut follower = ironward_store::codec::load::Follower { running: None, applies: 0 };
    let mut point = origin(&vault);
    for number in 1..=3 {
        for entry in apply(number, &[], Some(Verdict::Succeeded)) {
            let next = Point { serial: point.serial + 1, ..point };
            if let Some(record) = follower.follow(&entry, point, next).unwrap() {
                let (line, mark) = history::line(&vault, &head, &record).unwrap();
                text += &line;
                head = mark;
            }
            point = next;
        }
    }
    text
}

fn snapshot_text() -> Vec<u8> {
    let vault = vault();
    let mut state = ironward_core::state::State::new(Lineage::from_random(SEED));
    life("a").into_iter().for_each(|entry| state.apply(entry));
    snapshot::write(&vault, &snapshot::Snapshot::first(&vault, state)).unwrap()
}

fn head_text() -> String {
    let vault = vault();
    Head::of(&vault, &origin(&vault), &Mark { apply: 3, digest: vault.origin(Kind::Apply, 3) }).encode()
}

fn key_text() -> String {
    let wrapped = Wrapped::KeyFile { wrapped: vec![1; 72] };
    KeyDocument { lineage: Lineage::from_random(SEED), wrapped }.write()
}

/// Bytes that may come from anywhere: noise, or text with the words of our own files.
fn arbitrary() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "{\"format\":2,",
        "{\"format\":1,",
        "\"kind\":\"snapshot\"",
        "\"kind\":\"journal\",\"lineage\":\"",
        "\"lineage\":\"",
        "07070707070707070707070707070707",
        "\",\"after\":",
        "0",
        "18446744073709551615",
        ",\"head\":\"",
        "\",\"digest\":\"",
        "\"}\n",
        "{\"seq\":1,\"digest\":\"",
        "\"crc32\":\"",
        "\n}\n",
        "{\"apply\":",
        "é",
        "\u{0}",
        "\",\"entry\":{",
        "\"body\":\n",
        "}}\n",
    ]);
    let text = prop::collection::vec(words, 0..24).prop_map(|words| words.concat().into_bytes());
    prop_oneof![prop::collection::vec(any::<u8>(), 0..300), text]
}

/// One change of a text: a byte replaced, a part cut out, doubled, or moved to the end.
fn mutate(text: &[u8], from: Index, to: Index, how: u8, byte: u8) -> Vec<u8> {
    let (mut from, mut to) = (from.index(text.len()), to.index(text.len() + 1));
    if from > to {
        (from, to) = (to, from);
    }
    let mut bytes = text.to_vec();
    match how % 4 {
        0 => bytes[from.min(text.len() - 1)] = byte,
        1 => drop(bytes.drain(from..to)),
        2 => drop(bytes.splice(to..to, text[from..to].to_vec())),
        _ => {
            let part: Vec<u8> = bytes.drain(from..to).collect();
            bytes.extend(part);
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in arbitrary()) {
        let vault = vault();
        prop_assert!(snapshot::read(&vault, &bytes).is_err());
        prop_assert!(journal::read(&vault, &bytes).is_err());
        prop_assert!(history::read(&vault, &bytes).is_err());
        prop_assert!(sealed::read(&vault, Kind::Plan, &bytes).is_err());
        prop_assert!(KeyDocument::read(&bytes).is_err());
        prop_assert!(Head::decode(&bytes).is_err());
        prop_assert!(format1::read_snapshot(&bytes).is_err());
        let _ = format1::read_journal(&bytes, vault.lineage());
        let _ = vault.unseal(Kind::Entry, 1, &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn mutated_documents_are_refused(from: Index, to: Index, how: u8, byte: u8) {
        let vault = vault();
        let check = |text: &[u8], refused: &dyn Fn(&[u8]) -> bool| {
            let changed = mutate(text, from, to, how, byte);
            changed == text || refused(&changed)
        };
        prop_assert!(check(&snapshot_text(), &|bytes| snapshot::read(&vault, bytes).is_err()));
        prop_assert!(check(head_text().as_bytes(), &|bytes| Head::decode(bytes).is_err()));
        prop_assert!(check(key_text().as_bytes(), &|bytes| KeyDocument::read(bytes).is_err()));
    }

    #[test]
    fn a_mutated_journal_is_refused_or_a_prefix(from: Index, to: Index, how: u8, byte: u8) {
        let vault = vault();
        let changed = mutate(journal_text().as_bytes(), from, to, how, byte);
        if let Ok(journal) = journal::read(&vault, &changed) {
            let entries: Vec<Entry> = journal.entries.into_iter().map(|(entry, _)| entry).collect();
            prop_assert!(written().starts_with(&entries));
            prop_assert_eq!(journal.length + journal.torn, changed.len() as u64);
        }
    }

    #[test]
    fn a_mutated_history_is_refused_or_a_prefix(from: Index, to: Index, how: u8, byte: u8) {
        let vault = vault();
        let whole = history::read(&vault, history_text().as_bytes()).unwrap();
        prop_assert_eq!(whole.records.len(), 3);
        let changed = mutate(history_text().as_bytes(), from, to, how, byte);
        if let Ok(history) = history::read(&vault, &changed) {
            prop_assert!(whole.records.starts_with(&history.records));
        }
    }

    #[test]
    fn any_text_is_sealed_and_opened_again(text in ".{0,200}", number: u64) {
        let key = ironward_store::codec::keys::DataKey::from_bytes(&[5; 32]);
        let vault = Vault::sealed(Lineage::from_random(SEED), &key);
        let body = vault.seal(Kind::Entry, number, &text).unwrap();
        let opened = vault.unseal(Kind::Entry, number, &body).unwrap();
        prop_assert_eq!(opened.as_slice(), text.as_bytes());
        prop_assert!(vault.unseal(Kind::Entry, number.wrapping_add(1), &body).is_err());
    }
}
