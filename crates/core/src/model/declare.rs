//! Declarations: what a resource type gives the engine, and the options on any resource.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::consent::{Day, Loss};
use crate::model::path::Path;
use crate::model::schema::{ReplaceOrder, Schema};
use crate::model::value::Value;

/// A typed resource, ready to be added to a stack. `#[derive(Resource)]` implements it.
pub trait Declaration: Sized {
    /// What the type's facts are.
    const SCHEMA: &'static Schema;
    /// What the program gets for it: its attributes, typed.
    type Handle;

    /// The properties under canonical names.
    fn properties(&self) -> BTreeMap<String, Value>;

    /// The handle of a declaration that stands at `path`.
    fn handle(self, path: Path) -> Self::Handle;

    /// Opens the options.
    fn options(self) -> WithOptions<Self> {
        WithOptions { declaration: self, options: Options::default() }
    }
}

/// A property of the declaration `D`, as a type: what options name.
pub trait Property<D> {
    /// The canonical name.
    const NAME: &'static str;
}

/// A property of `D` whose changes may be ignored.
#[diagnostic::on_unimplemented(
    message = "changes of `{Self}` can't be ignored: a HIPAA safeguard rests on this property",
    label = "this property is safeguarded, or belongs to another type",
    note = "45 CFR 164.306(a) asks that safeguards are kept up; drift of this property is always repaired"
)]
pub trait Ignorable<D>: Property<D> {}

/// A type of which a declaration may stand for something that several stacks use. `#[resource(shareable)]`
/// says so: its name is given by the program, and its handler finds what has that name, whoever made it.
#[diagnostic::on_unimplemented(
    message = "what `{Self}` declares belongs to one stack",
    label = "this type isn't marked `shareable`"
)]
pub trait Shareable: Declaration {}

/// A declaration and its options.
#[derive(Debug, Clone)]
#[must_use = "a declaration does nothing until it is added to a stack"]
pub struct WithOptions<D> {
    pub(crate) declaration: D,
    pub(crate) options: Options,
}

/// The options on any resource.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Refuse every plan that would delete or replace it.
    pub protect: bool,
    /// Leave it in the cloud when it leaves the program.
    pub retain_on_delete: bool,
    /// Canonical names of properties whose changes are left alone.
    pub ignore_changes: Vec<&'static str>,
    /// Canonical names of properties whose changes replace it.
    pub replace_on_changes: Vec<&'static str>,
    /// The order of a replacement, where it isn't the type's own.
    pub replace_order: Option<ReplaceOrder>,
    /// Consents to what a plan would lose of it.
    pub accepts: Vec<Accepted>,
    /// Paths that must be up to date first, besides those whose attributes it uses.
    pub depends_on: Vec<Path>,
    /// The path that it had before.
    pub renamed_from: Option<Path>,
    /// How long creating, updating or deleting it may take, instead of the type's own deadline.
    pub timeout: Option<Duration>,
    /// The name of the provider in the stack's configuration.
    pub provider: Option<String>,
    /// What the API calls the thing that exists already and is to be managed from now on.
    pub adopt: Option<String>,
    /// Whether other stacks may use it too, and it theirs.
    pub shared: bool,
}

/// A consent to what a plan would lose of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// To which kind of loss.
    pub loss: Loss,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Day>,
}

impl Accepted {
    /// A consent without an end.
    pub fn new(loss: Loss, reason: impl Into<String>) -> Self {
        Self { loss, reason: reason.into(), until: None }
    }
}

impl<D: Declaration> WithOptions<D> {
    /// Refuses every plan that would delete or replace it.
    pub fn protect(mut self) -> Self {
        self.options.protect = true;
        self
    }

    /// Leaves it in the cloud when it leaves the program.
    pub fn retain_on_delete(mut self) -> Self {
        self.options.retain_on_delete = true;
        self
    }

