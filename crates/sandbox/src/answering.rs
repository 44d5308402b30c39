//! How one call is answered: by the overlay, by what is there already, or by the emulator.

use ironward_emulators::exclusions;
use serde_json::Value;
use serde_json::value::to_raw_value;
use winterbaume_core::{MockRequest, MockResponse};

use crate::call::Call;
use crate::emulator::Emulator;
use crate::overlay::{self, Memory, Part};
use crate::refusal::failure;

/// Answers a call. Nothing else of its service and region is answered meanwhile.
pub(crate) async fn answer(emulator: &dyn Emulator, call: &mut Call, memory: &mut Memory) -> MockResponse {
    if let Some(answer) = of_overlay(call, memory) {
        return answer;
    }
    match excluded(emulator, call, memory).await {
        Some(refused) => refused,
        None => of_emulator(emulator, call, memory).await,
    }
}

/// Refuses what AWS refuses because of what is there, which no emulator of ours does by itself.
async fn excluded(emulator: &dyn Emulator, call: &Call, memory: &mut Memory) -> Option<MockResponse> {
    let form = call.form();
    for row in exclusions::of(call.service.signing_name(), &call.operation) {
        let Some(question) = (row.ask)(&form) else { continue };
        let Ok(mut asked) = Call::recognise(call.another_form(&question)) else { continue };
        let answer = match of_overlay(&mut asked, memory) {
            Some(answer) => answer,
            None => of_emulator(emulator, &asked, memory).await,
        };
        let text = std::str::from_utf8(&answer.body).ok().filter(|_| answer.status < 400);
        if let Some(excluded) = text.and_then(|text| (row.refuse)(&form, text)) {
            return Some(overlay::refusal(call, excluded.code, &excluded.message));
        }
    }
    None
}

fn of_overlay(call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
    overlay::parts(call.service).iter().find_map(|part| part.request(call, memory))
}

async fn of_emulator(emulator: &dyn Emulator, call: &Call, memory: &mut Memory) -> MockResponse {
    let parts = overlay::parts(call.service);
    for part in parts.iter().filter(|part| part.edits_state(call)) {
        if let Err(error) = edit_state(*part, emulator, call).await {
            return failure(&call.request, &error);
        }
    }
    let mut answer = emulator.handle(call.request.clone()).await;
    for part in parts {
        for request in follow_ups(*part, call, &answer) {
            let followed = emulator.handle(request).await;
            if followed.status >= 400 {
                tracing::warn!(operation = call.operation, body = ?followed.body, "a follow-up failed");
            }
        }
    }
    for part in parts {
        if answer.status < 400 {
            part.response(call, memory, &mut answer);
        }
    }
    answer
}

fn follow_ups(part: &dyn Part, call: &Call, answer: &MockResponse) -> Vec<MockRequest> {
    match answer.status {
        200..400 => part.follow_up(call, answer),
        _ => Vec::new(),
    }
}

/// Lets a part of the overlay edit the emulator's state. The error says what does not fit.
async fn edit_state(part: &dyn Part, emulator: &dyn Emulator, call: &Call) -> Result<(), String> {
    let state = emulator.snapshot(&call.region).await;
    let state = state.map_err(|e| e.to_string())?;
    let mut state: Value = serde_json::from_str(state.get()).map_err(|e| e.to_string())?;
    if part.edit_state(call, &mut state) {
        let state = to_raw_value(&state).map_err(|e| e.to_string())?;
        emulator.restore(&call.region, &state).await?;
    }
    Ok(())
}
