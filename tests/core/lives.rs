//! Random lives: whatever configuration a type accepts, after its apply there is nothing left to do, under
//! every release.

use kibana_emulator::Release;
use terraform_provider_kibana::catalog::TYPES;
use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Field, Since};

use crate::checks::equal;
use crate::core::{Action, Core, Instance, texts};
use crate::generate::{Form, Written, written};
use crate::random::Random;

/// Lives per type and release.
const LIVES: u64 = 4;

async fn live(release: Release, lives: u64, is_narrow: bool) {
    let mut core = Core::new(release).await;
    for (number, ty) in TYPES.iter().enumerate() {
        if is_narrow {
            core.turn_to(&format!("kibana_connector_{}", ty.block));
        }
        let mut lived = 0;
        for seed in 0..lives {
            let mut random = Random::new(seed * 1000 + number as u64);
            let mut instance = Instance::none();
            for step in 0..3 {
                // What a release does not know yet, it refuses: worth a try now and then.
                let tries_new = random.percent(20);
                let suits = |next: &Written| tries_new || !writes_newer(ty, next, release);
                let next = written(ty, &mut random, suits);
                let mut next = next.unwrap_or_else(|| panic!("{}: nothing found", ty.block));
                if random.percent(30) {
                    next.form = Form::WriteOnly { version: Some(step) };
                }
                let config = next.config(&core.block);
                let context = format!("{} of {release:?}, seed {seed}, step {step}", ty.block);
                let before = instance.clone();
                match core.run(&config, &mut instance).await {
                    Ok((action, _)) => {
                        let expected = if before.state.is_null() { Action::Create } else { Action::Update };
                        assert!(action == expected || action == Action::Nothing, "{context}: {action:?}");
                        lived += 1;
                        let plan = core.plan(&config, &mut instance).await;
                        let plan = plan.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
                        assert_eq!(plan.action, Action::Nothing, "{context}: {:?}", changes(&core, &plan));
                    }
                    Err(said) => {
                        let refused = texts(&said).iter().any(|text| text.contains("400"));
                        assert!(refused, "{context}: {:?}", texts(&said));
                        assert!(
                            equal(&before.state, &instance.state),
                            "{context}: a refused write changes the state"
                        );
                    }
                }
            }
            if !instance.state.is_null() {
                core.destroy(&mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
            }
            core.kibana.clear_requests();
        }
        let is_newer = !ty.since.is_empty() && newer(ty.since, release);
        assert_eq!(lived == 0, is_newer, "{} of {release:?} lived {lived} times", ty.block);
    }
    assert!(core.kibana.connectors().is_empty());
}

/// The attributes that a plan changes.
pub(crate) fn changes(core: &Core, plan: &crate::core::Plan) -> Vec<String> {
    crate::checks::differences(&core.block, &plan.prior, &plan.value, "")
}

/// Whether a configuration writes a field that came only after this release.
pub(crate) fn writes_newer(ty: &ConnectorType, written: &Written, release: Release) -> bool {
    let is_newer = |field: &Field| {
        let Since { release: first, backported, .. } = field.since;
        !first.is_empty() && newer(first, release) && (backported.is_empty() || newer(backported, release))
    };
    let (config, secrets) = (ty.config.iter(), ty.secrets.iter());
    config.filter(|field| is_newer(field)).any(|field| !written.fields.get(field.name).is_null())
        || secrets.filter(|field| is_newer(field)).any(|field| !written.secrets.get(field.name).is_null())
}

/// Whether something came only after this release.
pub(crate) fn newer(since: &str, release: Release) -> bool {
    let number = |text: &str| -> Vec<u32> { text.split('.').map_while(|part| part.parse().ok()).collect() };
    number(since) > number(release.number())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_to_do_after_an_apply_under_the_old_release() {
    live(Release::Old, LIVES, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_to_do_after_an_apply_under_the_current_release() {
    live(Release::Current, LIVES, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_to_do_after_an_apply_under_the_future_release() {
    live(Release::Future, LIVES, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_to_do_after_an_apply_in_the_narrow_form() {
    live(Release::Current, 2, true).await;
}