    /// Leaves changes of a property alone. Safeguarded properties don't qualify.
    pub fn ignore_changes<P: Ignorable<D>>(mut self, _property: P) -> Self {
        self.options.ignore_changes.push(P::NAME);
        self
    }

    /// Replaces the resource when a property changes.
    pub fn replace_on_changes<P: Property<D>>(mut self, _property: P) -> Self {
        self.options.replace_on_changes.push(P::NAME);
        self
    }

    /// Deletes the old one before a replacement is created.
    pub fn delete_before_replace(mut self) -> Self {
        self.options.replace_order = Some(ReplaceOrder::DeleteFirst);
        self
    }

    /// Creates a replacement before the old one is deleted, and makes everything that it
    /// needs do the same.
    pub fn create_before_replace(mut self) -> Self {
        self.options.replace_order = Some(ReplaceOrder::CreateFirst);
        self
    }

    /// Consents to what a plan would lose of it, for a reason: [`Loss::Replace`] lets it be replaced
    /// although it holds data. Plans, the history and reports show it.
    pub fn accept(mut self, loss: Loss, reason: &str) -> Self {
        self.options.accepts.push(Accepted { loss, reason: reason.to_owned(), until: None });
        self
    }

    /// Bounds the consent that was given last: it counts up to this day, in UTC. Where none was
    /// given, this says nothing.
    pub fn until(mut self, last: Day) -> Self {
        if let Some(accepted) = self.options.accepts.last_mut() {
            accepted.until = Some(last);
        }
        self
    }

    /// Waits for another resource although none of its attributes is used.
    pub fn depends_on(mut self, other: &impl Located) -> Self {
        self.options.depends_on.push(other.path().clone());
        self
    }

    /// Takes over the resource that stood at another path.
    pub fn renamed_from(mut self, path: Path) -> Self {
        self.options.renamed_from = Some(path);
        self
    }

    /// Bounds each operation on it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Takes over what exists already under this physical id, as `state list` would show it. The
    /// plan shows what changes; once it is recorded, this has no meaning any more.
    pub fn adopt(mut self, physical_id: &str) -> Self {
        self.options.adopt = Some(physical_id.to_owned());
        self
    }

    /// Says that the cloud has one of it for all stacks of an account: the first stack makes it, the others
    /// use it as it is, and nobody's is taken over. It stays for as long as another stack uses it, and for
    /// good where nothing in the cloud tells who does.
    pub fn shared(mut self) -> Self
    where
        D: Shareable,
    {
        self.options.shared = true;
        self
    }

    /// Uses a provider other than the stack's own, by its name in the configuration.
    pub fn provider(mut self, alias: &str) -> Self {
        self.options.provider = Some(alias.to_owned());
        self
    }
}

/// What stands at a path: the handle of a resource, or a component.
pub trait Located {
    /// The path.
    fn path(&self) -> &Path;
}

/// A declaration with or without options.
pub trait IntoWithOptions {
    /// The declaration.
    type Declaration: Declaration;
    /// Adds no options to a plain declaration.
    fn into_configured(self) -> WithOptions<Self::Declaration>;
}

impl<D: Declaration> IntoWithOptions for D {
    type Declaration = D;
    fn into_configured(self) -> WithOptions<D> {
        self.options()
    }
}

impl<D: Declaration> IntoWithOptions for WithOptions<D> {
    type Declaration = D;
    fn into_configured(self) -> Self {
        self
    }
}

/// What a lookup of something that exists already needs.
pub trait Lookup: Sized {
    /// The name under which the provider knows how to resolve it.
    const NAME: &'static str;
    /// What the program gets: attributes, typed.
    type Handle;
    /// The attribute that says in which network it is, of what stands in one or is one.
    const NETWORK: Option<&'static str> = None;
    /// What is asked for; only values that are known now.
    fn query(&self) -> BTreeMap<String, Value>;
    /// The handle of a lookup that stands at `path`.
    fn handle(self, path: Path) -> Self::Handle;
}
